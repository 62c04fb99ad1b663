"""The same work on many machines, through Dask: `--cluster tcp://scheduler:8786` or `--cluster local:N`.

Each Dask worker hands its tasks to a `WorkerPool` of its own, so that limits on time and memory hold there
too and a document that crashes takes only its process along. Results come back to the one process that owns
the ledger; a lost machine costs what it had in hand, which Dask gives to another one.

Workers need the same sohoa, and must see the input: at the same path (NFS, SMB), or, for input that was
named by an address, in the store itself (see `pipeline.source.remote`).
"""

from __future__ import annotations

import contextlib
import importlib
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.batch.pool import WorkerPool, result
from pipeline.batch.tasks import Timed, identify
from pipeline.config import Settings
from pipeline.document import fingerprint
from pipeline.errors import ConfigError, MissingDependency, OcrError, UsageError
from pipeline.source import SourceFile
from pipeline.source.remote import fetched

CONNECT_SECONDS = 10
FIRST_WORKER_SECONDS = 120
_LOCAL = "local:"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the work is done: `address` of the scheduler, or `local:N` for N processes of this machine.

    `mirrors` maps local copies of remote folders to their addresses, for machines that do not see the copies.
    """

    address: str
    mirrors: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """What goes to a worker with every task."""

    run: str
    settings: Settings
    mirrors: tuple[tuple[Path, str], ...]
    timeout_seconds: float


class ClusterWorkers:
    """The workers of a Dask cluster; see `pipeline.batch.pool.Workers`.

    Raises MissingDependency without the package `distributed`, UsageError when no scheduler answers or no
    worker is there, ConfigError when a worker runs another sohoa or other dictionaries.
    """

    def __init__(self, cluster: Cluster, settings: Settings) -> None:
        self._settings = settings
        self._mirrors = cluster.mirrors
        self._run = uuid.uuid4().hex
        self._client = _connect(cluster.address)
        self._own = WorkerPool(1, settings)
        self._held: set[Any] = set()  # Dask drops a task whose future nobody holds
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
            _check_same_program(self._client.run(fingerprint, settings), fingerprint(settings))
        except TimeoutError as error:
            self._close()
            hint = f"Start one: dask worker {cluster.address} --no-nanny"
            raise UsageError(f"no worker is connected to {cluster.address}", hint=hint) from error
        except BaseException:
            self._close()
            raise

    @property
    def jobs(self) -> int:
        """How many tasks run at the same time now; machines may come and go."""
        threads: Mapping[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            with contextlib.suppress(Exception):  # the scheduler may be gone; stopping goes on
                self._client.cancel(list(self._held))
        self._own.__exit__(kind, error, trace)
        self._close()

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        """See `Workers.submit`. Files are identified here: inodes of another machine say nothing."""
        if identify in args:
            return self._own.submit(task, *args, timeout_seconds=timeout_seconds)
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()
        job = _Job(self._run, self._settings, self._mirrors, timeout_seconds)
        future = self._client.submit(_in_process, job, task, args, pure=False)
        self._held.add(future)
        original = next((one for one in args if isinstance(one, Path)), None)
        future.add_done_callback(lambda done: self._settle(answer, done, original))
        return answer

    def _settle(self, answer: Future[Any], done: Any, original: Path | None) -> None:
        """Hand the outcome on; an opened file gets the path it has here."""
        try:
            value = done.result()
        except (CancelledError, Exception) as error:
            answer.set_exception(_typed(error))
        else:
            if isinstance(value, Timed) and isinstance(value.value, SourceFile) and original:
                value = value._replace(value=replace(value.value, path=original))
            answer.set_result(value)
        finally:
            self._held.discard(done)

    def _close(self) -> None:
        with contextlib.suppress(Exception):  # closing what is already gone
            self._client.run(_end_pool, self._run)
            self._client.close(timeout=CONNECT_SECONDS)
            if self._client.cluster is not None:
                self._client.cluster.close(timeout=CONNECT_SECONDS)


def _connect(address: str) -> Any:
    try:
        dask, distributed = (_module(name) for name in ("dask", "distributed"))
    except ImportError as error:
        hint = 'Type: make extras, or pip install "sohoa[cluster]"'
        raise MissingDependency("--cluster needs the package distributed", hint=hint) from error
    # Workers start processes of their own, which a daemon must not. A dead worker's tasks go elsewhere
    # three times; then the document is to blame.
    dask.config.set({"distributed.worker.daemon": False, "distributed.scheduler.allowed-failures": 3})
    if address.startswith(_LOCAL):
        count = address.removeprefix(_LOCAL)
        if not count.isdigit() or not int(count):
            raise UsageError(f"--cluster {address} names no number of workers", hint="Type local:2")
        local = distributed.LocalCluster(
            n_workers=int(count), threads_per_worker=1, memory_limit=None, dashboard_address=None
        )
        return distributed.Client(local)
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        hint = "Start one: dask scheduler"
        raise UsageError(f"no Dask scheduler answers at {address}", hint=hint) from error


def _module(name: str) -> Any:
    """A package of the extra `cluster`, which has no type hints."""
    return importlib.import_module(name)


def _check_same_program(marks: Mapping[str, str], ours: str) -> None:
    """Raise ConfigError when a worker would read documents differently."""
    others = sorted(worker for worker, mark in marks.items() if mark != ours)
    if others:
        hint = "Install the same sohoa, Tesseract and dictionaries on every machine"
        raise ConfigError(f"another program runs on {', '.join(others)}", hint=hint)


def _typed(error: BaseException) -> BaseException:
    """Dask's own errors as ours: workers that died over a task, or a task that was taken back."""
    if type(error).__name__ in {
        "KilledWorker",
        "CancelledError",
        "FutureCancelledError",
        "FuturesCancelledError",
    }:
        return OcrError(f"the cluster gave the task up: {error}", code="crash")
    return error


# --- on a worker ----------------------------------------------------------------------------------

_pools: dict[str, WorkerPool] = {}  # by run
_starting = threading.Lock()


def _in_process(job: _Job, task: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Run the task in a process of this machine, with the files it names at hand."""
    at_hand = tuple(_at_hand(one, job.mirrors) for one in args)
    future = _pool(job).submit(task, *at_hand, timeout_seconds=job.timeout_seconds)
    return result(future, job.timeout_seconds)


def _pool(job: _Job) -> WorkerPool:
    threads = _module("distributed").get_worker().state.nthreads
    with _starting:
        if job.run not in _pools:
            _pools[job.run] = WorkerPool(threads, job.settings)
        return _pools[job.run]


def _end_pool(run: str) -> None:
    """Stop the processes a run had here; the worker may serve others later."""
    with _starting:
        pool = _pools.pop(run, None)
    if pool is not None:
        pool.__exit__(None, None, None)


def _at_hand(argument: Any, mirrors: tuple[tuple[Path, str], ...]) -> Any:
    if isinstance(argument, SourceFile):
        return replace(argument, path=_seen(argument.path, mirrors))
    return _seen(argument, mirrors) if isinstance(argument, Path) else argument


def _seen(path: Path, mirrors: tuple[tuple[Path, str], ...]) -> Path:
    if path.exists():
        return path
    for folder, address in mirrors:
        if path.is_relative_to(folder):
            return fetched(f"{address.rstrip('/')}/{path.relative_to(folder).as_posix()}")
    hint = "Mount the folder at the same place on every machine, or name it by an address such as s3://"
    raise MissingDependency(f"{socket.gethostname()} does not see {path}", hint=hint)
