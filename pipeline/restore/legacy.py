"""Text in an encoding from before Unicode: TCVN3 (ABC), VNI, VIQR, UTF-8 or Windows-1258 read as cp1252.

Each whitespace-separated piece is tried in every encoding; what counts as evidence is a piece that is no
Vietnamese word as it stands and becomes one. A line is decoded in the encoding with the most evidence, so
documents that mix fonts are right line by line; pieces that carry real Vietnamese letters stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.dictionary import table
from pipeline.model import Edit, Span
from pipeline.restore.lexicon import UNKNOWN, load_lexicon
from pipeline.restore.orthography import CERTAIN

# Only ASCII blanks part pieces: UTF-8 read as cp1252 has no-break spaces inside its words.
_PIECE = re.compile(r"[^ \t\r\f\v\n]+")
_EDGE = re.compile(r"^[\"'(\[{“‘*-]+|[\"')\]}”’,;:.!?*-]+$")
# Letters only Vietnamese in Unicode has.
_UNICODE = re.compile(r"[ăđĩũơư\u1ea0-\u1ef9]", re.I)
_LEGAL_SHARE, _GAIN = 0.7, 0.2
_ENOUGH, _SIGNED = 3, 0.15


@dataclass(frozen=True, slots=True)
class Encoding:
    """One way to decode a piece; `decode` gives the piece itself when nothing in it is of the encoding.

    `sign` finds what text in this encoding is full of and other text (OCR garble, too) is not.
    """

    name: str
    sign: re.Pattern[str]
    decode: Callable[[str], str]


def decode_legacy(text: str) -> list[Edit]:
    """Edits that bring every piece of `text` in a legacy encoding to Unicode.

    >>> [e.after for e in decode_legacy("Céng hßa x· héi chñ nghÜa ViÖt Nam")][:3]
    ['Cộng', 'hòa', 'xã']
    """
    signed = [one for one in _encodings() if len(one.sign.findall(text)) >= _ENOUGH]
    edits: list[Edit] = []
    for line in re.finditer(r"[^\n]+", text) if signed else ():
        pieces = list(_PIECE.finditer(line[0]))
        fitting = [one for one in signed if len(one.sign.findall(line[0])) >= max(1, _SIGNED * len(pieces))]
        if not fitting:
            continue
        encoding = max(fitting, key=lambda one: sum(_evidence(one, piece[0]) for piece in pieces))
        if _is_better(encoding, [piece[0] for piece in pieces]):
            edits += _line_edits(encoding, line.start(), pieces)
    return edits


def _line_edits(encoding: Encoding, start: int, pieces: list[re.Match[str]]) -> Iterator[Edit]:
    for piece in pieces:
        after = _decoded(encoding, piece[0])
        if after != piece[0]:
            span = Span(start + piece.start(), start + piece.end())
            yield Edit(span, piece[0], after, f"legacy:{encoding.name}", CERTAIN)


def _evidence(encoding: Encoding, piece: str) -> bool:
    after = _decoded(encoding, piece)
    return after != piece and not _is_word(piece) and _is_word(after)


def _is_better(encoding: Encoding, pieces: list[str]) -> bool:
    changed = [(piece, after) for piece in pieces if (after := _decoded(encoding, piece)) != piece]
    if not changed or not any(_evidence(encoding, piece) for piece in pieces):
        return False
    right = sum(_is_word(after) for _, after in changed) / len(changed)
    before = sum(_is_word(piece) for piece, _ in changed) / len(changed)
    return right >= _LEGAL_SHARE and right > before + _GAIN


def _decoded(encoding: Encoding, piece: str) -> str:
    if _UNICODE.search(piece):
        return piece
    after = encoding.decode(piece)
    if encoding.name == "viqr" and after != piece and not _is_word(after):
        # The mark at the end may be punctuation after all.
        core = piece.rstrip(".?,;:!")
        after = encoding.decode(core) + piece[len(core) :]
    return after


@lru_cache(maxsize=8192)
def _is_word(piece: str) -> bool:
    core = _EDGE.sub("", piece)
    parts = re.split(r"[-/,.]", core)
    lexicon = load_lexicon()
    return bool(core) and all(part and lexicon.canonical(part) != UNKNOWN for part in parts)


@lru_cache(maxsize=1)
def _encodings() -> tuple[Encoding, ...]:
    return (
        Encoding(
            "utf-8", re.compile("Ã[\u0080-\u00bf]|á[º»]|Ä[\u0080-\u00bf‘\u2018]|Æ[°¡]"), _utf8_as_cp1252
        ),
        Encoding("tcvn3", _strange_codes("tcvn3_as_cp1252"), _by_table("tcvn3_as_cp1252")),
        Encoding("vni", re.compile("[ñöûïäëüåæÑÖÛÏ]|[aeouyAEOU][øØ]"), _by_table("vni_as_cp1252")),
        Encoding("viqr", re.compile(r"[aeou][\^(+][`'?~.]?|\bdd(?=[aeiouy])", re.I), _by_table("viqr")),
        Encoding("windows-1258", re.compile("[aeiouyâêôãõý][ÌÒÞìòþ]", re.I), _cp1258_as_cp1252),
    )


def _strange_codes(column: str) -> re.Pattern[str]:
    """The codes of an encoding that are no letters of Vietnamese in Unicode."""
    rows = table("legacy_encodings").rows
    letters = {row["char"] for row in rows}
    codes = {code for row in rows if len(code := _code(row, column)) == 1} - letters
    return re.compile("[" + re.escape("".join(sorted(code for code in codes if not code.isascii()))) + "]")


def _code(row: dict[str, str], column: str) -> str:
    # The soft hyphen (ư in TCVN3) does not survive editors; its table cell is a name.
    code = row[column]
    return "\u00ad" if row["tcvn3_hex"] == "AD" and column.startswith("tcvn3") else code


def _by_table(column: str) -> Callable[[str], str]:
    # A TCVN3 capital has the code of its small letter (the font shows it as a capital): the small one wins.
    letters = {code: row["char"] for row in table("legacy_encodings").rows if (code := _code(row, column))}
    letters = {code: letter for code, letter in letters.items() if code != letter}
    pattern = re.compile("|".join(re.escape(code) for code in sorted(letters, key=len, reverse=True)))
    return lambda piece: pattern.sub(lambda found: letters[found[0]], piece)


def _utf8_as_cp1252(piece: str) -> str:
    try:
        return unicodedata.normalize("NFC", piece.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return _utf8_as_latin1(piece)


def _utf8_as_latin1(piece: str) -> str:
    # cp1252 leaves five bytes undefined; programs pass them on as C1 controls.
    try:
        raw = b"".join(c.encode("latin-1") if ord(c) < 256 else c.encode("cp1252") for c in piece)
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeError:
        return piece


def _cp1258_as_cp1252(piece: str) -> str:
    try:
        return unicodedata.normalize("NFC", piece.encode("cp1252").decode("cp1258"))
    except UnicodeError:
        return piece
