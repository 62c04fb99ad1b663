"""How dates are written in Vietnamese documents, from `ngày 05 tháng 01 năm 2020` to `Quý I/2024`.

All patterns run on flat text (see `folding.flat`), so the diacritics an engine lost do not matter.
Dates are given as ISO 8601 with EDTF reduced precision: `2023-05-30`, `2023-05`, `2023`, `XXXX-09-02`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from pipeline.extract.dates.spelled import spelled_dates

EARLIEST_YEAR = 1000
LATEST_YEAR = 2100
_D = r"\d{1,2}"
_SEP = r"\s?[/.\-]\s?"
_DAY_WORD = r"n[gq][a-z]{1,2}[y'v]?'?"
_MONTH_WORD = r"th[a-z]{1,2}[nm]?[gq]"
_YEAR_WORD = r"n[a-z]{1,2}m?"
FULL = regex.compile(rf"(?P<d>{_D}){_SEP}(?P<m>{_D}){_SEP}(?P<y>\d{{4}})(?!\d)")
WORDS = regex.compile(
    rf"(?:{_DAY_WORD}\s*)?(?P<d>{_D})\s*{_MONTH_WORD}[\s,]*(?P<m>{_D})\s*,?\s*(?:{_YEAR_WORD}[\s.]*|/\s*)(?P<y>\d{{4}})(?!\d)"
)
_PATTERNS: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("words", WORDS),
    ("iso", regex.compile(r"(?<![\d/\-])(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)")),
    ("slash", regex.compile(rf"(?<![\d/]|\d\.){FULL.pattern}")),
    (
        "month",
        regex.compile(
            rf"(?<!\d\s?)\b(?:{_MONTH_WORD})\s*(?P<m>{_D})\s*(?:{_YEAR_WORD}\s+|[/\-]\s?)(?P<y>\d{{4}})(?!\d)"
        ),
    ),
    ("month_slash", regex.compile(rf"(?<![\d/.\-]|so )(?P<m>{_D})\s?/\s?(?P<y>(?:19|20)\d\d)(?![\d/\-])")),
    ("day_month_words", regex.compile(rf"{_DAY_WORD}\s*(?P<d>{_D})\s*{_MONTH_WORD}\s*(?P<m>{_D})(?!\d)")),
    (
        "day_month",
        regex.compile(rf"(?<![\d/.,\-])(?P<d>{_D})\s?[/\-]\s?(?P<m>{_D})(?![\d/%]|[.,\-]\d|\s?-\s?[a-z])"),
    ),
    ("year", regex.compile(r"\bnam\s+(?P<y>(?:19|20)\d\d)(?![\d/])")),
)


@dataclass(frozen=True, slots=True, order=True)
class DateHit:
    """A date at characters `start`..`end`; `form` says how it is written."""

    start: int
    end: int
    date: str
    form: str

    @property
    def precision(self) -> str:
        """`day`, `month`, `year`, or `month_day` for a day without a year."""
        if self.date.startswith("XXXX"):
            return "month_day"
        return {4: "year", 7: "month"}.get(len(self.date), "day")


def iso_date(year: int | None, month: int | None = None, day: int | None = None) -> str | None:
    """ISO date of the parts, or None when there is no such day (31/4, month 13, year 3012).

    >>> iso_date(2020, 1, 5), iso_date(2020, 13), iso_date(None, 9, 2)
    ('2020-01-05', None, 'XXXX-09-02')
    """
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    if month is None:
        return f"{year:04d}" if year is not None else None
    if not 1 <= month <= 12:
        return None
    head = f"{year:04d}" if year is not None else "XXXX"
    if day is None:
        return f"{head}-{month:02d}" if year is not None else None
    longest = calendar.monthrange(year if year is not None else 2000, month)[1]
    return f"{head}-{month:02d}-{day:02d}" if 1 <= day <= longest else None


def date_hits(flat: str, start: int = 0, end: int | None = None) -> list[DateHit]:
    """All dates in characters `start`..`end` of flat text, in order, the fullest reading of each."""
    end = len(flat) if end is None else end
    taken: list[DateHit] = []
    spots = bytearray(end - start)
    for hit in _all_hits(flat, start, end):
        low, high = hit.start - start, hit.end - start
        if not any(spots[low:high]):
            spots[low:high] = b"\1" * (high - low)
            taken.append(hit)
    return sorted(taken)


def _all_hits(flat: str, start: int, end: int) -> Iterator[DateHit]:
    yield from _hits(_PATTERNS[:-1], flat, start, end)
    for low, high, (year, month, day) in spelled_dates(flat, start, end):
        if date := iso_date(year, month, day):
            yield DateHit(low, high, date, "spelled")
    yield from _hits(_PATTERNS[-1:], flat, start, end)


def _hits(
    patterns: tuple[tuple[str, regex.Pattern[str]], ...], flat: str, start: int, end: int
) -> Iterator[DateHit]:
    for form, pattern in patterns:
        for match in pattern.finditer(flat, start, end):
            parts = {name: int(text) for name, text in match.groupdict().items() if text}
            if date := iso_date(parts.get("y"), parts.get("m"), parts.get("d")):
                yield DateHit(match.start(), match.end(), date, form)


_LEAD_WORDS = regex.compile(r"(?:\.(?=n[gq]))?[\s,(]*+(?:(?:ky|ban hanh|ra|de|cap)\s+)?+")
_UNSURE = ("day_month", "day_month_words")


def date_at(flat: str, position: int) -> DateHit | None:
    """The date that follows `position` at once: `, ngày 5/1/2020`, `(ký ngày ...)`, ` năm 2012`."""
    lead = _LEAD_WORDS.match(flat, position, position + 40)
    begin = lead.end() if lead else position
    hits = date_hits(flat, begin, min(len(flat), begin + 70))
    if not hits or hits[0].form in _UNSURE:
        return None
    gap = flat[begin : hits[0].start]
    return hits[0] if len(gap) <= 6 and not any(letter in gap for letter in ";.:\n,") else None


def date_before(flat: str, position: int) -> DateHit | None:
    """The full date that ends right before `position`: `ngày 18-2-1998, ` in front of an issuer."""
    low = max(0, position - 45)
    hits = [hit for hit in date_hits(flat, low, position) if hit.precision == "day"]
    if not hits or flat[hits[-1].end : position].strip(" ,") not in ("", "thi"):
        return None
    return hits[-1]
