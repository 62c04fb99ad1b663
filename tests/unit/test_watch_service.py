"""The loop: nothing that happens to one file, or to the disk, makes it lose another one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.watch import Diary, FakeReader, FakeTime

from pipeline.batch.watch.beat import Pulse, read_beat
from pipeline.batch.watch.folder import Rules
from pipeline.batch.watch.queue import Patience
from pipeline.batch.watch.service import Clock, Watch, WatchOptions
from pipeline.errors import InputError, OutputError, UsageError


class House:
    """A watched folder with everything around it."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.inbox, self.out = folder / "in", folder / "out"
        self.inbox.mkdir(exist_ok=True)
        own = (self.out, self.inbox / "done", self.inbox / "failed")
        self.reader, self.diary, self.time = FakeReader(), Diary(), FakeTime()
        chosen = WatchOptions(
            self.inbox, self.out, Patience(5, 600, 60), Rules(own=own), **{"once": True, **options}
        )
        clock = Clock(self.time, self.time, self.time.sleep)
        self.watch = Watch(chosen, self.reader, self.diary.journal, clock)

    def put(self, relative: str, content: str = "x") -> Path:
        path = self.inbox / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def steps(self, count: int) -> None:
        """Look `count` times, resting as the watch wishes."""
        for _ in range(count):
            self.time.sleep(self.watch.step())

    def told(self, *events: str) -> list[str]:
        return [event.get("file", event["message"]) for event in self.diary.events(*events)]


@pytest.fixture
def house(tmp_path: Path) -> Callable[..., House]:
    return lambda **options: House(tmp_path, **options)


def test_one_visit_reads_what_is_there_writes_the_tables_and_ends(house: Callable[..., House]) -> None:
    one = house()
    one.put("a.txt")
    one.put("h1/b.txt")
    one.watch.run()
    assert sorted(one.reader.read_files) == ["a.txt", "h1/b.txt"]
    assert one.reader.refreshes >= 1
    assert not one.watch.has_failures
    beat = read_beat(one.out)
    assert beat is not None
    assert (beat.state, beat.tables_due, beat.waiting) == ("stopped", False, 0)


def test_an_empty_folder_is_left_at_once(house: Callable[..., House]) -> None:
    one = house()
    one.watch.run()
    assert one.time.rests == []


def test_a_visit_does_not_wait_for_a_file_that_never_rests(house: Callable[..., House]) -> None:
    one = house()
    path = one.put("a.txt")
    one.put("b.txt")
    one.time.then = lambda: path.write_text("x" * len(one.time.rests), encoding="utf-8") and None
    one.time.then()
    one.watch.run()
    assert one.reader.read_files == ["b.txt"]


def test_a_file_stays_settled_look_after_look(house: Callable[..., House]) -> None:
    one = house(once=False)
    one.put("a.txt")
    one.steps(20)
    assert one.reader.read_files == ["a.txt"]


def test_a_file_replaced_while_it_is_read_is_read_again_and_the_mixture_struck_out(
    house: Callable[..., House],
) -> None:
    one = house(once=False)
    path = one.put("a.txt", "old")
    versions = iter(["newer"])
    one.reader.while_reading = lambda _: (
        [path.write_text(text, encoding="utf-8") for text in versions] and None
    )
    one.steps(8)
    assert one.reader.struck == ["aaa.txt"]
    assert one.told("replaced") == ["a.txt"]
    assert one.told("done") == ["a.txt"], "done is told of what was really read"


def test_a_file_that_vanished_unread_is_told_and_no_failure(house: Callable[..., House]) -> None:
    one = house(once=False)
    path = one.put("locked.txt")
    one.reader.while_reading = lambda _: path.unlink()
    one.steps(4)
    assert one.told("vanished") == ["locked.txt"]
    assert one.reader.gone == [path]
    assert not one.watch.has_failures


def test_a_file_that_may_not_be_read_is_tried_again(house: Callable[..., House]) -> None:
    one = house(once=False)
    path = one.put("locked.txt")
    one.steps(6)
    pauses = [event["retry_seconds"] for event in one.diary.events("retry")]
    assert pauses[:3] == [60, 120, 240]
    path.rename(one.inbox / "open.txt")
    one.steps(4)
    assert one.told("done") == ["open.txt"]


def test_a_full_disk_is_waited_for_and_nothing_is_lost(house: Callable[..., House]) -> None:
    one = house(once=False)
    for name in ("a.txt", "b.txt"):
        one.put(name)
    one.reader.errors = [OutputError("the disk is full")] * 3
    one.steps(8)
    assert one.told("done") == ["a.txt", "b.txt"]
    assert len(one.told("trouble")) == 3
    assert [pause for pause in one.time.rests if pause in (5.0, 10.0, 20.0)][-3:] == [5.0, 10.0, 20.0]
    beat = read_beat(one.out)
    assert beat is not None
    assert beat.trouble == ""


def test_a_visit_ends_with_the_error_of_a_full_disk(house: Callable[..., House]) -> None:
    one = house()
    one.put("a.txt")
    one.reader.errors = [OutputError("the disk is full")]
    with pytest.raises(OutputError):
        one.watch.run()


