"""The frozen data types that pass between the rooms; invariants only, no behaviour of a stage.

Coordinates are pixels of the *original* scan unless a docstring says otherwise. Text is NFC.
Offsets count Unicode code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_BREAK = "\f"


# --- geometry and text positions -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class BBox:
    """A box in pixels; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if self.right < self.left or self.bottom < self.top:
            raise ValueError(f"box turned inside out: {self}")

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def center_x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def center_y(self) -> float:
        return (self.top + self.bottom) / 2

    @staticmethod
    def union(boxes: Iterable[BBox]) -> BBox | None:
        """The smallest box around all `boxes`, or None when there are none."""
        found = list(boxes)
        if not found:
            return None
        return BBox(
            min(box.left for box in found),
            min(box.top for box in found),
            max(box.right for box in found),
            max(box.bottom for box in found),
        )


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (inclusive) to `end` (exclusive) of a text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self}")


# --- images ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: uint8, (height, width) grey or (height, width, 3) BGR."""

    page_number: int
    pixels: NDArray[np.uint8]
    dpi: float


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded operation on a page image, e.g. Step("deskew", (("angle_degrees", 0.7),))."""

    name: str
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page image prepared for OCR, and the way back to the scan.

    `to_scan` is the affine map (a, b, c, d, e, f): x' = a x + b y + c, y' = d x + e y + f from pixels
    of `image` to pixels of the original scan.
    """

    image: PageImage
    steps: tuple[Step, ...]
    to_scan: tuple[float, float, float, float, float, float]


# --- text with places -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read. `confidence` is 0..1; `bbox` is None for text that never had a page image."""

    text: str
    bbox: BBox | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line of one column, left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def bbox(self) -> BBox | None:
        return BBox.union(word.bbox for word in self.words if word.bbox)

    @property
    def confidence(self) -> float:
        weight = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / weight if weight else 0.0


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What one engine (or a text layer) says stands on a page; boxes in pixels of the scan."""

    page_number: int
    width: int
    height: int
    dpi: float
    lines: tuple[Line, ...]
    engine: str = ""

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a text: characters `span` of the source read `before` and become `after`.

    `margin` is how much better `after` is than the best other reading (natural log; larger is surer).
    """

    span: Span
    before: str
    after: str
    rule: str
    margin: float = 0.0
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoredText:
    """`text` is `source` with `edits` applied; edits are in order and do not overlap."""

    source: str
    text: str
    edits: tuple[Edit, ...] = ()

    def source_span(self, span: Span) -> Span:
        """The characters of `source` from which characters `span` of `text` came."""
        return Span(
            _source_offset(self.edits, span.start, at_end=False),
            _source_offset(self.edits, span.end, at_end=True),
        )


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """Replay `edits` on `source`.

    Raises ValueError when an edit does not fit the source, overlaps or stands out of order.
    """
    parts: list[str] = []
    position = 0
    for edit in edits:
        if edit.span.start < position or source[edit.span.start : edit.span.end] != edit.before:
            raise ValueError(f"edit does not fit its source: {edit}")
        parts += (source[position : edit.span.start], edit.after)
        position = edit.span.end
    return "".join(parts) + source[position:]


def _source_offset(edits: tuple[Edit, ...], offset: int, *, at_end: bool) -> int:
    shift = 0  # source offset minus text offset, after the edits passed so far
    for edit in edits:
        start = edit.span.start - shift
        end = start + len(edit.after)
        if offset < start or (offset == start and at_end):
            break
        if offset < end or (offset == end and at_end and edit.after):
            return edit.span.end if at_end else edit.span.start
        shift += len(edit.before) - len(edit.after)
    return offset + shift


