"""One page picture: blank pages are not read, and a second effort is made only where the first was poor."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from pipeline import reading
from pipeline.config import Settings
from pipeline.errors import OcrError
from pipeline.model import BBox, Line, PageImage, PageReading, Word
from pipeline.source import SourcePage

GOOD = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"


@dataclass
class FakeEngine:
    """Gives one answer after the other, the last one for ever."""

    answers: list[str]
    confidence: float = 0.95
    seen: list[PageImage] = field(default_factory=list)
    name = "fake"

    def read(self, image: PageImage, _timeout_seconds: float) -> tuple[Line, ...]:
        self.seen.append(image)
        text = self.answers[min(len(self.seen), len(self.answers)) - 1]
        words = text.split()
        return tuple(
            Line(
                tuple(
                    Word(word, BBox(100 + 60 * at, top, 150 + 60 * at, top + 30), self.confidence)
                    for at, word in enumerate(words)
                )
            )
            for top in range(100, 700, 60)
        )


def written() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    page = np.full((1200, 1000), 255, np.uint8)
    for row in range(20):
        text = "nomura sevan cox rune murx wanes oce"[row % 7 : 26 + row % 5]
        cv2.putText(page, text, (60 + 13 * (row % 3), 100 + 50 * row), 0, 1.6, 20, 3)
    return page


def read(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> PageReading:
    monkeypatch.setattr(reading, "page_engine", lambda *_: engine)
    height, width = pixels.shape
    scan = PageImage(1, pixels, 300.0)
    return reading.read_picture(SourcePage(1, width, height, 300.0, scan), scan, Settings())


def test_a_blank_page_is_noted_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine([GOOD])
    found = read(np.full((1200, 1000), 250, np.uint8), engine, monkeypatch)
    assert engine.seen == []
    assert found.notes == ("blank",)
    assert found.page.text == found.restored.text == ""
    assert (found.page.width, found.page.height) == (1000, 1200)


def test_a_page_read_well_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine([GOOD])
    found = read(written(), engine, monkeypatch)
    assert len(engine.seen) == 1
    assert found.notes == ()


def test_a_page_read_poorly_is_read_again_and_the_better_lines_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(["Căn cứ", GOOD])
    found = read(written(), engine, monkeypatch)
    assert GOOD in found.page.text
    assert "Căn cứ" not in found.page.text.splitlines()
    assert found.notes[0].startswith("read again (local threshold)")


def test_a_second_reading_that_fails_leaves_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(FakeEngine):
        def read(self, image: PageImage, timeout_seconds: float) -> tuple[Line, ...]:
            if self.seen:
                raise OcrError("took too long", code="timeout")
            return FakeEngine.read(self, image, timeout_seconds)

    found = read(written(), Failing(["Căn cứ Luật"]), monkeypatch)
    assert "Căn cứ Luật" in found.page.text
    assert "a second reading failed (timeout): the first stands" in found.notes


def test_upside_down_pages_are_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(["xqz trwk bvn gfd hjkl wrtp zxcv", GOOD])
    found = read(written(), engine, monkeypatch)
    assert found.rotation == 180
    assert GOOD in found.page.text
