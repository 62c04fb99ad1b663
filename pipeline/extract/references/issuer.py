"""Who issued a cited document, as printed: after `của` behind the number, or before the citation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex
from rapidfuzz import fuzz

from pipeline.dictionary import table
from pipeline.extract.flow import Flow
from pipeline.extract.folding import flat, fold_key, shape_key
from pipeline.extract.references.types import starts_a_type

# "của" and what scans make of it.
_OF = regex.compile(
    r"[\s,.'\"”|_~\-]*+(?:\([^()\n]{1,25}\)\s*+)?"
    r"(?P<of>c[a-z]{0,3}a|[ect][a-z]{0,2}a|do)(?:['.,:\-]*\s++[\"“'‘]?|(?P<stuck>['.,:]*))"
)

_WORD = regex.compile(r"\s*(?P<word>[^\s,;:.()\[\]\"“”\n]+)(?P<after>[,;:.()\[\]\"“”\n]?)")
_SESSION = regex.compile(r"\s+kh[oó][aá]\s+(?:[IVXLC]{1,6}|\d{1,2})\b.*$", regex.IGNORECASE)
_SPECK_INSIDE = regex.compile(r"(?<=\b(?:BO|Bộ|BG|Sở|SO|trưởng|tướng))[.:](?=\s?\p{L})")
_EDGES = " -–—,.;:'\"“”*"
_MOST_WORDS = 18
_LOOK_BACK = 110
_LEAST_ALIKE = 68  # percent; the symbol is a second witness


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer at flow characters `start`..`end`; `name` without a session (khóa XI)."""

    name: str
    start: int
    end: int


@cache
def _words(role: str) -> tuple[str, ...]:
    return tuple(row["words"] for row in table("reference_words").rows if row["role"] == role)


@cache
def _stop() -> regex.Pattern[str]:
    ordered = sorted(_words("issuer_stop"), key=len, reverse=True)
    return regex.compile(rf"(?:{'|'.join(map(regex.escape, ordered))})(?!\p{{L}})")


@cache
def _flat_stop() -> regex.Pattern[str]:
    # Without diacritics only what no body's name contains.
    ordered = [flat(word) for word in _words("issuer_stop") if " " in word or word in ("về", "được")]
    ordered.sort(key=len, reverse=True)
    return regex.compile(rf"(?:{'|'.join(map(regex.escape, ordered))})(?![a-z])")


@cache
def _lower_start() -> regex.Pattern[str]:
    return regex.compile(rf"(?:{'|'.join(map(regex.escape, _words('issuer_lower_start')))})(?!\p{{L}})")


@cache
def _comma_names() -> tuple[str, ...]:
    names = [row["name"] for row in table("agencies").rows if "," in row["name"] and "(" not in row["name"]]
    kept = [name for name in (*names, *_words("comma_name")) if name.startswith(("Bộ", "Sở", "Hội", "Phòng"))]
    return tuple(sorted((flat(name) for name in kept), key=len, reverse=True))


def issuer_after(flow: Flow, position: int) -> Issuer | None:
    """The issuer in `... của Ủy ban nhân dân tỉnh ...` at `position`."""
    lead = _OF.match(flow.flat, position)
    if not lead or flow.text[lead.start("of")].isupper():
        return None
    start = lead.end()
    if lead["stuck"] is not None and not flow.text[start : start + 1].isupper():
        return None  # "của" runs into the next word only where that has a capital
    return None if _stop().match(flow.text, start) else issuer_at(flow, start)


def issuer_at(flow: Flow, start: int, limit: int | None = None) -> Issuer | None:
    """The name of a body that begins at `start`, read as far as it goes (at most to `limit`)."""
    limit = len(flow.text) if limit is None else limit
    if not (flow.text[start : start + 1].isupper() or _lower_start().match(flow.text, start)):
        return None
    end = position = start
    for count in range(_MOST_WORDS):
        match = _WORD.match(flow.text, position, limit)
        if not match or (count and _ends(flow, match.start("word"), start)):
            break
        end = position = match.end("word")
        if match["after"] and not _goes_on(flow, start, match):
            break
        position = match.end() if match["after"] else position
    return _issuer(flow, start, end)


