"""The line `Số: 02/CT-UBND`: number, symbol, and how sure they are.

Grammar of Nghị định 30/2020/NĐ-CP (`NN/TYPE-AGENCY`, legal acts with a year) and Hướng dẫn 36-HD/VPTW
(`NN-TYPE/ORG`). The number is often filled in by hand: what stands between `Số:` and the separator is only
believed when it is digits; the printed symbol is read apart from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.letters import plain
from pipeline.extract.lexicon import Lexicon
from pipeline.model import SlotReading

MARKER = regex.compile(
    r"^\W{0,3}(?:(?:luat|nghi quyet|phap lenh|lenh)\s+)?"
    r"(?P<word>(?:s|5|\$)[o0a6](?![a-z])[zs]?|s6|56|so(?=\d))\s*[:;.,#*_]{0,3}\s*"
)
_GROUP = r"\p{Lu}[\p{L}\d&]{0,14}(?:[.,][\p{Lu}\d][\p{L}\d]{0,9}){0,2}"
# `12 TT/NV` of old; one letter, or one with a mark, is ink beside the number: `5 Í/PGDĐT`.
_OLD_GROUP = r"[A-ZĐ][A-ZĐa-z\d&]{1,14}"
_JOIN = r"\s?[-–—]\s?"
_SLASH = r"[/⁄∕\\]"
_CHAIN = rf"{_GROUP}(?:{_JOIN}{_GROUP}){{0,4}}(?:(?<=-[\p{{L}}\s]{{2,8}})\s\p{{Lu}}\p{{L}}{{1,5}})?"
# `QĐ` read small or as digits, believed only behind a slash; `repair_symbol` knows what it is.
_SMALL_TYPE = rf"[oq0][ĐÐDđb]{_JOIN}{_GROUP}(?:{_JOIN}{_GROUP}){{0,3}}"
_PARTY_TYPES = r"NQ|CT|KL|QĐi|QĐ|QD|QÐ|QC|TT|HD|TB|TC|BC|KH|CTr|ĐA|TTr|CV|BB|BS|CL|QH|PA|DA|GM|GGT|QyĐ|Tr"
_TAIL = r"(?=[\s.,;:*'`_|—-]*$)"
_FORMS = (
    (
        "party",
        regex.compile(
            rf"^(?P<slot>.{{0,14}}?)\s*[-–—]\s*(?P<sym>(?:{_PARTY_TYPES})\s?{_SLASH}\s?{_CHAIN}){_TAIL}"
        ),
    ),
    (
        "legal",
        regex.compile(
            rf"^(?P<slot>.{{0,14}}?)\s*{_SLASH}\s*(?P<year>(?:19|20)\d\d)\s*{_SLASH}\s*(?P<sym>{_CHAIN}){_TAIL}"
        ),
    ),
    ("old", regex.compile(rf"^(?P<slot>\d{{1,5}})\s+(?P<sym>{_OLD_GROUP}{_SLASH}{_CHAIN}){_TAIL}")),
    (
        "state",
        regex.compile(rf"^(?P<slot>.{{0,16}}?)\s*{_SLASH}\s*(?P<sym>{_CHAIN}|{_SMALL_TYPE}){_TAIL}"),
    ),
    ("year", regex.compile(rf"^(?P<slot>\d{{1,5}})\s*{_SLASH}\s*(?P<year>(?:19|20)\d\d)(?P<sym>){_TAIL}")),
    (
        "loose",
        regex.compile(rf"^(?P<slot>[\d\W]{{0,12}}?)\s*(?P<sym>{_GROUP}(?:{_JOIN}{_GROUP}){{1,4}}){_TAIL}"),
    ),
    ("old", regex.compile(rf"^(?P<slot>\d{{1,5}})\s*[-–/]\s*(?P<sym>{_GROUP}(?:{_SLASH}{_GROUP})?){_TAIL}")),
)
_SLOT_NUMBER = regex.compile(r"\d{1,9}[a-zđ]?")
_SURE_SLOT = 0.98  # 99.5 % of readings from here on were right, agencies never seen in training
_DIGITS = regex.compile(r"^\d{1,5}[a-z]?$")
_BLANK = regex.compile(r"[\s._…·-]+")
_LOOKALIKE = str.maketrans("OoQDlIi|!]Ss$B&Zz", "00001111115558822")


@dataclass(frozen=True, slots=True)
class NumberLine:
    """What a number line says.

    `status` is `present`, `blank` or `illegible`; `form` names the grammar; `confidence` is that of the
    digits, `symbol_confidence` that of the symbol; `slot` is what the reader saw where the number stands.
    """

    slot: str
    number: str
    year: str
    symbol: str
    form: str
    status: str
    confidence: float
    symbol_confidence: float
    kind: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def number_symbol(self) -> str:
        """The canonical number and symbol, empty without digits."""
        return self.compose(self.number) if self.number else ""

    def compose(self, digits: str) -> str:
        """`digits` with this line's symbol, as one would cite it."""
        if not self.symbol:
            return f"{digits}/{self.year}" if self.year else digits
        year = f"{self.year}/" if self.year else ""
        return f"{digits}{'-' if self.form == 'party' else '/'}{year}{self.symbol}"


