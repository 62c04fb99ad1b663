"""What speaks for the name of a body: the dictionaries, and the document itself where it names the place.

Capitals lose their marks first of all; the running text of the same document keeps them (`TẤN KHE` in the
header, `huyện Tân Khê` below), and lists tell the marks of most places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.issuer import FROM_HEADER, Issuer
from pipeline.extract.letters import plain, words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.restored import VOUCHED, as_read
from pipeline.model import DocumentText

_COUNCILS = (
    (regex.compile(r"\bubnd\b"), "uy ban nhan dan"),
    (regex.compile(r"\bhdnd\b"), "hoi dong nhan dan"),
)
SURE = 0.9
DOUBTFUL = 0.55
OFTEN = 2  # times the running text must spell a place alike before it is believed
_UNIT = r"(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)"
_PLACE = regex.compile(rf"\b(?i:{_UNIT}) (?P<place>\p{{Lu}}[\p{{L}}'’]*(?:[ -]\p{{Lu}}[\p{{L}}'’]*)*)$")
_LONGEST = 7  # words of a phrase


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling of a place and how often the running text has it."""

    text: str
    count: int


def with_evidence(issuer: Issuer, document: DocumentText, lexicon: Lexicon) -> Issuer:
    """`issuer` with its place as the document and the lists spell it, and a confidence that follows."""
    placed = _with_place(issuer, document, lexicon)
    if placed is not issuer or issuer.span is None or issuer.rule != FROM_HEADER:
        return placed
    if _letters(issuer.name) == _letters(as_read(document, issuer.span)) and is_vouched(issuer.name, lexicon):
        return replace(issuer, rule=VOUCHED, confidence=max(issuer.confidence, SURE))
    return issuer


def _letters(name: str) -> str:
    """The letters of a body's name without marks and blanks, councils written out."""
    key = words_key(name)
    for pattern, full in _COUNCILS:
        key = pattern.sub(full, key)
    return key.replace(" ", "")


# --- the place ----------------------------------------------------------------------------------------


def _with_place(issuer: Issuer, document: DocumentText, lexicon: Lexicon) -> Issuer:
    match = _PLACE.search(issuer.name)
    if match is None or issuer.bbox is None:
        return issuer
    name = match["place"]
    if name.casefold() in _known_places(lexicon):
        return issuer
    own = _in_running_text(name, document)
    if own and own.text.casefold() == name.casefold():
        return issuer
    if own and own.count >= OFTEN:
        return _respelled(issuer, match.start("place"), own.text, "own_text")
    listed = _places_by_key().get(words_key(name), ())
    if len(listed) == 1:
        return _respelled(issuer, match.start("place"), listed[0], "place_list")
    return replace(issuer, confidence=min(issuer.confidence, DOUBTFUL))


def _respelled(issuer: Issuer, start: int, place: str, source: str) -> Issuer:
    return replace(
        issuer,
        name=issuer.name[:start] + place,
        rule=f"{issuer.rule}_{source}",
        confidence=min(issuer.confidence, DOUBTFUL),
    )


def _in_running_text(name: str, document: DocumentText) -> Spelling | None:
    """How the running text, not its capitals, spells a place with the letters of `name`."""
    text = document.text
    pattern = regex.compile(rf"(?<!\p{{L}}){regex.escape(plain(name))}(?!\p{{L}})")
    found = (text[match.start() : match.end()] for match in pattern.finditer(plain(text)))
    spellings = Counter(one for one in found if one[0].isupper() and not one.isupper())
    best = spellings.most_common(1)
    return Spelling(*best[0]) if best else None


@cache
def _place_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row["name"] for row in table("communes").rows))


def _known_places(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(_listed_places()) | {name.casefold() for name in lexicon.provinces.values()}


@cache
def _listed_places() -> frozenset[str]:
    return frozenset(name.casefold() for name in _place_names())


@cache
def _places_by_key() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in _place_names():
        key = words_key(name)
        found[key] = (*found.get(key, ()), name)
    return found


# --- the whole name -----------------------------------------------------------------------------------


def is_vouched(name: str, lexicon: Lexicon) -> bool:
    """True when phrases of the dictionaries, spelled alike, make up the whole of `name`."""
    words = regex.findall(r"[\p{L}\d'’]+", name.casefold())
    known = _phrases(lexicon)
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            reached |= {start + width for width in _widths(words[start:], known)}
    return len(words) in reached


def _widths(words: list[str], known: frozenset[str]) -> Iterator[int]:
    for width in range(1, min(_LONGEST, len(words)) + 1):
        if " ".join(words[:width]) in known:
            yield width


_JOINING = ("và", "của", "các", "cho", "về")
_PHRASES: dict[int, frozenset[str]] = {}


def _phrases(lexicon: Lexicon) -> frozenset[str]:
    if id(lexicon) not in _PHRASES:
        names = [*lexicon.fields.values(), *lexicon.units.values(), *lexicon.agencies.values()]
        names += [*lexicon.provinces.values(), *lexicon.titles.values(), *_place_names(), *_JOINING]
        folded = (" ".join(regex.findall(r"[\p{L}\d'’]+", name.casefold())) for name in names)
        _PHRASES[id(lexicon)] = frozenset(folded)
    return _PHRASES[id(lexicon)]
