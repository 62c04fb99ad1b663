"""Evidence: ten thousand documents take no more memory than one thousand, and the ledger stays as quick.

usage: python tests/evidence/ten_thousand.py [--files 10000]

The pages are read by simulated workers (in no time), so that what is measured is the run itself: its
schedule, its ledger, its files and its tables; everything else is real. Printed are, for each tenth of the
backlog, the memory of the process and the median time of a step of the ledger; then those of the
tables, and of a second run that finds everything done. Exit status 1 when the memory of the run grows by more
than 20 MB from the second tenth to the last, when a step of the ledger takes more than twice as long in the
last tenth as in the second, or when a document is missing.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from backlog import write_backlog
from simulated import SimulatedWorkers

from pipeline.batch import run as batch
from pipeline.batch.ledger import Ledger
from pipeline.config import Settings

MOST_GROWTH_MEGABYTES = 20.0
MOST_SLOWER = 2.0
STEPS = ("identified", "content", "start", "finish")
PARTS = 10


class Stopwatch:
    """Times the steps of the ledger and watches memory, part by part."""

    def __init__(self, total: int) -> None:
        self.part_size = max(1, total // PARTS)
        self.seconds: list[float] = []
        self.rows: list[tuple[float, float]] = []
        for name in STEPS:
            setattr(Ledger, name, self._timed(getattr(Ledger, name)))

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*args, **options)
            finally:
                self.seconds.append(time.perf_counter() - started)

        return call

    def heard(self, _found: object, _outcome: object, finished: int, total: int) -> None:
        if finished % self.part_size == 0 and finished // self.part_size > len(self.rows):
            self.rows.append((resident_megabytes(), 1e3 * statistics.median(self.seconds)))
            megabytes, milliseconds = self.rows[-1]
            print(f"{finished:6d} of {total}: {megabytes:6.1f} MB, a ledger step {milliseconds:.3f} ms")
            self.seconds.clear()


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="sohoa-many-") as scratch:
        sys.exit(not is_flat(Path(scratch), options.files))


def is_flat(work: Path, count: int) -> bool:
    write_backlog(work / "in", count, bad=False)
    time.sleep(2.5)  # files that changed a moment ago are hashed again by every run
    watch = Stopwatch(count)
    settings, chosen = Settings(), batch.RunOptions(work / "out", jobs=2)
    started = time.monotonic()
    first = batch.run([work / "in"], settings, chosen, watch.heard, SimulatedWorkers)
    print(f"first run: {time.monotonic() - started:.0f} s, {first.sentence(work / 'out')}")
    print(f"most memory, tables among it: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.1f} MB")
    started = time.monotonic()
    second = batch.run([work / "in"], settings, chosen, start_workers=SimulatedWorkers)
    print(f"second run: {time.monotonic() - started:.0f} s, {second.kept} documents kept")
    growth = watch.rows[-1][0] - watch.rows[1][0]
    slower = watch.rows[-1][1] / watch.rows[1][1]
    print(f"memory of the run grew by {growth:.1f} MB; a ledger step takes {slower:.2f} times as long")
    is_whole = first.tally.documents == second.kept and first.tally.failures == 0
    return is_whole and growth <= MOST_GROWTH_MEGABYTES and slower <= MOST_SLOWER


if __name__ == "__main__":
    main()
