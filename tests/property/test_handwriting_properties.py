"""What must hold for any reading, box and column of probabilities."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.handwriting.beam import combine, prefix_beam_search, temper
from pipeline.handwriting.crop import HEIGHT, slot_input
from pipeline.handwriting.decide import DateClues, decide_date, decide_number
from pipeline.handwriting.slots import find_slots
from pipeline.model import BBox, Line, OcrPage, SlotReading, Word

BOX = BBox(0, 0, 9, 9)
PROBABILITY = st.floats(0.0, 1.0)
DIGITS = st.text("0123456789", max_size=5)
WORDS = st.sampled_from(
    [
        "Số:",
        "Só",
        "so",
        "ngày",
        "tháng",
        "năm",
        "ngày04tháng",
        "tháng9năm",
        "/QĐ-UBND",
        "12/2020/NĐ-CP",
        "2025",
        "@#",
    ]
)


def readings(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    return st.dictionaries(values, PROBABILITY, max_size=5).map(
        lambda found: tuple(sorted(found.items(), key=lambda one: -one[1]))
    )


@given(st.lists(st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4), min_size=1, max_size=8))
def test_probabilities_of_strings_never_exceed_one(rows):
    columns = np.array(rows, np.float32)
    columns /= columns.sum(axis=1, keepdims=True)
    found = prefix_beam_search(columns, "123")
    assert len({text for text, _ in found}) == len(found)
    assert sum(probability for _, probability in found) <= 1 + 1e-6


@given(st.lists(readings(DIGITS), max_size=4), st.floats(0.5, 5.0))
def test_calibrated_readings_stay_ordered_probabilities(views, temperature):
    found = temper(combine(views, lambda _: True), temperature)
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    assert all(0 <= p <= 1 + 1e-9 for _, p in found)


@given(
    st.integers(-50, 400),
    st.integers(-50, 300),
    st.integers(0, 200),
    st.integers(0, 80),
    st.sampled_from([72, 200, 600]),
)
def test_any_box_gives_an_input_of_the_networks_height(left, top, width, height, dpi):
    page = np.full((200, 300), 255, np.uint8)
    ink = slot_input(page, BBox(left, top, left + width, top + height), dpi)
    assert ink.shape[0] == HEIGHT and np.isfinite(ink).all()


@given(readings(DIGITS))
def test_a_number_is_always_one_of_its_readings(found):
    decision = decide_number(SlotReading("number", BOX, "handwritten", found))
    assert decision.value in {text for text, _ in found} | {""}
    assert 0 <= decision.probability <= 1 + 1e-9


@given(
    readings(st.integers(1, 31).map(str)),
    readings(st.integers(1, 12).map(str)),
    st.integers(1945, 2100),
    st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)
def test_a_decided_date_exists(days, months, year, signed):
    clues = DateClues(signed=signed)
    day, month = SlotReading("day", BOX, "printed", days), SlotReading("month", BOX, "printed", months)
    decision = decide_date(day, month, year, clues)
    assert decision.value == "" or date.fromisoformat(decision.value).year == year


@given(
    st.lists(
        st.tuples(WORDS, st.integers(0, 2400), st.integers(0, 1000), st.integers(1, 400), st.integers(1, 90))
    )
)
def test_slots_stand_inside_the_page_and_each_kind_at_most_once(placed):
    lines = tuple(
        Line((Word(text, BBox(left, top, left + width, top + height)),))
        for text, left, top, width, height in placed
    )
    page = OcrPage(1, 2480, 3508, 300.0, lines)
    found = find_slots(page, np.zeros((3508, 2480), np.uint8))
    assert len({slot.kind for slot in found}) == len(found)
    for slot in found:
        assert (
            0 <= slot.bbox.left < slot.bbox.right <= 2480 and 0 <= slot.bbox.top <= slot.bbox.bottom <= 3508
        )
