"""Finding the places for number, day and month from printed words alone."""

import numpy as np
import pytest

from pipeline.handwriting.slots import find_slots, own_reading
from pipeline.model import BBox, Line, OcrPage, Word

PAGE = np.zeros((3508, 2480), np.uint8)


def line(*words: tuple[str, int, int], top: int = 460, height: int = 50) -> Line:
    """A line of words given as (text, left, right)."""
    return Line(tuple(Word(text, BBox(left, top, right, top + height), 0.9) for text, left, right in words))


def slots_of(*lines: Line, dpi: float = 300.0) -> dict[str, BBox]:
    page = OcrPage(1, 2480, 3508, dpi, lines)
    return {slot.kind: slot.bbox for slot in find_slots(page, PAGE)}


DATE = line(
    ("Nam,", 1330, 1450),
    ("ngày", 1470, 1577),
    ("đ#", 1590, 1660),
    ("tháng", 1690, 1816),
    ("2", 1840, 1860),
    ("năm", 1890, 1982),
    ("2024", 2000, 2100),
    top=465,
)


def test_the_number_stands_between_so_and_the_symbol():
    box = slots_of(line(("Số:", 480, 545), ("@4", 570, 640), ("/QĐ-UBND", 700, 960)), DATE)["number"]
    assert (box.left, box.right) == (545, 700)


def test_day_and_month_stand_between_their_words():
    found = slots_of(DATE)
    assert abs(found["day"].left - 1577) <= 3 and found["day"].right == 1690
    assert (found["month"].left, found["month"].right) == (1816, 1890)


@pytest.mark.parametrize(
    "word", ["Số:", "Só:", "Sô:", "Sơ:", "Sế:", "§ố:", "S6:", "S0:", "_Số:", ".Só:", "56:"]
)
def test_so_is_known_in_its_misread_forms(word):
    assert "number" in slots_of(line((word, 480, 545), ("/QĐ-UBND", 700, 960)), DATE)


def test_a_glued_word_is_cut_by_the_width_of_the_printed_so():
    box = slots_of(line(("Só:20§7", 480, 640), ("/SYT-NVY", 690, 920)), DATE)["number"]
    assert 540 <= box.left <= 550


def test_a_swallowed_slot_is_measured_from_the_right_end_of_the_symbol():
    box = slots_of(line(("Sóz‡Q/SYT-NVY", 480, 860)), DATE)["number"]
    assert 540 <= box.left <= 550
    assert 600 <= box.right <= 670


def test_a_lost_slash_leaves_the_capitals_as_the_end():
    box = slots_of(line(("Số:", 480, 545), ("5)", 570, 640), ("QĐ-UBND", 720, 960)), DATE)["number"]
    assert box.right == 720


def test_roman_looking_digits_are_no_symbol():
    box = slots_of(line(("Số:", 480, 545), ("II", 600, 640), ("/TB-UBND", 716, 989)), DATE)["number"]
    assert box.right == 716


def test_without_so_the_symbol_on_the_height_of_the_date_serves():
    assert slots_of(line(("/QĐ-UBND", 700, 960)), DATE)["number"].right == 700


def test_a_citation_in_a_body_line_is_no_number():
    body = line(
        ("Căn", 400, 470),
        ("cứ", 480, 520),
        ("Luật", 530, 610),
        ("số", 620, 665),
        ("29/2012/NĐ-CP", 690, 1000),
        ("ngày", 1020, 1120),
        ("của", 1140, 1200),
        ("phủ", 1220, 1290),
        ("về", 1300, 1340),
        top=900,
    )
    assert "number" not in slots_of(body)


def test_a_register_stamp_does_not_win_over_the_header():
    header = line(("Số:", 480, 545), ("/QĐ-UBND", 700, 960))
    stamp = (line(("ĐẾN", 500, 600), top=700), line(("Số:", 480, 545), ("2352", 600, 700), top=780))
    assert slots_of(*stamp, header, DATE)["number"].top == 460


