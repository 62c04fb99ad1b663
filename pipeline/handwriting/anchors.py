"""The printed words beside a slot, also as OCR spoils them: "Số", "ngày", "tháng", "năm" and the slash.

Handwriting glues to print and is read as noise, so a slot's edges are measured from the printed words by
their known widths, never by the share of characters in a glued word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from rapidfuzz.distance import Levenshtein
from unidecode import unidecode

from pipeline.model import BBox, OcrPage

WIDTHS = {"so": 65.0, "ngay": 107.0, "thang": 126.0, "nam": 92.0}
"""Widths of "Số:", "ngày", "tháng" and "năm" in pixels at 300 dpi, Times 13.5 pt (measured on scans)."""
HEADER_SHARE = 0.30
"""The header stands in this upper share of an A4 page."""
A4_RATIO = 297 / 210
_PRINT_HEIGHT = 48.0
_ENOUGH_WORDS = 12

_SLASH = re.compile(r"[/⁄∕](?=\s?(?:19|20)\d\d(?:[/⁄]|$)|\s?[A-ZĐÐÔƯ])")
_PARTY = re.compile(r"(?<![A-ZĐÐÔƯ/⁄])[-–—][A-ZĐÐ]{2,4}[/⁄]")
_CAPITALS = re.compile(r"(?<![A-ZĐÐÔƯ])[-–—]?(?=.*[^I])[A-ZĐÐÔƯ]{2,}(?:[-–/⁄&]|$)")
_NARROW = {"/": 0.28, "-": 0.33, "I": 0.33, "J": 0.39, "S": 0.56, "P": 0.56, "T": 0.61, "L": 0.61, "B": 0.64}
_EM = 50.0  # pixels at 300 dpi; capitals of symbols on scans, kerning included


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the header with its place; `folded` is lower case without diacritics or punctuation."""

    text: str
    box: BBox
    line_index: int
    folded: str


def print_dpi(page: OcrPage) -> float:
    """The page's resolution, or what the height of its print says when the file's own claim cannot be true.

    Phone photos call themselves 72 or 300 dpi whatever they are; words of 13-14 pt print are about 48 pixels
    high at 300 dpi (41-54 on 182 first pages).
    """
    heights = [
        word.bbox.height
        for line in page.lines
        for word in line.words
        if word.bbox and _is_plain_word(word.text)
    ]
    if len(heights) < _ENOUGH_WORDS:
        return page.dpi
    measured = 300 * median(heights) / _PRINT_HEIGHT
    return page.dpi if 0.7 < measured / max(1.0, page.dpi) < 1.45 else measured


def _is_plain_word(text: str) -> bool:
    return len(text) >= 3 and text.isalpha()


def unit_of(page: OcrPage) -> float:
    """Pixels of the scan in one pixel at 300 dpi."""
    return print_dpi(page) / 300


def header_tokens(page: OcrPage) -> tuple[Token, ...]:
    """The words in the upper part of the page, left to right."""
    limit = HEADER_SHARE * max(page.height if page.height > page.width else 0, page.width * A4_RATIO)
    return tuple(sorted(_tokens(page, limit), key=lambda token: token.box.left))


def _tokens(page: OcrPage, limit: float) -> Iterator[Token]:
    for index, line in enumerate(page.lines):
        boxes = [word.bbox for word in line.words]
        for word, box, following in zip(line.words, boxes, [*boxes[1:], None], strict=True):
            if box and box.bottom < limit:
                yield Token(word.text, _apart(box, following), index, fold(word.text))


def _apart(box: BBox, following: BBox | None) -> BBox:
    """`box` up to the next word of its line: OCR draws boxes of glued words over what comes after them."""
    if following is None or not box.left < following.left < box.right:
        return box
    return BBox(box.left, box.top, following.left, box.bottom)


def fold(text: str) -> str:
    """Lower case, without diacritics and without what is neither letter nor digit."""
    return re.sub(r"[^a-z0-9]", "", unidecode(text.replace("§", "S").replace("$", "S")).lower())


def row_of(tokens: tuple[Token, ...], anchor: BBox) -> tuple[Token, ...]:
    """Words whose middle stands in the height of `anchor`, or that overlap most of it."""
    return tuple(token for token in tokens if _same_row(token.box, anchor))


def _same_row(box: BBox, anchor: BBox) -> bool:
    overlap = min(box.bottom, anchor.bottom) - max(box.top, anchor.top)
    return overlap > 0.5 * min(box.height, anchor.height)


def begins_with(token: Token, word: str) -> bool:
    """Whether the token begins with `word`, one letter misread at most."""
    return _near(token.folded[: len(word)], word) and len(token.folded) >= len(word) - 1


def ends_with(token: Token, word: str) -> bool:
    """Whether the token ends with `word`, one letter misread at most."""
    return len(token.folded) > len(word) and _near(token.folded[-len(word) :], word)


def _near(text: str, word: str) -> bool:
    return Levenshtein.distance(text, word) <= (1 if len(word) > 3 else 0)


def print_scale(row: tuple[Token, ...], unit: float) -> float:
    """How large the print of this row is against `WIDTHS`, from the words that stand alone in it."""
    ratios = [
        token.box.width / (WIDTHS[word] * unit)
        for token in row
        for word in ("ngay", "thang", "nam")
        if token.folded == word
    ]
    plausible = [ratio for ratio in ratios if 0.75 < ratio < 1.3]
    return min(1.2, max(0.85, median(plausible))) if plausible else 1.0


def symbol_start(token: Token, size: float) -> float | None:
    """Where in the token the symbol ("/QĐ-UBND") begins, in pixels; None when it has none.

    `size` is the unit times the print's scale. Inside a glued word the place is measured from the right end
    by the width of the printed capitals.
    """
    found = _PARTY.search(token.text) or _SLASH.search(token.text) or _CAPITALS.search(token.text)
    if found is None:
        return None
    if found.start() == 0:
        return float(token.box.left)
    width = sum(_NARROW.get(letter, 0.7) for letter in token.text[found.start() :].upper()) * _EM * size
    return max(float(token.box.left), token.box.right - width)


def has_symbol(token: Token) -> bool:
    """Whether the token holds a slash before capitals, as only a document's symbol does."""
    return _SLASH.search(token.text) is not None
