"""Poor readings are noticed, and a second reading wins only where it is better."""

from __future__ import annotations

from pipeline.model import BBox, Line, Word
from pipeline.ocr import better_lines, judge, merge_readings, unsure_lines

GOOD = "Căn cứ Luật Tổ chức chính quyền địa phương"
BAD = "Căn cứ Luật Tô chức chính quyên địa phương"


def fluency(text: str) -> float:
    """A language model that knows one sentence."""
    return -2.0 if GOOD in text else -6.0


def line(text: str, confidence: float = 0.9, top: int = 100, width: int = 900) -> Line:
    words = text.split()
    step = width // len(words)
    boxes = [BBox(100 + step * at, top, 100 + step * (at + 1), top + 40) for at in range(len(words))]
    return Line(tuple(Word(word, box, confidence) for word, box in zip(words, boxes, strict=True)))


def test_lost_lines_garble_and_unsure_words_each_make_a_reading_poor() -> None:
    lines = [line(GOOD, top=50 * at) for at in range(10)]
    letters = sum(len(word.text) for one in lines for word in one.words)
    assert not judge(lines, letters).is_poor
    assert judge(lines, 3 * letters).is_poor
    assert judge([line("xqz trwk bvn", top=50 * at) for at in range(10)], 100).is_poor
    assert judge([line(GOOD, 0.4, 50 * at) for at in range(10)], letters).is_poor


def test_a_page_of_few_shapes_is_not_called_poor_for_its_seal() -> None:
    assert not judge([line("Lê An")], 80).is_poor


def test_lines_of_low_fluency_or_confidence_get_a_second_look_but_names_do_not() -> None:
    lines = [line(GOOD), line(BAD), line(GOOD, 0.5), line("Trần Văn Quyên"), line("II.")]
    assert unsure_lines(lines, fluency) == (1, 2)


def test_the_more_fluent_reading_wins_and_others_stay() -> None:
    lines = [line(BAD), line(GOOD)]
    chosen, count = better_lines(lines, {0: line(GOOD, 0.85), 1: line(BAD, 0.95)}, fluency)
    assert [one.text for one in chosen] == [GOOD, GOOD]
    assert count == 1


def test_other_digits_need_a_surer_engine_and_a_part_of_a_line_is_no_better() -> None:
    first = line(f"{BAD} 2015")
    other = line(f"{GOOD} 2016")
    assert better_lines([first], {0: other}, fluency)[1] == 0
    assert better_lines([first], {0: line(f"{GOOD} 2016", 0.97)}, fluency)[1] == 1
    assert better_lines([first], {0: line(f"{GOOD} 2015", width=500)}, fluency)[1] == 0


def test_a_whole_page_is_merged_line_by_line_without_touching_its_neighbours() -> None:
    page = BBox(0, 0, 2000, 1000)
    beside = Line((Word("CỘNG HÒA", BBox(1200, 100, 1500, 140), 0.9),))
    merged = merge_readings([line(BAD), beside], [line(GOOD, 0.9)], page, fluency)
    assert {one.text for one in merged} == {GOOD, "CỘNG HÒA"}
    assert merge_readings([line(GOOD)], [line(BAD, 0.95)], page, fluency) == (line(GOOD),)