@dataclass(frozen=True, slots=True)
class SlotReading:
    """What the digit reader saw in one slot for handwriting of a header.

    `kind` is `number`, `day` or `month`; `ink` is `printed`, `handwritten`, `stamped` or `blank`;
    `readings` are (digits, probability), best first; the empty string stands for a blank slot.
    """

    kind: str
    bbox: BBox
    ink: str
    readings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything known of one page once it has been read.

    `text_source` is `ocr`, `text_layer` or `text_file`; `restored.source == page.text`, and restoration
    keeps the line structure, so line i of `restored.text` is line i of `page`. `rotation` is how many
    degrees clockwise the scan was turned to stand upright. `captions` are digital-signature captions
    found in the text layer; `notes` say which choices were made and why.
    """

    page: OcrPage
    restored: RestoredText
    text_source: str
    steps: tuple[Step, ...] = ()
    rotation: int = 0
    captions: tuple[str, ...] = ()
    slots: tuple[SlotReading, ...] = ()
    notes: tuple[str, ...] = ()


# --- results --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of documents.csv with its evidence. `span` counts in the document's clean text."""

    name: str
    value: str
    raw: str = ""
    span: Span | None = None
    page_number: int = 0
    bbox: BBox | None = None
    confidence: float = 1.0
    rule: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a child table: `values` holds the table's own columns, the rest is its evidence."""

    table: str
    values: tuple[tuple[str, str], ...]
    raw: str = ""
    span: Span | None = None
    page_number: int = 0
    line_number: int = 0
    bbox: BBox | None = None
    confidence: float = 1.0
    rule: str = ""

    def __getitem__(self, column: str) -> str:
        return dict(self.values).get(column, "")


@dataclass(frozen=True, slots=True)
class Issue:
    """A doubt a person should look at. `field` names the column of documents.csv, or is empty."""

    code: str
    message: str
    field: str = ""
    page_number: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One document of one file, read, restored and extracted."""

    doc_id: str
    source_file: str
    source_sha256: str
    source_pages: str
    pages: tuple[PageReading, ...]
    fields: tuple[Field, ...]
    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()

    def value(self, name: str) -> str:
        """The value of column `name`, empty when there is none."""
        return next((field.value for field in self.fields if field.name == name), "")


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that gave no document: what went wrong, where, and what to do next."""

    path: str
    code: str
    stage: str
    message: str


# --- the clean text of a document, addressable -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a document's clean text. `span` counts in `DocumentText.text`."""

    text: str
    span: Span
    page_number: int
    line_number: int
    bbox: BBox | None
    confidence: float


@dataclass(frozen=True)
class DocumentText:
    """The clean text of a document (pages joined by form feeds) with the way back to boxes."""

    pages: tuple[PageReading, ...]

    @cached_property
    def text(self) -> str:
        return PAGE_BREAK.join(page.restored.text for page in self.pages)

    @cached_property
    def lines(self) -> tuple[TextLine, ...]:
        return tuple(self._lines())

    def _lines(self) -> Iterator[TextLine]:
        offset = 0
        for reading in self.pages:
            texts = reading.restored.text.split("\n")
            boxed = reading.page.lines
            for index, text in enumerate(texts):
                line = boxed[index] if index < len(boxed) else Line(())
                yield TextLine(
                    text=text,
                    span=Span(offset, offset + len(text)),
                    page_number=reading.page.page_number,
                    line_number=index + 1,
                    bbox=line.bbox,
                    confidence=line.confidence,
                )
                offset += len(text) + 1

    def locate(self, span: Span) -> tuple[int, int, BBox | None]:
        """Page number, line number (1-based) and box around the words of `span`; (0, 0, None) outside."""
        offset = 0
        for reading in self.pages:
            length = len(reading.restored.text)
            if span.start <= offset + length:
                start = max(0, span.start - offset)
                inside = Span(start, max(start, min(span.end - offset, length)))
                line_number = reading.restored.text.count("\n", 0, inside.start) + 1
                return reading.page.page_number, line_number, _words_box(reading, inside)
            offset += length + 1
        return 0, 0, None


def _words_box(reading: PageReading, span: Span) -> BBox | None:
    wanted = reading.restored.source_span(span)
    return BBox.union(
        word.bbox
        for start, word in _placed_words(reading.page)
        if word.bbox and start < wanted.end and start + len(word.text) > wanted.start
    )


def _placed_words(page: OcrPage) -> Iterator[tuple[int, Word]]:
    offset = 0
    for line in page.lines:
        for word in line.words:
            yield offset, word
            offset += len(word.text) + 1
        if not line.words:
            offset += 1


def as_pairs(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A row's values as the hashable pairs a `Record` holds; None becomes the empty string."""
    return tuple((name, "" if value is None else str(value)) for name, value in values.items())
