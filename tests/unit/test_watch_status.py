"""The status says what is the matter, to people, to programs and in the exit code."""

import os
import socket
from pathlib import Path

import msgspec
import pytest

from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import DocumentRow, FileDigest, Finished, Problem
from pipeline.batch.watch.beat import RUNNING, STOPPED, WORKING, Beat, Pulse
from pipeline.batch.watch.status import is_alive, status
from pipeline.batch.watch.status_text import as_metrics, as_text
from pipeline.errors import BELOW_FLOOR, OK, SOME_FAILED, InputError
from pipeline.source import FoundFile

NOW = 1_000_000.0


def beat(**changes: object) -> Beat:
    alive = Beat(
        folder="/in",
        host=socket.gethostname(),
        pid=os.getpid(),
        once=False,
        started=NOW - 100,
        beat=NOW - 1,
        last_arrival=NOW,
    )
    return msgspec.structs.replace(alive, **changes)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with one document read, one file set aside and one never opened."""
    files = [FoundFile(tmp_path / name, name) for name in ("a.txt", "bad.pdf", "locked.txt", "new.txt")]
    for found in files:
        found.path.write_text("x", encoding="utf-8")
    with Ledger(tmp_path) as ledger:
        scan = ledger.begin_scan()
        ledger.see(scan, files)
        rows = {row.relative: row.path_id for row in ledger.paths(scan)}
        for name, sha in (("a.txt", "aa"), ("bad.pdf", "bb")):
            ledger.identified(rows[name], FileDigest(sha, 1, 1, 1, 1, 1))
            ledger.start(sha, "mark")
        ledger.finish("aa", Finished((DocumentRow("aa", 2, ("d", "d")),)))
        ledger.quarantine("bb", [Problem("damaged", "open", "broken")])
        ledger.unreadable(rows["locked.txt"], Problem("no_permission", "open", "locked"))
    return tmp_path


def write(out: Path, one: Beat) -> None:
    (out / "watch").mkdir(exist_ok=True)
    (out / "watch/state.json").write_bytes(msgspec.json.encode(one))


def test_the_figures_of_a_folder(out: Path) -> None:
    one = status(out)
    assert (one.queue, one.done, one.failed, one.unreadable, one.failures) == (1, 1, 1, 1, 2)
    assert (one.documents_last_hour, one.pages_last_hour) == (1, 2)
    assert one.reasons == (("damaged", 1), ("no_permission", 1))
    assert one.eta_seconds == 3600
    assert one.watch is None


def test_what_was_replaced_is_no_failure_any_more(out: Path) -> None:
    with Ledger(out) as ledger:
        (row,) = (row for row in ledger.paths(1) if row.relative == "bad.pdf")
        ledger.identified(row.path_id, FileDigest("aa", 1, 1, 1, 1, 1))
    assert status(out).reasons == (("no_permission", 1),)


def test_reading_the_status_changes_nothing(out: Path) -> None:
    before = {path: path.read_bytes() for path in out.iterdir() if path.is_file()}
    status(out)
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_without_a_ledger_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        status(tmp_path)
    assert caught.value.code == "no_ledger"
    assert not list(tmp_path.iterdir())


def test_exit_codes(out: Path) -> None:
    now = status(out).last_success + 3600
    assert status(out, now).exit_code(now) == SOME_FAILED
    assert status(out, now).exit_code(now, most_age_seconds=3000) == BELOW_FLOOR
    write(out, beat(beat=now, state=STOPPED))
    assert status(out, now).exit_code(now) == BELOW_FLOOR
    write(out, beat(beat=now, trouble="the disk is full"))
    assert status(out, now).exit_code(now) == BELOW_FLOOR
    write(out, beat(beat=now))
    assert status(out, now).exit_code(now) == SOME_FAILED
    write(out, beat(beat=now, state=STOPPED, once=True))
    assert status(out, now).exit_code(now) == SOME_FAILED, "a visit by cron is not expected to run on"


def test_all_is_well_when_nothing_failed(tmp_path: Path) -> None:
    with Ledger(tmp_path):
        pass
    assert status(tmp_path).exit_code(NOW) == OK
    assert status(tmp_path).exit_code(NOW, most_age_seconds=1) == BELOW_FLOOR, "there never was a success"


@pytest.mark.parametrize(
    ("changes", "alive"),
    [
        ({}, True),
        ({"state": STOPPED}, False),
        ({"pid": 2**22 + 1}, False),
        ({"beat": NOW - 1000}, False),
        ({"beat": NOW - 1000, "pause_seconds": 600.0}, True),
        ({"beat": NOW - 1000, "state": WORKING}, True),
        ({"host": "elsewhere", "pid": 2**22 + 1, "state": RUNNING}, True),
        ({"host": "elsewhere", "beat": NOW - 1000, "state": WORKING}, False),
    ],
)
def test_a_watch_is_alive_when_its_process_is_there_and_it_gives_signs(
    changes: dict[str, object], alive: bool
) -> None:
    assert is_alive(beat(**changes), NOW) is alive


def test_people_see_the_trouble_and_what_was_refused(out: Path) -> None:
    write(out, beat(trouble="the disk is full", refused={"symbolic_link": 2}, waiting=3, incomplete=1))
    text = as_text(status(out, NOW), NOW)
    for expected in ("the disk is full", "2 symbolic_link", "1 damaged", "3 files, 1 of them", "alive"):
        assert expected in text


def test_metrics_have_the_form_prometheus_reads(out: Path) -> None:
    write(out, beat())
    lines = as_metrics(status(out, NOW)).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert f'sohoa_failed_files{{out="{out}"}} 2' in samples
    assert f'sohoa_watch_up{{out="{out}"}} 1' in samples
    assert f'sohoa_failures{{out="{out}",code="damaged"}} 1' in samples
    assert all(line.startswith("sohoa_") and float(line.rpartition(" ")[2]) >= 0 for line in samples)


def test_a_pulse_remembers_what_the_last_watch_left(tmp_path: Path) -> None:
    first = Pulse(tmp_path, Path("/in"), lambda: NOW, once=False)
    first.note(tables_due=True, last_arrival=NOW - 5, told_silence=True)
    second = Pulse(tmp_path, Path("/in"), lambda: NOW + 50, once=False).beat
    assert (second.last_arrival, second.told_silence, second.tables_due) == (NOW - 5, True, True)


def test_a_damaged_sign_of_life_is_none(out: Path) -> None:
    (out / "watch").mkdir()
    (out / "watch/state.json").write_text("{", encoding="utf-8")
    assert status(out).watch is None
