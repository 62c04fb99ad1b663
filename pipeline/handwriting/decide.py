"""Decide number and date from all evidence: each piece weighs as a likelihood, and is named.

Everything here is arithmetic on plain values. A reading of the slot network gives probabilities; each further
piece multiplies them: Tesseract's own reading, the calendar, a digital signature or an arrival stamp, dates
cited as past, other documents. The weights are rounded measurements and listed in one table below.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model import SlotReading

SURE = 0.98
"""From this probability on a decision needs no review (cross-fitted over agencies, see digits.json)."""

_OCR_FACTOR = {"printed": 30.0, "stamped": 10.0, "handwritten": 4.0, "blank": 4.0}
"""How much likelier a value is when Tesseract, too, read it. Where it read digits it was right in 193 of
199 printed and 10 of 49 handwritten slots of 146 headers, but both lose a 1 beside a 1."""
_OCR_ALONE = 0.8
"""Probability of what Tesseract read where no slot was found."""
_SIGNED = {0: 0.70, 1: 0.12, 2: 0.05, 3: 0.04, 4: 0.02, 5: 0.02}
"""Share of documents signed or copied so many days after their date; later ones share what is left."""
_LATE = 0.001
_IMPOSSIBLE = 0.002
_UNLISTED = 1e-3
"""Probability left for any one value that no reading lists."""
_CITED_FACTOR = 100.0
"""How much likelier a listed number is when another document cites it with this one's issuer, symbol, day."""
_OUT_OF_ORDER = 0.05
"""How much less likely a right number is out of the order of dates: 4 of 76 in series that keep it were."""
_UNREAD = 0.004
"""How often the right number is on no list of a sure reading (99.6 % of sure readings were right)."""
_CITES_LATER = 0.02
"""How much less likely a date is when the document cites another of a later day."""
_FILE_NAME_FACTOR = 5.0
"""Weak: file names carry other numbers too."""
_KEPT = 3

