"""Handwritten readings stand in the text as edits, and everything else follows."""

import pytest

from pipeline.ink_text import RULE, write_ink
from pipeline.model import (
    Edit,
    Field,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    Span,
    Word,
    apply_edits,
)


def reading(source: str, edits: tuple[Edit, ...] = ()) -> PageReading:
    lines = tuple(Line(tuple(Word(word) for word in row.split())) for row in source.split("\n"))
    page = OcrPage(1, 0, 0, 0.0, lines)
    return PageReading(page, RestoredText(source, apply_edits(source, edits), edits), "ocr")


def header_fields(text: str, number_line: str, noise: str, date_line: str = "") -> tuple[Field, ...]:
    at = text.index(number_line)
    fields = [
        Field("number", "574", raw=noise, span=Span(at, at + len(number_line)), alternatives=("514",)),
        Field("number_kind", "handwritten"),
    ]
    if date_line:
        at = text.index(date_line)
        fields += [
            Field("issue_date", "2025-02-04", span=Span(at, at + len(date_line))),
            Field("day_kind", "handwritten"),
        ]
    return tuple(fields)


@pytest.mark.parametrize(
    ("line", "noise", "becomes"),
    [
        ("Số: $†4/UBND-VX", "$†4", "Số: 574/UBND-VX"),
        ("Sé: 44ZỄ /QĐ-BTP", "44ZỄ", "Sé: 574 /QĐ-BTP"),
        ("Số: /QĐ-UBND", "", "Số: 574/QĐ-UBND"),
    ],
)
def test_the_number_replaces_the_noise(line: str, noise: str, becomes: str) -> None:
    source = f"TỈNH X\n{line}\nKính gửi"
    inked = write_ink([reading(source)], header_fields(source, line, noise), ())
    restored = inked.pages[0].restored
    assert restored.text == f"TỈNH X\n{becomes}\nKính gửi"
    assert apply_edits(restored.source, restored.edits) == restored.text
    assert [edit.rule for edit in restored.edits] == [RULE]
    assert restored.edits[0].alternatives == ("514",)


@pytest.mark.parametrize(
    "line",
    [
        "Nơi X, ngày Ø{†tháng 02 năm 2025",
        "Nơi X, ngày04tháng 0$ năm 2025",
        "Nơi X, ngày ,Ê2 tháng\nnăm 2025",
        "Nơi X, ngày 04 tháng 02 năm 2025",
    ],
)
def test_day_and_month_stand_between_their_words(line: str) -> None:
    source = f"Số: 12/CT\n{line}"
    inked = write_ink([reading(source)], header_fields(source, "Số: 12/CT", "12", line)[2:], ())
    assert " ".join(inked.pages[0].restored.text.split()).endswith("ngày 04 tháng 02 năm 2025")
    assert inked.pages[0].restored.text.count("\n") == source.count("\n")


def test_an_edit_of_restoration_in_the_same_place_is_taken_over() -> None:
    source = "So: $†4/UBND"
    edits = (Edit(Span(0, 2), "So", "Số", "tone"), Edit(Span(4, 7), "$†4", "$t4", "letter"))
    page = reading(source, edits)
    fields = header_fields(page.restored.text, "Số: $t4/UBND", "$t4")
    restored = write_ink([page], fields, ()).pages[0].restored
    assert restored.text == "Số: 574/UBND"
    assert apply_edits(source, restored.edits) == restored.text
    assert [edit.rule for edit in restored.edits] == ["tone", RULE]


def test_spans_behind_the_number_follow() -> None:
    first, second = "Số: Ø/UBND\nĐiều 1", "Điều 2"
    text = f"{first}\f{second}"
    at = text.index("Điều 2")
    record = Record("references", (), span=Span(at, at + 6))
    pages = [reading(first), reading(second)]
    inked = write_ink(pages, header_fields(text, "Số: Ø/UBND", "Ø"), (record,))
    joined = "\f".join(page.restored.text for page in inked.pages)
    span = inked.records[0].span
    assert span is not None
    assert joined[span.start : span.end] == "Điều 2"
    number = inked.fields[0].span
    assert number is not None
    assert joined[number.start : number.end] == "Số: 574/UBND"


def test_printed_numbers_are_left_as_they_are() -> None:
    source = "Số: 57A/UBND"
    fields = (Field("number", "574", raw="57A", span=Span(0, 12)), Field("number_kind", "printed"))
    assert write_ink([reading(source)], fields, ()).pages[0].restored.text == source
