"""Wall time and memory of a call that starts programs."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipeline.evaluate.bench.contenders import Contender

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: wall `seconds`, the largest process in `peak_bytes` (resident), and the texts by file name."""

    seconds: float
    peak_bytes: int
    texts: dict[str, str]


def measure(contender: Contender, files: Sequence[Path], jobs: int) -> Measured:
    """Run `contender` in a fresh folder, watching every process it starts."""
    with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder, _Watch() as watch:
        start = time.perf_counter()
        texts = contender.read(files, jobs, Path(folder))
        seconds = time.perf_counter() - start
    return Measured(seconds, watch.peak_bytes, texts)


class _Watch:
    """Looks at the memory of all processes below this one until the block is left."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        this = psutil.Process()
        while not self._is_over.wait(_LOOK_SECONDS):
            for process in this.children(recursive=True):
                with contextlib.suppress(psutil.Error):  # it ended meanwhile
                    self.peak_bytes = max(self.peak_bytes, process.memory_info().rss)
