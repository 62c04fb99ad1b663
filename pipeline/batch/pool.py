"""Worker processes that cannot take the run down with them.

Each task runs in its own process with a time and a memory limit. A task that hangs is killed, one that
crashes takes only its own process along; both come back as a typed error.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import InputError, OcrError, PipelineError

TASKS_PER_WORKER = 200  # then a worker is replaced, so that leaks of native libraries do not add up


class WorkerPool:
    """`jobs` worker processes; use as a context manager.

    Leaving the block normally waits for the tasks, leaving it by an exception stops them.
    """

    def __init__(self, jobs: int, memory_bytes: int) -> None:
        self.jobs = jobs
        # forkserver: the heavy imports happen once, and no thread of the parent is copied.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipeline.document"])
        # Pebble has type hints on parts of its classes only.
        self._pool: Any = ProcessPool(
            max_workers=jobs,
            max_tasks=TASKS_PER_WORKER,
            initializer=_start_worker,
            initargs=(memory_bytes,),
            context=context,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        """Run `task(*args)` in a worker; the clock starts when the worker does."""
        future: Future[Any] = self._pool.schedule(task, args=args, timeout=timeout_seconds)
        return future


def result(future: Future[Any], timeout_seconds: float) -> Any:
    """The task's result. Raises PipelineError for whatever went wrong in the worker."""
    try:
        return future.result()
    except PipelineError:
        raise
    except TimeoutError as error:
        hint = "Raise page_timeout_seconds, or look at the page"
        raise OcrError(f"took longer than {timeout_seconds:g} s", code="timeout", hint=hint) from error
    except MemoryError as error:
        hint = "Raise worker_memory_bytes, or scan the page at a lower resolution"
        raise InputError("needs more memory than allowed", code="out_of_memory", hint=hint) from error
    except ProcessExpired as error:
        raise OcrError(f"the worker process died (exit code {error.exitcode})", code="crash") from error


def _start_worker(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    os.nice(5)  # the machine stays usable
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
