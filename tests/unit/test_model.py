"""Boxes, spans, edits and the way from clean text back to boxes."""

import pytest

from pipeline.model import (
    BBox,
    DocumentText,
    Edit,
    Line,
    OcrPage,
    PageReading,
    RestoredText,
    Span,
    Word,
    apply_edits,
)


def page(number: int, rows: list[list[tuple[str, int]]]) -> PageReading:
    """A page whose words are 10 px high, on lines 20 px apart; a word is (text, left)."""
    lines = tuple(
        Line(tuple(Word(text, BBox(left, 20 * y, left + 8 * len(text), 20 * y + 10)) for text, left in row))
        for y, row in enumerate(rows)
    )
    ocr = OcrPage(number, 500, 700, 300.0, lines)
    return PageReading(ocr, RestoredText(ocr.text, ocr.text), "ocr")


def test_a_box_turned_inside_out_is_refused() -> None:
    with pytest.raises(ValueError, match="inside out"):
        BBox(10, 0, 5, 5)


def test_the_union_of_boxes_is_the_smallest_box_around_them() -> None:
    assert BBox.union([BBox(0, 5, 2, 6), BBox(4, 1, 5, 9)]) == BBox(0, 1, 5, 9)
    assert BBox.union([]) is None


def test_edits_replay() -> None:
    edits = [Edit(Span(0, 2), "So", "Số", "tone"), Edit(Span(4, 6), "ND", "NĐ", "letter")]
    assert apply_edits("So: ND", edits) == "Số: NĐ"


def test_an_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        apply_edits("So", [Edit(Span(0, 2), "Sa", "Số", "tone")])
    with pytest.raises(ValueError, match="does not fit"):
        apply_edits("abcd", [Edit(Span(2, 3), "c", "x", "r"), Edit(Span(0, 1), "a", "y", "r")])


@pytest.mark.parametrize(
    ("found", "source"),
    [("1ap", "lập"), ("Thanh", "Thành"), ("x", "x")],
)
def test_a_span_of_the_text_leads_back_to_its_source(found: str, source: str) -> None:
    before = f"ab {found} cd"
    edits = (Edit(Span(3, 3 + len(found)), found, source, "r"),) if found != source else ()
    restored = RestoredText(before, apply_edits(before, edits), edits)
    start = restored.text.index(source)
    assert restored.source_span(Span(start, start + len(source))) == Span(3, 3 + len(found))
    tail = restored.text.index("cd")
    assert restored.source_span(Span(tail, tail + 2)) == Span(len(before) - 2, len(before))


def test_an_insertion_maps_to_its_place() -> None:
    edits = (Edit(Span(3, 3), "", "07", "handwriting"),)
    restored = RestoredText("So /CT", apply_edits("So /CT", edits), edits)
    assert restored.text == "So 07/CT"
    assert restored.source_span(Span(3, 5)) == Span(3, 3)
    assert restored.source_span(Span(5, 8)) == Span(3, 6)


def test_a_span_is_located_on_its_page_with_the_boxes_of_its_words() -> None:
    document = DocumentText((page(1, [[("Số:", 10), ("07", 50)]]), page(2, [[("Điều", 10)], [("1.", 30)]])))
    assert document.text == "Số: 07\fĐiều\n1."
    at = document.text.index("07")
    assert document.locate(Span(at, at + 2)) == (1, 1, BBox(50, 0, 66, 10))
    at = document.text.index("1.")
    assert document.locate(Span(at, at + 2)) == (2, 2, BBox(30, 20, 46, 30))


def test_lines_of_the_document_know_their_place() -> None:
    document = DocumentText((page(1, [[("Số:", 10)]]), page(2, [[("Điều", 10)], [("1.", 30)]])))
    assert [(line.text, line.page_number, line.line_number) for line in document.lines] == [
        ("Số:", 1, 1),
        ("Điều", 2, 1),
        ("1.", 2, 2),
    ]
    assert all(document.text[line.span.start : line.span.end] == line.text for line in document.lines)
