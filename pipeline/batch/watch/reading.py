"""Reading for a watch: the same schedule and ledger as `sohoa run`, a few files at a time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pipeline.batch.collect import collect, make_output_folder
from pipeline.batch.desk import Desk
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import Content, PathRow, State
from pipeline.batch.pool import WorkerPool
from pipeline.batch.run import RunOptions, opened_desk
from pipeline.batch.schedule import Schedule
from pipeline.batch.tasks import DocumentDone
from pipeline.batch.watch.days import Arrival, arrivals, write_days
from pipeline.batch.watch.results import Fate, Result
from pipeline.config import Settings
from pipeline.document import engine_name, versions
from pipeline.export import RunManifest, write_run_manifest
from pipeline.export.writing import output_errors
from pipeline.model import Failure
from pipeline.source import FoundFile

# A file that cannot even be opened is worth another try, unless it is the file itself that is wrong.
_FINAL_CODES = frozenset({"empty", "too_large", "not_a_file"})


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`run` says how to read and write; `daily` also writes the tables of each day."""

    run: RunOptions
    daily: bool = False


class BatchReader:
    """The `Reader` of a real watch; use as a context manager.

    Raises MissingDependency when the OCR engine is not installed, OutputError when `out` cannot be made.
    """

    def __init__(self, settings: Settings, options: ReadOptions) -> None:
        self._settings = settings
        self._run = options.run
        self._daily = options.daily
        self._began = datetime.now(UTC)
        self._engine = engine_name(settings)
        self._days: dict[str, int] = {}  # a mark of what each day's folder was written from
        make_output_folder(self._run.out)
        self._ledger = Ledger(self._run.out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ledger.close()

    # --- reading ----------------------------------------------------------------------------------

    def read(self, files: Sequence[FoundFile]) -> Iterator[Result]:
        """See `Reader`. Holds the output folder while it reads; raises UsageError `busy`, OutputError."""
        started = time.time()
        left = {found.path: found for found in files}
        with opened_desk(self._settings, self._run) as desk:
            scan = desk.ledger.begin_scan()
            desk.ledger.see(scan, files)
            with WorkerPool(self._run.jobs, self._settings) as workers:
                for row, outcome in Schedule(desk, workers).run(desk.ledger.paths(scan)):
                    found = left.get(row.path)
                    result = self._result(desk, found, outcome, started) if found else None
                    if result:
                        del left[row.path]
                        yield result
            # What waited for an identical file, or was put off because of the machine.
            for found in left.values():
                yield self._result(desk, found, None, started) or self._later(desk, found)

    def _result(
        self, desk: Desk, found: FoundFile, outcome: DocumentDone | Failure | None, started: float
    ) -> Result | None:
        """What the ledger says of a file of which `outcome` is told; None while it is not decided."""
        row, content = self._known(desk, found)
        if row is None or content is None:
            if not isinstance(outcome, Failure):
                return None
            fate = Fate.FAILED if outcome.code in _FINAL_CODES else Fate.AGAIN
            return Result(found, fate, failures=(outcome,))
        if content.state not in (State.DONE, State.QUARANTINED):
            return None
        summary = outcome.summary if isinstance(outcome, DocumentDone) else content.summary
        return Result(
            found,
            Fate.DONE if content.state is State.DONE else Fate.FAILED,
            sha256=content.sha256,
            doc_ids=content.doc_ids,
            summary=summary,
            failures=tuple(one.told(row) for one in desk.ledger.problems(content.sha256)),
            is_news=content.finished >= started,
        )

    def _later(self, desk: Desk, found: FoundFile) -> Result:
        row, content = self._known(desk, found)
        if row is None or content is None:
            return Result(found, Fate.AGAIN)
        problems = desk.ledger.problems(content.sha256)
        return Result(found, Fate.AGAIN, content.sha256, failures=tuple(one.told(row) for one in problems))

    def _known(self, desk: Desk, found: FoundFile) -> tuple[PathRow | None, Content | None]:
        row = self._ledger.at(found.path)
        return row, desk.ledger.content(row.sha256) if row and row.sha256 else None

    # --- keeping the books ------------------------------------------------------------------------

    def known(self, folder: Path, present: Collection[Path]) -> Collection[Path]:
        """See `Reader`. Originals in done/ and failed/ are there, though no look shows them."""
        before = {row.path for row in self._ledger.below(folder)}
        self._ledger.vanished([path for path in before.difference(present) if not path.exists()])
        return before.intersection(present)

    def vanished(self, paths: Iterable[Path]) -> None:
        """See `Reader`."""
        self._ledger.vanished(paths)

    def moved(self, old: Path, new: Path) -> None:
        """See `Reader`."""
        self._ledger.moved(old, new)

    def unread(self, result: Result) -> Collection[Path]:
        """See `Reader`."""
        elsewhere = self._ledger.strike(result.sha256)
        for doc_id in result.doc_ids:
            for name in (f"evidence/{doc_id}.json", f"text/{doc_id}.txt", f"ocr/{doc_id}.txt"):
                with output_errors(self._run.out / name):
                    (self._run.out / name).unlink(missing_ok=True)
        return elsewhere

    def unfinished(self, folder: Path) -> Collection[Path]:
        """See `Reader`."""
        return [row.path for row in self._ledger.unfinished(folder)]

    # --- writing the tables -----------------------------------------------------------------------

    def refresh(self) -> str:
        """See `Reader`. Raises UsageError `busy`, InputError when evidence is damaged, OutputError."""
        out = self._run.out
        with opened_desk(self._settings, self._run) as desk:
            tables = collect(out, desk.ledger, self._run.tables(self._settings))
            days = self._write_days() if self._daily else 0
            mark = desk.policy.fingerprint
        told = {"sohoa": versions(self._settings)["sohoa"], "engine": self._engine, "fingerprint": mark}
        counts = {"documents": tables.documents}
        write_run_manifest(out, RunManifest(self._began, datetime.now(UTC), told, self._settings, counts))
        partitions = f", {days} days" if self._daily else ""
        return f"{tables.documents} documents{partitions} in {out}"

    def _write_days(self) -> int:
        """Write the days in which something changed since they were written last; returns how many."""
        arrived: list[Arrival] = []
        days: defaultdict[str, list[object]] = defaultdict(list)
        for arrival, finished in arrivals(self._ledger):
            arrived.append(arrival)
            days[arrival.day].append((arrival, finished))
        marks = {day: hash(tuple(content)) for day, content in days.items()}
        changed = {day for day, mark in marks.items() if self._days.get(day) != mark}
        write_days(self._run.out, arrived, changed, excel_bom=self._run.excel_bom)
        self._days = marks
        return len(changed)
