"""From the result of a file to its place: told, moved, settled; or waiting again when it was replaced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.batch.watch import moves
from pipeline.batch.watch.folder import Stamp
from pipeline.batch.watch.journal import Journal
from pipeline.batch.watch.queue import Queue
from pipeline.batch.watch.results import Fate, Reader, Result
from pipeline.errors import InputError, OutputError


@dataclass(slots=True)
class Count:
    """`failed`: how often a file or a page of one could not be read since the watch began; `untold`: what
    the hook has not heard of yet."""

    failed: int = 0
    untold: list[dict[str, Any]] = field(default_factory=list)


class Settling:
    """Accounts for results in the folder `root`; with `moves_originals` files go to done/ and failed/."""

    def __init__(
        self,
        root: Path,
        queue: Queue,
        reader: Reader,
        journal: Journal,
        *,
        moves_originals: bool = False,
    ) -> None:
        self._root = root
        self._queue = queue
        self._reader = reader
        self._journal = journal
        self._moves = moves_originals
        self.count = Count()

    def settle(self, result: Result, stamp: Stamp, now: float) -> bool:
        """Account for one result of the file that had `stamp` when it was handed on.

        False when the result does not count: the file vanished or was replaced. Raises OutputError when the
        ledger cannot be written.
        """
        path = result.found.path
        current = _stamp(path)
        if current is None and result.fate is not Fate.DONE:
            self._vanished(result)
            return False
        if current is not None and current != stamp:
            self._replaced(result)
            return False
        self._tell(result, stamp, now)
        return True

    def take_back(self, originals: Collection[Path]) -> None:
        """Let files whose results were lost be read again; an original in done/ returns to its place."""
        self._queue.reopen(originals)
        done = self._root / moves.DONE
        for path in originals if self._moves else ():
            if path.is_relative_to(done) and (stamp := _stamp(path)):
                back = moves.move(path, self._root / path.relative_to(done), stamp)
                self._reader.moved(path, back)
                self._journal.tell("taken_back", f"{back.name} is read again: its results were lost")

    def _vanished(self, result: Result) -> None:
        self._queue.reopen([result.found.path])
        self._reader.vanished([result.found.path])
        self._journal.tell(
            "vanished", f"{result.found.relative} vanished before it was read", file=result.found.relative
        )

    def _replaced(self, result: Result) -> None:
        """Pages of two versions may be mixed in what was read: it does not count, and the new one waits."""
        elsewhere = self._reader.unread(result) if result.sha256 and result.is_news else ()
        self._queue.reopen([result.found.path, *elsewhere])
        self._journal.tell(
            "replaced",
            f"{result.found.relative} was replaced while it was read; the new one is read as well",
            file=result.found.relative,
        )

    def _tell(self, result: Result, stamp: Stamp, now: float) -> None:
        path, facts = result.found.path, _facts(result)
        if result.fate is Fate.AGAIN:
            pause = self._queue.retry(path, stamp, now)
            message = f"{_reason(result)}; tried again in {pause:g} s"
            self._journal.tell("retry", message, **facts, retry_seconds=pause)
            self._note_failure(result, facts)
            return
        # Told before it is moved: whoever reads the log sees the file where it was.
        if result.fate is Fate.DONE:
            event = "done" if result.is_news else "known"
            self._journal.tell(event, f"{result.found.relative}: {result.summary}", **facts)
        else:
            self._journal.tell("failed", _reason(result), **facts)
        self._note_failure(result, facts)
        self._queue.settle(path, stamp)
        if self._moves:
            self._move(result, stamp)

    def _note_failure(self, result: Result, facts: dict[str, Any]) -> None:
        self.count.failed += bool(result.failures) or result.fate is not Fate.DONE
        if result.failures and result.is_news:
            self.count.untold.append(facts)

    def _move(self, result: Result, stamp: Stamp) -> None:
        old = result.found.path
        folder = moves.DONE if result.fate is Fate.DONE else moves.FAILED
        try:
            new = moves.move(old, self._root / folder / old.relative_to(self._root), stamp)
        except InputError as error:
            self._queue.reopen([old])  # gone, or another file by now
            self._journal.tell("not_moved", str(error), file=result.found.relative)
            return
        except OutputError as error:
            self._journal.tell("trouble", str(error), file=result.found.relative)
            return
        self._queue.reopen([old])  # whatever comes under this name now is another file
        self._reader.moved(old, new)
        if result.fate is Fate.FAILED:
            self._write_reason(new, result)
        where = new.relative_to(self._root).as_posix()
        self._journal.tell(
            "moved", f"{result.found.relative} to {where}", file=result.found.relative, to=where
        )

    def _write_reason(self, moved: Path, result: Result) -> None:
        try:
            moves.write_reason(moved, "\n".join(failure.message for failure in result.failures))
        except OutputError as error:
            self._journal.tell("trouble", str(error), file=result.found.relative)


def once_each(journal: Journal, root: Path, event: str) -> Callable[[dict[Path, str]], None]:
    """Tells `event` of each file with its reason once, and again when it comes back."""
    told: dict[Path, str] = {}

    def tell(files: dict[Path, str]) -> None:
        for path in told.keys() - files.keys():
            del told[path]
        for path, reason in files.items():
            if told.get(path) != reason:
                told[path] = reason
                name = path.relative_to(root).as_posix()
                journal.tell(event, f"{name} is not read: {_WORDS[reason]}", file=name, code=reason)

    return tell


_WORDS = {
    "symbolic_link": "it is a symbolic link",
    "not_a_file": "it is not a regular file",
    "unsupported": "its kind is not supported",
    "no_permission": "the folder may not be listed",
    "incomplete": "its end is missing so far",
}


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path.lstat())
    except OSError:
        return None


def _facts(result: Result) -> dict[str, Any]:
    facts: dict[str, Any] = {"file": result.found.relative, "doc_ids": list(result.doc_ids)}
    if result.summary:
        facts["summary"] = result.summary
    if result.failures:
        facts["failures"] = [_without_path(asdict(failure)) for failure in result.failures]
    return facts


def _without_path(failure: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in failure.items() if name != "path"}


def _reason(result: Result) -> str:
    reasons: Sequence[str] = [f"[{one.stage}] {one.message}" for one in result.failures]
    return f"{result.found.relative} {'; '.join(reasons)}"
