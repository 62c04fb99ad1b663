"""The clean text of a document, with the way back to boxes on the scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pipeline.model.geometry import BBox, Span
from pipeline.model.page import Line, OcrPage, PageReading, Word

PAGE_BREAK = "\f"


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