_UNKNOWN = "?"

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Decision:
    """The likeliest value with its probability; `evidence` names each piece that spoke, in order."""

    value: str
    probability: float
    sure: bool
    alternatives: tuple[tuple[str, float], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberClues:
    """What else speaks for a document's number, all optional.

    `ocr` is Tesseract's own reading; `cited` are numbers under which other documents cite this one; `after`
    and `before` are the nearest numbers of the same issuer, type and year with an earlier and a later date;
    `file_name` is a number in the file's name and is used only when given.
    """

    ocr: str = ""
    cited: tuple[str, ...] = ()
    after: int | None = None
    before: int | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class DateClues:
    """What else speaks for an issue date, all optional.

    `signed` is the day of a digital signature or certified copy, `received` the day of an arrival stamp,
    `past` are dates the document names as past.
    """

    ocr_day: str = ""
    ocr_month: str = ""
    signed: date | None = None
    received: date | None = None
    past: tuple[date, ...] = field(default=())


def with_ocr(reading: SlotReading, ocr: str) -> SlotReading:
    """`reading` with its probabilities weighed by what Tesseract read there ("" for nothing)."""
    if not ocr or not reading.readings:
        return reading
    return _favoured(reading, ocr, _OCR_FACTOR[reading.ink])


def with_file_name(reading: SlotReading, name: str) -> tuple[SlotReading, str]:
    """`reading` weighed by the one of its numbers that stands in a file's name, and a note that tells it.

    A name that holds none of the numbers read, or several, says nothing; it never brings in a new one.

    >>> slot = SlotReading("number", BBox(0, 0, 9, 9), "handwritten", (("574", 0.6), ("514", 0.4)))
    >>> with_file_name(slot, "cv 514 ubnd.pdf")[0].readings[0][0]
    '514'
    """
    named = {_plain(digits) for digits in re.findall(r"\d+", name)}
    fitting = [text for text, chance in reading.readings if chance >= _UNLISTED and _plain(text) in named]
    if len(fitting) != 1 or not _plain(fitting[0]):
        return reading, ""
    note = f"number weighed by the file's name: {fitting[0]} (x{_FILE_NAME_FACTOR:g})"
    return _favoured(reading, fitting[0], _FILE_NAME_FACTOR), note


def _favoured(reading: SlotReading, value: str, factor: float) -> SlotReading:
    listed = dict(reading.readings)
    spelled = next((text for text in listed if _plain(text) == _plain(value)), value)
    listed.setdefault(spelled, _UNLISTED)
    listed[spelled] *= factor
    total = sum(listed.values()) + max(0.0, 1.0 - sum(probability for _, probability in reading.readings))
    ranked = sorted(((text, weight / total) for text, weight in listed.items()), key=lambda one: -one[1])
    return replace(reading, readings=tuple(ranked))


def decide_number(
    reading: SlotReading | None, clues: NumberClues | None = None, *, sure: float = SURE
) -> Decision:
    """The document's number from the slot's reading and `clues`; "" means the slot is blank or unknown.

    >>> slot = SlotReading("number", BBox(0, 0, 9, 9), "printed", (("574", 0.8), ("514", 0.2)))
    >>> decide_number(slot, NumberClues(ocr="574")).value
    '574'
    """
    clues = clues or NumberClues()
    listed = {_plain(text): probability for text, probability in reading.readings} if reading else {}
    spelled = {_plain(text): text for text, _ in reversed(reading.readings)} if reading else {}
    for text in (clues.ocr, *clues.cited, clues.file_name):
        spelled.setdefault(_plain(text), text)
    weights = {text: max(listed.get(text, 0.0), _UNLISTED) for text in spelled if text or text in listed}
    evidence = [_told("slot", listed)] if listed else []
    for clue, factors in _factors(clues, reading.ink if reading and listed else ""):
        weights = _times(weights, factors)
        evidence.append(clue)
    if clues.after is not None or clues.before is not None:
        weights = _in_order(weights, clues, listed)
        low, high = ("" if one is None else one for one in (clues.after, clues.before))
        evidence.append(f"order of dates: {low} < number < {high} (else x{_OUT_OF_ORDER:g})")
    if not listed:
        weights[""] = max(weights.get("", 0.0), 1.0)  # no slot was read: OCR alone is never certain
        spelled[""] = ""
    unread = weights.pop(_UNKNOWN, 0.0)
    named = {spelled[text]: weight for text, weight in weights.items()}
    return _decision(named, evidence, sure, unread=unread)


def _factors(clues: NumberClues, ink: str) -> list[tuple[str, Weights]]:
    """What each clue that names a number multiplies, and how it is told; `ink` is "" without a slot."""
    found: list[tuple[str, Weights]] = []
    if clues.ocr:
        alone = _OCR_ALONE / (1 - _OCR_ALONE) / _UNLISTED
        factor = _OCR_FACTOR[ink] if ink else alone
        found.append((f"ocr: {clues.ocr} (x{factor:g})", {_plain(clues.ocr): factor}))
    for text in clues.cited:
        told = f"cited by another document: {text} (x{_CITED_FACTOR:g})"
        found.append((told, {_plain(text): _CITED_FACTOR}))
    if clues.file_name:
        told = f"file name: {clues.file_name} (x{_FILE_NAME_FACTOR:g})"
        found.append((told, {_plain(clues.file_name): _FILE_NAME_FACTOR}))
    return found


def _in_order(weights: Weights, clues: NumberClues, listed: Weights) -> Weights:
    """Values that break the order lose weight; a number on no list may yet keep it."""
    low = clues.after if clues.after is not None else -1
    high = clues.before if clues.before is not None else 10**9
    fitting = {text: 1.0 if low < _value(text) < high else _OUT_OF_ORDER for text in weights}
    return _times(weights, fitting) | {_UNKNOWN: max(_UNREAD, 1.0 - sum(listed.values()))}


def decide_date(
    day: SlotReading | None,
    month: SlotReading | None,
    year: int | None,
    clues: DateClues | None = None,
    *,
    sure: float = SURE,
) -> Decision:
    """The issue date as `YYYY-MM-DD`, or `YYYY-MM` when the day is blank; "" without year or month.

    A day must exist in its month; signature and arrival come after the date, cited dates before it.
    """
    clues = clues or DateClues()
    if year is None:
        return Decision("", 0.0, False, (), ("no year was read",))
    evidence: list[str] = []
    days = _part(day, clues.ocr_day, 31, evidence)
    months = _part(month, clues.ocr_month, 12, evidence)
    if not days or not months:
        return Decision("", 0.0, False, (), (*evidence, "day or month was not found"))
    weights: Weights = {}
    for month_text, month_weight in months.items():
        for day_text, day_weight in days.items():
            value = _iso(year, month_text, day_text)
            if value:
                factor = _by_other_dates(value, clues)
                weights[value] = weights.get(value, 0.0) + day_weight * month_weight * factor
    if clues.signed or clues.received:
        evidence.append(f"signed {clues.signed or '?'}, received {clues.received or '?'}")
    if clues.past:
        evidence.append(f"cites a document of {max(clues.past)} (earlier: x{_CITES_LATER:g})")
    return _decision(weights, evidence, sure)


def _part(reading: SlotReading | None, ocr: str, highest: int, evidence: list[str]) -> Weights:
    """Weights of a day or month ("" is blank), from the slot and from Tesseract."""
    name = "month" if highest == 12 else "day"
    listed = {_plain(text): probability for text, probability in reading.readings} if reading else {}
    ocr_value = _plain(ocr) if ocr.isdigit() and 1 <= int(ocr) <= highest else ""
    if not listed and not ocr_value:
        return {}
    weights = {str(value): max(listed.get(str(value), 0.0), _UNLISTED / 3) for value in range(1, highest + 1)}
    if "" in listed:
        weights[""] = listed[""]
    if listed:
        evidence.append(_told(f"{name} slot", listed))
    if ocr_value:
        weights = _times(weights, {ocr_value: _OCR_FACTOR[reading.ink if reading else "printed"]})
        evidence.append(f"{name} ocr: {ocr}")
    total = sum(weights.values())
    return {text: weight / total for text, weight in weights.items()}


def _iso(year: int, month: str, day: str) -> str:
    """The date as text; "" when it does not exist. A blank month gives nothing, a blank day the month."""
    if not month:
        return ""
    if not day:
        return f"{year:04d}-{int(month):02d}"
    exists = int(day) <= calendar.monthrange(year, int(month))[1]
    return f"{year:04d}-{int(month):02d}-{int(day):02d}" if exists else ""


def _by_other_dates(value: str, clues: DateClues) -> float:
    if len(value) < 10:
        return 1.0
    issued = date.fromisoformat(value)
    factor = 1.0
    if clues.signed:
        days = (clues.signed - issued).days
        factor *= _SIGNED.get(days, _LATE if days > 0 else _IMPOSSIBLE * _LATE)
    if clues.received and clues.received < issued:
        factor *= _IMPOSSIBLE
    if any(past > issued for past in clues.past):
        factor *= _CITES_LATER
    return factor


def _decision(weights: Weights, evidence: Iterable[str], sure: float, *, unread: float = 0.0) -> Decision:
    total = sum(weights.values()) + unread
    if total <= 0:
        return Decision("", 0.0, False, (), tuple(evidence))
    ranked = sorted(((text, weight / total) for text, weight in weights.items()), key=lambda one: -one[1])
    value, probability = ranked[0]
    return Decision(value, probability, probability >= sure, tuple(ranked[1 : 1 + _KEPT]), tuple(evidence))


def _times(weights: Weights, factors: Weights) -> Weights:
    return {text: weight * factors.get(text, 1.0) for text, weight in weights.items()}


def _plain(text: str) -> str:
    """A number or day for comparing: no blanks, lower case, no leading zeros."""
    return "".join(text.split()).lower().lstrip("0")


def _value(text: str) -> int:
    digits = "".join(letter for letter in text if letter.isdigit())
    return int(digits) if digits else 0


def _told(name: str, listed: Weights) -> str:
    best = sorted(listed.items(), key=lambda one: -one[1])[:_KEPT]
    return f"{name}: " + ", ".join(f"{text or 'blank'} {probability:.2f}" for text, probability in best)
