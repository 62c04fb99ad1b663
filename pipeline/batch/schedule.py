"""Which task comes next: identify a file, open it, read its pages, put the document together.

Pages of one file go to several workers; only a few tasks are in flight at a time, so memory does not
grow with the backlog. What becomes of each content goes into the ledger at once.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from pipeline.batch import limits
from pipeline.batch.desk import Desk, OpenFile
from pipeline.batch.ledger_rows import Content, FileDigest, PathRow, Problem, State
from pipeline.batch.policy import Verdict
from pipeline.batch.pool import Workers, result
from pipeline.batch.tasks import DocumentDone, DocumentFiles, finish_document, identify, open_content, timed
from pipeline.document import failure, read_page
from pipeline.errors import InputError, OcrError
from pipeline.model import Failure, PageReading
from pipeline.source import SourceFile

OPEN_TIMEOUT_SECONDS = 60.0
TASKS_AHEAD = 3  # tasks in flight for each worker: enough to keep it busy, few enough to hold in memory

Outcome = tuple[PathRow, DocumentDone | Failure]


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a worker, and what to do with the outcome. `entry` is None until a content is known."""

    call: Callable[..., Any]
    args: tuple[Any, ...]
    timeout_seconds: float
    entry: OpenFile | None
    stage: str
    on_result: Callable[[Any], None]
    on_error: Callable[[Exception], None]


