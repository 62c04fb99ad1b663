"""A Dask cluster of three workers, one of which is killed in the middle: the tables are those of one machine.

usage: python tests/evidence/cluster.py [--files 120]

Light documents are read once with worker processes of this machine and once by a scheduler and three workers
started as a user starts them. While files are read, one worker gets SIGKILL. The claim fails when a table
differs in one byte.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BIN = Path(sys.executable).parent
WORKERS = 3
LETTER = "SỞ NỘI VỤ\nSố: {0}/QĐ-SNV\nSơn Lĩnh, ngày {1} tháng 5 năm 2024\nQUYẾT ĐỊNH\nVề việc khen thưởng\n"
PATIENCE_SECONDS = 900


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--files", type=int, default=120)
    options = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-cluster-") as scratch, contextlib.ExitStack() as stack:
        folder = Path(scratch)
        scans = folder / "scans"
        scans.mkdir()
        for number in range(1, options.files + 1):
            text = LETTER.format(number, number % 28 + 1) + "Căn cứ Luật Thi đua, khen thưởng. " * 40
            (scans / f"{number:04d}.txt").write_text(text, encoding="utf-8")
        sohoa(scans, folder / "alone", "--jobs", "2")
        address = f"tcp://127.0.0.1:{free_port()}"
        dask(stack, "scheduler", "--host", address, "--no-dashboard", "--no-show")
        workers = [
            dask(stack, "worker", address, "--no-nanny", "--no-dashboard", "--nthreads", "1")
            for _ in range(WORKERS)
        ]
        run = subprocess.Popen(command(scans, folder / "together", "--cluster", address))
        finished = wait_for_some(folder / "together", options.files // 4)
        os.kill(workers[0].pid, signal.SIGKILL)
        print(f"one of {WORKERS} workers killed when {finished} of {options.files} files were done")
        if run.wait(timeout=PATIENCE_SECONDS) != 0:
            print(f"FAILED: the run left with {run.returncode}")
            return 1
        return compare(folder / "alone", folder / "together")


def command(scans: Path, out: Path, *options: str) -> list[str]:
    return [str(BIN / "sohoa"), "run", str(scans), "--out", str(out), "--quiet", *options]


def sohoa(scans: Path, out: Path, *options: str) -> None:
    subprocess.run(command(scans, out, *options), check=True, timeout=PATIENCE_SECONDS)


def dask(stack: contextlib.ExitStack, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([str(BIN / "dask"), *arguments], stderr=subprocess.DEVNULL)
    stack.callback(end, process)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_some(out: Path, enough: int) -> int:
    """How many files are done, as soon as there are `enough`."""
    for count in looks(out):
        if count >= enough:
            return count
    raise TimeoutError(f"fewer than {enough} files were done")


def looks(out: Path) -> Iterator[int]:
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        yield len(list((out / "evidence").glob("*.json")))
        time.sleep(0.05)


def compare(alone: Path, together: Path) -> int:
    names = sorted(path.relative_to(alone) for path in alone.rglob("*") if is_result(path))
    different = [str(name) for name in names if not same(alone / name, together / name)]
    print(f"{len(names)} tables, texts and evidence files compared, {len(different)} differ")
    for name in different[:10]:
        print(f"DIFFERS {name}")
    return 1 if different else 0


def is_result(path: Path) -> bool:
    """Everything but the ledger and the manifest, which tell times."""
    return (
        path.is_file()
        and ".sqlite" not in path.name
        and path.name != "run_manifest.json"
        and path.name[0] != "."
    )


def same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


if __name__ == "__main__":
    sys.exit(main())
