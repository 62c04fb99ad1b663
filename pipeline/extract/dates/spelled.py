"""Dates and numbers written out in words: `ngày mười chín tháng Tám năm một nghìn chín trăm bốn mươi lăm`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pipeline.dictionary import table

_NUMBER = r"(?:\d{1,2}|[a-z]+(?: [a-z]+){0,2}?)"
_YEAR = r"\d{4}\b|(?:mot|hai) (?:nghin|ngan)(?: [a-z]+){1,6}"
_DATE = regex.compile(
    rf"\b(?:ngay|mong|mung)\s+(?:mong |mung )?(?P<d>{_NUMBER})\s+thang\s+(?P<m>{_NUMBER})"
    rf"(?:\s+nam\s+(?P<y>{_YEAR}))?"
)


def _values(role: str) -> dict[str, int]:
    return {row["word"]: int(row["value"]) for row in table("number_words").rows if row["role"] == role}


def number_in_words(text: str) -> int | None:
    """The number that flat `text` spells out (1 to 9999), or None.

    >>> number_in_words("mot nghin chin tram bon muoi lam")
    1945
    """
    units, scales = _values("unit"), _values("scale")
    total, pending = 0, None
    for word in text.split():
        if word in units:
            pending = (pending or 0) + units[word]
        elif word in scales:
            total += (1 if pending is None else pending) * scales[word]
            pending = None
        elif word not in ("linh", "le"):
            return None
    return total + (pending or 0) or None


def spelled_dates(flat: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int | None, int, int]]]:
    """Dates in flat text of which at least one part is written in words: (start, end, (year, month, day))."""
    for match in _DATE.finditer(flat, start, end):
        day, month = _part(match["d"]), _part(match["m"], months=True)
        if day is None or month is None or (match["d"].isdigit() and match["m"].isdigit()):
            continue
        year, stop = _year(match)
        yield match.start(), stop, (year, month, day)


def _part(text: str, months: bool = False) -> int | None:
    if text.isdigit():
        return int(text)
    named = _values("month").get(text) if months else None
    return named if named is not None else number_in_words(text)


def _year(match: regex.Match[str]) -> tuple[int | None, int]:
    text = match["y"]
    if not text:
        return None, match.end()
    if text.isdigit():
        return int(text), match.end()
    pieces = text.split(" ")
    for length in range(len(pieces), 1, -1):  # the longest run of words that is still a number
        value = number_in_words(" ".join(pieces[:length]))
        if value is not None:
            return value, match.start("y") + len(" ".join(pieces[:length]))
    return None, match.end("m")