_OPEN_HEADS = ("bo", "bg", "so", "cuc", "uy", "ban", "truong", "tuong", "hoi", "vien")


def _is_open(word: str) -> bool:
    """True for a word in small or mixed letters; a symbol in capitals ends a name."""
    return not word.isupper()


def _goes_on(flow: Flow, start: int, match: regex.Match[str]) -> bool:
    if (
        match["after"] in ".:"
        and flow.text[match.end() : match.end() + 1].isalpha()
        and _is_open(match["word"])
    ):
        return True  # a speck of a bad scan
    if match["after"] == ".":
        if flat(match["word"]) in _OPEN_HEADS:
            return True
        return match["word"] in ("TP", "TX", "TT", "Tp", "T", "TW", "Q", "P") and match["word"] != "TW"
    if match["after"] != ",":
        return False
    said = flow.flat[start : match.end()]
    return any(name.startswith(said) and flow.flat.startswith(name, start) for name in _comma_names())


def _ends(flow: Flow, position: int, start: int) -> bool:
    text, folded = flow.text, flow.flat
    if text[position].isdigit():
        # "Quận 1", "Hội nghị Trung ương 4"
        return not regex.search(
            r"(?:Quận|quận|Phường|phường|[Tt]rung ương|TW|số)\s*$", text, pos=start, endpos=position
        )
    if _stop().match(text, position):
        return True
    if _flat_stop().match(folded, position) and not _names_a_committee(flow, start, position):
        return True
    if starts_a_type(folded, position) and text[position].isupper():
        return True
    joined = regex.match(r"(?:va|cung|hoac)\s+(?P<next>\S)", folded, pos=position)
    if joined:
        after = joined.start("next")
        lower = not text[after].isupper() and not _lower_start().match(text, after)
        return lower or starts_a_type(folded, after)
    return bool(regex.match(r"[-–—]\s+\P{Lu}", text, pos=position))


def _names_a_committee(flow: Flow, start: int, position: int) -> bool:
    """`Ban Chỉ đạo ...`, `Ban Tổ chức ...`: a capital right behind the first word is part of the name."""
    head = flow.flat[start:position].strip()
    return flow.text[position].isupper() and head in ("ban", "to", "hoi dong", "uy ban", "trung tam")


@cache
def _central() -> regex.Pattern[str]:
    names = [row["name"] for row in table("agencies").rows if row["level"] == "central"]
    names += ["Bộ Chính trị", "Ban Bí thư", "Ban Chấp hành Trung ương Đảng", "Ban Chấp hành Trung ương"]
    ordered = sorted((flat(name) for name in names), key=len, reverse=True)
    return regex.compile(rf"(?:{'|'.join(map(regex.escape, ordered))})(?=\s)")


def _issuer(flow: Flow, start: int, end: int) -> Issuer | None:
    # After the full name of a central body only a capital goes on with it ("Chính phủ Việt Nam").
    full = _central().match(flow.flat, start, end)
    if full and not regex.match(r"\s+(?:và\s+)?(?:\p{Lu}|-)", flow.text, pos=full.end(), endpos=end):
        end = full.end()
    name = _SESSION.sub("", flow.text[start:end].replace("\n", " ")).strip(_EDGES)
    name = _SPECK_INSIDE.sub("", name)
    return Issuer(name, start, end) if len(name) >= 2 else None


@cache
def _bodies_by_code() -> dict[str, str]:
    rows = [row for row in table("agencies").rows if row["level"] == "central"]
    found: dict[str, str] = {}
    for row in rows:  # a code that two bodies bore stands for the first, the one of today
        for code in row["symbols"].split(","):
            found.setdefault(flat(code.strip()), row["name"])
    return found


@cache
def _known_names() -> frozenset[str]:
    return frozenset(fold_key(row["name"]) for row in table("agencies").rows)


