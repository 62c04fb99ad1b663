"""Evidence: a full disk stops a run cleanly, and the run is complete once there is space again.

usage (as root, since it mounts a tmpfs): python tests/evidence/disk_full.py [--files 300] [--megabytes 2]

A run writes to a file system that is too small. It must end with exit code 7 and the next step in its
message, leave no unfinished file and a sound ledger; again and again while the disk stays full. After the
file system has grown, the same command must complete, and give the tables of a run with enough space.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from backlog import write_backlog
from kill_restart import SOHOA, differences, finished

OUTPUT_ERROR = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--megabytes", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-full-") as scratch:
        work = Path(scratch)
        write_backlog(work / "in", options.files, bad=False)
        time.sleep(2.5)  # files that changed a moment ago are hashed again by every run
        whole = run(work / "in", work / "whole", options.jobs)
        with small_disk(work / "small", options.megabytes) as disk:
            trouble = list(full(work, disk / "out", options))
            subprocess.run(["mount", "-o", "remount,size=1g", disk], check=True)
            last = run(work / "in", disk / "out", options.jobs)
            wrong = differences(work / "whole", disk / "out")
        print(f"with space again: exit code {last.returncode}, {len(wrong)} files differ")
        sys.exit(bool(trouble or wrong or whole.returncode or last.returncode))


def full(work: Path, out: Path, options: argparse.Namespace) -> Iterator[str]:
    """Run until the disk is full, three times; what went wrong."""
    for attempt in (1, 2, 3):
        done = run(work / "in", out, options.jobs)
        message = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
        parts = [path.name for path in out.rglob("*.part")]
        health = checked(out / "ledger.sqlite")
        print(
            f"full disk, run {attempt}: exit code {done.returncode}, {finished(out)} contents done, "
            f"{len(parts)} unfinished files, ledger {health}; {message}"
        )
        if done.returncode != OUTPUT_ERROR or parts or health != "ok" or "space" not in message:
            yield message


def run(source: Path, out: Path, jobs: int) -> subprocess.CompletedProcess[str]:
    command = [SOHOA, "run", source, "--out", out, "--jobs", str(jobs), "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def checked(ledger: Path) -> str:
    """`ok`, or what SQLite finds wrong."""
    if not ledger.exists():
        return "ok"
    with closing(sqlite3.connect(ledger)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    return str(answer)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "sohoa", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


if __name__ == "__main__":
    main()
