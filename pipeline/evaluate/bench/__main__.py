"""`make bench`: the whole program beside bare Tesseract and OCRmyPDF, on the same pages in one run.

usage: python -m pipeline.evaluate.bench [--folder DIR --truth FILE] [--every N] [--repeat N] [--jobs N ...]
                                         [--backlog PAGES ...] [--picture FILE.png]

Ratios of medians are told: seconds alone say nothing on another machine. Contenders take turns, so that a
busy moment of the machine hits all of them. With --backlog, what a page costs at growing numbers of pages.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from pipeline.evaluate.bench.backlog import make_backlog
from pipeline.evaluate.bench.contenders import Contender, contenders, sohoa
from pipeline.evaluate.bench.header_text import header_cer
from pipeline.evaluate.bench.measure import Measured, measure
from pipeline.evaluate.bench.picture import draw
from pipeline.evaluate.quality import ROOT

MEGABYTE = 1_000_000
_SCANS = {".pdf", ".jpg", ".png"}


@dataclass(frozen=True, slots=True)
class Line:
    """One contender with one number of workers; `seconds` is the median of its runs."""

    name: str
    jobs: int
    seconds: float
    ratio: float
    pages_a_minute: float
    cer: float
    peak_bytes: int


def compare(files: Sequence[Path], truths: Mapping[str, str], jobs: int, repeat: int) -> tuple[Line, ...]:
    """Run every installed contender `repeat` times with `jobs` workers; the first is the baseline."""
    runs: dict[Contender, list[Measured]] = {one: [] for one in contenders() if one.is_installed}
    for _ in range(repeat):
        for contender, done in runs.items():
            done.append(measure(contender, files, jobs))
    pages = count_pages(files)
    base = statistics.median(one.seconds for one in next(iter(runs.values())))
    lines = []
    for contender, done in runs.items():
        seconds = statistics.median(one.seconds for one in done)
        cer = header_cer(truths, done[0].texts)
        peak = max(one.peak_bytes for one in done)
        lines.append(Line(contender.name, jobs, seconds, seconds / base, 60 * pages / seconds, cer, peak))
    return tuple(lines)


def count_pages(files: Sequence[Path]) -> int:
    """Pages of `files`; a picture is one page."""
    pages = 0
    for file in files:
        if file.suffix.lower() == ".pdf":
            with pikepdf.open(file) as pdf:
                pages += len(pdf.pages)
        else:
            pages += 1
    return pages


def tell(lines: Sequence[Line]) -> None:
    """Print the comparison as a table for the README."""
    print(
        "| program | workers | seconds | x bare | pages a minute | a core | header errors | largest process |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for one in lines:
        print(
            f"| {one.name} | {one.jobs} | {one.seconds:.1f} | {one.ratio:.2f} | {one.pages_a_minute:.0f} "
            f"| {one.pages_a_minute / one.jobs:.0f} | {100 * one.cer:.2f} % "
            f"| {one.peak_bytes / MEGABYTE:.0f} MB |"
        )


def cost(files: Sequence[Path], sizes: Sequence[int], jobs: int) -> None:
    """Print what a page costs in a backlog of each of `sizes` pages."""
    whole = Contender("sohoa", sohoa)
    print("| pages | workers | seconds | seconds a page | largest process |")
    print("|---|---|---|---|---|")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="sohoa-backlog-") as folder:
            done = measure(whole, make_backlog(files, size, Path(folder)), jobs)
        a_page, peak = done.seconds / size, done.peak_bytes / MEGABYTE
        print(f"| {size} | {jobs} | {done.seconds:.1f} | {a_page:.2f} | {peak:.0f} MB |", flush=True)


def main() -> int:
    """Entry point of the command."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--folder", type=Path, default=ROOT / "samples/documents")
    ask.add_argument("--truth", type=Path, default=ROOT / "samples/ground_truth.json")
    ask.add_argument("--every", type=int, default=1, help="take one file in N of the folder")
    ask.add_argument("--repeat", type=int, default=3, help="runs of each program; 0 for the backlog alone")
    ask.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    ask.add_argument("--backlog", type=int, nargs="*", default=[])
    ask.add_argument("--picture", type=Path)
    options = ask.parse_args()
    scans = sorted(file for file in options.folder.iterdir() if file.suffix.lower() in _SCANS)
    files = scans[:: options.every]
    truths = {
        one["file"]: one["header_text"]
        for one in json.loads(options.truth.read_text(encoding="utf-8"))
        if one.get("header_text") and options.folder.joinpath(one["file"]) in files
    }
    print(f"{len(files)} files, {count_pages(files)} pages; {os.cpu_count()} cores; "
          f"medians of {options.repeat} runs")  # fmt: skip
    lines = []
    if options.repeat:
        lines = [line for jobs in options.jobs for line in compare(files, truths, jobs, options.repeat)]
        tell(lines)
    if options.picture and lines:
        rows = [
            (f"{one.name}, {one.jobs} worker{'s' * (one.jobs > 1)}", one.ratio, 100 * one.cer)
            for one in lines
        ]
        draw(("time, bare Tesseract = 1", "errors in header lines, %"), rows, options.picture)
    if options.backlog:
        pdfs = [file for file in files if file.suffix.lower() == ".pdf"]
        cost(pdfs, options.backlog, max(options.jobs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
