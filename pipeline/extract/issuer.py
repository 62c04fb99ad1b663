"""The issuing body and the body above it.

In the header the superior stands over the issuer (Nghị định 30/2020/NĐ-CP, Appendix I, ô 2), each on one or
several lines. Without a header the body is inferred from what the document says of itself, and marked so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.extract.casing import body_name, places, province
from pipeline.extract.letters import letter_count, plain, words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.pieces import Piece
from pipeline.model import BBox, DocumentText, Span

FROM_HEADER = "header_left_column"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body in full and sentence case with its evidence; `source` as in documents.csv."""

    name: str
    raw: str
    span: Span | None
    page_number: int
    bbox: BBox | None
    source: str
    rule: str
    confidence: float


def read_issuers(lines: Sequence[Piece], symbol: str, lexicon: Lexicon) -> tuple[Issuer, ...]:
    """The bodies of the left column, superior first; the last one issued the document.

    A council that the `symbol` does not name, and a line that could not be read, lower the confidence.
    """
    good = [piece for piece in lines if letter_count(piece.text) >= 3 and _is_readable(piece, lexicon)]
    groups: list[list[Piece]] = []
    for piece in good:
        if groups and not _begins_body(groups[-1], piece, lexicon):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    bodies = [_issuer(group, lexicon) for group in groups]
    if not bodies:
        return ()
    last = bodies[-1]
    lost = len(good) < len([piece for piece in lines if letter_count(piece.text) >= 3])
    bare = words_key(last.name) in lexicon.bare_bodies
    if lost or bare or _contradicts(last.name, symbol):
        bodies[-1] = replace(last, confidence=min(0.5, last.confidence), rule=f"{FROM_HEADER}_incomplete")
    return tuple(bodies)


def _is_readable(piece: Piece, lexicon: Lexicon) -> bool:
    known = all(_is_known(word, lexicon) for word in piece.key.split())
    return piece.bbox is None or piece.confidence >= 0.3 or known


def _contradicts(name: str, symbol: str) -> bool:
    """`UBND` issues under a symbol with UBND; `NN/SYT-NVY` under its name means that a line was missed."""
    if len(symbol) < 3:
        return False
    if name.startswith("Ủy ban nhân dân"):
        return not regex.search(r"UB|U[A-Z]ND|BND", symbol)
    return name.startswith("Hội đồng nhân dân") and "HĐ" not in symbol


def _begins_body(group: list[Piece], piece: Piece, lexicon: Lexicon) -> bool:
    key = piece.key
    if not _head_of(key, lexicon) or piece.plain.strip().startswith(lexicon.not_heads):
        return False
    before = " ".join(one.key for one in group)
    ends_open = bool(regex.search(r"(?:\bva|\bcua|[-,–])\s*$", group[-1].plain))
    return before not in lexicon.unfinished_bodies and not ends_open


def _head_of(key: str, lexicon: Lexicon) -> str:
    words = key.split()
    for count in (4, 3, 2, 1):
        if " ".join(words[:count]) in lexicon.heads:
            return " ".join(words[:count])
    return ""


def _issuer(group: list[Piece], lexicon: Lexicon) -> Issuer:
    text = " ".join(regex.sub(r"^[^\p{L}]+|[^\p{L}\d)]+$", "", piece.text) for piece in group)
    name = body_name(text, lexicon)
    known = bool(_head_of(words_key(name), lexicon))
    ocr = min(piece.confidence for piece in group)
    mended = all(_is_known(word, lexicon) for word in words_key(name).split())
    confidence = (0.92 if known else 0.5) * min(1.0, max(ocr + 0.12, 0.9 if mended and ocr > 0.4 else 0.0))
    if group[0].bbox is not None and not all(
        word in spelled_words(lexicon) for word in _WORD.findall(name.casefold())
    ):
        confidence = min(confidence, 0.57)
    return Issuer(
        name=name,
        raw=text,
        span=Span(min(piece.span.start for piece in group), max(piece.span.end for piece in group)),
        page_number=group[0].page_number,
        bbox=BBox.union(piece.bbox for piece in group if piece.bbox),
        source="header",
        rule=FROM_HEADER,
        confidence=confidence,
    )


def _is_known(word: str, lexicon: Lexicon) -> bool:
    return (
        word in lexicon.units
        or any(word in phrase.split() for phrase in lexicon.fields)
        or any(word in name.split() for name in lexicon.provinces)
    )


_WORD = regex.compile(r"\p{L}{2,}")
_SPELLED: dict[int, frozenset[str]] = {}


