"""`sohoa watch` and `sohoa status`: the real command on a folder that changes."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import frictionless
import pytest
from conftest import SAMPLES, SOHOA, call

LIGHT = sorted(SAMPLES.glob("*.txt"))
MOST_SECONDS = 120.0


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def once(inbox: Path, out: Path, *options: str) -> tuple[int, list[dict[str, object]]]:
    """One visit; its exit code and events."""
    done = call(
        "watch", inbox, "--out", out, "--once", "--stable", "0.3", "--jobs", "1", "--json-log", *options
    )
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


def named(events: list[dict[str, object]], event: str) -> list[object]:
    return sorted(str(one["file"]) for one in events if one["event"] == event)


def column(out: Path, table: str, name: str) -> list[str]:
    lines = (out / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    index = lines[0].split(",").index(name)
    return [line.split(",")[index] for line in lines[1:]]


def test_visits_read_what_is_new_move_it_and_tell_what_failed(tmp_path: Path) -> None:
    inbox, out = tmp_path / "in", tmp_path / "in/tables"  # its own texts below must not be read
    put(inbox / "h1/a.txt", LIGHT[0].read_bytes())
    put(inbox / "off.pdf", b"PK\x03\x04" + bytes(50))
    put(inbox / "cut.pdf", b"%PDF-1.4\n1 0 obj")
    code, events = once(inbox, out, "--move", "done", "--partition", "daily")
    assert code == 8
    assert (named(events, "done"), named(events, "failed"), named(events, "incomplete")) == (
        ["h1/a.txt"],
        ["off.pdf"],
        ["cut.pdf"],
    )
    (done,) = [event for event in events if event["event"] == "done"]
    (day,) = (out / "days").iterdir()
    assert column(out, "documents", "doc_id") == column(day, "documents", "doc_id") == done["doc_ids"]
    assert frictionless.validate(str(out / "datapackage.json")).valid
    assert frictionless.validate(str(day / "datapackage.json")).valid
    put(inbox / "h1/a.txt", LIGHT[1].read_bytes())
    put(inbox / "again.txt", LIGHT[0].read_bytes())
    code, events = once(inbox, out, "--move", "done", "--incomplete", "0.1")
    assert (named(events, "done"), named(events, "known"), named(events, "failed")) == (
        ["h1/a.txt"],
        ["again.txt"],
        ["cut.pdf"],
    )
    files = (path for path in inbox.rglob("*.*") if path.is_file() and not path.is_relative_to(out))
    places = sorted(path.relative_to(inbox).as_posix() for path in files)
    assert places == [
        ".lock",
        "done/again.txt",
        "done/h1/a-2.txt",
        "done/h1/a.txt",
        "failed/cut.pdf",
        "failed/cut.pdf.error.txt",
        "failed/off.pdf",
        "failed/off.pdf.error.txt",
    ]
    assert len(column(out, "documents", "doc_id")) == 2
    assert len(column(out, "files", "path")) == 3
    run = call("run", inbox / "done", "--out", out)
    assert "2 kept" in run.stderr, "a watch and a run are the same work"


def test_what_cannot_work_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    assert call("watch", tmp_path / "none", "--out", tmp_path / "out").returncode == 4
    assert call("watch", tmp_path, "--out", tmp_path / "sub/..").returncode == 2
    assert call("watch", tmp_path, "--out", tmp_path / "out", "--hook", "mail 'x").returncode == 2
    assert not list(tmp_path.iterdir())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a watch on tmp_path/in; ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        (tmp_path / "in").mkdir(exist_ok=True)
        command = [str(SOHOA), "watch", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--json-log"]
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen([*command, "--stable", "0.5", "--jobs", "1", *options], stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(tmp_path: Path, event: str) -> dict[str, object]:
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
        for line in reversed(lines):
            if json.loads(line)["event"] == event:
                return dict(json.loads(line))
        time.sleep(0.1)
    raise AssertionError(f"no event {event}: {lines}")


def test_a_watch_wakes_for_a_new_file_and_ends_when_told(
    running: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    watch = running()
    wait_for(tmp_path, "tables")
    put(tmp_path / "in/h1/a.txt", LIGHT[0].read_bytes())
    assert wait_for(tmp_path, "done")["file"] == "h1/a.txt"
    wait_for(tmp_path, "batch_end")
    again = call("watch", tmp_path / "in", "--out", tmp_path / "out", "--once")
    assert (again.returncode, "another sohoa" in again.stderr) == (2, True)
    alive = call("status", tmp_path / "out", "--json")
    assert (alive.returncode, json.loads(alive.stdout)["watch"]["is_alive"]) == (0, True)
    watch.send_signal(signal.SIGTERM)
    assert watch.wait(timeout=10) == 130
    ended = call("status", tmp_path / "out", "--prometheus", tmp_path / "sohoa.prom")
    assert (ended.returncode, "not running" in ended.stdout) == (9, True)
    assert "sohoa_watch_up" in (tmp_path / "sohoa.prom").read_text(encoding="utf-8")


def test_a_watch_that_was_killed_reads_the_rest_after_its_restart(
    running: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    watch = running("--poll", "0.5")
    for index, path in enumerate(LIGHT):
        put(tmp_path / f"in/{index}.txt", path.read_bytes())
    wait_for(tmp_path, "done")
    watch.kill()
    watch.wait()
    assert call("status", tmp_path / "out").returncode == 9
    put(tmp_path / "in/late.txt", LIGHT[0].read_bytes() + b"\n")
    code, _ = once(tmp_path / "in", tmp_path / "out")
    assert code == 0
    assert len(column(tmp_path / "out", "files", "path")) == len(LIGHT) + 1