def test_names_that_begin_like_so_are_left_alone():
    assert slots_of(line(("Sóc", 480, 560), ("Trăng,", 580, 700)), line(("Sơn", 480, 570), top=560)) == {}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ((("ngày04tháng", 1470, 1815), ("2", 1840, 1860), ("năm", 1890, 1982)), (1577, 1689)),
        (
            (("ngày", 1470, 1577), ("4@tháng", 1610, 1816), ("2", 1840, 1860), ("năm", 1890, 1982)),
            (1577, 1690),
        ),
        (
            (("ngày2", 1470, 1640), ("tháng", 1690, 1816), ("2", 1840, 1860), ("năm", 1890, 1982)),
            (1577, 1690),
        ),
        ((("ngày", 1470, 1577), ("Khổng", 1690, 1816), ("2", 1840, 1860), ("năm", 1890, 1982)), (1577, 1690)),
    ],
    ids=["all glued", "day glued to tháng", "day glued to ngày", "tháng misread"],
)
def test_glued_dates_are_cut_by_printed_widths(words, day):
    box = slots_of(line(*words))["day"]
    assert abs(box.left - day[0]) <= 30 and abs(box.right - day[1]) <= 30


def test_the_month_glued_to_nam_is_found():
    box = slots_of(line(("ngày", 1470, 1577), ("tháng9năm", 1690, 1990), ("2017", 2010, 2110)))["month"]
    assert abs(box.left - 1816) <= 25 and abs(box.right - 1898) <= 25


def test_a_cited_date_in_running_text_is_no_issue_date():
    cited = line(
        ("nghị", 1000, 1080),
        ("quyết", 1100, 1200),
        ("ngày", 1220, 1327),
        ("22", 1350, 1400),
        ("tháng", 1420, 1546),
        ("6", 1560, 1580),
        ("năm", 1600, 1690),
        ("2015", 1710, 1800),
        ("của", 1820, 1890),
        top=900,
    )
    assert slots_of(DATE, cited)["day"].top == 465


def test_words_below_the_header_are_not_looked_at():
    low = line(("Số:", 480, 545), ("/QĐ-UBND", 700, 960), top=3000)
    assert slots_of(low) == {}


def test_every_slot_names_its_evidence():
    page = OcrPage(1, 2480, 3508, 300.0, (line(("Số:", 480, 545), ("/QĐ-UBND", 700, 960)), DATE))
    assert all(slot.evidence for slot in find_slots(page, PAGE))
    assert [slot.line_index for slot in find_slots(page, PAGE)] == [0, 1, 1]


def test_a_wrong_claim_of_resolution_is_corrected_by_the_height_of_print():
    """A phone photo of twice the size that still calls itself 300 dpi."""
    body = tuple(
        Line(tuple(Word("chung", BBox(300 + 250 * i, top, 500 + 250 * i, top + 96)) for i in range(6)))
        for top in (3000, 3200, 3400)
    )
    large = tuple(
        Line(
            tuple(
                Word(word.text, BBox(*(2 * edge for edge in (b.left, b.top, b.right, b.bottom))), 0.9)
                for word in one.words
                if (b := word.bbox)
            )
        )
        for one in (line(("Só:20§7", 480, 640), ("/SYT-NVY", 690, 920)), DATE)
    )
    page = OcrPage(1, 4960, 7016, 300.0, (*large, *body))
    found = {slot.kind: slot.bbox for slot in find_slots(page, np.zeros((7016, 4960), np.uint8))}
    assert abs(found["number"].left - 2 * 545) <= 16
    assert found["day"].right == 2 * 1690


def test_a_party_paper_has_a_hyphen_where_others_have_the_slash():
    alone = slots_of(line(("Số", 480, 530), ("113", 560, 640), ("-CV/TU", 700, 900)), DATE)["number"]
    assert (alone.left, alone.right) == (530, 700)
    glued = slots_of(line(("Số", 480, 530), ("1‡3-CV/TU", 560, 860)), DATE)["number"]
    assert 650 < glued.right < 720


