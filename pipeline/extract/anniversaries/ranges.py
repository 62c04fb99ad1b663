"""The dates behind an event: `(28/6/1909 - 28/6/2024)`, `[1945-2019]`, `, 16/10/1948 - 16/10/2018`."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.extract.anniversaries.words import first_inside, starts
from pipeline.extract.dates.grammar import iso_date
from pipeline.extract.flow import Flow

_SEP = r"\s?[/.\-]\s?"
_TOKEN = regex.compile(
    rf"(?:ngay\s*)?(?P<d>\d{{1,2}})(?:{_SEP}|\s*thang\s*)(?P<m>\d{{1,2}})(?:{_SEP}|\s*nam\s*)(?P<y>\d{{4}})"
    rf"|(?:thang\s*)?(?P<m2>\d{{1,2}})\s?[/.]\s?(?P<y2>\d{{4}})"
    rf"|(?<!\d)(?P<y3>(?:1\d|20)\d\d)(?!\d)"
    rf"|(?P<d4>\d{{1,2}}){_SEP}(?P<m4>\d{{1,2}}){_SEP}(?P<y4>\d{{2}})(?!\d)"
    rf"|(?P<d5>\d{{1,2}})\s?[/.\-]\s?(?P<m5>\d{{1,2}})(?!\d)"
)
_BRACKET = regex.compile(r"\s*[(\[]\s*(?P<inside>[^()\[\]\n]{4,60})[)\]}]?")
_OPEN_RANGE = regex.compile(
    rf"[\s,:]*(?P<inside>\d{{1,2}}{_SEP}\d{{1,2}}{_SEP}\d{{4}}\s*(?:-+|den|÷|~)\s*\d{{1,2}}{_SEP}\d{{1,2}}{_SEP}\d{{4}})"
)
_WORDS_ALLOWED = regex.compile(r"[\s\d/.,\-÷~_:=]|ngay|thang|nam|den|va|tu|to|toi|d[ae]n|v[ai]")
# A single date whose N-th return lies further ahead than this is the day that is celebrated.
_FARTHEST_TARGET = 2050


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates printed behind an event; `None` where nothing is printed. `end`: where they stop."""

    end: int
    date_from: str | None = None
    date_to: str | None = None
    month_day: str | None = None

    @property
    def is_range(self) -> bool:
        return bool(self.date_from and self.date_to)


def dates_at(flat: str, position: int, n_years: int | None) -> Dates | None:
    """The dates in the bracket (or the bare range of days) that begins at `position`, or None."""
    match = _BRACKET.match(flat, position) or _OPEN_RANGE.match(flat, position)
    if not match or _WORDS_ALLOWED.sub("", match["inside"]):
        return None
    tokens = [found for token in _TOKEN.finditer(match["inside"]) if (found := _date(token, n_years))]
    rest = _TOKEN.sub("", match["inside"])
    if match["inside"].lstrip().startswith("tu ") and any(letter.isdigit() for letter in rest):
        return None  # "từ ngày 01 đến ngày 10 tháng 10 năm 2010" is when the feast is held
    dated = [token for token in tokens if not token.startswith("XXXX")]
    if len(dated) == 2 and len(tokens) == 2:
        return _two(match.end(), _centuries(dated, n_years), n_years)
    if len(dated) == 1:
        return _one(match.end(), _centuries(dated, n_years)[0], n_years)
    return Dates(match.end(), month_day=tokens[0][5:]) if len(tokens) == 1 else None


def _date(token: regex.Match[str], n_years: int | None) -> str | None:
    parts = {name.rstrip("2345"): int(text) for name, text in token.groupdict().items() if text}
    if "y" in parts and parts["y"] < 100:
        parts["y"] += 1900 if n_years is None or parts["y"] > 30 else 2000
    return iso_date(parts.get("y"), parts.get("m"), parts.get("d"))


def _centuries(dates: list[str], n_years: int | None) -> list[str]:
    """Two-digit years: take the century in which the arithmetic is right."""
    if len(dates) != 2 or n_years is None or int(dates[1][:4]) - int(dates[0][:4]) == n_years:
        return dates
    shifted = [f"{int(dates[0][:4]) - 100}{dates[0][4:]}", dates[1]]
    return shifted if int(shifted[1][:4]) - int(shifted[0][:4]) == n_years else dates


def _two(end: int, dates: list[str], n_years: int | None) -> Dates:
    passed = int(dates[1][:4]) - int(dates[0][:4])
    far = n_years is not None and abs(passed - n_years) > max(10, n_years * 0.3)
    # (1950-1953) behind a war is how long the war took, not a span of remembrance.
    return Dates(end) if far and len(dates[0]) == len(dates[1]) == 4 else Dates(end, dates[0], dates[1])


def _one(end: int, date: str, n_years: int | None) -> Dates:
    if n_years is not None and int(date[:4]) + n_years > _FARTHEST_TARGET:
        return Dates(end, date_to=date)
    return Dates(end, date_from=date)


def range_ahead(flat: str, start: int, limit: int, n_years: int | None) -> tuple[int, Dates] | None:
    """The first bracket with a range of dates after `start` and before `limit`: (its start, its dates).

    Only a range lets an event hold commas, so other brackets and hard stops end the search.
    """
    for match in regex.finditer(r"\s*[(\[]|[;:\n\"”]|[.!?](?=\s)", flat, pos=start, endpos=limit):
        if match[0].strip() not in ("(", "["):
            return None
        dates = dates_at(flat, match.start(), n_years)
        if dates is None:
            continue
        return (
            (match.start(), dates) if dates.is_range or not _has_comma(flat, start, match.start()) else None
        )
    return None


def _has_comma(flat: str, start: int, end: int) -> bool:
    return "," in flat[start:end]


def is_not_a_span(flow: Flow, start: int, end: int) -> bool:
    """True when the event is itself a stretch of time (a war, a reign): its years are not a range."""
    return starts("not_range", flow, start) or first_inside("not_range", flow, start, end) is not None
