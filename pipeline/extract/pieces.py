"""A document's lines as pieces that stand in one column each, whatever the reader made of them.

Two kinds of input meet here. Pages with boxes: the column comes from geometry, measured against the text
area of the page. Plain text: the column is known only where a line could be cut (see `columns`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import quantiles

from pipeline.extract.letters import letter_count, plain, upper_share, words_key
from pipeline.model import BBox, DocumentText, Span, TextLine

LEFT, RIGHT, MIDDLE = "left", "right", "middle"
LONGEST_PIECE = (
    600  # characters; of a longer line (a paragraph of plain text) only the beginning matters here
)
_BLANKS = " \t\r\n\v\f\u00a0\u200b\ufeff"
_EDGES = _BLANKS + "#*_>`\\"  # and the Markdown that converters leave


@dataclass(frozen=True)
class Piece:
    """Part of a line that belongs to one column.

    `text` is `document.text[span]`; `column` is `left`, `right`, `middle` or, when nothing is known, empty;
    `blank_lines` counts the empty lines above it; `heading` is true for a Markdown heading.
    """

    text: str
    span: Span
    page_number: int
    line_number: int
    bbox: BBox | None = None
    confidence: float = 1.0
    column: str = ""
    blank_lines: int = 0
    heading: bool = False

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def key(self) -> str:
        return words_key(self.text)

    @cached_property
    def is_rule(self) -> bool:
        """True for a line that only parts what stands above from what stands below: `*`, `-----`."""
        return not any(char.isalnum() for char in self.text)

    @cached_property
    def is_caps(self) -> bool:
        return letter_count(self.text) >= 4 and upper_share(self.text) >= 0.75

    @cached_property
    def is_noise(self) -> bool:
        """True for specks, strokes of a pen and crumbs of a seal that were read as characters."""
        letters = letter_count(self.text)
        if letters < 2:
            return True
        if self.bbox is None:
            return False
        words, signs = len(self.text.split()), sum(char.isalnum() for char in self.text)
        return (self.confidence < 0.5 and letters <= 4) or (words >= 3 and signs < 1.2 * words)


@dataclass(frozen=True, slots=True)
class Frame:
    """The text area of one page in pixels; None for pages without boxes."""

    page_number: int
    width: int
    height: int
    left: float
    right: float

    @property
    def axis(self) -> float:
        return (self.left + self.right) / 2

    @property
    def text_width(self) -> float:
        return max(1.0, self.right - self.left)

    def mm(self, millimetres: float) -> float:
        """Pixels of so many millimetres, taking the text area of an A4 page (165 mm) as the measure."""
        return millimetres * self.text_width / 165

    def x(self, box: BBox) -> float:
        """Where the middle of `box` stands in the text area: 0 is its left edge, 1 its right edge."""
        return (box.center_x - self.left) / self.text_width

    def column(self, box: BBox) -> str:
        share = box.width / self.text_width
        middle = self.x(box)
        if share > 0.62 or 0.42 <= middle <= 0.58:
            return MIDDLE
        return LEFT if middle < 0.5 else RIGHT


def frames(document: DocumentText) -> dict[int, Frame]:
    """The text area of every page that has boxes, from its long lines."""
    found: dict[int, Frame] = {}
    for reading in document.pages:
        page = reading.page
        boxes = [line.bbox for line in page.lines if line.bbox and line.bbox.height < 0.1 * page.height]
        if not boxes:
            continue
        long = [box for box in boxes if box.width > 0.5 * page.width]
        left, right = 0.12 * page.width, 0.92 * page.width
        if len(long) >= 3:
            left = quantiles([box.left for box in long], n=5)[0]
            right = quantiles([box.right for box in long], n=5)[-1]
        found[page.page_number] = Frame(page.page_number, page.width, page.height, left, right)
    return found


def whole_lines(document: DocumentText, areas: dict[int, Frame]) -> Iterator[Piece]:
    """The lines of `document` that have ink, without Markdown, before any is cut into columns."""
    blank_lines = 0
    for line in document.lines:
        start, end = _inner(line.text)
        if start >= end:
            if not line.text.strip():
                blank_lines += 1
            continue
        end = min(end, start + LONGEST_PIECE)
        frame = areas.get(line.page_number)
        yield Piece(
            text=line.text[start:end],
            span=Span(line.span.start + start, line.span.start + end),
            page_number=line.page_number,
            line_number=line.line_number,
            bbox=line.bbox,
            confidence=line.confidence,
            column=frame.column(line.bbox) if frame and line.bbox else "",
            blank_lines=blank_lines,
            heading=_is_heading(line),
        )
        blank_lines = 0


def _is_heading(line: TextLine) -> bool:
    return line.bbox is None and line.text.lstrip().startswith("#")


def _inner(text: str) -> tuple[int, int]:
    """Start and end of `text` without blanks and, around words, without the marks of Markdown."""
    edges = _EDGES if any(char.isalnum() for char in text) else _BLANKS
    start = len(text) - len(text.lstrip(edges))
    return start, max(start, len(text.rstrip(edges)))


def cut(document: DocumentText, piece: Piece, offsets: Sequence[int], columns: Sequence[str]) -> list[Piece]:
    """`piece` cut before the characters at `offsets`; the parts stand in `columns`, left to right."""
    edges = [0, *offsets, len(piece.text)]
    parts: list[Piece] = []
    for index, column in enumerate(columns):
        text = piece.text[edges[index] : edges[index + 1]]
        start = edges[index] + len(text) - len(text.lstrip())
        stripped = text.strip()
        if not stripped:
            continue
        span = Span(piece.span.start + start, piece.span.start + start + len(stripped))
        box = document.locate(span)[2] if piece.bbox else None
        parts.append(
            replace(
                piece,
                text=stripped,
                span=span,
                bbox=box or piece.bbox,
                column=column,
                blank_lines=piece.blank_lines if not parts else 0,
            )
        )
    return parts
