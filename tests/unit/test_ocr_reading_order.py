"""Columns of headers and signature blocks are read one after the other."""

from collections.abc import Sequence

from pipeline.model import BBox, Line, Word
from pipeline.ocr import order_lines

HEIGHT = 40


def line(y: int, *words: tuple[int, str]) -> Line:
    """A line at height `y`; each word is (left, text), 20 px a letter."""
    return Line(tuple(Word(text, BBox(left, y, left + 20 * len(text), y + HEIGHT)) for left, text in words))


def texts(lines: Sequence[Line]) -> list[str]:
    return [one.text for one in order_lines(lines)]


def test_a_glued_header_is_parted_into_its_columns() -> None:
    header = [
        line(0, (100, "UBND"), (190, "TỈNH"), (700, "CỘNG"), (800, "HÒA")),
        line(60, (120, "SỞ"), (720, "Độc"), (800, "lập")),
        line(120, (100, "Số:"), (180, "07/CT"), (700, "ngày"), (800, "04")),
        line(
            200,
            (100, "Căn"),
            (176, "cứ"),
            (232, "Luật"),
            (328, "này"),
            (404, "và"),
            (460, "những"),
            (576, "quy"),
            (652, "định"),
        ),
    ]
    assert texts(header) == [
        "UBND TỈNH",
        "SỞ",
        "Số: 07/CT",
        "CỘNG HÒA",
        "Độc lập",
        "ngày 04",
        "Căn cứ Luật này và những quy định",
    ]


def test_recipients_come_before_the_signature_beside_them() -> None:
    block = [
        line(0, (100, "Nơi"), (180, "nhận:")),
        line(10, (800, "TL."), (880, "CHỦ"), (960, "TỊCH")),
        line(60, (100, "-"), (140, "Như"), (220, "trên;")),
        line(120, (100, "-"), (140, "Lưu:"), (240, "VT.")),
        line(200, (800, "Lê"), (860, "An")),
    ]
    assert texts(block) == ["Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TL. CHỦ TỊCH", "Lê An"]


def test_a_line_of_justified_text_stays_whole() -> None:
    body = [
        line(0, (100, "chính"), (230, "phủ"), (320, "quy"), (410, "định"), (520, "về")),
        line(60, (100, "hóa"), (190, "đơn"), (280, "chứng"), (410, "từ"), (480, "theo")),
    ]
    assert texts(body) == ["chính phủ quy định về", "hóa đơn chứng từ theo"]


def test_long_tables_keep_their_rows() -> None:
    table = [line(60 * row, (100, f"{row}."), (600, f"ông{row}")) for row in range(12)]
    assert texts(table) == [part for row in range(12) for part in (f"{row}.", f"ông{row}")]


def test_lines_without_boxes_keep_their_order() -> None:
    lines = (Line((Word("b"),)), Line((Word("a"),)))
    assert order_lines(lines) == lines


def test_no_word_is_lost_or_doubled() -> None:
    lines = [
        line(0, (100, "A"), (500, "B"), (900, "C")),
        line(30, (480, "D")),
        line(60, (90, "E"), (700, "F")),
        line(60, (300, "G")),
    ]
    assert sorted(" ".join(texts(lines)).split()) == list("ABCDEFG")