def below(down: int, symbol: str) -> tuple[Line, ...]:
    """A block laid out like a header, `down` pixels under the header's place."""
    number = line(("Số:", 480, 545), ("#", 570, 640), (symbol, 700, 960), top=460 + down)
    date = Line(tuple(Word(one.text, _lower(one.bbox, down), 0.9) for one in DATE.words))
    return number, date


def _lower(box: BBox | None, down: int) -> BBox:
    assert box
    return BBox(box.left, box.top + down, box.right, box.bottom + down)


@pytest.mark.parametrize(
    ("symbol", "place"), [("/SY-UBND", "copy"), ("/TrS-VP", "copy"), ("/VBHN-BNV", "closing")]
)
def test_blocks_below_the_text_have_slots_of_their_own(symbol: str, place: str):
    page = OcrPage(1, 2480, 3508, 300.0, below(2300, symbol))
    found = {slot.name: slot for slot in find_slots(page, PAGE)}
    assert set(found) == {f"{place}_number", f"{place}_day", f"{place}_month"}
    number = found[f"{place}_number"]
    assert (number.kind, number.place) == ("number", place)
    assert (number.bbox.left, number.bbox.right, number.bbox.top) == (545, 700, 2760)
    assert abs(found[f"{place}_day"].bbox.left - 1577) <= 3


def test_the_number_of_a_copy_is_never_the_documents_own():
    header = line(("Số:", 480, 545), ("@4", 570, 640), ("/QĐ-UBND", 700, 960))
    both = OcrPage(1, 2480, 3508, 300.0, (header, DATE, *below(2300, "/SY-UBND")))
    assert [slot.bbox.top for slot in find_slots(both, PAGE) if slot.name == "number"] == [460]
    short = OcrPage(1, 2480, 3508, 300.0, below(300, "/SY-UBND"))
    assert "number" not in {slot.name for slot in find_slots(short, PAGE)}


def test_a_symbol_cited_in_running_text_opens_no_block():
    words = ("hợp", "nhất", "số", "05/VBHN-BNV", "ngày", "02", "tháng", "7", "năm", "2031", "của")
    body = line(*((word, 300 + 150 * at, 430 + 150 * at) for at, word in enumerate(words)), top=2000)
    assert find_slots(OcrPage(1, 2480, 3508, 300.0, (body,)), PAGE) == ()


def read_by_ocr(kind: str, *lines: Line) -> str:
    page = OcrPage(1, 2480, 3508, 300.0, lines)
    return own_reading(page, next(slot for slot in find_slots(page, PAGE) if slot.kind == kind))


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ((("Số:", 480, 545), ("250", 570, 640), ("/QĐ-UBND", 700, 960)), "250"),
        ((("Số:250", 480, 640), ("/QĐ-UBND", 650, 910)), "250"),
        ((("Số:", 480, 545), ("2#0", 570, 640), ("/QĐ-UBND", 700, 960)), ""),
        ((("Số:2#0", 480, 640), ("/QĐ-UBND", 650, 910)), ""),
    ],
)
def test_what_ocr_read_in_a_slot_is_a_second_opinion(words: tuple[tuple[str, int, int], ...], digits: str):
    assert read_by_ocr("number", line(*words), DATE) == digits


@pytest.mark.parametrize(("read", "month"), [("2", "2"), ("12", "12"), ("22", ""), ("022", "")])
def test_no_month_that_cannot_be_is_an_opinion(read: str, month: str):
    words = (("ngày", 1470, 1577), ("5", 1600, 1620), ("tháng", 1690, 1816), (read, 1830, 1875))
    assert read_by_ocr("month", line(*words, ("năm", 1890, 1982), ("2024", 2000, 2100))) == month


def test_a_glued_word_ends_where_the_next_one_begins():
    glued = line(("ngày....tháng...năm", 1486, 2056), ("2024", 1955, 2061), top=465)
    month = slots_of(glued)["month"]
    assert month.right <= 1955 - 80