def spelled_words(lexicon: Lexicon) -> frozenset[str]:
    """Lower-case words, with their marks, of all names the dictionaries hold."""
    if id(lexicon) not in _SPELLED:
        names = [
            *lexicon.fields.values(),
            *lexicon.provinces.values(),
            *lexicon.agencies.values(),
            *places().values(),
        ]
        names += [*lexicon.units.values(), *lexicon.titles.values()]
        _SPELLED[id(lexicon)] = frozenset(word for name in names for word in _WORD.findall(name.casefold()))
    return _SPELLED[id(lexicon)]


# --- without a header ---------------------------------------------------------------------------------

_UNIT = r"(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)"
_WORDS = r"(?:\s+[\p{L},-]+){1,9}?"
_NAME = r"(?:\s+\p{Lu}[\p{L}'’]*){1,4}"
_COUNCIL = r"(?:(?:Ủy|Uỷ) ban nhân dân|UBND|Hội đồng nhân dân|HĐND)"
_WORK = (
    r"(?:xây dựng|ban hành|phát động|yêu cầu|đề nghị|kêu gọi|thông báo|báo cáo|trân trọng|tổ chức|nhận được"
    r"|có ý kiến|triển khai|quyết định|giao|chỉ đạo|kính|ban|mời|tiếp tục|hướng dẫn|điện)"
)
_SEARCHED = 30_000  # characters from the beginning, and from the end, in which a document names itself
_ACTING_HEADS = r"(?:Giám đốc|Chủ tịch|Trưởng ban|Hiệu trưởng|Cục trưởng)"
_OWN_ACT = r"(?:Kế hoạch|Chỉ thị|Thông báo|Báo cáo|Quyết định|Hướng dẫn)(?: này)?"
_NAMED = rf"(?P<body>{_COUNCIL} {_UNIT}{_NAME})"


def _flexible(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern.replace(" ", r"\s+"))


_BODY_RULES: tuple[tuple[str, float, regex.Pattern[str]], ...] = (
    ("acts_in_full", 0.62, _flexible(rf"{_NAMED} {_WORK}\b")),
    (
        "head_acts",
        0.6,
        _flexible(rf"{_ACTING_HEADS} (?P<body>(?:Sở|Cục|Trường|Trung tâm|Ban){_WORDS}) {_WORK}\b"),
    ),
    ("head_of_council_acts", 0.6, _flexible(rf"{_ACTING_HEADS} {_NAMED} {_WORK}\b")),
    ("own_act_of", 0.6, _flexible(rf"{_OWN_ACT} của {_NAMED}\s*[.,;/]")),
    ("acts", 0.5, _flexible(rf"(?P<body>{_COUNCIL} {_UNIT}) {_WORK}\b")),
)


def infer_issuer(document: DocumentText, place: str, symbol: str, lexicon: Lexicon) -> Issuer | None:
    """The body a document without a header speaks of as itself, or None.

    Tried in order: the body acts under its full name; its head does; `UBND tỉnh` acts and the place is a
    province; the symbol names it. Marked `inferred`, `body` or `symbol`.
    """
    text = document.text
    for rule, confidence, pattern in _BODY_RULES:
        match = pattern.search(text, 0, _SEARCHED) or pattern.search(text, max(0, len(text) - _SEARCHED))
        if match is None:
            continue
        name = regex.sub(r"\s+", " ", match["body"])
        source = "body"
        if rule == "acts":
            if not place:
                continue
            name, source = f"{name} {_bare_place(place, lexicon)}", "inferred"
        span = Span(match.start("body"), match.end("body"))
        page, _, box = document.locate(span)
        raw = document.text[span.start : span.end]
        return Issuer(_in_full(name), raw, span, page, box, source, rule, confidence)
    return _from_symbol(symbol, lexicon)


def _bare_place(place: str, lexicon: Lexicon) -> str:
    return province(place, lexicon) or regex.sub(r"^(?:Thành phố|TP\.?|Thị xã)\s+", "", place)


def _in_full(name: str) -> str:
    name = regex.sub(r"^UBND\b|^Uỷ ban nhân dân", "Ủy ban nhân dân", name)
    return regex.sub(r"^HĐND\b", "Hội đồng nhân dân", name)


def _from_symbol(symbol: str, lexicon: Lexicon) -> Issuer | None:
    for group in regex.split(r"[-/]", symbol):
        if len(group) < 3 or plain(group) in ("ubnd", "hdnd"):
            continue
        for key, name in lexicon.agencies.items():
            if "/" not in name and "".join(word[0] for word in key.split()) == plain(group):
                return Issuer(name, group, None, 0, None, "symbol", "symbol_initials", 0.4)
    return None
