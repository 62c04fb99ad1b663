"""Where the invisible words of a page go: from pixels of the scan to the page's own coordinates.

A page may be turned by /Rotate, cut by a crop box, hold its scan in only part of its area, and the scan
itself may lie on its side. The layer follows all of it: each word is drawn in the direction in which it
reads on the scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import pikepdf

from pipeline.export.deliver.pdf_font import ASCENT, DESCENT, GLYPH_WIDTH, UNITS_PER_EM, LayerFont
from pipeline.export.deliver.words import PlacedLine
from pipeline.model import BBox
from pipeline.pdf_space import Box, Matrix, ShownPage, multiply

# Left, top, right, bottom of the scan that covers a page, in points of the page as shown (origin top
# left), or None when none does.
CoverBox = Callable[[pikepdf.Pdf, int], Box | None]

EMBEDDED_SCAN = "embedded scan"  # the note of a page whose boxes count in the pixels of its covering picture
FONT_RESOURCE = "/SohoaLayer"
INVISIBLE = 3  # text rendering mode: neither filled nor stroked
_LEAST_BLANK = 0.2  # of the height of a line: readers run words together that stand closer
_USUAL_HEIGHT = 0.6  # of the tallest word of a line: flatter ones are dashes and dots
_LEAST_COMMON = 0.5  # share of a word's own height and width that its place on the line must keep
# Reading direction and the way up on a scan that was turned clockwise to stand upright (x right, y down).
_DIRECTIONS = {0: ((1, 0), (0, -1)), 90: ((0, -1), (-1, 0)), 180: ((-1, 0), (0, 1)), 270: ((0, 1), (1, 0))}


@dataclass(frozen=True, slots=True)
class ScanFrame:
    """The map from pixels of a scan to user space of its page: x' = a x + c y + e, y' = b x + d y + f."""

    matrix: Matrix

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def vector(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, _, _ = self.matrix
        return a * x + c * y, b * x + d * y


def scan_frame(page: pikepdf.Page, size: tuple[int, int], area: Box | None) -> ScanFrame:
    """Where a scan of `size` (width, height in pixels) lies on `page`.

    `area` is the part of the page as shown that the scan takes, in points; None: all of it.
    """
    view = ShownPage.of(page)
    left, top, right, bottom = area or (0.0, 0.0, *view.size)
    placed = ((right - left) / size[0], 0.0, 0.0, (bottom - top) / size[1], left, top)
    return ScanFrame(multiply(placed, view.to_user_space))


def layer_content(lines: Sequence[PlacedLine], font: LayerFont, frame: ScanFrame, rotation: int) -> bytes:
    """The content stream that draws `lines` invisibly; `rotation` is that of `PageReading`."""
    parts = [b"q", b"BT", b"%d Tr" % INVISIBLE, FONT_RESOURCE.encode() + b" 1 Tf"]
    for line in lines:
        parts += _line_content(line, font, frame, _DIRECTIONS[rotation % 360])
    return b"\n".join((*parts, b"ET", b"Q", b""))


def _line_content(
    line: PlacedLine,
    font: LayerFont,
    frame: ScanFrame,
    direction: tuple[tuple[int, int], tuple[int, int]],
) -> Iterator[bytes]:
    along, up = direction
    boxes = _levelled([_Reading.of(word.bbox, along, up) for word in line.words])
    for index, (word, box) in enumerate(zip(line.words, boxes, strict=True)):
        letters = font.encode(word.text)
        if not letters:
            continue
        yield _shown(letters, box, frame, (along, up))
        if index + 1 < len(boxes):
            blank = replace(box, start=box.end, end=max(boxes[index + 1].start, box.end + 1))
            yield _shown(font.encode(" "), blank, frame, (along, up))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A box in the reading direction of its text: from `start` to `end` along it, `bottom` to `top` up."""

    start: float
    end: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @staticmethod
    def of(box: BBox, along: tuple[int, int], up: tuple[int, int]) -> _Reading:
        corners = ((box.left, box.top), (box.right, box.bottom))
        ways = sorted(x * along[0] + y * along[1] for x, y in corners)
        heights = sorted(x * up[0] + y * up[1] for x, y in corners)
        return _Reading(ways[0], max(ways[1], ways[0] + 1), heights[0], max(heights[1], heights[0] + 1))


def _levelled(boxes: list[_Reading]) -> list[_Reading]:
    """The words of a line at one height on one straight line, as a reader of PDFs expects them.

    Each box as read is as high as its letters are, a dash nearly flat; readers take such words for other
    lines. A box that would leave its word this way (writing above the line) stays as it is.
    """
    tallest = max(box.height for box in boxes)
    usual = [box for box in boxes if box.height >= _USUAL_HEIGHT * tallest]
    height = median(box.height for box in usual)
    middle = _straight([(box.start + box.end, box.bottom + box.top) for box in usual])
    found: list[_Reading] = []
    for box in boxes:
        level = middle(box.start + box.end) / 2
        moved = replace(box, bottom=level - height / 2, top=level + height / 2)
        common = min(moved.top, box.top) - max(moved.bottom, box.bottom)
        found.append(moved if common >= _LEAST_COMMON * box.height else box)
    return [_apart(box, after) for box, after in zip(found, [*found[1:], None], strict=True)]


def _apart(box: _Reading, after: _Reading | None) -> _Reading:
    """`box`, a little shorter where it nearly touches the word `after` it."""
    if after is None or after.start <= box.start:
        return box
    end = min(box.end, after.start - _LEAST_BLANK * box.height)
    return replace(box, end=max(end, box.start + _LEAST_COMMON * (box.end - box.start)))


def _straight(points: list[tuple[float, float]]) -> Callable[[float], float]:
    """The straight line through `points` (least squares)."""
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
    return lambda x: mean_y + slope * (x - mean_x)


def _shown(
    codes: bytes, box: _Reading, frame: ScanFrame, direction: tuple[tuple[int, int], tuple[int, int]]
) -> bytes:
    """Draw `codes` so that they fill `box`, from its start to its end and from descent to ascent."""
    along, up = direction
    natural = GLYPH_WIDTH / UNITS_PER_EM * (len(codes) // 2)
    stretch = (box.end - box.start) / natural
    height = box.height * UNITS_PER_EM / (ASCENT - DESCENT)
    base = box.bottom - box.height * DESCENT / (ASCENT - DESCENT)
    a, b = frame.vector(along[0] * stretch, along[1] * stretch)
    c, d = frame.vector(up[0] * height, up[1] * height)
    e, f = frame.point(along[0] * box.start + up[0] * base, along[1] * box.start + up[1] * base)
    numbers = " ".join(_short(value) for value in (a, b, c, d, e, f))
    return f"{numbers} Tm <{codes.hex().upper()}> Tj".encode("ascii")


def _short(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
