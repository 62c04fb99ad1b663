"""Every file waits until it is quiet and whole, is handed on once, and is never forgotten."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.watch.folder import Stamp
from pipeline.batch.watch.queue import Patience, Queue

A, B = Path("a.pdf"), Path("b.pdf")
ONE, TWO = Stamp(1, 1, 1), Stamp(2, 2, 1)
PATIENCE = Patience(stable_seconds=5, incomplete_seconds=100, retry_seconds=10, most_retry_seconds=35)


def queue(*incomplete: Path) -> Queue:
    return Queue(PATIENCE, lambda path: path not in incomplete)


def test_a_file_is_due_when_it_rested() -> None:
    one = queue()
    assert one.update({A: ONE}, 0) == ({A}, set())
    assert one.due(4) == []
    assert one.due(5) == [(A, ONE)]


def test_a_file_that_grows_waits_on() -> None:
    one = queue()
    one.update({A: ONE}, 0)
    one.update({A: TWO}, 4)
    assert one.due(5) == []
    assert one.due(9) == [(A, TWO)]


def test_a_settled_file_is_never_due_again_until_it_changes() -> None:
    one = queue()
    one.update({A: ONE}, 0)
    one.settle(A, ONE)
    assert one.update({A: ONE}, 10) == (set(), set())
    assert one.due(1000) == []
    assert one.update({A: TWO}, 1000)[0] == {A}
    assert one.due(1005) == [(A, TWO)]


def test_an_incomplete_file_waits_but_not_for_ever() -> None:
    one = queue(A)
    one.update({A: ONE}, 0)
    assert one.due(99) == []
    assert one.incomplete == {A}
    assert one.due(100) == [(A, ONE)]


def test_a_visit_by_cron_knows_by_the_files_change_time_that_it_waited_long(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-")
    one = queue(path)
    one.update({path: ONE}, 0)
    changed = path.stat().st_ctime
    assert one.due(5, wall=changed + 99) == []
    assert one.due(5, wall=changed + 100) == [(path, ONE)]


@pytest.mark.parametrize(("error", "is_due"), [(PermissionError(), True), (FileNotFoundError(), False)])
def test_what_cannot_be_looked_into_is_handed_on_and_what_is_gone_is_not(
    error: OSError, is_due: bool
) -> None:
    def refuse(_: Path) -> bool:
        raise error

    one = Queue(PATIENCE, refuse)
    one.update({A: ONE}, 0)
    assert bool(one.due(5)) is is_due


def test_a_retry_comes_back_with_growing_pauses_until_the_file_changes() -> None:
    one = queue()
    one.update({A: ONE}, 0)
    pauses = [one.retry(A, ONE, 0) for _ in range(4)]
    assert pauses == [10, 20, 35, 35]
    one.update({A: ONE}, 1)
    assert (one.due(34), one.due(35)) == ([], [(A, ONE)])
    one.update({A: TWO}, 36)
    assert one.retrying == set()
    assert one.due(41) == [(A, TWO)]
    assert one.retry(A, TWO, 41) == 10


def test_what_vanished_is_forgotten_wherever_it_stood() -> None:
    for stand in (lambda q: q.settle(A, ONE), lambda q: q.retry(A, ONE, 0), lambda _: None):
        one = queue()
        one.update({A: ONE, B: ONE}, 0)
        stand(one)
        assert one.update({B: ONE}, 1)[1] == {A}
        assert one.update({A: ONE, B: ONE}, 2)[0] == {A}, "it is new when it comes back"


def test_the_oldest_goes_first() -> None:
    one = queue()
    one.update({B: ONE}, 0)
    one.update({A: ONE, B: ONE}, 1)
    assert [path for path, _ in one.due(9)] == [B, A]


def test_the_next_change_is_when_a_file_may_be_quiet_or_a_retry_is_due() -> None:
    one = queue()
    assert one.next_change(0) is None
    one.update({A: ONE, B: ONE}, 0)
    assert one.next_change(1) == 4
    one.settle(A, ONE)
    one.retry(B, ONE, 1)
    assert one.next_change(1) == 10


@given(st.lists(st.dictionaries(st.sampled_from([A, B]), st.sampled_from([ONE, TWO])), max_size=40))
def test_each_state_a_file_rests_in_is_handed_on_exactly_once(looks: list[dict[Path, Stamp]]) -> None:
    """Two looks 5 s apart with the same stamp make a file due; settled, the same stamp is never due again
    while the file stays."""
    one, handed = queue(), []
    settled: dict[Path, Stamp] = {}
    before: dict[Path, Stamp] = {}
    for number, files in enumerate(looks):
        now = number * 5.0
        one.update(files, now)
        settled = {path: stamp for path, stamp in settled.items() if files.get(path) == stamp}
        due = dict(one.due(now))
        expected = {
            path: stamp
            for path, stamp in files.items()
            if before.get(path) == stamp and settled.get(path) != stamp
        }
        assert due == expected
        for path, stamp in due.items():
            one.settle(path, stamp)
            handed.append((path, stamp))
        settled |= due
        before = files