class Schedule:
    """Runs files through workers and yields what became of each, in the order they finish.

    `stages` counts the seconds all workers together spent in each stage.
    """

    def __init__(self, desk: Desk, workers: Workers) -> None:
        self._desk = desk
        self._workers = workers
        self._settings = desk.settings
        self._ready: deque[Task] = deque()
        self._running: dict[Future[Any], Task] = {}
        self._later: list[tuple[float, int, Task]] = []  # a heap by the time to try again
        self._order = itertools.count()
        self._outcomes: deque[Outcome] = deque()
        self.stages: dict[str, float] = defaultdict(float)

    def run(self, files: Iterable[PathRow]) -> Iterator[Outcome]:
        """Process `files`; one outcome a file, plus one Failure for each page that could not be read.

        Raises OutputError when results cannot be written.
        """
        waiting = iter(files)
        has_more = True
        while has_more or self._running or self._ready or self._later:
            has_more = self._fill(waiting)
            if not self._outcomes:
                self._wait()
            while self._outcomes:
                yield self._outcomes.popleft()

    def _fill(self, waiting: Iterator[PathRow]) -> bool:
        """Keep the workers busy; False when no file waits any more."""
        while self._later and self._later[0][0] <= time.time():
            task = heapq.heappop(self._later)[2]
            if task.entry:
                self._desk.resume(task.entry)
            self._ready.append(task)
        while len(self._running) < self._workers.jobs * TASKS_AHEAD:
            while not self._ready:
                found = next(waiting, None)
                if found is None:
                    return False
                self._begin(found)
                if self._outcomes:
                    return True
            self._submit(self._ready.popleft())
        return True

    def _submit(self, task: Task) -> None:
        future = self._workers.submit(timed, task.call, *task.args, timeout_seconds=task.timeout_seconds)
        self._running[future] = task

    def _wait(self) -> None:
        """Wait until a task is done or one may be tried again."""
        pause = max(0.0, self._later[0][0] - time.time()) if self._later else None
        if not self._running:
            time.sleep(pause or 0.0)
            return
        done, _ = wait(self._running, timeout=pause, return_when=FIRST_COMPLETED)
        for future in done:
            self._settle(self._running.pop(future), future)

    def _settle(self, task: Task, future: Future[Any]) -> None:
        try:
            value, seconds, stages = result(future, task.timeout_seconds)
        except Exception as error:  # a bug met in one document must not stop the others
            if limits.stops_run(error):
                raise
            if task.entry and isinstance(error, OcrError):
                task.entry.seconds += task.timeout_seconds  # at most; nobody measured it
            if not self._tries_again(task, error):
                task.on_error(error)
        else:
            for name, spent in stages.items():
                self.stages[name] += spent
            if task.entry:
                task.entry.seconds += seconds
            task.on_result(value)

    def _tries_again(self, task: Task, error: Exception) -> bool:
        if task.entry is None or not limits.is_passing(error):
            return False
        moment = self._desk.retry_at(task.entry, failure(task.entry.found.relative, task.stage, error))
        if moment is None:
            return False
        heapq.heappush(self._later, (moment, next(self._order), task))
        return True

    # --- the four stages --------------------------------------------------------------------------

    def _begin(self, found: PathRow) -> None:
        content = self._desk.ledger.content(found.sha256) if found.sha256 else None
        if content is not None:
            self._met(found, content)
            return
        self._ready.append(
            Task(
                identify,
                (found.path, self._settings),
                self._settings.page_timeout_seconds,
                None,
                "open",
                lambda digest: self._identified(found, digest),
                lambda error: self._unreadable(found, error),
            )
        )

    def _unreadable(self, found: PathRow, error: Exception) -> None:
        told = failure(found.relative, "open", error)
        self._desk.ledger.unreadable(found.path_id, Problem.met(told, found.path))
        self._outcomes.append((found, told))

    def _identified(self, found: PathRow, digest: FileDigest) -> None:
        self._met(found, self._desk.ledger.identified(found.path_id, digest))

    def _met(self, found: PathRow, content: Content) -> None:
        if self._desk.is_known(content):
            self._outcomes.extend((found, one) for one in self._desk.told_again(found, content))
            return
        verdict = self._desk.verdict(content)
        if verdict is Verdict.KEEP:
            self._outcomes.append((found, DocumentDone(content.documents, content.summary, is_new=False)))
        elif verdict is Verdict.LEAVE:
            self._outcomes.extend(
                (found, one.told(found)) for one in self._desk.ledger.problems(content.sha256)
            )
        else:
            self._open(self._desk.begin(found, content, afresh=verdict is Verdict.READ_AFRESH), content)

    def _open(self, entry: OpenFile, content: Content) -> None:
        task = Task(
            open_content,
            (entry.found.path, entry.sha256, self._settings),
            OPEN_TIMEOUT_SECONDS,
            entry,
            "open",
            lambda source: self._opened(entry, source),
            lambda error: self._failed(entry, "open", error),
        )
        if content.state is State.FAILED and content.not_before > time.time():
            heapq.heappush(self._later, (content.not_before, next(self._order), task))
        else:
            self._ready.append(task)

    def _opened(self, entry: OpenFile, source: SourceFile) -> None:
        entry.source = source
        entry.readings = [None] * source.page_count
        self._ready.extend(self._page(entry, number) for number in range(1, source.page_count + 1))

    def _page(self, entry: OpenFile, number: int) -> Task:
        stage = f"page {number}"
        return Task(
            read_page,
            (entry.source, number, self._settings),
            self._settings.page_timeout_seconds,
            entry,
            stage,
            lambda reading: self._page_done(entry, number, reading),
            lambda error: self._page_done(entry, number, failure(entry.found.relative, stage, error)),
        )

    def _page_done(self, entry: OpenFile, number: int, reading: PageReading | Failure) -> None:
        entry.readings[number - 1] = reading
        if entry.seconds > self._settings.max_document_seconds:
            self._give_up_rest(entry)
        if any(one is None for one in entry.readings):
            return
        # A file of which nothing could be read is a failure, not an empty document.
        if len(entry.failed_pages) < len(entry.readings):
            self._ready.appendleft(self._document(entry))
        else:
            self._set_aside(entry, entry.failed_pages)

    def _give_up_rest(self, entry: OpenFile) -> None:
        """The pages that no worker has begun count as failed: the file took too long already."""
        late = InputError(
            f"the file took longer than {self._settings.max_document_seconds:g} s",
            code="too_slow",
            hint="Raise max_document_seconds and run with --retry-failed, or split it",
        )
        dropped = [task for task in self._ready if task.entry is entry]
        dropped += [task for _, _, task in self._later if task.entry is entry]
        self._ready = deque(task for task in self._ready if task.entry is not entry)
        self._later = [one for one in self._later if one[2].entry is not entry]
        heapq.heapify(self._later)
        for task in dropped:
            number = task.args[1]
            entry.readings[number - 1] = failure(entry.found.relative, task.stage, late)

    def _document(self, entry: OpenFile) -> Task:
        return Task(
            finish_document,
            (entry.source, entry.found.relative, tuple(entry.readings), self._settings),
            self._settings.document_timeout_seconds,
            entry,
            "document",
            lambda made: self._finished(entry, made),
            lambda error: self._failed(entry, "document", error),
        )

    # --- the end of a content ---------------------------------------------------------------------

    def _finished(self, entry: OpenFile, made: DocumentFiles) -> None:
        self._desk.finish(entry, made)
        self._outcomes.extend((entry.found, one) for one in entry.failed_pages)
        self._outcomes.append((entry.found, made.done))

    def _failed(self, entry: OpenFile, stage: str, error: Exception) -> None:
        told = failure(entry.found.relative, stage, error)
        if limits.is_of_machine(error):
            self._desk.put_off(entry, told)
            self._outcomes.append((entry.found, told))
        else:
            self._set_aside(entry, [told])

    def _set_aside(self, entry: OpenFile, failures: list[Failure]) -> None:
        self._desk.quarantine(entry, failures)
        self._outcomes.extend((entry.found, one) for one in failures)
