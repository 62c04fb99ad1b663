"""Leave out what is no writing: tops of diacritics, specks and rules that the engine read as lines.

Tesseract sometimes cuts the marks above a line of capitals off and reads them as a line of their own
(`^ .^A ,À k4`), which then stands in the middle of a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pipeline.model import Line
from pipeline.ocr.reread import worth

LOW = 0.5  # of the page's median word height
LOW_AT_MOST = 0.65
LEAST_CONFIDENCE = 0.6


def without_splinters(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines` without those that are low, unsure and hold no Vietnamese."""
    heights = [word.bbox.height for line in lines for word in line.words if word.bbox and len(word.text) > 1]
    if not heights:
        return tuple(lines)
    usual = median(heights)
    return tuple(line for line in lines if not _is_splinter(line, usual))


def _is_splinter(line: Line, usual: float) -> bool:
    heights = [word.bbox.height for word in line.words if word.bbox]
    return (
        bool(heights)
        and median(heights) < LOW * usual
        and max(heights) < LOW_AT_MOST * usual
        and line.confidence < LEAST_CONFIDENCE
        and worth(line) <= 0
    )
