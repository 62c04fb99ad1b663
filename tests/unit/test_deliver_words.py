"""Restored words find their places on the scan."""

from pipeline.export.deliver.words import placed_lines
from pipeline.model import BBox, Edit, Line, OcrPage, PageReading, RestoredText, Span, Word, apply_edits


def reading(lines: list[list[str]], edits: tuple[Edit, ...] = ()) -> PageReading:
    """Words 100 px wide, 20 px apart, 30 px high."""
    placed = tuple(
        Line(
            tuple(
                Word(text, BBox(120 * column, 50 * row, 120 * column + 100, 50 * row + 30), 0.9)
                for column, text in enumerate(words)
            )
        )
        for row, words in enumerate(lines)
    )
    page = OcrPage(1, 1000, 1000, 200.0, placed)
    return PageReading(page, RestoredText(page.text, apply_edits(page.text, edits), edits), "ocr")


def edit(source: str, before: str, after: str) -> Edit:
    start = source.index(before)
    return Edit(Span(start, start + len(before)), before, after, "rule")


def shown(page: PageReading) -> list[list[tuple[str, str, int, int]]]:
    return [
        [(word.text, word.read, word.bbox.left, word.bbox.right) for word in line.words]
        for line in placed_lines(page)
    ]


def test_words_without_edits_keep_their_boxes() -> None:
    page = reading([["Kính", "gửi"], ["Sở"]])
    assert shown(page) == [[("Kính", "Kính", 0, 100), ("gửi", "gửi", 120, 220)], [("Sở", "Sở", 0, 100)]]


def test_a_changed_word_keeps_its_box_and_remembers_what_was_read() -> None:
    page = reading([["thi", "dua", "dang"]], (edit("thi dua dang", "dua", "đua"),))
    (line,) = placed_lines(page)
    assert line.words[1].text == "đua"
    assert line.words[1].read == "dua"
    assert line.words[1].rules == ("rule",)
    assert line.words[0].rules == ()


def test_joined_words_share_the_box_around_them() -> None:
    page = reading([["Quyet", "dinh", "so"]], (edit("Quyet dinh so", "Quyet dinh", "Quyếtđịnh"),))
    assert shown(page) == [[("Quyếtđịnh", "Quyet dinh", 0, 220), ("so", "so", 240, 340)]]


def test_a_split_word_is_shared_out_by_its_letters() -> None:
    page = reading([["thidua", "dang"]], (edit("thidua dang", "thidua", "thi đua"),))
    first, second, third = placed_lines(page)[0].words
    assert (first.text, second.text, third.text) == ("thi", "đua", "dang")
    assert first.bbox.left == 0
    assert first.bbox.right <= second.bbox.left
    assert second.bbox.right == 100
    assert third.bbox == BBox(120, 0, 220, 30)


def test_a_deleted_word_leaves_no_text_and_its_neighbours_their_boxes() -> None:
    page = reading([["ngày", "|", "tháng"]], (edit("ngày | tháng", "| ", ""),))
    assert shown(page) == [[("ngày", "ngày", 0, 100), ("tháng", "tháng", 240, 340)]]


def test_words_that_stay_at_the_ends_of_an_edit_keep_their_own_boxes() -> None:
    source = "ngày | ƒ tháng"
    page = reading([source.split()], (edit(source, source, "ngày 14 tháng"),))
    assert shown(page) == [[("ngày", "ngày", 0, 100), ("14", "| ƒ", 120, 340), ("tháng", "tháng", 360, 460)]]


def test_an_edit_over_the_end_of_a_line_still_gives_every_restored_word_a_place() -> None:
    source = "ban hanh\nkem theo"
    page = reading([["ban", "hanh"], ["kem", "theo"]], (edit(source, "hanh\nkem", "hành\nkèm"),))
    assert [[word[0] for word in line] for line in shown(page)] == [["ban", "hành"], ["kèm", "theo"]]


def test_lines_without_words_or_boxes_are_left_out() -> None:
    page = OcrPage(1, 0, 0, 0.0, (Line(()), Line((Word("chữ"),))))
    assert placed_lines(PageReading(page, RestoredText(page.text, page.text), "text_file")) == ()
