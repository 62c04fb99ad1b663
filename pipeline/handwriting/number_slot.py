"""The slot between "Số:" and the symbol ("/QĐ-UBND")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.handwriting.anchors import (
    WIDTHS,
    Token,
    begins_with,
    has_symbol,
    header_tokens,
    print_scale,
    row_of,
    symbol_start,
    unit_of,
)
from pipeline.handwriting.blocks import is_copy
from pipeline.model import BBox, OcrPage

_SO = re.compile(
    r"^[\W_]{0,3}(?P<so>[S§$s][ốóôòơớờoồổỗõöéèêếềểeø06zÓỐÔÕÒÒO]|[56][6ố0óô](?=:)|S[ởỞỎỏ](?=:))(?P<rest>.*)$"
)
_OPEN = 330.0
"""Width (300 dpi) of a slot whose right neighbour was not read."""
_CLOSED = 130.0
"""Width (300 dpi) of a slot of which only the symbol at its right was read."""
_NARROWEST = 70.0
_WIDEST = 360.0
_REACH = 620.0
_ACCEPT = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be the number's slot, with the reasons for and against it."""

    box: BBox
    line_index: int
    score: float
    evidence: tuple[str, ...]


def find_number(page: OcrPage, date_row: BBox | None, *, place: str = "header") -> Candidate | None:
    """The likeliest slot for a number in the header of `page`, or None.

    `date_row` is where the date was found: in the standard layout both stand on about one height. In the
    `header` the number of a copy's certification is never taken for the document's own.
    """
    tokens = header_tokens(page)
    if place == "header":
        copied = {one for token in tokens if is_copy(token) for one in row_of(tokens, token.box)}
        tokens = tuple(token for token in tokens if token not in copied)
    found = [_with_so(page, tokens, token, date_row) for token in tokens if _is_so(token)]
    found += [_without_so(page, tokens, token, date_row) for token in tokens if has_symbol(token)]
    good = [candidate for candidate in found if candidate and candidate.score >= _ACCEPT]
    return max(good, key=lambda one: one.score, default=None)


def _is_so(token: Token) -> bool:
    match = _SO.match(token.text)
    if match is None:
        return False
    rest = match["rest"]
    # "Sơn", "Sóc" are names; "Sóa005" and "Sốz‡Q/SYT" are the word with noise glued to it.
    return not rest or not rest[0].isalpha() or bool(re.search(r"[0-9/⁄]", rest))


def _with_so(page: OcrPage, tokens: tuple[Token, ...], so: Token, date_row: BBox | None) -> Candidate | None:
    unit = unit_of(page)
    row = row_of(tokens, so.box)
    size = unit * print_scale(row_of(tokens, date_row) if date_row else row, unit)
    alone = so.folded in ("so", "s6", "s0", "se", "56", "50") and so.box.width < 110 * size
    left = so.box.right if alone else so.box.left + WIDTHS["so"] * size
    right, symbol = _right_end(row, so, left, size)
    box = _between(left, right, so if 30 * unit < so.box.height < 90 * unit else symbol or so, size)
    score, reasons = _judge(page, row, (so, symbol), date_row, tokens)
    return Candidate(box, so.line_index, score, (f"word {so.text!r}", *reasons))


def _right_end(row: tuple[Token, ...], so: Token, left: float, size: float) -> tuple[float, Token | None]:
    near = [t for t in row if t.box.right > left and t.box.left < so.box.left + _REACH * size]
    # A slash before capitals is the surest end; capitals alone serve where the slash was lost.
    for token in sorted(near, key=lambda one: not has_symbol(one)):
        start = symbol_start(token, size)
        if start is not None and start > left - 10 * size:
            # Too wide a box is harmless, a cut digit is not: a glued symbol is measured, so leave some room.
            return start + (12 * size if start > token.box.left else 0), token
    return left + _OPEN * size, None


def _without_so(
    page: OcrPage, tokens: tuple[Token, ...], symbol: Token, date_row: BBox | None
) -> Candidate | None:
    unit = unit_of(page)
    start = symbol_start(symbol, unit)
    row = row_of(tokens, symbol.box)
    if start is None:
        return None
    box = _between(start - _CLOSED * unit, start, symbol, unit)
    score, reasons = _judge(page, row, (symbol, symbol), date_row, tokens)
    return Candidate(box, symbol.line_index, score - 1.5, (f"symbol {symbol.text!r}", *reasons))


def _between(left: float, right: float, row: Token, size: float) -> BBox:
    width = min(max(right - left, _NARROWEST * size), _WIDEST * size)
    start = max(0, round(left))
    return BBox(start, row.box.top, max(start + 1, round(left + width)), row.box.bottom)


def _judge(
    page: OcrPage,
    row: tuple[Token, ...],
    words: tuple[Token, Token | None],
    date_row: BBox | None,
    tokens: tuple[Token, ...],
) -> tuple[float, tuple[str, ...]]:
    """Points for what a number's place has, and against what a body line or a register stamp has."""
    anchor, symbol = words
    unit = unit_of(page)
    near_date = date_row is not None and abs(date_row.center_y - anchor.box.center_y) < 110 * unit
    before = [
        t for t in row if t.box.right <= anchor.box.left + 5 and anchor.box.left - t.box.right < 60 * unit
    ]
    after = [t for t in row if 0 < t.box.left - anchor.box.right < 700 * unit and t.text.islower()]
    checks = (
        ("symbol at its right", symbol is not None, 2.0),
        ("colon", _has_colon(row, anchor), 1.0),
        ("on the height of the date", near_date, 2.0),
        ("in the left half", anchor.box.center_x < 0.45 * page.width, 1.0),
        ("in a running line", bool(before), -2.0),
        ("before running text", len(after) >= 3, -2.0),
        ("lower case", anchor.text[:1].islower(), -0.5),
        ("in a register stamp", _in_stamp(tokens, anchor, unit), -3.0),
        ("below the date", date_row is not None and anchor.box.top > date_row.bottom + 150 * unit, -2.0),
    )
    told = tuple(name for name, holds, _ in checks if holds)
    height = anchor.box.top / max(1.0, page.width)
    return 1.0 + sum(points for _, holds, points in checks if holds) - height, told


def _has_colon(row: tuple[Token, ...], anchor: Token) -> bool:
    following = next((token for token in row if token.box.left > anchor.box.left), None)
    return ":" in anchor.text or (following is not None and following.text.startswith(":"))


def _in_stamp(tokens: tuple[Token, ...], anchor: Token, unit: float) -> bool:
    """A register stamp prints ĐẾN ("received") above its own Số."""
    return any(
        begins_with(token, "den")
        and token.text.upper() == token.text
        and 0 <= anchor.box.top - token.box.top < 200 * unit
        and abs(token.box.center_x - anchor.box.center_x) < 300 * unit
        for token in tokens
    )
