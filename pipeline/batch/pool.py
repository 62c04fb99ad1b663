"""Worker processes that cannot take the run down with them.

Each task runs in its own process with a time and a memory limit. A task that hangs is killed with every
program it started, one that crashes takes only its own process along; both come back as a typed error.
"""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.config import Settings
from pipeline.errors import InputError, OcrError, OutputError, PipelineError

TASKS_PER_WORKER = 1000  # then a worker is replaced, so that leaks of native libraries do not add up
RECYCLED = 75  # exit code of a worker that grew too large and makes room for a fresh one (EX_TEMPFAIL)
# Libraries in C++ tell a lack of memory by errors of their own (cv2.error: std::bad_alloc).
_NATIVE_MEMORY_ERRORS = ("std::bad_alloc", "Insufficient memory")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Workers(Protocol):
    """Whoever runs tasks: processes of this machine, or machines of a cluster.

    A context manager: leaving the block normally waits for the tasks, leaving it by an exception stops them
    within seconds.
    """

    @property
    def jobs(self) -> int:
        """How many tasks run at the same time."""

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        """Run `task(*args)`; the clock starts when the task does. See `result` for what its future raises."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class WorkerPool:
    """`jobs` worker processes on this machine; see `Workers`.

    A worker is replaced after so many tasks, or when it holds more than `worker_resident_bytes` of memory.
    """

    def __init__(self, jobs: int, settings: Settings) -> None:
        self.jobs = jobs
        self._settings = settings
        # A worker that is killed cannot take away its temporary files; the pool does at its end.
        self._scratch = tempfile.TemporaryDirectory(prefix="sohoa-", ignore_cleanup_errors=True)
        self._pool = self._new_pool()
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
            _kill_workers()
        self._pool.join()
        self._scratch.cleanup()

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        """See `Workers.submit`."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()
        self._try(answer, task, args, timeout_seconds)
        return answer

    def _try(
        self, answer: Future[Any], task: Callable[..., Any], args: tuple[Any, ...], timeout_seconds: float
    ) -> None:
        def settle(tried: Future[Any]) -> None:
            error = tried.exception()
            if isinstance(error, ProcessExpired) and error.exitcode == RECYCLED and self._is_open:
                self._try(answer, task, args, timeout_seconds)
            elif error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(tried.result())

        if not self._pool.active:  # all workers died at once, e.g. killed for want of memory
            self._pool.stop()
            self._pool.join()
            self._pool = self._new_pool()
        tried: Future[Any] = self._pool.schedule(_run, args=(task, *args), timeout=timeout_seconds)
        tried.add_done_callback(settle)

    def _new_pool(self) -> Any:  # Pebble has type hints on parts of its classes only
        # forkserver: the heavy imports happen once, and no thread of the parent is copied.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipeline.document"])
        return ProcessPool(
            max_workers=self.jobs,
            max_tasks=TASKS_PER_WORKER,
            initializer=_start_worker,
            initargs=(self._settings, self._scratch.name),
            context=context,
        )


def result(future: Future[Any], timeout_seconds: float) -> Any:
    """The task's result. Raises PipelineError for what the task or the machine did, else the bug itself."""
    try:
        return future.result()
    except PipelineError:
        raise
    except TimeoutError as error:
        hint = "Raise page_timeout_seconds and run with --retry-failed, or look at the page"
        raise OcrError(f"took longer than {timeout_seconds:g} s", code="timeout", hint=hint) from error
    except MemoryError as error:
        raise _too_much_memory() from error
    except (ProcessExpired, BrokenProcessPool) as error:
        code = getattr(error, "exitcode", "unknown")
        raise OcrError(f"the worker process died (exit code {code})", code="crash") from error
    except OSError as error:
        if error.errno in _FULL:
            hint = "Free some space in the folder for temporary files (TMPDIR), then run again"
            raise OutputError(f"the disk is full: {error}", hint=hint) from error
        raise InputError(f"the system refused: {error}", code="io_error", hint="Run again") from error
    except Exception as error:
        if any(word in str(error) for word in _NATIVE_MEMORY_ERRORS):
            raise _too_much_memory() from error
        raise


def _too_much_memory() -> InputError:
    hint = "Raise worker_memory_bytes and run with --retry-failed, or scan at a lower resolution"
    return InputError("needs more memory than allowed", code="out_of_memory", hint=hint)


# --- inside a worker ------------------------------------------------------------------------------

_tasks_done = 0
_most_resident_bytes = 0


def _run(task: Callable[..., Any], *args: Any) -> Any:
    """Run one task; a worker that has grown too large hands it back untouched instead, and ends."""
    global _tasks_done  # noqa: PLW0603 - a worker is one process with one state
    if _tasks_done and 0 < _most_resident_bytes < _resident_bytes():
        time.sleep(0.2)  # the pool must have noted who holds the task before the worker is gone
        os._exit(RECYCLED)
    _tasks_done += 1
    return task(*args)


def _resident_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - read before every task
        return int(file.read().split()[1]) * resource.getpagesize()


def _start_worker(settings: Settings, scratch: str) -> None:
    global _most_resident_bytes  # noqa: PLW0603
    _most_resident_bytes = settings.worker_resident_bytes
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    os.setpgid(0, 0)  # programs a task starts belong to its group and end with it
    signal.signal(signal.SIGTERM, _end_group)
    os.nice(5)  # the machine stays usable
    if settings.worker_memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (settings.worker_memory_bytes, settings.worker_memory_bytes))


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)


def _kill_workers() -> None:
    """End the workers of this process and all they started; those of other groups are left alone."""
    for process in multiprocessing.active_children():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if process.pid is not None and os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
