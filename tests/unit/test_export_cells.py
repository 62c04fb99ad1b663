"""One value becomes one cell: missing, typed, harmless, in NFC."""

from __future__ import annotations

import math
import unicodedata

import pytest

from pipeline.export.cells import clean, guard, render, unguard
from pipeline.export.schema import schema_of

SUBJECT = schema_of("documents").column("subject")
PAGE_COUNT = schema_of("documents").column("page_count")
ORDINAL = schema_of("documents").column("doc_ordinal")
CONFIDENCE = schema_of("dates").column("confidence")
MARGIN = schema_of("edits").column("margin")
STANDARD = schema_of("documents").column("doc_type_standard")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+84 213", "'+84 213"),
        ("- Như trên;", "'- Như trên;"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\u00a0\u3000=1", "'\u00a0\u3000=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1", "'＝1"),
        ("－1", "'－1"),
        ("\tx", "'\tx"),
        ("\nx", "'\nx"),
        ("'=1", "''=1"),
        ("' -1", "'' -1"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_one_apostrophe(text: str, cell: str) -> None:
    assert guard(text) == cell
    assert unguard(cell) == text


@pytest.mark.parametrize(
    "text", ["", "'", "''", "'a", " ", "02/CT-UBND", "– Như trên", "a=1", "(=1)", "/SCT-VP"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


def test_control_characters_go_and_line_breaks_become_line_feeds() -> None:
    assert clean("a\x00b\x07c\x7f\x9fd") == "abcd"
    assert clean("a\r\nb\rc\x0cd\x85e") == "a\nb\nc\nd\ne"
    assert clean("\x00=1") == "=1"


def test_a_lone_surrogate_shows_as_a_replacement_character() -> None:
    assert clean("t\udce9p.pdf") == "t\ufffdp.pdf"


def test_text_is_written_in_nfc() -> None:
    assert render(SUBJECT, unicodedata.normalize("NFD", "Điện Biên Phủ")) == "Điện Biên Phủ"


def test_a_control_character_cannot_hide_a_formula() -> None:
    assert render(SUBJECT, "\x00=1") == "'=1"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(0.87, "0.87"), (1, "1"), (1.00000000002, "1"), ("0.5", "0.5"), (0.00001, "0"), (None, ""), ("", "")],
)
def test_numbers_are_short_and_have_no_exponent(value: object, cell: str) -> None:
    assert render(CONFIDENCE, value) == cell


@pytest.mark.parametrize(("value", "cell"), [(-1.5, "-1.5"), (-0.00001, "0"), (1e15, "1000000000000000")])
def test_negative_numbers_of_the_program_are_not_guarded(value: float, cell: str) -> None:
    assert render(MARGIN, value) == cell


@pytest.mark.parametrize("value", [math.nan, math.inf, "x", -0.1, 1.2, [], "0x1"])
def test_what_is_no_confidence_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"dates\.confidence"):
        render(CONFIDENCE, value)


@pytest.mark.parametrize(("value", "cell"), [(3, "3"), ("03", "3"), (None, ""), ("", "")])
def test_whole_numbers_lose_leading_zeros(value: object, cell: str) -> None:
    assert render(ORDINAL, value) == cell


@pytest.mark.parametrize("value", ["1.5", "1_000", "٣", "1" * 19, True, "0"])
def test_what_is_no_whole_number_in_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"documents\.doc_ordinal"):
        render(ORDINAL, value)


@pytest.mark.parametrize(("value", "cell"), [(True, "true"), ("false", "false"), (None, ""), ("", "")])
def test_booleans_are_true_or_false_or_missing(value: object, cell: str) -> None:
    assert render(STANDARD, value) == cell


@pytest.mark.parametrize("value", ["True", "1", 1, "yes"])
def test_what_is_no_boolean_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="true or false"):
        render(STANDARD, value)


def test_a_column_that_is_always_there_cannot_be_empty() -> None:
    with pytest.raises(ValueError, match=r"documents\.page_count is empty"):
        render(PAGE_COUNT, None)


def test_a_text_column_takes_only_text() -> None:
    with pytest.raises(ValueError, match=r"documents\.subject: 5 is not text"):
        render(SUBJECT, 5)
