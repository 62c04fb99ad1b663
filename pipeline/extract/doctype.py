"""Which type of document this is: the title line, the type code in the symbol, or neither (công văn)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.extract.columns import is_power_or_title
from pipeline.extract.header import Header, is_body_name
from pipeline.extract.letters import letter_count
from pipeline.extract.lexicon import DocumentType, Lexicon
from pipeline.extract.number import NumberLine
from pipeline.extract.pieces import Piece

LETTER = "Công văn"
_ALSO_AGENCIES = frozenset(
    ("CT", "TB", "BC", "TTr", "HĐ", "KL", "QH")
)  # these open the symbols of bodies too


@dataclass(frozen=True, slots=True)
class TypeReading:
    """The type, the piece that shows it, and whether title and symbol contradict each other."""

    name: str
    abbreviation: str
    code: str
    is_standard: bool
    system: str
    piece: Piece | None
    rule: str
    confidence: float
    conflict: str = ""


def read_type(header: Header, number: NumberLine | None, lexicon: Lexicon) -> TypeReading | None:
    """The type of the document, or None when nothing shows it.

    Order: title line; a title of words whose initials open the symbol; `V/v` with `Kính gửi` or a
    symbol without a type is a công văn; the type code of the symbol.
    """
    system = read_system(header, number)
    in_symbol = symbol_types(number, lexicon)
    if header.title_type is not None and header.title is not None:
        named = header.title_type.name
        chosen = _row(named, system, lexicon) or header.title_type
        conflict = _conflict(named, in_symbol, number)
        sure = 0.95 if header.title_type.key == header.title.key else 0.9
        agreed = named in {one.name for one in in_symbol}
        sure = sure if agreed or not conflict else 0.55
        return _reading(chosen, system, header.title, rule="title_line", confidence=sure, conflict=conflict)
    unknown = _central_title(header, number, system) or _unlisted_title(header, number, lexicon)
    if unknown is not None:
        return unknown
    has_about = bool(header.of("about"))
    if has_about or header.addressee is not None or (number and not in_symbol):
        letter = _row(LETTER, system, lexicon)
        if letter is not None and (has_about or header.addressee is not None or (number and number.symbol)):
            sure = 0.9 if has_about and header.addressee is not None else 0.8 if has_about else 0.62
            piece = next(iter(header.of("about") or header.of("number")), None)
            others = [one for one in in_symbol if one.name != LETTER]
            clear = [one for one in others if one.abbreviation not in _ALSO_AGENCIES]
            conflict = f"V/v, {clear[0].name}" if clear else ""
            sure = 0.5 if conflict else min(sure, 0.72) if others else sure
            return _reading(letter, system, piece, rule="letter", confidence=sure, conflict=conflict)
    if in_symbol:
        piece = next(iter(header.of("number")), None)
        return _reading(in_symbol[0], system, piece, rule="symbol", confidence=0.55)
    return None


def _reading(
    one: DocumentType, system: str, piece: Piece | None, *, rule: str, confidence: float, conflict: str = ""
) -> TypeReading:
    ocr = min(1.0, (piece.confidence if piece else 1.0) + 0.2)
    return TypeReading(
        one.name, one.abbreviation, one.code, one.is_standard, system, piece, rule, confidence * ocr, conflict
    )


def _row(name: str, system: str, lexicon: Lexicon) -> DocumentType | None:
    rows = [one for one in lexicon.types if one.name == name]
    return next((one for one in rows if one.system == system), rows[0] if rows else None)


def read_system(header: Header, number: NumberLine | None) -> str:
    """`state`, `party`, `legal` or `mass`: heading first, then the order of the separators."""
    if header.of("mass"):
        return "mass"
    if header.of("party"):
        return "party"
    if number is not None and number.year:
        return "legal"
    if number is not None and number.form == "party" and not header.of("nation"):
        return "party"
    legal = header.title_type is not None and header.title_type.name in (
        "Nghị định",
        "Thông tư",
        "Thông tư liên tịch",
    )
    return "legal" if legal else "state"


def symbol_types(number: NumberLine | None, lexicon: Lexicon) -> tuple[DocumentType, ...]:
    """The types the first group of the symbol stands for; a group alone is an agency and does not count."""
    if number is None:
        return ()
    groups = regex.split(r"[-/]", number.symbol)
    if len(groups) < 2:
        return ()
    return lexicon.types_of_abbreviation(groups[0])


def _conflict(named: str, in_symbol: Sequence[DocumentType], number: NumberLine | None) -> str:
    names = {one.name for one in in_symbol}
    if not names or named in names or number is None:
        return ""
    return f"{named}, {number.symbol}"


def _central_title(header: Header, number: NumberLine | None, system: str) -> TypeReading | None:
    piece = header.title
    if piece is None:
        return None
    group = regex.split(r"[-/]", number.symbol)[0] if number else ""
    sure = 0.85 if group and _initials(piece.text) == group.upper() else 0.55
    return TypeReading(
        piece.text.capitalize(),
        group if sure > 0.8 else "",
        "",
        False,
        system,
        piece,
        "unlisted_title",
        sure * piece.confidence,
    )


def _initials(text: str) -> str:
    return "".join(word[0] for word in text.split() if word[0].isalpha()).upper()


def _unlisted_title(header: Header, number: NumberLine | None, lexicon: Lexicon) -> TypeReading | None:
    """A title outside the list: alone, in capitals, in the middle; its initials usually open the symbol."""
    first_group = regex.split(r"[-/]", number.symbol)[0] if number and number.symbol else ""
    for piece in header.pieces[:60]:
        if not piece.is_caps or not 2 <= len(piece.text.split()) <= 7 or letter_count(piece.text) < 6:
            continue
        if piece in {role.piece for role in header.roles if role.name != "other"} or is_body_name(
            piece, lexicon
        ):
            continue
        if len(first_group) > 1 and _initials(piece.text) == first_group.upper():
            words = piece.text.capitalize()
            system = read_system(header, number)
            return TypeReading(
                words, first_group, "", False, system, piece, "unlisted_title", 0.8 * piece.confidence
            )
        if is_power_or_title(piece.plain, lexicon):
            break
    return None
