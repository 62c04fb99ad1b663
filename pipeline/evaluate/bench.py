"""`make bench`: the whole program against bare Tesseract on the same pages, side by side in one run.

usage: python -m pipeline.evaluate.bench [--folder DIR] [--repeat N] [--jobs N]

The baseline is `pdftoppm -r 300 -gray` and `tesseract -l vie`, page by page, in N processes; sohoa makes all
its tables with N workers. Ratios of medians are printed: seconds alone say nothing on another machine.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.evaluate.quality import ROOT, SOHOA

DPI = "300"


def bare_tesseract(files: list[Path], jobs: int, work: Path) -> int:
    """Read every page of `files` as a script of three lines would; returns the number of pages."""
    for index, file in enumerate(files):
        command = ["pdftoppm", "-r", DPI, "-gray", "-png", str(file), str(work / f"{index:04d}")]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    pages = sorted(work.glob("*.png"))

    def read(page: Path) -> None:
        command = ["tesseract", str(page), str(page.with_suffix("")), "-l", "vie"]
        subprocess.run(
            command, check=True, stderr=subprocess.DEVNULL, env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin"}
        )

    with ThreadPoolExecutor(jobs) as threads:
        list(threads.map(read, pages))
    return len(pages)


def sohoa(files: list[Path], jobs: int, work: Path) -> int:
    """The whole program with all tables; returns 0, for the baseline counts the pages."""
    subprocess.run([SOHOA, "run", *files, "--out", work, "--jobs", str(jobs), "--quiet"], check=True)
    return 0


def seconds(run: Callable[[list[Path], int, Path], int], files: list[Path], jobs: int) -> tuple[float, int]:
    """Wall time of one run in a fresh folder, and what it returned."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as work:
        start = time.perf_counter()
        pages = run(files, jobs, Path(work))
        return time.perf_counter() - start, pages


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--folder", type=Path, default=ROOT / "samples/documents")
    ask.add_argument("--repeat", type=int, default=3)
    ask.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    options = ask.parse_args()
    files = sorted(options.folder.glob("*.pdf"))
    for jobs in options.jobs:
        # Turn and turn about, so that a busy moment of the machine hits both.
        rounds = [
            (seconds(bare_tesseract, files, jobs), seconds(sohoa, files, jobs)) for _ in range(options.repeat)
        ]
        pages = rounds[0][0][1]
        bare = statistics.median(one[0][0] for one in rounds)
        whole = statistics.median(one[1][0] for one in rounds)
        print(
            f"{jobs} workers, {len(files)} files, {pages} pages: bare Tesseract {bare:.1f} s, "
            f"sohoa with all tables {whole:.1f} s, ratio {whole / bare:.2f}, "
            f"{60 * pages / whole:.0f} pages a minute"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
