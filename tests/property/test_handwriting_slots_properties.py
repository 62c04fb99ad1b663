"""Finding slots never fails, whatever the words of a header look like."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.handwriting.slots import find_slots
from pipeline.model import BBox, Line, OcrPage, Word

PAGE = np.zeros((3508, 2480), np.uint8)
PIECES = (
    "Số",
    "Só:",
    "ngày",
    "tháng",
    "thảng",
    "théng",
    "năm",
    "nam",
    "/QĐ",
    "-UBND",
    "‹",
    "4",
    "2025",
    "‘",
    "#",
)


@st.composite
def words(draw: st.DrawFn) -> Word:
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4)))
    left, top = draw(st.integers(0, 2300)), draw(st.integers(100, 900))
    width, height = draw(st.integers(1, 700)), draw(st.integers(1, 120))
    return Word(text, BBox(left, top, min(2480, left + width), top + height), draw(st.floats(0, 1)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(words(), min_size=1, max_size=6), max_size=6))
def test_slots_lie_on_the_page_for_any_words(rows: list[list[Word]]) -> None:
    page = OcrPage(1, 2480, 3508, 300.0, tuple(Line(tuple(row)) for row in rows))
    for slot in find_slots(page, PAGE):
        assert 0 <= slot.bbox.left <= slot.bbox.right <= 2480
        assert 0 <= slot.bbox.top <= slot.bbox.bottom <= 3508
