"""The invisible font of a text layer: every letter is a blank of equal width that knows its Unicode value.

One font program serves all documents; only the table from codes to letters differs. It is a TrueType font
with one empty glyph, used through Identity-H, so all Vietnamese letters work and nothing can be seen. (A
font of empty glyphs is how Tesseract writes text layers too; this one is made here, letter by letter.)
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name

from pipeline.errors import MissingDependency

FONT_NAME = "SohoaGlyphless"
UNITS_PER_EM = 1000
GLYPH_WIDTH = 500
ASCENT = 800
DESCENT = -200
_BLOCK = 100  # entries a bfchar block may hold (PDF reference, 9.7.5.3)
# No letter of these may stand in a ToUnicode table of PDF/A (ISO 19005-2, 6.2.11.7.2).
_FORBIDDEN = frozenset("\x00\ufeff\ufffe")
_MOST_LETTERS = 0xFFFF
_NO_TIME = 0x7C259DC0  # 1970-01-01 in seconds since 1904: the same font whenever it is made


class LayerFont:
    """The letters of one document and their codes; `resource` is the font object in its PDF."""

    def __init__(self, pdf: pikepdf.Pdf, texts: Iterable[str]) -> None:
        letters = sorted(set(" ").union(*texts) - _FORBIDDEN)[:_MOST_LETTERS]
        self._codes = {letter: code for code, letter in enumerate(letters, 1)}
        self.resource = pdf.make_indirect(_font(pdf, letters))

    def encode(self, text: str) -> bytes:
        """`text` as the two-byte codes of this font; letters it does not know are left out."""
        codes = (self._codes.get(letter, 0) for letter in text)
        return b"".join(code.to_bytes(2, "big") for code in codes if code)


def _font(pdf: pikepdf.Pdf, letters: list[str]) -> Dictionary:
    program = pdf.make_stream(font_program())
    program.Length1 = len(font_program())
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + FONT_NAME),
        Flags=4,  # symbolic: its letters are outside every standard set
        FontBBox=Array([0, DESCENT, GLYPH_WIDTH, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=pdf.make_indirect(program),
    )
    glyphs = pdf.make_stream(b"\x00\x00" + b"\x00\x01" * len(letters))  # every code shows glyph 1
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + FONT_NAME),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=GLYPH_WIDTH,
        CIDToGIDMap=pdf.make_indirect(glyphs),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/" + FONT_NAME),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_indirect(pdf.make_stream(_to_unicode(letters))),
    )


def _to_unicode(letters: list[str]) -> bytes:
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    entries = [
        f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for code, letter in enumerate(letters, 1)
    ]
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode("ascii")


@cache
def font_program() -> bytes:
    """The TrueType file; the same bytes every time. Raises MissingDependency."""
    try:
        from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # noqa: PLC0415
        from fontTools.ttLib.tables import _g_l_y_f as outlines  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        hint = 'Type: make extras, or pip install "sohoa[export]"'
        raise MissingDependency("fontTools is not installed", hint=hint) from error
    names = [".notdef", "blank"]
    font = FontBuilder(UNITS_PER_EM, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({0x20: "blank"})
    font.setupGlyf({name: outlines.Glyph() for name in names})
    font.setupHorizontalMetrics(dict.fromkeys(names, (GLYPH_WIDTH, 0)))
    font.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    font.setupNameTable({"familyName": FONT_NAME, "styleName": "Regular", "psName": FONT_NAME})
    font.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    font.setupPost()
    font.updateHead(created=_NO_TIME, modified=_NO_TIME)
    font.font.recalcTimestamp = False
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
