"""What must hold for any text: edits replay, numbers stay, good text stays, nothing crashes."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Line, OcrPage, Word, apply_edits
from pipeline.restore import restore_page, restore_text
from pipeline.restore.legacy import decode_legacy
from pipeline.restore.orthography import compose, strip_diacritics, to_new_style, to_old_style

MODES = st.sampled_from(("auto", "stripped", "english", "vietnamese"))
_PIECES = (
    "Uy ban nhan dan tinh quyet dinh nhiém vu cia tổ chức Đảng 13 x4 34-CT/TW 07/4/2014 ngày XIV UBND HDND",
    ", . ; \n \n\n “ ( ) - l0i ¢b ủy uỷ hoà khoẻ Nguyễn Văn thg’c th\u0309i NĐ-CP 91/2017/NĐ-CP",
)
WORDS = st.sampled_from([word for piece in _PIECES for word in piece.split(" ")])
TEXTS = st.one_of(st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=80))
NUMBERS = re.compile(
    r"(?<!\S)(?:\d{4,}|\d{1,2}/\d{1,2}/\d{4}|\d+[-/][A-ZĐ][A-ZĐ/-]*|\d{1,3}(?:\.\d{3})+)(?!\S)"
)


@given(TEXTS, MODES)
@settings(max_examples=150, deadline=None)
def test_edits_replay_and_lines_stay(text: str, mode: str) -> None:
    result = restore_text(text, mode)
    assert result.source == text
    assert apply_edits(text, result.edits) == result.text
    assert result.text.count("\n") == text.count("\n")


@given(st.lists(st.one_of(WORDS, st.from_regex(NUMBERS, fullmatch=True)), max_size=25), MODES)
@settings(max_examples=100, deadline=None)
def test_numbers_dates_and_codes_stay(words: list[str], mode: str) -> None:
    text = " ".join(words)
    assert NUMBERS.findall(restore_text(text, mode).text) == NUMBERS.findall(text)


@given(st.binary(max_size=120), MODES)
@settings(max_examples=100, deadline=None)
def test_any_byte_string_is_accepted(raw: bytes, mode: str) -> None:
    for text in (raw.decode("utf-8", errors="surrogateescape"), raw.decode("cp1252", errors="replace")):
        result = restore_text(text, mode)
        assert apply_edits(text, result.edits) == result.text


@given(
    st.lists(
        st.sampled_from(
            (
                "Ủy ban nhân dân tỉnh ban hành kế hoạch phát triển kinh tế - xã hội năm 2020.",
                "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
                "Điều 1. Tặng Bằng khen cho các tập thể, cá nhân có thành tích xuất sắc.",
                "Chánh Văn phòng, Giám đốc các sở, ban, ngành chịu trách nhiệm thi hành Quyết định này.",
                "Tỉnh uỷ chỉ đạo nâng cao sức khoẻ nhân dân, giữ gìn hoà bình.",
            )
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_good_text_stays(sentences: list[str]) -> None:
    text = "\n".join(sentences)
    assert restore_text(text).text == text


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_composing_gives_nfc_letters_and_is_idempotent(text: str) -> None:
    once = apply_edits(text, compose(text))
    assert apply_edits(once, compose(once)) == once
    assert apply_edits(text, decode_legacy(text)).count("\n") == text.count("\n")


@given(st.text(alphabet="aeiouyhklqgừửữựỳỷỹỵúùủũụóòỏõọôơđ ", max_size=30))
def test_tone_placement_goes_to_and_fro(text: str) -> None:
    old = to_old_style(text)
    assert to_old_style(to_new_style(old)) == old
    assert strip_diacritics(old) == strip_diacritics(text)


@given(st.lists(st.lists(st.tuples(WORDS, st.floats(0, 1)), max_size=6), max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_page_keeps_its_text_as_source_and_its_lines(rows: list[list[tuple[str, float]]]) -> None:
    lines = tuple(
        Line(tuple(Word(text.strip() or "-", None, confidence) for text, confidence in row)) for row in rows
    )
    page = OcrPage(1, 10, 10, 300, lines)
    result = restore_page(page)
    assert result.source == page.text
    assert apply_edits(page.text, result.edits) == result.text
    assert result.text.count("\n") == page.text.count("\n")


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_decomposed_text_restores_like_composed_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", composed)
    if unicodedata.normalize("NFC", decomposed) == composed and composed.isprintable():
        restored = restore_text(decomposed, "vietnamese").text
        assert unicodedata.normalize("NFC", restored) == restore_text(composed, "vietnamese").text
