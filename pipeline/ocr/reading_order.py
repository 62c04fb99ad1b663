"""Put the lines of an administrative page into reading order, one column after the other.

Tesseract glues what stands side by side on one line: issuer and national title, number and date,
recipients and signature. Here such lines are split at their gap, and stretches of a page that are set
in two columns (header, signature block) are read left column first, as the layout of Nghị định
30/2020/NĐ-CP, Appendix I, wants it. Tables keep their rows.

Boxes must be of an upright, deskewed page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.model import BBox, Line, Word

SURE_GAP = 2.2  # in word heights: a gap this wide always parts two columns
LIKELY_GAP = 1.0  # one this wide does where the line above or below has one at the same place
STANDS_OUT = 2.0  # and where it is this many times as wide as the line's other gaps: justified lines are even
MAX_COLUMN_ROWS = 7  # header and signature blocks have fewer rows side by side; tables have more


@dataclass(frozen=True, slots=True)
class Gap:
    """Free room between two neighbouring words of a line; `index` is that of the right word."""

    left: int
    right: int
    index: int

    def overlaps(self, other: Gap) -> bool:
        return min(self.right, other.right) > max(self.left, other.left)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line that stands in one column."""

    line: Line
    box: BBox


def order_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Split lines at column gaps and return them in reading order.

    Lines without boxes are returned as they are.
    """
    if any(line.bbox is None for line in lines):
        return tuple(lines)
    rows = _rows([segment for line in _split_all(lines) for segment in _segment(line)])
    return tuple(segment.line for segment in _in_columns(rows))


def _segment(line: Line) -> Iterator[Segment]:
    if line.bbox:
        yield Segment(line, line.bbox)


# --- splitting ------------------------------------------------------------------------------------


def _split_all(lines: Sequence[Line]) -> Iterator[Line]:
    heights = [word.bbox.height for line in lines for word in line.words if word.bbox]
    if not heights:
        return
    height = median(heights)
    ordered = sorted(lines, key=lambda line: line.bbox.center_y if line.bbox else 0)
    gaps = [tuple(_gaps(line, LIKELY_GAP * height)) for line in ordered]
    for index, line in enumerate(ordered):
        near = [gap for other in (index - 1, index + 1) if 0 <= other < len(gaps) for gap in gaps[other]]
        cuts = [
            gap.index
            for gap in gaps[index]
            if gap.right - gap.left >= SURE_GAP * height or any(gap.overlaps(other) for other in near)
        ]
        yield from _split(line, cuts)


def _gaps(line: Line, least: float) -> Iterator[Gap]:
    boxes = [word.bbox for word in line.words if word.bbox]
    widths = [right.left - left.right for left, right in itertools.pairwise(boxes)]
    for index, width in enumerate(widths):
        others = widths[:index] + widths[index + 1 :]
        if width >= least and (not others or width >= STANDS_OUT * median(others)):
            yield Gap(boxes[index].right, boxes[index + 1].left, index + 1)


def _split(line: Line, cuts: Sequence[int]) -> Iterator[Line]:
    edges = [0, *cuts, len(line.words)]
    for start, end in itertools.pairwise(edges):
        words: tuple[Word, ...] = line.words[start:end]
        if words:
            yield Line(words)


# --- ordering -------------------------------------------------------------------------------------


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    """Segments side by side form a row; rows from top to bottom, segments from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda one: one.box.center_y):
        last = rows[-1] if rows else None
        if last and all(_side_by_side(segment.box, one.box) for one in last):
            last.append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda one: one.box.left)
    return rows


def _side_by_side(one: BBox, other: BBox) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = one.left >= other.right or other.left >= one.right
    return apart and overlap > 0.2 * min(one.height, other.height)


def _in_columns(rows: list[list[Segment]]) -> Iterator[Segment]:
    """Rows from top to bottom, but stretches in two columns one column after the other."""
    index = 0
    while index < len(rows):
        stretch = _stretch(rows, index)
        beside = sum(len(row) > 1 for row in rows[stretch.start : stretch.end])
        for row in rows[index : stretch.start]:
            yield from row
        flat = [segment for row in rows[stretch.start : stretch.end] for segment in row]
        if beside <= MAX_COLUMN_ROWS:
            yield from (segment for segment in flat if segment.box.center_x < stretch.middle)
            yield from (segment for segment in flat if segment.box.center_x >= stretch.middle)
        else:
            yield from flat
        index = stretch.end


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `start` to `end` (exclusive), parted by a strip of free room around x = `middle`."""

    start: int
    end: int
    middle: float


def _stretch(rows: list[list[Segment]], first: int) -> Stretch:
    """The next row of several segments at or after `first`, with all rows around it that its gap parts."""
    pair = next((index for index in range(first, len(rows)) if len(rows[index]) > 1), len(rows))
    if pair == len(rows):
        return Stretch(len(rows), len(rows), 0.0)
    strip = _widest(rows[pair])
    start, end = pair, pair + 1
    while end < len(rows) and (narrowed := _narrow(strip, rows[end])):
        strip, end = narrowed, end + 1
    while start > first and (narrowed := _narrow(strip, rows[start - 1])):
        strip, start = narrowed, start - 1
    return Stretch(start, end, (strip.left + strip.right) / 2)


def _widest(row: list[Segment]) -> Gap:
    gaps = [Gap(left.box.right, right.box.left, 1) for left, right in itertools.pairwise(row)]
    return max(gaps, key=lambda gap: gap.right - gap.left)


def _narrow(strip: Gap, row: list[Segment]) -> Gap | None:
    """What is left of the strip beside the segments of `row`; None when the row crosses it."""
    for segment in row:
        box = segment.box
        if box.right <= strip.left or box.left >= strip.right:
            continue
        left_part, right_part = box.left - strip.left, strip.right - box.right
        if left_part <= 0 and right_part <= 0:
            return None
        strip = Gap(strip.left, box.left, 1) if left_part > right_part else Gap(box.right, strip.right, 1)
    return strip if strip.right > strip.left else None
