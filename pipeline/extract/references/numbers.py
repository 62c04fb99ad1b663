"""Numbers and symbols of documents in running text: `34-CT/TW`, `12/2019/TT-BNV`, `1954/UBND-TH`, `26-CP`.

Source of the forms: grammar of numbers in the field's facts (Nghị định 30/2020/NĐ-CP, Hướng dẫn
36-HD/VPTW, and the old styles met in citations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.flow import Cover
from pipeline.extract.folding import flat

# A part behind a dot is short and in capitals: "QH.11", "UBND.NN".
_DOTTED = r"(?:(?:(?<=QH|QHK)\.\d{1,2}|\.\p{Lu}{2,5})(?![\p{L}\d]))"
_GROUP = rf"(?:\p{{Lu}}[\p{{L}}¢€]{{0,14}}+\d{{0,3}}+(?:&\p{{Lu}}\p{{L}}{{0,14}}+\d{{0,2}}+)?+{_DOTTED}?+)"
_FREE = r"(?:(?<=(?<!\p{L})[Ss]ố)|(?<![\p{L}\d/&]|\d[.,\-]))"  # "số616/QĐ-UBND" is met in print
_SEP = r"(?:\s?[/\-–—]){1,2}\s?"  # a slash typed twice happens
_NUMBER = regex.compile(
    rf"{_FREE}(?P<num>\d{{1,5}}[a-zA-Z]?)"
    rf"(?P<rest>(?:{_SEP}(?:(?:19|20)\d\d(?=(?:\s?[/\-–—]){{1,2}}\s?\p{{Lu}})|{_GROUP})){{1,8}}+)"
)
_LOWER = regex.compile(
    r"(?<![\p{L}\d/&]|\d[.,\-])(?P<num>\d{1,5})(?P<rest>(?:/(?:19|20)\d\d)?(?:[/\-](?:\p{L}{2,8}\d{0,2})){1,4}+)"
)
_SPACED = regex.compile(
    r"(?<![\p{L}\d/&]|\d[.,\-])(?P<num>\d{1,5})\s(?P<rest>(?:QĐ|CT|NQ|TB|KH|CV|HD|BC|TT|NĐ|QÐ|QD)"
    r"\s?[/\-]\s?\p{Lu}{2,8}(?:-\p{Lu}{2,6})?)"
)
_PIECE = regex.compile(r"(?P<sep>(?:\s?[/\-–—]){1,2}\s?)(?P<group>[^\s/\-–—]+)")
_MISREAD_TERM = regex.compile(r"(?<=\b(?:QH|UBTVQH))(?=[IlOS\d]{2}$)[IlOS\d]{2}")
_GLUED = regex.compile(r"(?<=\p{Lu}{2}|TTg)(?:ng[aà]y|c[uủ]a|v[eề])$")  # "NĐ-CPngày"
_PARLIAMENT = regex.compile(r"(?:QH|UBTVQH|[A-Z]{2,3}-UBTVQH|NQ-QHK|QHK?)\d{0,2}$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its symbol at flow characters `start`..`end`; `symbol` canonical, blanks removed.

    `form` is `legal` (with a year), `party`, `state` or `old`; `sure` tells that the symbol alone says
    this is a document's number.
    """

    start: int
    end: int
    number: str
    symbol: str
    number_symbol: str
    form: str
    sure: bool

    @property
    def is_parliament(self) -> bool:
        """Numbers of the National Assembly: laws and ordinances carry their name before the number."""
        return bool(_PARLIAMENT.search(self.number_symbol))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of letters of the symbol, in order."""
        return tuple(part for part in regex.split(r"[/\-]", self.symbol) if part)


def numbers_in(text: str) -> Iterator[Number]:
    """All numbers with symbols in the text of a flow, in order, not overlapping."""
    found: list[Number] = []
    taken = Cover(len(text))
    for pattern, weight in ((_NUMBER, "plain"), (_SPACED, "spaced"), (_LOWER, "lower")):
        for match in pattern.finditer(text):
            number = _number(match, weight)
            if number and not taken.touches(number.start, number.end):
                taken.add(number.start, number.end)
                found.append(number)
    yield from sorted(found, key=lambda number: number.start)


def _number(match: regex.Match[str], weight: str) -> Number | None:
    rest, end = (f"/{match['rest']}", match.end()) if weight == "spaced" else _believable(match)
    if not rest:
        return None
    if glued := _GLUED.search(rest):
        rest, end = rest[: glued.start()], end - len(glued[0])
    compact = regex.sub(r"[\s¢€]", "", rest).replace("–", "-").replace("—", "-")
    compact = _MISREAD_TERM.sub(_as_digits, regex.sub(r"([/\-])[/\-]", r"\1", compact))
    number_symbol = match["num"] + compact
    symbol = regex.sub(r"^[/\-](?:(?:19|20)\d\d[/\-])?", "", compact)
    form = _form(compact)
    groups = regex.split(r"[/\-]", symbol)
    sure = weight == "plain" and (" " not in rest) and _is_sure(groups, form)
    return Number(match.start(), end, match["num"], symbol, number_symbol, form, sure)


def _as_digits(match: regex.Match[str]) -> str:
    return match[0].translate(str.maketrans("IlOS", "1105"))


def _believable(match: regex.Match[str]) -> tuple[str, int]:
    """The part of the symbol that can be one: groups in capitals; blanks only before such groups."""
    kept, end = "", match.start("rest")
    for piece in _PIECE.finditer(match["rest"]):
        group, separator = piece["group"], piece["sep"]
        capitals = sum(letter.isupper() for letter in group)
        year = group.isdigit()
        short = len(group) == 1 or (capitals >= 1 and any(letter.isdigit() for letter in group))
        if not (capitals >= 2 or year or short or match.re is not _NUMBER):
            break
        if separator.strip() != separator and not year and capitals < 2:
            break
        kept += piece[0]
        end = match.start("rest") + piece.end()
    bare = regex.sub(r"[\s/\-–—]|(?:19|20)\d\d", "", kept)
    return (kept, end) if len(bare) >= 2 else ("", end)


def _form(compact: str) -> str:
    if regex.match(r"/(?:19|20)\d\d[/\-]", compact):
        return "legal"
    if compact[0] == "-":
        return "party" if "/" in compact else "old"
    return "state"


@cache
def _type_codes() -> frozenset[str]:
    rows = (*table("document_types").rows, *table("reference_types").rows)
    return frozenset(flat(row["abbreviation"]) for row in rows if row["abbreviation"])


@cache
def _agency_codes() -> frozenset[str]:
    codes = (code for row in table("agencies").rows for code in regex.split(r"[,\s]+", row["symbols"]))
    # UB: Ủy ban nhân dân before about 2004.
    return frozenset(flat(code) for code in (*codes, "UB") if len(code) > 1)


def _is_sure(groups: list[str], form: str) -> bool:
    """The symbol alone says it: a type and a body, or a body and a unit, that the lists know."""
    folded = [flat(group) for group in groups]
    typed = folded[0] in _type_codes()
    bodies = [group in _agency_codes() or regex.match(r"qh\d|ubtvqh\d", group) for group in folded]
    if form == "legal":
        return typed or bool(bodies[0])
    return len(folded) >= 2 and ((typed and any(bodies[1:])) or folded[0] in ("ubnd", "hdnd", "vpcp"))


def type_of_symbol(number: Number) -> str:
    """The type that the symbol's first known code stands for, or empty."""
    for group in number.groups[:1]:
        for row in table("reference_types").rows:
            if row["abbreviation"] and flat(row["abbreviation"]) == flat(group):
                return row["name"]
    return ""


def is_known_code(group: str) -> bool:
    """True when a group of a symbol is the code of a type or of a body, as the lists have it."""
    return flat(group) in _type_codes() or flat(group) in _agency_codes()