def read_number_line(
    text: str, lexicon: Lexicon, *, is_scan: bool = False, ocr: float = 1.0
) -> NumberLine | None:
    """Read `text` as a number line, or return None.

    `is_scan` says that the characters come from a picture (handwriting may stand in the slot), `ocr` is the
    reader's own confidence in the line.

    >>> from pipeline.extract.lexicon import lexicon
    >>> read_number_line("Số: 02/CT-UBND", lexicon()).number_symbol
    '02/CT-UBND'
    """
    marker = MARKER.match(plain(text))
    rest = text[marker.end() :] if marker else text.lstrip()
    for form, pattern in _FORMS:
        match = pattern.match(rest)
        if match and (marker or form not in ("old", "year")):
            break
    else:
        return None
    symbol, sure = repair_symbol(match["sym"], lexicon)
    slot = match["slot"].strip()
    if not marker:
        slot = regex.sub(r"^\D{1,4}(?=\d|$)", "", slot)
    number, status, confidence = _read_slot(slot, match.group(), is_scan=is_scan, ocr=ocr)
    year = match.groupdict().get("year") or ""
    if year and status == "present":
        confidence = max(confidence, 0.85 * ocr)
    symbol_confidence = (0.95 if sure else 0.6) * (min(1.0, ocr + 0.3) if is_scan else 1.0)
    return NumberLine(
        slot, number, year, symbol, form, status, confidence, symbol_confidence * (1 if marker else 0.8)
    )


def _read_slot(slot: str, line: str, *, is_scan: bool, ocr: float) -> tuple[str, str, float]:
    bare = _BLANK.sub("", slot)
    if not bare:
        return "", "blank", 0.9 if not is_scan else 0.55
    if _DIGITS.match(bare) and 0 < int(regex.sub(r"\D", "", bare)) < 100_000:
        if not is_scan:
            return bare, "present", 0.95
        # A printed number runs on into its slash; a gap means that a slot was left for the pen.
        tight = regex.match(rf"^{regex.escape(slot)}\S", line) is not None and " " not in slot
        return bare, "present", ocr * (0.62 if tight else 0.4)
    repaired = bare.translate(_LOOKALIKE)
    if len(bare) > 1 and any(char.isdigit() for char in bare) and _DIGITS.match(repaired):
        return repaired, "present", 0.3
    return "", "illegible", 0.3


def with_slot_reading(line: NumberLine, slots: Sequence[SlotReading]) -> NumberLine:
    """`line` with the digit reader's verdict on its slot, which knows handwriting better than OCR does."""
    reading = next((slot for slot in slots if slot.kind == "number"), None)
    if reading is None or not reading.readings:
        return line
    digits, probability = reading.readings[0]
    kind = reading.ink if reading.ink in ("printed", "handwritten", "stamped") else ""
    others = tuple(text for text, _ in reading.readings[1:] if text)
    if not digits and line.status == "present" and reading.ink == "printed":
        return line
    if digits and not _SLOT_NUMBER.fullmatch(digits):
        return line
    return replace(
        line,
        number=digits,
        status="present" if digits else "blank",
        confidence=slot_confidence(probability),
        kind=kind,
        alternatives=others,
    )


def slot_confidence(probability: float) -> float:
    """The digit reader's probability on the scale of review: sure from `_SURE_SLOT` on, doubtful below."""
    return probability if probability >= _SURE_SLOT else probability * 0.6


# --- symbols ----------------------------------------------------------------------------------------


@cache
def _misread_groups() -> dict[str, str]:
    return {row["read"]: row["true"] for row in table("symbol_confusions").rows}


@cache
def _known_groups(lexicon_id: int) -> frozenset[str]:
    del lexicon_id  # the dictionaries are the same for the whole run
    found = {row["abbreviation"] for row in table("document_types").rows}
    for row in table("agencies").rows:
        found |= set(regex.split(r"[,\s]+", row["symbols"]))
    return frozenset(found - {""})


def repair_symbol(raw: str, lexicon: Lexicon) -> tuple[str, bool]:
    """`raw` without blanks, closed-list misreadings repaired; true when every first group is a known one.

    The vocabulary of symbols is open (each agency sets its own), so unknown groups stay as read.
    """
    text = regex.sub(r"\s+", "", raw).replace("Ð", "Đ").replace("–", "-").replace("—", "-").replace("⁄", "/")
    text = regex.sub(r"(?<=\w),(?=\w)", ".", text).strip(".,;:-")
    known = _known_groups(id(lexicon))
    groups = regex.split(r"([-/])", text)
    repaired = [one if one in known else _misread_groups().get(one, one) for one in groups]
    repaired = [
        one.replace("ĐĐ", "Đ") if one not in known and one.replace("ĐĐ", "Đ") in known else one
        for one in repaired
    ]
    return "".join(repaired), repaired[0] in known or (len(repaired) > 2 and repaired[2] in known)
