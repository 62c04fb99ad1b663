"""The line `<place>, ngày DD tháng MM năm YYYY` of the header.

Day and month are often filled in by hand. What is not a plausible number there is left out, and the date is
given to the month; nothing is guessed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.extract.letters import plain, words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.number import slot_confidence
from pipeline.model import SlotReading

_DATE = regex.compile(
    r"(?<![a-z])n[gq][a-z][a-z]?[,.;]?\s*(?P<day>(?:(?!ng)[^\n]){0,9}?)\s*"
    r"(?P<monthword>t?h[a-z][a-z]?n[gq]|t[a-z]{1,2}ng)\s*(?P<month>[^\n]{0,6}?)\s*"
    r"(?P<yearword>n[a-z][mn])\s*(?P<year>[\dlioqsbz]{4,5})"
)
# When even `ngày` is misread: the month, the year and the end of the line must be there.
_LOOSE_DATE = regex.compile(
    r"(?:(?<=[,.]\s?)|^\W{1,2})[a-z]{2,4}(?P<day>[^\n,]{0,7}?)\s?(?P<monthword>th[a-z]n[gq])(?P<month>[^\n]{0,6}?)\s?(?P<yearword>nam)"
    r"\s*(?P<year>\d{4})\W*$"
)
_DIGIT_SHAPES = str.maketrans(
    {"l": "1", "I": "1", "i": "1", "o": "0", "O": "0", "Ø": "0", "]": "", "|": "1", "!": "1"}
)
_FIRST_YEAR = 1945


@dataclass(frozen=True, slots=True)
class IssueDate:
    """A header date: `value` is `YYYY[-MM[-DD]]`; `start` and `end` are where its words stand in the line."""

    value: str
    raw: str
    start: int
    end: int
    confidence: float
    plausible: bool = True
    kind: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def precision(self) -> str:
        return ("none", "year", "month", "day")[len(self.value.split("-")) if self.value else 0]


def read_issue_date(text: str, *, is_scan: bool = False, ocr: float = 1.0) -> IssueDate | None:
    """The date in `text` (one line), or None when there is none.

    >>> read_issue_date("Lai Châu, ngày 30 tháng 01 năm 2020").value
    '2020-01-30'
    """
    folded = plain(text)
    match = next(_DATE.finditer(folded), None) or _LOOSE_DATE.search(folded)
    if match is None:
        return None
    year, year_sure = _digits(match["year"][:4], 4)
    month, month_sure = _digits(text[match.start("month") : match.end("month")], 2)
    day, day_sure = _digits(text[match.start("day") : match.end("day")], 2)
    year_sure = year_sure and len(match["year"]) == 4
    if not year or not _FIRST_YEAR <= int(year) <= datetime.date.today().year + 1:
        return None
    raw = text[match.start() : match.end()]
    value, plausible = _compose(year, month, day)
    sure = year_sure and month_sure and (day_sure or value.count("-") < 2)
    confidence = _confidence(value, match, sure=sure, is_scan=is_scan, ocr=ocr)
    return IssueDate(value, raw, match.start(), match.end(), confidence, plausible)


def _digits(text: str, most: int) -> tuple[str, bool]:
    bare = regex.sub(r"[\s._…,'’`:;-]", "", text)
    if regex.fullmatch(rf"\d{{1,{most}}}", bare):
        return bare, " " not in text.strip()
    shaped = bare.translate(_DIGIT_SHAPES)
    return (shaped, False) if regex.fullmatch(rf"\d{{1,{most}}}", shaped) else ("", not bare)


def _compose(year: str, month: str, day: str) -> tuple[str, bool]:
    """The date as far as it makes sense, and whether all digits read did."""
    if not month or not 1 <= int(month) <= 12:
        return year, not month
    if not day:
        return f"{year}-{int(month):02}", True
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat(), True
    except ValueError:
        return f"{year}-{int(month):02}", False


def _confidence(value: str, match: regex.Match[str], *, sure: bool, is_scan: bool, ocr: float) -> float:
    full = value.count("-") == 2
    if not is_scan:
        return 0.95 if full and sure else 0.6 if sure else 0.5
    # Printed digits have blanks on both sides; a pen fills its slot as it likes.
    spaced = match.string[match.start("day") - 1].isspace()
    blank = regex.match(r"\s", match.string[match.start("monthword") - 1])
    if full and sure and spaced and blank:
        return 0.62 * ocr
    return (0.4 if full else 0.3) * ocr


def with_slot_readings(date: IssueDate, slots: Sequence[SlotReading]) -> IssueDate:
    """`date` with what the digit reader saw in the slots for day and month."""
    found = {slot.kind: slot for slot in slots if slot.kind in ("day", "month") and slot.readings}
    if not found:
        return date
    parts = [*date.value.split("-"), "", ""][:3]
    chance = 1.0
    for index, kind in ((1, "month"), (2, "day")):
        slot = found.get(kind)
        if slot is None:
            chance *= 1.0 if parts[index] and kind == "month" else date.confidence
            continue
        parts[index], probability = slot.readings[0]
        chance *= slot_confidence(probability)
    value, plausible = _compose(*parts)
    if not plausible or (value.count("-") < 2 and parts[2]):
        chance = min(chance, 0.3)
    kind = found["day"].ink if "day" in found and found["day"].ink != "blank" else ""
    alternatives = tuple(
        _compose(parts[0], parts[1], digits)[0]
        for digits, _ in (found["day"].readings[1:] if "day" in found else ())
    )
    return replace(
        date, value=value, confidence=chance, plausible=plausible, kind=kind, alternatives=alternatives
    )


# --- place ------------------------------------------------------------------------------------------


def read_place(text: str, date_start: int, lexicon: Lexicon) -> tuple[str, bool]:
    """The place before the date, and whether it is a known province; lost marks of provinces come back."""
    place = regex.sub(r"^[^\p{L}]+|[^\p{L}\d]+$", "", text[:date_start])
    place = regex.sub(r"\s+", " ", place)
    if not place or len(place) > 40 or regex.search(r"[/:]", place):
        return "", False
    key = words_key(place)
    province = lexicon.provinces.get(key)
    if province:
        return province, True
    for prefix in ("thanh pho ", "tp ", "tinh ", "thu do "):
        if key.startswith(prefix) and key.removeprefix(prefix) in lexicon.provinces:
            kept = place[: len(place) - len(key.removeprefix(prefix))]
            return kept + lexicon.provinces[key.removeprefix(prefix)], True
    return place, False
