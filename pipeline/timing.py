"""Where the time goes: seconds by stage of the work in this process, never part of any evidence.

    with stage("ocr"):
        ...
    taken()  # {"ocr": 1.62}: and the watch is at zero again

A worker process does one task after the other, so one watch a process is enough: who gives a worker a task
asks for `taken()` after it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_seconds: dict[str, float] = {}


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add the time spent inside to stage `name`, also when it ends in an error. Stages do not nest."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _seconds[name] = _seconds.get(name, 0.0) + time.perf_counter() - started


def taken() -> dict[str, float]:
    """Seconds by stage since the last call, in the order in which the stages were first met."""
    found = dict(_seconds)
    _seconds.clear()
    return found
