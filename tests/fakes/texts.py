"""A document made of plain text, as it comes from a text file: pages at form feeds, words without boxes."""

from __future__ import annotations

from pipeline.model import DocumentText, Line, OcrPage, PageReading, RestoredText, Word


def document_text(text: str) -> DocumentText:
    return DocumentText(tuple(_page(number, page) for number, page in enumerate(text.split("\f"), 1)))


def _page(number: int, text: str) -> PageReading:
    lines = tuple(Line(tuple(Word(word) for word in line.split(" "))) for line in text.split("\n"))
    page = OcrPage(number, 0, 0, 0, lines)
    return PageReading(page, RestoredText(page.text, page.text), "text_file")
