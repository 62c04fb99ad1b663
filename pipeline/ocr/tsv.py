"""Tesseract's table of words (TSV), the same from the program and from the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model import BBox, Line, Word

WORD_LEVEL = "5"


def read_lines(rows: Iterable[str], width: int, height: int) -> Iterator[Line]:
    """Lines of a page of `width` x `height` pixels from the rows of the table, with or without its head.

    Words of one (block, paragraph, line) in a row belong together.
    """
    key: list[str] = []
    words: list[Word] = []
    for cells in (row.split("\t") for row in rows):
        if len(cells) < 12 or cells[0] != WORD_LEVEL:
            continue
        if cells[1:5] != key:
            if words:
                yield Line(tuple(words))
            key, words = cells[1:5], []
        word = _word(cells, width, height)
        if word:
            words.append(word)
    if words:
        yield Line(tuple(words))


def _word(cells: list[str], width: int, height: int) -> Word | None:
    text = "".join(cells[11:]).strip()
    if not text:
        return None
    left, top, wide, high = (int(cell) for cell in cells[6:10])
    box = BBox(
        min(max(left, 0), width),
        min(max(top, 0), height),
        min(max(left + wide, 0), width),
        min(max(top + high, 0), height),
    )
    return Word(text, box, min(1.0, max(0.0, float(cells[10]) / 100)))
