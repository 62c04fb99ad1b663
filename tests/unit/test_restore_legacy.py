"""Every legacy encoding decodes to the same sentence, run by run, and other text is left alone."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.dictionary import table
from pipeline.model import apply_edits
from pipeline.restore.legacy import decode_legacy

SENTENCE = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam\n"
    "Quyết định của ủy ban nhân dân tỉnh về khen thưởng các tập thể, cá nhân có thành tích xuất sắc."
)


def decoded(text: str) -> str:
    return apply_edits(text, decode_legacy(text))


def encoded(column: str, text: str) -> str:
    codes = {row["char"]: row[column] for row in table("legacy_encodings").rows if row[column]}
    return "".join(codes.get(c, c).replace("SHY", "\u00ad") for c in text)


def read_as_cp1252(raw: bytes) -> str:
    undefined = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "".join(chr(byte) if byte in undefined else bytes([byte]).decode("cp1252") for byte in raw)


def as_windows_1258(text: str) -> bytes:
    raw = b""
    for letter in text:
        try:
            raw += letter.encode("cp1258")
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", letter)
            tone = "".join(c for c in marks if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in tone))
            raw += (base + tone).encode("cp1258")
    return raw


@pytest.mark.parametrize("column", ["tcvn3_as_cp1252", "vni_as_cp1252", "viqr"])
def test_tabulated_encodings_decode(column: str) -> None:
    # TCVN3 capitals have the codes of small letters: case is lost.
    text = SENTENCE if column != "tcvn3_as_cp1252" else SENTENCE.replace("Đ", "đ")
    assert decoded(encoded(column, text)) == text


def test_utf8_read_as_cp1252_decodes() -> None:
    assert decoded(read_as_cp1252(SENTENCE.encode("utf-8"))) == SENTENCE


def test_windows_1258_read_as_cp1252_decodes() -> None:
    assert decoded(as_windows_1258(SENTENCE).decode("cp1252")) == SENTENCE


def test_fonts_mixed_in_one_document_decode_line_by_line() -> None:
    first, second = SENTENCE.split("\n")
    mixed = f"{encoded('vni_as_cp1252', first)}\n{encoded('tcvn3_as_cp1252', second)}\n{second}"
    assert decoded(mixed) == f"{first}\n{second}\n{second}"


def test_each_edit_names_the_encoding() -> None:
    rules = {edit.rule for edit in decode_legacy(encoded("vni_as_cp1252", SENTENCE))}
    assert rules == {"legacy:vni"}


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "Céng tac 6 ving dan tdc thiéu sé, ving séu, ving xa « can bé quan ly » trén dia ban",
        "Müller và Citroën, 25 µm, § 5, ® 2010, ± 0,5 °C",
        "Is this what you mean? Go. No! (a+b)^2 = c?",
        "",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert decode_legacy(text) == []
