"""The text layer of a PDF page: words with places, as poppler reads them, put into visual lines.

Coordinates are points of the page as displayed, like those of `pdf_page`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source.guard import run_program

_BYTES_PER_CHARACTER = 60  # one letter alone in its <word> takes about 100 bytes, most words far less
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>|<(block|line)\b',
    re.DOTALL,
)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff]")
_SURE_GAP = 2.0  # in word heights: parts two columns
_BLOCK_GAP = 0.8  # parts words that poppler puts into different blocks
_HEIGHT_RATIO = 1.25  # words of different blocks this different in height belong to different prints
_SAME_ROW = 0.35  # of the lower word's height: how far the middles of a row may stand apart
_TWICE = 0.8  # share of a word's box: the same word printed twice (imitated bold)


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the text layer; `block` and `line` count poppler's blocks and lines."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    block: int = 0
    line: int = 0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True, slots=True)
class LayerLine:
    """Words side by side in one column, left to right."""

    words: tuple[LayerWord, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            min(word.left for word in self.words),
            min(word.top for word in self.words),
            max(word.right for word in self.words),
            max(word.bottom for word in self.words),
        )

    @property
    def height(self) -> float:
        return max(word.height for word in self.words)


def read_layer(path: Path, page_number: int, settings: Settings) -> tuple[LayerWord, ...]:
    """Words of the text layer of a page in poppler's order, NFC, without control characters.

    Raises MissingDependency, InputError `timeout`, `too_large`, `damaged`.
    """
    pages = ("-f", str(page_number), "-l", str(page_number))
    output = run_program(
        # an absolute path cannot be taken for an option
        ("pdftotext", "-bbox-layout", "-cropbox", "-enc", "UTF-8", "-q", *pages, str(path.absolute()), "-"),
        path,
        timeout_seconds=settings.page_timeout_seconds,
        most_bytes=_BYTES_PER_CHARACTER * settings.max_text_characters,
    )
    words = tuple(_parse(output.decode("utf-8", "replace")))
    if sum(len(word.text) for word in words) > settings.max_text_characters:
        raise InputError(f"{path}: a page holds too much text", code="too_large")
    return words


def _parse(markup: str) -> Iterator[LayerWord]:
    block = line = 0
    for match in _WORD.finditer(markup):
        if match[6]:
            block += match[6] == "block"
            line += match[6] == "line"
            continue
        text = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", html.unescape(match[5]))).strip()
        left, top, right, bottom = (float(match[index]) for index in range(1, 5))
        if text and right > left and bottom > top:
            yield LayerWord(text, left, top, right, bottom, block, line)


def words_inside(words: Sequence[LayerWord], width: float, height: float) -> tuple[LayerWord, ...]:
    """The words whose middle lies on the page; what hangs off it is not printed."""
    return tuple(
        word
        for word in words
        if 0 <= (word.left + word.right) / 2 < width and 0 <= (word.top + word.bottom) / 2 < height
    )


def visual_lines(words: Sequence[LayerWord]) -> tuple[LayerLine, ...]:
    """Lines from top to bottom, split where two columns or prints stand side by side.

    The order comes from the places alone: a number typed over the page later than its text still comes
    between the words it stands between.
    """
    return tuple(
        line
        for row in _rows(_without_doubles(words))
        for line in _split(sorted(row, key=lambda word: word.left))
    )


def _without_doubles(words: Sequence[LayerWord]) -> list[LayerWord]:
    kept: list[LayerWord] = []
    last_of: dict[str, LayerWord] = {}
    for word in words:
        last = last_of.get(word.text)
        if last is None or _overlap(last, word) < _TWICE:
            kept.append(word)
            last_of[word.text] = word
    return kept


def _overlap(one: LayerWord, other: LayerWord) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    area = (one.right - one.left) * one.height
    return max(0.0, across) * max(0.0, down) / area


def _rows(words: Sequence[LayerWord]) -> Iterator[list[LayerWord]]:
    """Words side by side. Poppler's lines stay whole and lines of one block apart, however tightly set."""
    lines: dict[int, list[LayerWord]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    row: list[LayerWord] = []
    for line in sorted(lines.values(), key=_middle):
        if row and not _is_level(line, row):
            yield row
            row = []
        row = row + line
    if row:
        yield row


def _middle(words: Sequence[LayerWord]) -> float:
    return sum(word.top + word.bottom for word in words) / (2 * len(words))


def _is_level(line: list[LayerWord], row: list[LayerWord]) -> bool:
    height = min(max(word.height for word in line), max(word.height for word in row))
    shares_block = any(word.block == line[0].block for word in row)
    return not shares_block and _middle(line) - _middle(row) < _SAME_ROW * height


def _split(row: list[LayerWord]) -> Iterator[LayerLine]:
    start = 0
    for index, (word, following) in enumerate(pairwise(row), 1):
        if _are_parted(word, following):
            yield LayerLine(tuple(row[start:index]))
            start = index
    yield LayerLine(tuple(row[start:]))


def _are_parted(word: LayerWord, following: LayerWord) -> bool:
    low, high = sorted((word.height, following.height))
    gap = following.left - word.right
    if word.block == following.block:
        return gap >= _SURE_GAP * low
    return gap >= _BLOCK_GAP * low or high > _HEIGHT_RATIO * low
