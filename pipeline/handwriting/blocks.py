"""Numbered blocks below the text: the certification of a copy, and the number of a consolidated text.

A copy (Nghị định 30/2020/NĐ-CP, article 25) bears `Số: 12/SY-UBND` and a date of its own under the copied
text; a consolidated text (Pháp lệnh 01/2012/UBTVQH13) has `Số: 05/VBHN-BNV` and its date at the end. Both are
laid out like a header, so the header's rules find their slots once the block is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.handwriting.anchors import HEADER_SHARE, Token, print_dpi
from pipeline.model import BBox, Line, OcrPage, Word

COPY = "copy"
CLOSING = "closing"
_SYMBOLS = (
    (COPY, re.compile(r"(?:^|[/⁄∕\W\d])(?:SY|SL|TrS|TRS)\s?[-–—/]\s?[A-ZĐÐ]")),
    (CLOSING, re.compile(r"(?:^|[/⁄∕\W\d])VBHN\s?[-–—]\s?[A-ZĐÐ]")),
)
_ABOVE = 300.0
"""Pixels at 300 dpi over the number's line in which the block's date may stand."""
_BELOW = 150.0


@dataclass(frozen=True, slots=True)
class Block:
    """A block that begins `top` pixels down the page; `page` shows it as if it stood at the top."""

    place: str
    top: int
    page: OcrPage


def symbol_place(text: str) -> str:
    """The kind of block a symbol belongs to: `copy`, `closing`, or empty for a document's own.

    >>> symbol_place("/SY-UBND"), symbol_place("05/VBHN-BNV"), symbol_place("/SYT-NV")
    ('copy', 'closing', '')
    """
    return next((place for place, pattern in _SYMBOLS if pattern.search(text)), "")


def is_copy(token: Token | None) -> bool:
    """Whether the token is the symbol of a copy."""
    return token is not None and symbol_place(token.text) == COPY


def find_blocks(page: OcrPage) -> tuple[Block, ...]:
    """The blocks below the header of `page`, the lowest of each kind."""
    found: dict[str, int] = {}
    for line in page.lines:
        for word in line.words:
            place = symbol_place(word.text) if word.bbox else ""
            if place and word.bbox and word.bbox.top > HEADER_SHARE * page.height:
                found[place] = max(found.get(place, 0), word.bbox.top)
    unit = print_dpi(page) / 300 if found else 0.0
    tops = ((place, max(0, round(top - _ABOVE * unit))) for place, top in sorted(found.items()))
    return tuple(Block(place, top, _from(page, top, unit)) for place, top in tops)


def _from(page: OcrPage, top: int, unit: float) -> OcrPage:
    """The band of `page` from `top` on as a page of its own; its resolution is that of the whole page."""
    bottom = top + (_ABOVE + _BELOW) * unit
    lines = tuple(
        Line(
            tuple(
                _up(word, word.bbox, top) for word in line.words if word.bbox and _in(word.bbox, top, bottom)
            )
        )
        for line in page.lines
    )
    return replace(page, dpi=300 * unit, lines=tuple(line for line in lines if line.words))


def _in(box: BBox, top: int, bottom: float) -> bool:
    return top <= box.top and box.bottom <= bottom


def _up(word: Word, box: BBox, top: int) -> Word:
    return replace(word, bbox=BBox(box.left, box.top - top, box.right, box.bottom - top))