def test_a_folder_that_is_gone_is_waited_for(house: Callable[..., House], tmp_path: Path) -> None:
    one = house(once=False)
    one.put("a.txt")
    one.inbox.rename(tmp_path / "away")
    one.steps(2)
    assert "cannot look" in one.told("trouble")[0]
    (tmp_path / "away").rename(one.inbox)
    one.steps(4)
    assert one.told("done") == ["a.txt"]


def test_another_sohoa_on_the_same_output_is_no_trouble(house: Callable[..., House]) -> None:
    one = house(once=False)
    one.put("a.txt")
    one.reader.errors = [UsageError("another one", code="busy")] * 2
    one.steps(8)
    assert (len(one.told("waiting")), one.told("trouble"), one.told("done")) == (1, [], ["a.txt"])


def test_a_bug_met_in_one_file_does_not_blind_the_watch_to_the_others(house: Callable[..., House]) -> None:
    one = house(once=False)
    for name in ("a.txt", "poison.txt", "z.txt"):
        one.put(name)
    one.reader.raises_at = lambda found: ZeroDivisionError() if "poison" in found.relative else None
    one.steps(12)
    assert sorted(one.told("done")) == ["a.txt", "z.txt"]
    assert "ZeroDivisionError" in one.told("bug")[0]


def test_originals_go_to_done_and_failed_with_the_reason(house: Callable[..., House]) -> None:
    one = house(moves_originals=True)
    one.put("h1/a.txt")
    one.put("bad.txt")
    one.put("locked.txt")
    one.watch.run()
    left = sorted(path.relative_to(one.inbox).as_posix() for path in one.inbox.rglob("*") if path.is_file())
    assert left == ["done/h1/a.txt", "failed/bad.txt", "failed/bad.txt.error.txt", "locked.txt"]
    assert (one.inbox / "failed/bad.txt.error.txt").read_text(encoding="utf-8") == "broken\n"
    assert one.reader.moves[0][0].name in {"a.txt", "bad.txt"}
    assert one.watch.has_failures


def test_the_same_name_again_is_another_file_with_a_number(house: Callable[..., House]) -> None:
    one = house(once=False, moves_originals=True)
    for content in ("first", "second"):
        one.put("a.txt", content)
        one.steps(3)
    assert sorted(path.name for path in (one.inbox / "done").iterdir()) == ["a-2.txt", "a.txt"]


def test_a_batch_ends_when_nothing_of_its_folder_waits(house: Callable[..., House]) -> None:
    one = house(once=False)
    one.put("h1/a.txt")
    one.steps(1)
    late = one.put("h1/b.txt")
    one.put("h2/bad.txt")
    one.steps(3)
    assert late.exists()
    ends = {event["batch"]: event["files"] for event in one.diary.events("batch_end")}
    assert ends == {"h1": {"done": 2}, "h2": {"failed": 1}}


def test_silence_is_told_once_until_something_arrives(house: Callable[..., House]) -> None:
    one = house(once=False, silence_seconds=3600.0)
    one.steps(3)
    one.time.now += 3600
    one.steps(3)
    assert len(one.told("silence")) == 1
    one.put("a.txt")
    one.steps(3)
    one.time.now += 3700
    one.steps(2)
    assert len(one.told("silence")) == 2


def test_silence_is_remembered_over_visits(tmp_path: Path) -> None:
    for expected in (0, 1, 0):
        one = House(tmp_path, silence_seconds=3600.0)
        one.time.now += {0: 0, 1: 4000}[expected] or (9000 if read_beat(one.out) else 0)
        one.watch.run()
        assert len(one.told("silence")) == expected


def test_an_idle_watch_rests_long(house: Callable[..., House]) -> None:
    one = house(once=False)
    one.put("a.txt")
    one.steps(12)
    assert min(one.time.rests[-4:]) >= 60


def test_a_share_is_not_asked_more_often_than_wished(house: Callable[..., House]) -> None:
    one = house(once=False, poll_seconds=30.0)
    one.put("a.txt")
    one.steps(6)
    assert min(one.time.rests) >= 30
    assert one.told("done") == ["a.txt"]


def test_the_sign_of_life_survives_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be", encoding="utf-8")
    pulse = Pulse(tmp_path / "out", tmp_path, FakeTime(), once=False)
    pulse.note(trouble="the disk is full")
    assert pulse.beat.trouble == "the disk is full"


def test_lost_results_let_the_original_return(house: Callable[..., House]) -> None:
    one = house(once=False, moves_originals=True)
    one.put("h1/a.txt")
    one.steps(3)
    kept = one.inbox / "done/h1/a.txt"
    assert kept.exists()
    one.put("b.txt")
    one.reader.unfinished = lambda _: [kept]  # type: ignore[method-assign]
    refused = iter([InputError("evidence is damaged")])
    real = one.reader.refresh

    def refresh() -> str:
        for error in refused:
            raise error
        one.reader.unfinished = lambda _: []  # type: ignore[method-assign]
        return real()

    one.reader.refresh = refresh  # type: ignore[method-assign]
    one.steps(12)
    assert one.reader.read_files.count("h1/a.txt") == 2
    assert kept.exists()
