"""The slots between "ngày", "tháng" and "năm"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.handwriting.anchors import (
    WIDTHS,
    Token,
    begins_with,
    ends_with,
    header_tokens,
    print_scale,
    row_of,
    unit_of,
)
from pipeline.model import BBox, OcrPage

_DAY = 115.0
_MONTH = 85.0
"""Usual widths (300 dpi) of the slots of day and month."""
_REACH = 420.0
_NARROWEST = 45.0
_ACCEPT = 2.0


@dataclass(frozen=True, slots=True)
class DateSlots:
    """Where day and month of the issue date stand, the row they stand in, and why."""

    day: BBox
    month: BBox
    row: BBox
    line_index: int
    score: float
    evidence: tuple[str, ...]


def find_date(page: OcrPage) -> DateSlots | None:
    """The likeliest place of the issue date in the header of `page`, or None."""
    tokens = header_tokens(page)
    found = [_around(page, tokens, token) for token in tokens if _holds_month_word(token)]
    found += [_between_ends(page, tokens, token) for token in tokens if _begins_day(token)]
    good = [one for one in found if one and one.score >= _ACCEPT]
    return max(good, key=lambda one: one.score, default=None)


def _holds_month_word(token: Token) -> bool:
    return begins_with(token, "thang") or ends_with(token, "thang") or "thang" in token.folded


def _begins_day(token: Token) -> bool:
    return begins_with(token, "ngay") or token.folded.endswith("ngay")


def _around(page: OcrPage, tokens: tuple[Token, ...], thang: Token) -> DateSlots | None:
    """From the word "tháng": the day at its left, the month at its right."""
    unit = unit_of(page)
    row = row_of(tokens, thang.box)
    size = unit * print_scale(row, unit)
    start, end = _month_word(thang, size)
    ngay = next((t for t in reversed(row) if _is_left(t, start, size) and _begins_day(t)), None)
    if ngay is None and begins_with(thang, "ngay"):
        ngay = thang  # one glued word: "ngày04tháng"
    nam = next((t for t in row if _is_right(t, end, size) and _holds_year_word(t)), None)
    if nam is None and re.search(r"thang.*[nhm]am$", thang.folded):
        nam = thang  # "tháng9năm"
    first = _day_word(ngay, size) if ngay else start - _DAY * size
    last = (
        _year_word(nam, size)
        if nam and nam is not thang
        else nam.box.right - WIDTHS["nam"] * size
        if nam
        else end + _MONTH * size
    )
    return _slots(page, row, (first, start, end, last), (ngay, thang, nam))


def _between_ends(page: OcrPage, tokens: tuple[Token, ...], ngay: Token) -> DateSlots | None:
    """ "tháng" was not read: from "ngày" and "năm" and the usual width of what is between."""
    unit = unit_of(page)
    row = row_of(tokens, ngay.box)
    size = unit * print_scale(row, unit)
    first = _day_word(ngay, size)
    reach = (_DAY + WIDTHS["thang"] + _MONTH) * 1.6 * size
    nam = next((t for t in row if first < t.box.left < first + reach and _holds_year_word(t)), None)
    if nam is None:
        return None
    last = _year_word(nam, size)
    month_word = WIDTHS["thang"] * size
    share = _DAY / (_DAY + _MONTH)
    start = first + max(_NARROWEST * size, (last - first - month_word) * share)
    return _slots(page, row, (first, start, start + month_word, last), (ngay, None, nam))


def _month_word(thang: Token, size: float) -> tuple[float, float]:
    """Left and right end of the printed word "tháng", alone or glued to its neighbours."""
    width = WIDTHS["thang"] * size
    box = thang.box
    if begins_with(thang, "thang") and not (box.width > 1.15 * width and not thang.text[0].isalpha()):
        glued = len(thang.folded) > 5 or box.width > 1.25 * width
        return float(box.left), box.left + width if glued else float(box.right)
    if ends_with(thang, "thang") or thang.folded == "thang":
        return box.right - width, float(box.right)
    at = thang.folded.find("thang")
    if at < 0:  # misread, and begun with a speck: "‹thảng" has its word at the end
        return box.right - width, float(box.right)
    middle = (at + 2.5) / len(thang.folded)
    center = box.left + middle * box.width  # glued on both sides: the only case left to the share of letters
    return center - width / 2, center + width / 2


def _day_word(ngay: Token, size: float) -> float:
    """Right end of the printed word "ngày", alone, glued to the day or to the place before it."""
    if begins_with(ngay, "ngay"):
        return ngay.box.left + WIDTHS["ngay"] * size
    return float(ngay.box.right)


def _is_left(token: Token, start: float, size: float) -> bool:
    return start - _REACH * size < token.box.right and token.box.left < start - WIDTHS["ngay"] * 0.6 * size


def _is_right(token: Token, end: float, size: float) -> bool:
    return (
        end - 10 * size < token.box.right
        and token.box.left < end + 260 * size
        and token.box.left > end - 140 * size
    )


def _holds_year_word(token: Token) -> bool:
    return re.search(r"n[aă]m|(?<![a-z])[hm]am", token.folded) is not None


def _year_word(nam: Token, size: float) -> float:
    """Left end of the printed word "năm"."""
    if re.match(r"[nhm]am", nam.folded):
        return float(nam.box.left)
    tail = nam.folded[re.search(r"[nhm]am", nam.folded).end() :]  # type: ignore[union-attr]
    return nam.box.right - (WIDTHS["nam"] + 26 * len(tail)) * size


def _slots(
    page: OcrPage,
    row: tuple[Token, ...],
    edges: tuple[float, float, float, float],
    words: tuple[Token | None, Token | None, Token | None],
) -> DateSlots | None:
    first, start, end, last = edges
    unit = unit_of(page)
    anchor = words[1] or words[0] or words[2]
    if anchor is None or last < end - 20 * unit or last - end > 300 * unit or start - first > 400 * unit:
        return None
    first = min(first, start - _NARROWEST * unit)
    last = max(last, end + _NARROWEST * unit)
    line = _line_box(words, anchor, unit)
    score, reasons = _judge(page, row, words, line)
    return DateSlots(_box(first, start, line), _box(end, last, line), line, anchor.line_index, score, reasons)


def _line_box(words: tuple[Token | None, ...], anchor: Token, unit: float) -> BBox:
    """The printed row: words of print height; handwriting makes boxes taller and pulls them away."""
    usual = [word.box for word in words if word and 30 * unit < word.box.height < 66 * unit] or [anchor.box]
    tops, bottoms = sorted(box.top for box in usual), sorted(box.bottom for box in usual)
    return BBox(
        anchor.box.left, tops[len(tops) // 2], anchor.box.right, max(bottoms[len(bottoms) // 2], tops[-1])
    )


def _box(left: float, right: float, line: BBox) -> BBox:
    start = max(0, round(left))
    return BBox(start, line.top, max(start + 1, round(right)), line.bottom)


def _judge(
    page: OcrPage, row: tuple[Token, ...], words: tuple[Token | None, ...], line: BBox
) -> tuple[float, tuple[str, ...]]:
    ngay, thang, nam = words
    edge = nam or thang
    after = [t for t in row if edge and t.box.left > edge.box.right and t.text.islower() and t.text.isalpha()]
    before = [
        t for t in row if ngay and t.box.right <= ngay.box.left and t.text.islower() and t.text.isalpha()
    ]
    near = [t for t in before if ngay and ngay.box.left - t.box.right < 40 * unit_of(page)]
    comma = any(t.text.endswith((",", ".")) for t in row if ngay and t.box.right <= ngay.box.left)
    checks = (
        ("word ngày", ngay is not None, 1.0),
        ("word tháng", thang is not None, 1.0),
        ("word năm", nam is not None, 1.0),
        ("in the right half", line.center_x > 0.5 * page.width, 1.0),
        ("after a place and a comma", comma, 0.5),
        ("running text after it", len(after) >= 1, -1.5),
        ("running text before it", bool(near), -1.5),
    )
    told = tuple(name for name, holds, _ in checks if holds)
    return sum(points for _, holds, points in checks if holds) - 2 * line.top / max(1.0, page.width), told
