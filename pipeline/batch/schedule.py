"""Which task comes next: open a file, read its pages, put the document together.

Pages of one file go to several workers; only a few tasks are in flight at a time, so memory does not
grow with the backlog.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.batch.pool import WorkerPool, result
from pipeline.batch.tasks import DocumentDone, finish_document
from pipeline.config import Settings
from pipeline.document import failure, read_page
from pipeline.model import Failure, PageReading
from pipeline.source import FoundFile, SourceFile, open_file

OPEN_TIMEOUT_SECONDS = 60.0
TASKS_AHEAD = 3  # tasks in flight for each worker: enough to keep it busy, few enough to hold in memory

Outcome = tuple[FoundFile, DocumentDone | Failure]
Keep = Callable[[SourceFile], DocumentDone | None]


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a worker, and what to do with the outcome."""

    call: Callable[..., Any]
    args: tuple[Any, ...]
    timeout_seconds: float
    on_result: Callable[[Any], None]
    on_error: Callable[[Exception], None]


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose pages are being read; `readings` fills up in any order."""

    found: FoundFile
    source: SourceFile
    readings: list[PageReading | Failure | None]


class Schedule:
    """Runs files through a worker pool and yields what became of each, in the order they finish.

    `keep` may give the result of an earlier run for a file that need not be read again.
    """

    def __init__(self, workers: WorkerPool, settings: Settings, out: Path, keep: Keep) -> None:
        self._workers = workers
        self._settings = settings
        self._out = out
        self._keep = keep
        self._ready: deque[Task] = deque()
        self._running: dict[Future[Any], Task] = {}
        self._outcomes: deque[Outcome] = deque()
        self._seen: dict[str, FoundFile] = {}

    def run(self, files: Iterable[FoundFile]) -> Iterator[Outcome]:
        """Process `files`; one outcome a file, plus one Failure for each page that could not be read."""
        waiting = iter(files)
        self._fill(waiting)
        while self._running:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                self._settle(self._running.pop(future), future)
            self._fill(waiting)
            while self._outcomes:
                yield self._outcomes.popleft()

    def _fill(self, waiting: Iterator[FoundFile]) -> None:
        while len(self._running) < self._workers.jobs * TASKS_AHEAD:
            if not self._ready:
                found = next(waiting, None)
                if found is None:
                    return
                self._ready.append(self._open(found))
            task = self._ready.popleft()
            future = self._workers.submit(task.call, *task.args, timeout_seconds=task.timeout_seconds)
            self._running[future] = task

    def _settle(self, task: Task, future: Future[Any]) -> None:
        try:
            value = result(future, task.timeout_seconds)
        except Exception as error:  # a bug met in one document must not stop the others
            task.on_error(error)
        else:
            task.on_result(value)

    # --- the three stages -------------------------------------------------------------------------

    def _open(self, found: FoundFile) -> Task:
        return Task(
            open_file,
            (found.path, self._settings),
            OPEN_TIMEOUT_SECONDS,
            lambda source: self._opened(found, source),
            lambda error: self._outcomes.append((found, failure(found.relative, "open", error))),
        )

    def _opened(self, found: FoundFile, source: SourceFile) -> None:
        if self._seen.setdefault(source.sha256, found) is not found:
            same = f"same content as {self._seen[source.sha256].relative}"
            self._outcomes.append((found, DocumentDone(source.sha256, source.bytes, (), same)))
            return
        kept = self._keep(source)
        if kept:
            self._outcomes.append((found, kept))
            return
        entry = OpenFile(found, source, [None] * source.page_count)
        self._ready.extend(self._page(entry, number) for number in range(1, source.page_count + 1))

    def _page(self, entry: OpenFile, number: int) -> Task:
        stage = f"page {number}"
        return Task(
            read_page,
            (entry.source, number, self._settings),
            self._settings.page_timeout_seconds,
            lambda reading: self._page_done(entry, number, reading),
            lambda error: self._page_done(entry, number, failure(entry.found.relative, stage, error)),
        )

    def _page_done(self, entry: OpenFile, number: int, reading: PageReading | Failure) -> None:
        entry.readings[number - 1] = reading
        if any(one is None for one in entry.readings):
            return
        failed = [one for one in entry.readings if isinstance(one, Failure)]
        self._outcomes.extend((entry.found, one) for one in failed)
        # A file of which nothing could be read is a failure, not an empty document.
        if len(failed) < len(entry.readings):
            self._ready.appendleft(self._document(entry))

    def _document(self, entry: OpenFile) -> Task:
        found = entry.found
        return Task(
            finish_document,
            (entry.source, found.relative, tuple(entry.readings), self._settings, self._out),
            self._settings.document_timeout_seconds,
            lambda done: self._outcomes.append((found, done)),
            lambda error: self._outcomes.append((found, failure(found.relative, "document", error))),
        )
