"""Tokens: what is a word, what is protected, where a sentence ends."""

from __future__ import annotations

import pytest

from pipeline.restore.readings import case_of
from pipeline.restore.tokens import is_protected, tokens


def kinds(text: str, *, garbled: bool = False) -> list[tuple[str, str]]:
    return [(token.text, token.kind) for token in tokens(text, garbled)]


@pytest.mark.parametrize(
    "chunk",
    [
        "34-CT/TW", "07/4/2014", "91/2017/NĐ-CP", "1.250", "12,5%", "XIV", "a@b.vn", "www.abc.gov.vn",
        "https://x.y/z", "2020-2025", "5834/PĐTĐ-UBND", "30", "QĐ-UBND.2020",
    ],
)  # fmt: skip
def test_numbers_dates_codes_and_addresses_are_protected(chunk: str) -> None:
    assert is_protected(chunk)


@pytest.mark.parametrize("chunk", ["tỉnh", "UBND", "kinh", "MIX", "Đảng", "V/v"])
def test_words_are_not_protected(chunk: str) -> None:
    assert not is_protected(chunk)


def test_punctuation_ends_sentences_and_phrases() -> None:
    assert kinds("tỉnh, huyện. Xã") == [
        ("tỉnh", "word"), (",", "comma"), ("huyện", "word"), (".", "boundary"), ("Xã", "word"),
    ]  # fmt: skip


def test_a_sentence_goes_on_behind_a_blank_line_in_lower_case_only() -> None:
    assert ("", "boundary") not in kinds("phát triển\n\nkinh tế")
    assert ("", "boundary") in kinds("phát triển\n\nKinh tế")


def test_digits_belong_to_words_of_garbled_text_only() -> None:
    assert kinds("x4 là 13", garbled=True) == [("x4", "word"), ("là", "word"), ("13", "digits")]
    assert [kind for _, kind in kinds("x4 là 13")] == ["number", "word", "number"]


def test_tokens_point_at_their_characters() -> None:
    text = "(Số: 12/QĐ-UBND,  “ngày” 5)"
    assert all(text[token.start : token.end] == token.text for token in tokens(text))


@pytest.mark.parametrize(
    ("text", "case"),
    [("UBND", "upper"), ("Đảng", "title"), ("1anh", "lower"), ("tỉnh", "lower"), ("HBNd", "upper")],
)
def test_case_needs_two_thirds_of_the_letters(text: str, case: str) -> None:
    assert case_of(text) == case
