"""Which type of document a citation names, and which numbers share it: `các Nghị quyết số 18, 19-NQ/TW`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.flow import Flow
from pipeline.extract.folding import closest, flat, shape_key

_SO = r"(?:s[o0e6d]|[58]6|s|so hieu|k[yi] hieu|mang so)"
_BEFORE_NUMBER = regex.compile(rf"(?:\(|\b{_SO}\s*[:.]?|\b(?:luat|lenh) )?\s*$")
_SO_END = regex.compile(rf"(?:^|\s|(?<=[a-z])(?=s[06]))(?P<so>{_SO})\s*[:.,'°_\-]?\s*$")
_MEMBER = regex.compile(
    rf"(?:^|[\s(])(?P<num>\d{{1,5}}[a-z]?)\s*(?:,|;|\bva|\bv[ae3])\s*(?:{_SO}\s*[:.]?\s*)?$"
)
_LAST_TWO = regex.compile(r"(?P<two>[^\s,;.:()]++\s++[^\s,;.:()]++)\s*$")
_CLAUSE = regex.compile(r"[;\n]|\.(?=\s)")
_LOOK_BACK = 70
_LAW_LOOK_BACK = 260
_LEAST_ALIKE = 0.78
_LAW = regex.compile(
    r"\b(?P<name>Bộ luật|Luật|Pháp lệnh|Hiến pháp|Bo luat|Luat|Ph[aá]p l[eéệ]nh|BỘ LUẬT|LUẬT|PHÁP LỆNH)\b"
)


@dataclass(frozen=True, slots=True)
class TypeHit:
    """A type word: its canonical name, where it stands, and whether it was read letter by letter.

    `members` are the bare numbers of a list before the full number, with their places.
    """

    name: str
    start: int
    exact: bool
    so: bool
    weak: bool
    members: tuple[tuple[str, int, int], ...] = ()


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """Flat name or abbreviation -> (canonical name, weak)."""
    found: dict[str, tuple[str, bool]] = {}
    for row in table("reference_types").rows:
        found.setdefault(flat(row["name"]), (row["name"], row["strength"] == "weak"))
    return found


@cache
def _abbreviations() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table("reference_types").rows:
        if len(row["abbreviation"]) >= 2:
            found.setdefault(row["abbreviation"], row["name"])
    return found


@cache
def _type_end() -> regex.Pattern[str]:
    names = "|".join(
        sorted((regex.escape(name).replace(r"\ ", r"\s+") for name in _names()), key=len, reverse=True)
    )
    return regex.compile(rf"(?:^|(?<=[^a-z]))(?P<name>{names})[.,:']?\s*$")


@cache
def _type_anywhere() -> regex.Pattern[str]:
    strong = [name for name, (_, weak) in _names().items() if not weak]
    names = "|".join(
        sorted((regex.escape(name).replace(r"\ ", r"\s+") for name in strong), key=len, reverse=True)
    )
    return regex.compile(rf"(?:^|(?<=[^a-z]))(?P<name>{names})(?![a-z])")


@cache
def _shapes() -> dict[str, str]:
    return {shape_key(name): name for name, (_, weak) in _names().items() if not weak and len(name) >= 6}


def type_before(flow: Flow, position: int, *, law: bool) -> TypeHit | None:
    """The type word that governs the number at `position`; `law` allows a law's name between them."""
    low = max(0, position - _LOOK_BACK)
    cut, so = _without_so(flow.flat, low, position)
    cut, members = _without_members(flow.flat, low, cut)
    if members:
        cut, more = _without_so(flow.flat, low, cut)
        so = so or more
    hit = _type_at(flow, low, cut, so=so, members=members)
    if hit:
        return hit
    if law:
        return _law_before(flow, position, so)
    return _far_type(flow, low, cut, members=members) if so else None


def _without_so(text: str, low: int, cut: int) -> tuple[int, bool]:
    match = _SO_END.search(text, low, cut)
    return (match.start("so"), True) if match else (cut, False)


def _without_members(text: str, low: int, cut: int) -> tuple[int, tuple[tuple[str, int, int], ...]]:
    members: list[tuple[str, int, int]] = []
    while (match := _MEMBER.search(text, low, cut)) and len(members) < 12:
        members.append((match["num"], match.start("num"), match.end("num")))
        cut = match.start("num")
    return cut, tuple(reversed(members))


def _type_at(
    flow: Flow, low: int, cut: int, *, so: bool, members: tuple[tuple[str, int, int], ...]
) -> TypeHit | None:
    match = _type_end().search(flow.flat, low, cut)
    name, weak = _names()[regex.sub(r"\s+", " ", match["name"])] if match else ("", False)
    if match and not weak:
        return TypeHit(name, match.start("name"), True, so, False, members)
    last = regex.search(r"[\p{L}Đ]+\s*$", flow.text, pos=low, endpos=cut)
    if last and (short := _abbreviations().get(last[0].strip())):
        return TypeHit(short, last.start(), True, so, False, members)
    tail = _LAST_TWO.search(flow.flat, low, cut)
    if tail and (near := closest(tail["two"], _shapes().keys(), _LEAST_ALIKE)):
        return TypeHit(_names()[_shapes()[near[0]]][0], tail.start("two"), False, so, False, members)
    return TypeHit(name, match.start("name"), True, so, True, members) if match else None


def _law_before(flow: Flow, position: int, so: bool) -> TypeHit | None:
    low = max(0, position - _LAW_LOOK_BACK)
    breaks = [hit.end() for hit in _CLAUSE.finditer(flow.text, low, position)]
    hits = list(_LAW.finditer(flow.text, breaks[-1] if breaks else low, position))
    for hit in reversed(hits):
        # "một số điều của Luật X": the law that carries the number is the first of the name.
        outer = [
            other for other in hits if other.start() < hit.start() and _amends(flow, other.end(), hit.start())
        ]
        first = outer[-1] if outer else hit
        name = _names()[flat(first["name"])][0]
        return TypeHit(name, first.start(), True, so, False)
    return None


def _amends(flow: Flow, start: int, end: int) -> bool:
    between = flow.flat[start:end]
    return "sua doi" in between and not any(letter.isdigit() for letter in between)


def _far_type(flow: Flow, low: int, cut: int, *, members: tuple[tuple[str, int, int], ...]) -> TypeHit | None:
    """`Nghị quyết của Quốc hội số 51/2001/QH10`: the type, then its issuer, then the number."""
    breaks = [hit.end() for hit in regex.finditer(r"[;.:\n,()\d]", flow.text, pos=low, endpos=cut)]
    low = breaks[-1] if breaks else low
    hits = list(_type_anywhere().finditer(flow.flat, low, cut))
    if not hits:
        return None
    between = flow.flat[hits[-1].end("name") : cut]
    of_body = regex.match(r"\s+(?:cua|giua|lien|do)\s", between)
    # "Giấy phép khai thác khoáng sản số ...": a few small words say what it is for.
    said = flow.text[hits[-1].end("name") : cut].split()
    if not of_body and not (1 <= len(said) <= 6 and all(word.islower() for word in said)):
        return None
    name, weak = _names()[regex.sub(r"\s+", " ", hits[-1]["name"])]
    return TypeHit(name, hits[-1].start("name"), True, True, weak, members)


def starts_a_type(flat_text: str, position: int) -> bool:
    """True when a type word begins at `position` of flat text."""
    return bool(_type_anywhere().match(flat_text, position))
