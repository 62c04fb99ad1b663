"""`sohoa run` interrupted, killed, or started twice: nothing is lost, nothing is half done."""

import filecmp
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import SOHOA, Run

RunSohoa = Callable[..., Run]
FILES = 24
TIMES = {"run_manifest.json", "ledger.sqlite"}  # they hold times
STOP_SECONDS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    for number in range(FILES):
        text = f"SỞ NỘI VỤ\nSố: {number}/QĐ-SNV\n\nCăn cứ Quyết định số {number + 1}/QĐ-SNV ngày 02/3/2020;\n"
        (path / f"{number:03d}.txt").write_text(text, encoding="utf-8")
    (path / "empty.pdf").touch()
    return path


@pytest.fixture
def begun(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has finished some documents and not all."""
    command = [SOHOA, "run", folder, "--out", tmp_path / "out", "--jobs", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr
        for _ in range(4):
            assert process.stderr.readline()
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def files(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} - TIMES


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_was_stopped_goes_on_and_gives_the_same_tables(
    begun: subprocess.Popen[str], folder: Path, tmp_path: Path, sohoa_run: RunSohoa, number: signal.Signals
) -> None:
    begun.send_signal(number)
    begun.wait(STOP_SECONDS)
    out = tmp_path / "out"
    if number != signal.SIGKILL:
        assert begun.returncode == 130
        assert not list(out.rglob("*.part"))
    assert not (out / "documents.csv").exists()
    resumed = sohoa_run(folder, out=out)
    assert resumed.code == 8  # the empty file
    assert "kept from an earlier run" in resumed.stderr
    whole = sohoa_run(folder, out=tmp_path / "whole")
    assert files(out) == files(whole.out)
    different = [name for name in files(out) if not filecmp.cmp(out / name, whole.out / name, shallow=False)]
    assert different == []


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_one_works(
    begun: subprocess.Popen[str], folder: Path, tmp_path: Path, sohoa_run: RunSohoa
) -> None:
    begun.send_signal(signal.SIGSTOP)  # it holds the folder, however long the other one takes to begin
    refused = sohoa_run(folder, out=tmp_path / "out")
    begun.send_signal(signal.SIGCONT)
    assert refused.code == 2
    assert f"process {begun.pid}" in refused.stderr


def test_workers_end_with_a_run_that_was_killed(begun: subprocess.Popen[str]) -> None:
    begun.kill()
    begun.wait()
    deadline = time.monotonic() + STOP_SECONDS
    while session(begun.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert session(begun.pid) == []


def session(leader: int) -> list[int]:
    """Living processes of the session of `leader`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            cells = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
        except OSError:
            continue  # it ended
        if cells[0] != "Z" and int(cells[3]) == leader:
            found.append(int(entry.name))
    return found
