"""One run at a time in an output folder: a lock that the system takes away when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.export.writing import output_errors

LOCK = ".lock"
_PAUSE_SECONDS = 0.1


@contextlib.contextmanager
def run_lock(out: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold `out` alone inside the block; waits up to `wait_seconds` for another one to let go.

    Raises UsageError `busy` that names the other process, OutputError when the folder cannot be written.
    """
    path = out / LOCK
    with output_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, out, time.monotonic() + wait_seconds)
        with output_errors(path):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _take(descriptor: int, out: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_PAUSE_SECONDS)
                continue
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise UsageError(
                f"another sohoa (process {holder}) is working on {out}",
                hint="Wait for it, or choose another --out",
                code="busy",
            ) from None
