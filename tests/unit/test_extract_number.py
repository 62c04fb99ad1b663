"""The number line: slot, number, symbol, and what is left open."""

from __future__ import annotations

import pytest

from pipeline.extract.issue_date import read_issue_date, read_place
from pipeline.extract.lexicon import lexicon
from pipeline.extract.number import read_number_line, repair_symbol


@pytest.mark.parametrize(
    ("text", "number_symbol", "form"),
    [
        ("Số: 02/CT-UBND", "02/CT-UBND", "state"),
        ("Số : 71 / NV-TĐKT", "71/NV-TĐKT", "state"),
        ("Số 19-CT/TU", "19-CT/TU", "party"),
        ("Số: 233-KH/TĐTN-PT", "233-KH/TĐTN-PT", "party"),
        ("Số: 91/2019/NĐ-CP", "91/2019/NĐ-CP", "legal"),
        ("Luật số: 45/2019/QH14", "45/2019/QH14", "legal"),
        ("Số: 207 HHTM-K2", "207/HHTM-K2", "loose"),
        ("Số: 143-NV", "143/NV", "old"),
        ("So: 305/QD-UBND", "305/QĐ-UBND", "state"),
        ("Số: 16b/SGD&ĐT-VP", "16b/SGD&ĐT-VP", "state"),
        ("Số: 1865/UBND- TCHC", "1865/UBND-TCHC", "state"),
        ("Số: 01/2025", "01/2025", "year"),
    ],
)
def test_number_and_symbol_are_taken_apart(text: str, number_symbol: str, form: str) -> None:
    line = read_number_line(text, lexicon())
    assert line is not None
    assert (line.number_symbol, line.form, line.status) == (number_symbol, form, "present")


@pytest.mark.parametrize("text", ["Số: /SCT-VP", "Số: ........./SCT-VP", "Số ……-CT/TU", "Số:____/QĐ-SNV"])
def test_empty_slot_is_blank_never_guessed(text: str) -> None:
    line = read_number_line(text, lexicon())
    assert line is not None
    assert (line.number, line.number_symbol, line.status) == ("", "", "blank")
    assert line.symbol


@pytest.mark.parametrize(
    "text", ["Số: # /CT-UBND", "Só#‡3đ# /UBND-NC", "só:44ZỄ /Qb-BTP", "Số: 44ZŸ /oÐ-BTP"]
)
def test_ink_that_is_no_number_is_illegible(text: str) -> None:
    line = read_number_line(text, lexicon(), is_scan=True, ocr=0.8)
    assert line is not None
    assert (line.number, line.status) == ("", "illegible")


@pytest.mark.parametrize("text", ["Sở Y tế", "Số nhà 45 đường Hai Bà Trưng", "Số: 3471", "SO SÁNH SỐ LIỆU"])
def test_other_lines_are_no_number_lines(text: str) -> None:
    assert read_number_line(text, lexicon()) is None


@pytest.mark.parametrize(
    ("read", "true"),
    [
        ("QĐÐ-UBND", "QĐ-UBND"),
        ("QD-UBMD", "QĐ-UBND"),
        ("XYZ-ABC", "XYZ-ABC"),
        ("KII-UBND", "KH-UBND"),
        ("oÐ-BTP", "QĐ-BTP"),
    ],
)
def test_symbols_are_repaired_from_the_closed_list_only(read: str, true: str) -> None:
    assert repair_symbol(read, lexicon())[0] == true


def test_digits_of_a_scan_stay_doubtful_without_the_digit_reader() -> None:
    line = read_number_line("Số: 44 /CT-UBND", lexicon(), is_scan=True, ocr=0.95)
    assert line is not None
    assert line.confidence < 0.6
    assert line.symbol_confidence > 0.9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Lai Châu, ngày 30 tháng 01 năm 2020", "2020-01-30"),
        ("Hà Nam, ngày tháng 6 năm 2023", "2023-06"),
        ("Hà Nam, ngày     tháng     năm 2023", "2023"),
        ("Lai Chau, ngdy’thdng 5 nam 2023", "2023-05"),
        ("Quảng Ngãi, ngàW† tháng 5 năm 2021", "2021-05"),
        ("Kiên Giang. ouày 3 tháng 7 năm 2017", "2017-07-03"),
        ("Huế, ngày 31 tháng 02 năm 2021", "2021-02"),
    ],
)
def test_dates_go_as_far_as_the_digits_make_sense(text: str, value: str) -> None:
    date = read_issue_date(text)
    assert date is not None
    assert date.value == value


@pytest.mark.parametrize("text", ["ngày 3 tháng 4 năm 1899", "Kỳ họp tháng 5", "ngày mai"])
def test_no_date_is_made_up(text: str) -> None:
    assert read_issue_date(text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Lâm Đông, ", "Lâm Đồng"),
        ("Thành phố Lai Chau,", "Thành phố Lai Châu"),
        ("Mù Cang Chải ,", "Mù Cang Chải"),
    ],
)
def test_places_keep_their_words_and_provinces_get_their_marks(text: str, place: str) -> None:
    assert read_place(text, len(text), lexicon())[0] == place


def test_ink_beside_the_number_is_no_part_of_the_symbol() -> None:
    line = read_number_line("Số: 5 Í/PGDĐT-TH", lexicon(), is_scan=True, ocr=0.6)
    assert line is not None
    assert (line.symbol, line.number) == ("PGDĐT-TH", "")
    old = read_number_line("Số: 12 TT/NV", lexicon())
    assert old is not None
    assert (old.number, old.symbol) == ("12", "TT/NV")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Sơn Lĩnh, ngày Á,9__ tháng 10 năm 2017", "2017-10"),
        ("Sơn Lĩnh, ngày Ơ?, tháng 3 năm 2018", "2018-03"),
        ("Sơn Lĩnh, ngày đỗ tung 6 năm 2026", "2026-06"),
        ("'ày22tháng 01 năm 2013", "2013-01-22"),
    ],
)
def test_a_date_line_is_known_by_its_printed_words_however_the_pen_was_read(line: str, value: str) -> None:
    found = read_issue_date(line, is_scan=True, ocr=0.7)
    assert found is not None
    assert found.value == value
