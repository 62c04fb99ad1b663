"""A worker may crash, hang or run out of memory; the others do not notice."""

import errno
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from fakes import tasks

from pipeline.batch.pool import WorkerPool, result
from pipeline.config import Settings
from pipeline.errors import InputError, OcrError, OutputError


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(2, Settings(worker_memory_bytes=4 << 30)) as pool:
        yield pool


def is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except OSError:
        return False
    return state != "Z"


def ended(process_id: int) -> bool:
    """Whether a process is gone within five seconds."""
    deadline = time.monotonic() + 5
    while is_running(process_id) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(process_id)


def test_a_task_gives_its_result(workers: WorkerPool) -> None:
    assert result(workers.submit(tasks.double, 21, timeout_seconds=60), 60) == 42


def test_a_crash_is_a_typed_error_and_the_next_task_runs(workers: WorkerPool) -> None:
    with pytest.raises(OcrError) as caught:
        result(workers.submit(tasks.die, timeout_seconds=60), 60)
    assert caught.value.code == "crash"
    assert result(workers.submit(tasks.double, 1, timeout_seconds=60), 60) == 2


def test_a_task_that_hangs_is_stopped(workers: WorkerPool) -> None:
    with pytest.raises(OcrError) as caught:
        result(workers.submit(tasks.hang, timeout_seconds=1), 1)
    assert caught.value.code == "timeout"
    assert caught.value.hint


@pytest.mark.parametrize("task", [tasks.eat_memory, tasks.want_too_much_in_a_library])
def test_too_much_memory_is_refused(workers: WorkerPool, task: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        result(workers.submit(task, timeout_seconds=60), 60)
    assert caught.value.code == "out_of_memory"


def test_a_typed_error_comes_back_as_it_was(workers: WorkerPool) -> None:
    with pytest.raises(InputError) as caught:
        result(workers.submit(tasks.refuse, timeout_seconds=60), 60)
    assert (caught.value.code, caught.value.hint) == ("encrypted", "Remove the password")


def test_a_bug_in_a_task_is_raised_as_itself(workers: WorkerPool) -> None:
    with pytest.raises(ZeroDivisionError):
        result(workers.submit(tasks.stumble, timeout_seconds=60), 60)


def test_a_program_that_a_hanging_task_started_is_stopped_with_it(
    workers: WorkerPool, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    with pytest.raises(OcrError):
        result(workers.submit(tasks.hang_in_a_program, note, timeout_seconds=2), 2)
    assert ended(int(note.read_text(encoding="utf-8")))


def test_leaving_by_an_interrupt_stops_tasks_and_their_programs_and_takes_their_files_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, scratch = tmp_path / "pid", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with pytest.raises(KeyboardInterrupt), WorkerPool(1, Settings()) as pool:
        pool.submit(tasks.hang_in_a_program, note, timeout_seconds=600)
        while not (note.exists() and note.read_text(encoding="utf-8")):
            time.sleep(0.05)
        assert list(scratch.rglob("page"))
        raise KeyboardInterrupt
    assert ended(int(note.read_text(encoding="utf-8")))
    assert not list(scratch.rglob("page"))


def test_a_worker_that_grew_is_replaced_and_no_task_is_lost() -> None:
    with WorkerPool(1, Settings(worker_resident_bytes=1)) as pool:
        found = [result(pool.submit(tasks.process_id, timeout_seconds=60), 60) for _ in range(3)]
    assert len(set(found)) == 3
    with WorkerPool(1, Settings()) as pool:
        found = [result(pool.submit(tasks.process_id, timeout_seconds=60), 60) for _ in range(3)]
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [(errno.ENOSPC, OutputError, "cannot_write"), (errno.EIO, InputError, "io_error")],
)
def test_what_the_system_refuses_is_a_typed_error(number: int, kind: type[Exception], code: str) -> None:
    future: Future[Any] = Future()
    future.set_exception(OSError(number, os.strerror(number)))
    with pytest.raises(kind) as caught:
        result(future, 1)
    assert getattr(caught.value, "code", "") == code