def repaired_by_symbol(issuer: Issuer, groups: tuple[str, ...]) -> Issuer | None:
    """A misread central body, read as the one the symbol's last group stands for; None when the printed
    name is legible, is another body's, or the symbol says nothing.

    >>> repaired_by_symbol(Issuer("Thi tuéng Chinh phi", 0, 19), ("CĐ", "TTg")).name
    'Thủ tướng Chính phủ'
    """
    code = regex.sub(r"\d+$", "", flat(groups[-1])) if groups else ""
    name = _bodies_by_code().get(code)
    printed = fold_key(issuer.name)
    if not name or fold_key(name) in printed or printed in _known_names():
        return None
    heads = ("", "Bộ trưởng ") if name.startswith(("Bộ ", "Ủy ban ")) else ("",)
    best = max((head + name for head in heads), key=lambda read: _likeness(issuer.name, read))
    return Issuer(best, issuer.start, issuer.end) if _likeness(issuer.name, best) >= _LEAST_ALIKE else None


def _likeness(printed: str, name: str) -> float:
    return fuzz.ratio(shape_key(printed), shape_key(name))


@cache
def _head() -> regex.Pattern[str]:
    ordered = sorted(_words("body_head"), key=len, reverse=True)
    return regex.compile(rf"(?<!\p{{L}})(?:{'|'.join(map(regex.escape, ordered))})(?!\p{{L}})")


@cache
def _issuing_end() -> regex.Pattern[str]:
    ordered = sorted(_words("issuing_verb"), key=len, reverse=True)
    return regex.compile(
        rf"\s(?P<verb>{'|'.join(map(regex.escape, ordered))})\s+(?:các\s+|những\s+|bản\s+)?$"
    )


def issuer_before(flow: Flow, position: int) -> Issuer | None:
    """The issuer in `UBND tỉnh tại Công văn số ...`, `Bộ Chính trị đã ra Chỉ thị số ...`; the citation
    begins at `position`."""
    low = max(0, position - _LOOK_BACK)
    verb = _issuing_end().search(flow.text, low, position)
    if not verb:
        return None
    breaks = [hit.end() for hit in regex.finditer(r"[,;:.()\n\"“”]", flow.text, pos=low, endpos=verb.start())]
    heads = list(_head().finditer(flow.text, breaks[-1] if breaks else low, verb.start()))
    for head in heads:
        issuer = issuer_at(flow, head.start(), verb.start("verb"))
        if issuer and _is_verb_phrase(flow.text[issuer.end : verb.start("verb")]):
            return _on_behalf(flow, issuer) or _without_signer(issuer)
    return None


_BEHALF = regex.compile(r"(?:[Tt]hay mặt|TM\.)\s+(?=\p{Lu})")


def _on_behalf(flow: Flow, signer: Issuer) -> Issuer | None:
    """`Thay mặt Bộ Chính trị, ngày ..., Tổng Bí thư đã ký ban hành`: the body that is spoken for."""
    behalf = list(_BEHALF.finditer(flow.text, max(0, signer.start - 70), signer.start))
    return issuer_at(flow, behalf[-1].end(), signer.start) if behalf else None


def _without_signer(issuer: Issuer) -> Issuer:
    """`Thứ trưởng Bộ X Lê Văn Y đã ký`: the name of the person is no part of the body's."""
    parts = issuer.name.split()
    for count in (4, 3):
        tail = parts[-count:]
        if len(parts) > count and tail[0] in _surnames() and all(part.istitle() for part in tail):
            return Issuer(" ".join(parts[:-count]), issuer.start, issuer.end)
    return issuer


@cache
def _surnames() -> frozenset[str]:
    return frozenset(row["surname"] for row in table("surnames").rows)


def _is_verb_phrase(between: str) -> bool:
    """Nothing, or only the words of issuing, between a body and the citation."""
    rest = between.strip()
    return not rest or (len(rest.split()) <= 4 and rest[0].islower())


def same_body(left: str, right: str) -> bool:
    """True when two printed names can mean one body (one may be shorter or abbreviated)."""
    one, two = (fold_key(_spelled_out(name)) for name in (left, right))
    return one == two or one.endswith(two) or two.endswith(one) or one.startswith(two) or two.startswith(one)


_SHORT = {"ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "tw": "trung ương", "bch": "ban chấp hành"}


def _spelled_out(name: str) -> str:
    return " ".join(_SHORT.get(word.lower(), word) for word in name.split())
