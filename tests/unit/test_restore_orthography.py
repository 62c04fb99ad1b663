"""Unicode form, tone placement and the syllable parser."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.model import apply_edits
from pipeline.restore.orthography import (
    compose,
    prefers_new_style,
    strip_diacritics,
    style_counts,
    to_new_style,
    to_old_style,
)
from pipeline.restore.syllable import is_syllable, parse, split_tone


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("UỶ BAN", "ỦY BAN"),
        ("Uỷ", "Ủy"),
        ("Hoá", "Hóa"),
        ("loà xoà", "lòa xòa"),
    ],
)
def test_new_style_becomes_old_style_and_back(new: str, old: str) -> None:
    assert to_old_style(new) == old
    assert to_new_style(old) == new


@pytest.mark.parametrize("text", ["quý", "quỳ", "hoàn", "huỳnh", "toán", "thuyết", "già", "khuỷu", "hoài"])
def test_rimes_in_which_both_styles_agree_stay(text: str) -> None:
    assert to_old_style(text) == text
    assert to_new_style(text) == text


def test_style_is_counted_and_the_more_frequent_one_preferred() -> None:
    assert style_counts("Tỉnh uỷ, khoá họp, hòa giải, quý") == (1, 2)
    assert prefers_new_style("Tỉnh uỷ, khoá họp, hòa giải")
    assert not prefers_new_style("không có âm tiết nào")


def test_decomposed_letters_and_eth_are_composed_by_edits() -> None:
    source = unicodedata.normalize("NFD", "Ðảng ủy khoá")
    assert apply_edits(source, compose(source)) == "Đảng ủy khoá"


def test_composed_text_needs_no_edit() -> None:
    assert compose("Đảng ủy tỉnh Đắk Lắk") == []


def test_diacritics_are_stripped_with_the_bar() -> None:
    assert strip_diacritics("Đường Nguyễn Ái Quốc, ưỡn ẹo") == "Duong Nguyen Ai Quoc, uon eo"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("nghiêng", ("ngh", "iêng", "ngang")),
        ("gì", ("gi", "i", "huyền")),
        ("giếng", ("gi", "iêng", "sắc")),
        ("giết", ("gi", "êt", "sắc")),
        ("quyết", ("qu", "yêt", "sắc")),
        ("uỷ", ("", "uy", "hỏi")),
        ("yên", ("", "yên", "ngang")),
        ("ĐƯỜNG", ("đ", "ương", "huyền")),
        ("khuỷu", ("kh", "uyu", "hỏi")),
    ],
)
def test_syllables_are_parsed(word: str, parts: tuple[str, str, str]) -> None:
    found = parse(word)
    assert found is not None
    assert (found.onset, found.rime, found.tone) == parts


@pytest.mark.parametrize(
    "word", ["iên", "cia", "stc", "khoc", "ngiêng", "cê", "quc", "hìện", "Đ", "", "xã hội"]
)
def test_illegal_spellings_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_two_tones_are_no_syllable() -> None:
    assert split_tone("hìện") == (None, "")
