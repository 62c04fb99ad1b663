"""Damaged and hostile files by the thousand: each must end as a document or as a typed failure.

usage: python tests/evidence/fuzz.py [--inputs 2000] [--seed 1] [--jobs 2] [--keep DIR]

The real command reads a folder of mutated files. The claim fails when the command itself crashes or hangs,
when a file is in neither table, or when a failure is told as a bug.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fakes.mutations import mutants, seeds

SOHOA = Path(sys.executable).parent / "sohoa"
HANG_SECONDS = 4 * 3600


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--inputs", type=int, default=2000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--keep", type=Path, help="keep inputs and tables here")
    options = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-fuzz-") as scratch:
        folder = options.keep or Path(scratch)
        dropped, out = folder / "in", folder / "out"
        dropped.mkdir(parents=True, exist_ok=True)
        for name, data in mutants(seeds(), options.inputs, options.seed):
            (dropped / name).write_bytes(data)
        start = time.perf_counter()
        command = [str(SOHOA), "run", str(dropped), "--out", str(out), "--jobs", str(options.jobs), "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
        seconds = time.perf_counter() - start
        return verdict(dropped, out, done, seconds)


def verdict(dropped: Path, out: Path, done: subprocess.CompletedProcess[str], seconds: float) -> int:
    names = {path.name for path in dropped.iterdir()}
    if done.returncode not in (0, 8):
        print(f"FAILED: the command left with {done.returncode}: {done.stderr[-2000:]}")
        return 1
    read = {row["path"] for row in rows(out / "files.csv") if row["doc_id"]}
    failures = rows(out / "failures.csv")
    failed = {row["path"] for row in failures}
    lost = sorted(names - read - failed)
    bugs = [row for row in failures if row["code"] == "bug"]
    codes = Counter(row["code"] for row in failures)
    print(
        f"{len(names)} damaged files in {seconds:.0f} s: "
        f"{len(read)} read, {len(failed)} failed, {len(lost)} lost"
    )
    print("failures by code:", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
    for row in bugs[:20]:
        print(f"BUG {row['path']} [{row['stage']}] {row['message']}")
    for name in lost[:20]:
        print(f"LOST {name}")
    return 1 if lost or bugs else 0


if __name__ == "__main__":
    sys.exit(main())
