"""Workers that do everything but reading pages: a page is its text as it stands."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pipeline.batch.pool import WorkerPool
from pipeline.batch.tasks import timed
from pipeline.config import Settings
from pipeline.model import Line, OcrPage, PageReading, RestoredText, Word
from pipeline.source import SourceFile


class SimulatedWorkers(WorkerPool):
    """Real worker processes whose pages cost no time."""

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        assert task is timed
        call, *rest = args
        made = read if call.__name__ == "read_page" else call
        return super().submit(task, made, *rest, timeout_seconds=timeout_seconds)


def read(source: SourceFile, page_number: int, _settings: Settings) -> PageReading:
    text = source.path.read_text(encoding="utf-8").split("\f")[page_number - 1]
    lines = tuple(Line(tuple(Word(word) for word in line.split())) for line in text.split("\n"))
    page = OcrPage(page_number, 0, 0, 0.0, lines, "simulated 1")
    digest = f"text:{zlib.crc32(text.encode()):x}"
    return PageReading(page, RestoredText(page.text, page.text), "text_file", digest=digest)
