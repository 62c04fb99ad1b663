"""Evidence: a run killed at any moment and started again gives the same tables, byte for byte.

usage: python tests/evidence/kill_restart.py [--files 2000] [--kills 25] [--jobs 2] [--seed 1]

A backlog of short letters is read twice: once without a break, once by a run that is killed (SIGKILL) at
random moments and started again each time. Every table, text and evidence file must be equal. Exit status 1
when one differs, when finished work is lost, or when a process is left behind.
"""

from __future__ import annotations

import argparse
import filecmp
import itertools
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from backlog import write_backlog

SOHOA = Path(sys.executable).parent / "sohoa"
DIFFERENT = {"run_manifest.json", "ledger.sqlite", ".lock"}  # they tell of the run, not of the documents


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="sohoa-kill-") as scratch:
        work = Path(scratch)
        write_backlog(work / "in", options.files, seed=options.seed)
        time.sleep(2.5)  # files that changed a moment ago are hashed again by every run
        started = time.monotonic()
        whole = sohoa(work / "in", work / "whole", options.jobs).wait()
        seconds = time.monotonic() - started
        print(f"without a break: {options.files} files in {seconds:.1f} s, exit code {whole}", flush=True)
        code, done_at_kill, sessions = interrupted(work, options, seconds)
        print(f"documents finished at each kill: {done_at_kill}")
        wrong = differences(work / "whole", work / "killed")
        left = leftovers(sessions)
        shrunk = [pair for pair in itertools.pairwise(done_at_kill) if pair[1] < pair[0]]
        print(
            f"{options.kills} kills: exit code {code}, {len(wrong)} files differ, "
            f"{len(left)} processes left, {len(shrunk)} times finished work was lost"
        )
        for name in wrong[:10]:
            print(f"  differs: {name}")
        sys.exit(bool(wrong or left or shrunk or code != whole))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def sohoa(source: Path, out: Path, jobs: int) -> subprocess.Popen[bytes]:
    command = [SOHOA, "run", source, "--out", out, "--jobs", str(jobs), "--quiet"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, start_new_session=True, stdout=quiet, stderr=quiet)


def interrupted(work: Path, options: argparse.Namespace, seconds: float) -> tuple[int, list[int], set[int]]:
    """Kill and start again; the exit code of the last start, how much was done at each kill, the sessions.

    The moments are random, but spread over the whole work; every fifth comes soon after the start, and the
    last one while tables are being written.
    """
    chance = random.Random(options.seed)
    done: list[int] = []
    sessions: set[int] = set()
    step = options.files / (options.kills + 1)
    for number in range(1, options.kills + 1):
        process = sohoa(work / "in", work / "killed", options.jobs)
        sessions.add(process.pid)
        if number == options.kills:
            wait_for_tables(work / "killed", process)
        elif number % 5:
            wait_for(work / "killed", process, done_wanted=int(step * number))
        else:
            time.sleep(chance.uniform(0.0, 3.0))
        time.sleep(chance.uniform(0.0, min(1.0, seconds / options.kills)))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        done.append(finished(work / "killed"))
        time.sleep(chance.uniform(0.0, 0.3))
    last = sohoa(work / "in", work / "killed", options.jobs)
    sessions.add(last.pid)
    return last.wait(), done, sessions


def wait_for(out: Path, process: subprocess.Popen[bytes], done_wanted: int) -> None:
    while process.poll() is None and finished(out) < done_wanted:
        time.sleep(0.05)


def wait_for_tables(out: Path, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and not (out / "documents.csv.part").exists():
        time.sleep(0.005)


def finished(out: Path) -> int:
    """Contents that are done, as the ledger has it."""
    if not (out / "ledger.sqlite").exists():
        return 0
    with closing(sqlite3.connect(out / "ledger.sqlite", timeout=30)) as ledger:
        try:
            (count,) = ledger.execute("SELECT count(*) FROM contents WHERE state = 'done'").fetchone()
        except sqlite3.OperationalError:
            return 0  # killed before the tables were made
    return int(count)


def differences(one: Path, other: Path) -> list[str]:
    names = sorted({str(path.relative_to(root)) for root in (one, other) for path in root.rglob("*")})
    return [name for name in names if name not in DIFFERENT and not is_equal(one / name, other / name)]


def is_equal(one: Path, other: Path) -> bool:
    if one.is_dir() or other.is_dir():
        return one.is_dir() and other.is_dir()
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def leftovers(sessions: set[int]) -> list[int]:
    """Processes of the killed runs (each run has a session of its own) that are there five seconds later."""
    time.sleep(5.0)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, session = (entry / "stat").read_text().rpartition(") ")[2].split()[:4]
            except OSError:
                continue  # it ended
            if int(session) in sessions and state != "Z":
                found.append(int(entry.name))
    return found


if __name__ == "__main__":
    main()
