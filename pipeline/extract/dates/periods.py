"""Stretches of time: `giai đoạn 2021 - 2025`, `Quý I/2024`, `6 tháng đầu năm 2023`, `từ ngày ...`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from pipeline.extract.dates.grammar import FULL, iso_date

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEARS = regex.compile(
    r"(?<![\d/.,\-])(?P<first>(?:19|20)\d\d)\s*(?:-{1,2}|den(?:\s+nam)?)\s*(?P<last>(?:19|20)\d\d)(?![\d/])"
)
_QUARTER = regex.compile(
    r"\bquy\s+(?P<quarter>iv|i{1,3}|[1-4])\s*(?:/|nam\s+|-)\s*(?P<year>(?:19|20)\d\d)(?!\d)"
)
_MONTHS = regex.compile(
    r"(?<!\d)(?P<count>[369])\s+thang\s+(?P<which>dau|cuoi)\s+nam\s+(?P<year>(?:19|20)\d\d)(?!\d)"
)
_DAYS = regex.compile(
    rf"\btu\s+(?:ngay\s+)?{FULL.pattern}\s*(?:-|den(?:\s+het)?)\s*(?:ngay\s+)?"
    + FULL.pattern.replace("<d>", "<d2>").replace("<m>", "<m2>").replace("<y>", "<y2>")
)
_LONGEST_YEARS = 60


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch from `first` to `last` (ISO, reduced precision) at characters `start`..`end`."""

    start: int
    end: int
    first: str
    last: str
    form: str


def periods_in(flat: str) -> Iterator[Period]:
    """All stretches of time of flat text that are not the range of an anniversary's bracket."""
    yield from _years(flat)
    for match in _QUARTER.finditer(flat):
        first_month = 3 * _ROMAN[match["quarter"]] - 2
        yield _months(match, int(match["year"]), (first_month, first_month + 2), "quarter")
    for match in _MONTHS.finditer(flat):
        count = int(match["count"])
        span = (1, count) if match["which"] == "dau" else (13 - count, 12)
        yield _months(match, int(match["year"]), span, "months")
    for match in _DAYS.finditer(flat):
        first = iso_date(int(match["y"]), int(match["m"]), int(match["d"]))
        last = iso_date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
        if first and last and first <= last:
            yield Period(match.start(), match.end(), first, last, "days")


def _years(flat: str) -> Iterator[Period]:
    for match in _YEARS.finditer(flat):
        first, last = int(match["first"]), int(match["last"])
        if first < last <= first + _LONGEST_YEARS:
            yield Period(match.start(), match.end(), match["first"], match["last"], "years")


def _months(match: regex.Match[str], year: int, months: tuple[int, int], form: str) -> Period:
    return Period(match.start(), match.end(), f"{year}-{months[0]:02d}", f"{year}-{months[1]:02d}", form)
