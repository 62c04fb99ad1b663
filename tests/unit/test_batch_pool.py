"""A worker may crash, hang or run out of memory; the others do not notice."""

from collections.abc import Iterator

import pytest
from fakes import tasks

from pipeline.batch.pool import WorkerPool, result
from pipeline.errors import InputError, OcrError


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(2, memory_bytes=4 << 30) as pool:
        yield pool


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


def test_too_much_memory_is_refused(workers: WorkerPool) -> None:
    with pytest.raises(InputError) as caught:
        result(workers.submit(tasks.eat_memory, timeout_seconds=60), 60)
    assert caught.value.code == "out_of_memory"


def test_a_typed_error_comes_back_as_it_was(workers: WorkerPool) -> None:
    with pytest.raises(InputError) as caught:
        result(workers.submit(tasks.refuse, timeout_seconds=60), 60)
    assert (caught.value.code, caught.value.hint) == ("encrypted", "Remove the password")


def test_a_bug_in_a_task_is_raised_as_itself(workers: WorkerPool) -> None:
    with pytest.raises(ZeroDivisionError):
        result(workers.submit(tasks.stumble, timeout_seconds=60), 60)
