"""The owner of an output folder during a run: only here results are written, and told to the ledger.

Files come first, each whole or not at all, the ledger's row last. So what the ledger calls done is on the
disk, and a process killed at any moment leaves at worst files that the next run writes again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.batch import limits
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import Content, Finished, PathRow, Problem, State
from pipeline.batch.policy import Policy, Verdict
from pipeline.batch.tasks import DocumentDone, DocumentFiles
from pipeline.config import Settings
from pipeline.export import evidence_file
from pipeline.export.writing import PARTIAL, output_errors, write_file
from pipeline.model import Failure, PageReading
from pipeline.source import SourceFile

_FOLDERS = ("evidence", "text", "ocr")


@dataclass(slots=True, eq=False)
class OpenFile:
    """A content being read; `readings` fills up in any order. `seconds` is working time so far."""

    found: PathRow
    sha256: str
    attempts: int  # that failed so far
    source: SourceFile | None = None
    readings: list[PageReading | Failure | None] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed_pages(self) -> list[Failure]:
        return [one for one in self.readings if isinstance(one, Failure)]


class Desk:
    """Takes results in for `out` and its ledger; made for one run or one watch."""

    def __init__(self, out: Path, ledger: Ledger, settings: Settings, policy: Policy) -> None:
        self.out = out
        self.ledger = ledger
        self.settings = settings
        self.policy = policy
        self._started = time.time()
        self._open: dict[str, OpenFile] = {}

    # --- what to do with a content ----------------------------------------------------------------

    def verdict(self, content: Content) -> Verdict:
        """What this run does with a content it meets for the first time."""
        return self.policy.verdict(
            content,
            has_problems=self.policy.retry_failed and bool(self.ledger.problems(content.sha256)),
            has_files=all(self._has_files(doc_id) for doc_id in content.doc_ids),
        )

    def is_known(self, content: Content) -> bool:
        """True when this run reads the content already, or has read it."""
        return content.sha256 in self._open or content.finished >= self._started

    def told_again(self, found: PathRow, content: Content) -> Iterator[DocumentDone | Failure]:
        """What to say of a further file of a known content."""
        first = self._open.get(content.sha256)
        is_done = first or content.state is State.DONE
        problems = () if is_done else self.ledger.problems(content.sha256)
        if problems:
            yield from (problem.told(found) for problem in problems)
        else:
            same = f"same content as {first.found.relative}" if first else "same content as a file before"
            yield DocumentDone(content.documents, same, is_new=False)

    def _has_files(self, doc_id: str) -> bool:
        names = (f"ocr/{doc_id}.txt", f"text/{doc_id}.txt")
        return evidence_file(self.out, doc_id).is_file() and all(
            (self.out / name).is_file() for name in names
        )

    # --- the life of a content --------------------------------------------------------------------

    def begin(self, found: PathRow, content: Content, *, afresh: bool) -> OpenFile:
        """A content is read from now on, at `found`."""
        entry = OpenFile(found, content.sha256, 0 if afresh else content.attempts)
        self._open[content.sha256] = entry
        self.ledger.start(content.sha256, self.policy.fingerprint, afresh=afresh)
        return entry

    def resume(self, entry: OpenFile) -> None:
        """A content is tried again after a pause."""
        self.ledger.start(entry.sha256, self.policy.fingerprint)

    def retry_at(self, entry: OpenFile, told: Failure) -> float | None:
        """Note an attempt that failed for a passing reason; when to try again (seconds since 1970), or None
        when it was the last one."""
        entry.attempts += 1
        moment = time.time() + limits.pause_seconds(entry.attempts, self.settings)
        self.ledger.fail(entry.sha256, self._problem(entry, told), not_before=moment)
        return moment if entry.attempts < self.settings.max_attempts else None

    def finish(self, entry: OpenFile, made: DocumentFiles) -> None:
        """Write the files of a content that was read, then its row in the ledger. Raises OutputError."""
        before = self.ledger.content(entry.sha256)
        for name, text in made.files:
            write_file(self.out / name, text)
        problems = tuple(self._problem(entry, one) for one in entry.failed_pages)
        finished = Finished(made.done.documents, made.done.summary, entry.seconds, problems)
        self.ledger.finish(entry.sha256, finished)
        del self._open[entry.sha256]
        for doc_id in set(before.doc_ids if before else ()) - set(made.done.doc_ids):
            self._remove(doc_id)

    def quarantine(self, entry: OpenFile, failures: Sequence[Failure]) -> None:
        """Set a content aside with its reasons."""
        self.ledger.quarantine(entry.sha256, [self._problem(entry, one) for one in failures])
        del self._open[entry.sha256]

    def put_off(self, entry: OpenFile, told: Failure) -> None:
        """The machine, not the content, was to blame: the next run tries it again."""
        self.ledger.fail(entry.sha256, self._problem(entry, told), counts=False)
        del self._open[entry.sha256]

    def _problem(self, entry: OpenFile, told: Failure) -> Problem:
        return Problem.met(told, entry.found.path)

    def _remove(self, doc_id: str) -> None:
        """Take away the files of a document that its file no longer gives."""
        for name in (f"evidence/{doc_id}.json", f"text/{doc_id}.txt", f"ocr/{doc_id}.txt"):
            with output_errors(self.out / name):
                (self.out / name).unlink(missing_ok=True)


def clean_up(out: Path) -> None:
    """Take away unfinished files of a run that was killed. Raises OutputError."""
    for folder in (out, *(out / name for name in _FOLDERS)):
        with output_errors(folder), contextlib.suppress(FileNotFoundError):
            for leftover in folder.glob(f"*{PARTIAL}"):
                leftover.unlink(missing_ok=True)
