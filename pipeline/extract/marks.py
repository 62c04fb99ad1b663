"""Stamps and captions that are not the document's own words: registry, copy, urgency, digital signature."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from pipeline.extract.letters import plain
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.names import read_name
from pipeline.extract.pieces import Piece

_LABEL = (
    r"(?:Thời gian|Ngày ký|Giờ ký|Email|Cơ quan|Địa chỉ|Chức vụ|DN:|Date:|Reason|Location|\d{1,2}[-./]\d)"
)
_SIGNED_BY = regex.compile(
    rf"(?:Ký\s*(?:số\s*)?bởi|Người\s*ký|Digitally\s+signed\s+by|SAO Y\s*[;,])\s*:?\s*(?P<who>[^;]{{2,150}}?)"
    rf"\s*(?=;|$|\n\s*{_LABEL}|{_LABEL})",
    regex.IGNORECASE,
)
_SIGNED_AT = regex.compile(
    r"(?P<a>\d{1,4})[-./](?P<b>\d{1,2})[-./](?P<c>\d{1,4})[\sT]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)"
    r"\s*(?P<zone>[+-]\d{2}[:']?\d{2})?"
)
_ARRIVAL_NUMBER = regex.compile(
    r"\bs[o06][a-z]?\s*[:.]?\s*(?:den\s*[:.]?\s*)?(?P<number>\d{1,6})\b(?!\s*[/-])"
)
_ARRIVAL_DATE = regex.compile(
    r"ng[a-z]y\s*(?:den)?\s*[:.]?\s*(?P<d>\d{1,2})\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4}|\d{2})\b"
)


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """Who signed the file and when (ISO 8601), as its caption says; either may be empty."""

    by: str
    time: str
    raw: str
    is_person: bool


def read_captions(captions: Iterable[str], lexicon: Lexicon) -> DigitalSignature | None:
    """The earliest signature among `captions`: later ones are those of who published or copied the file."""
    found = [signature for caption in captions if (signature := _read_caption(caption, lexicon))]
    return min(found, key=lambda one: (not one.by, one.time or "9"), default=None)


def signing_persons(captions: Iterable[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The people whom `captions` name as signers, spelled as the signing program has them."""
    found = [signature for caption in captions if (signature := _read_caption(caption, lexicon))]
    names = [read_name(one.by, lexicon) for one in found if one.is_person]
    return tuple(name.name for name in names if name)


def _read_caption(text: str, lexicon: Lexicon) -> DigitalSignature | None:
    who = _SIGNED_BY.search(text)
    when = _SIGNED_AT.search(text)
    if not (who or when):
        return None
    by = regex.sub(r"\s+", " ", who["who"]).strip(" ,.;") if who else ""
    name = read_name(by, lexicon)
    return DigitalSignature(by, _iso(when) if when else "", text, bool(name and name.score >= 4))


def _iso(match: regex.Match[str]) -> str:
    first, month, last = match["a"], match["b"], match["c"]
    year, day = (first, last) if len(first) == 4 else (last, first)
    time = match["time"] if match["time"].count(":") == 2 else match["time"] + ":00"
    try:
        hour, minute, second = map(int, time.split(":"))
        moment = datetime.datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return ""
    zone = (match["zone"] or "").replace("'", "").replace(":", "")
    return moment.isoformat() + (f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else "")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The receiver's registry stamp."""

    number: str
    date: str
    pieces: tuple[Piece, ...]


def read_arrival(pieces: Sequence[Piece]) -> Arrival | None:
    """Number and date of a `ĐẾN` stamp; `pieces` are those taken for it."""
    if not pieces:
        return None
    text = "\n".join(plain(piece.text) for piece in pieces)
    number = _ARRIVAL_NUMBER.search(text)
    date = _ARRIVAL_DATE.search(text)
    if not (number or date):
        return None
    return Arrival(number["number"] if number else "", _date(date) if date else "", tuple(pieces))


def _date(match: regex.Match[str]) -> str:
    year = int(match["y"])
    if year < 100:
        year += 1900 if year >= 45 else 2000
    try:
        return datetime.date(year, int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        return ""
