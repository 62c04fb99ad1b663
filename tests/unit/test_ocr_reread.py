"""A signature block is found and read again, and the better reading of each line stays."""

from pipeline.model import BBox, Line, Word
from pipeline.ocr import merge_readings, names_in, signature_zone, without_splinters
from pipeline.ocr.reread import worth

WIDTH, HEIGHT = 2480, 3508


def line(left: int, top: int, text: str, confidence: float = 0.9) -> Line:
    words = []
    for word in text.split():
        words.append(Word(word, BBox(left, top, left + 22 * len(word), top + 50), confidence))
        left += 22 * len(word) + 15
    return Line(tuple(words))


BODY = line(300, 1200, "Căn cứ Chỉ thị này các sở ban ngành tổ chức thực hiện theo đúng quy định hiện hành")


def test_the_block_begins_with_its_power_line_right_of_the_recipients() -> None:
    lines = [
        BODY,
        line(300, 2000, "Nơi nhận:"),
        line(300, 2060, "- Trung tâm Phục vụ hành chính công của tỉnh;"),
        line(1700, 2000, "KT. CHỦ TỊCH"),
        line(1650, 2060, "PHÓ CHỦ TỊCH"),
    ]
    zone = signature_zone(lines, WIDTH, HEIGHT)
    assert zone is not None
    assert zone.top <= 2000
    assert zone.bottom > 2600
    assert 1200 < zone.left < 1650


def test_recipients_alone_show_the_block_when_title_and_label_were_lost() -> None:
    lines = [BODY, line(300, 2060, "- Như trên;"), line(300, 2120, "- Lưu: VT, TH.")]
    zone = signature_zone(lines, WIDTH, HEIGHT)
    assert zone is not None
    assert zone.top <= 2060


def test_a_page_of_body_text_has_no_block() -> None:
    assert signature_zone([BODY, line(300, 1300, "- Giao Sở Nội vụ chủ trì;")], WIDTH, HEIGHT) is None


def test_the_better_reading_of_a_line_wins_and_the_rest_stays() -> None:
    zone = BBox(1200, 1980, WIDTH, 3000)
    first = [
        BODY,
        line(1700, 2000, "KƑ-CHỦ TỊCH?", 0.4),
        line(1700, 2400, ":"),
        line(1690, 2500, "Lê An", 0.95),
    ]
    second = [line(1700, 2000, "KT. CHỦ TỊCH"), line(1500, 2300, "⁄Z¬ x#"), line(1690, 2500, "Lẽ An", 0.5)]
    merged = {one.text for one in merge_readings(first, second, zone)}
    assert "KT. CHỦ TỊCH" in merged
    assert "Lê An" in merged
    assert BODY.text in merged
    assert not merged & {"KƑ-CHỦ TỊCH?", "⁄Z¬ x#", "Lẽ An"}


def test_a_second_reading_never_covers_a_line_outside_the_block() -> None:
    zone = BBox(1200, 1980, WIDTH, 3000)
    item = line(300, 2000, "- Trung tâm Phục vụ hành chính công tỉnh và các sở ban ngành;")
    assert merge_readings([item], [line(1210, 2000, "và các sở ban ngành")], zone) == (item,)


def test_strokes_of_a_pen_are_worth_nothing() -> None:
    assert worth(line(0, 0, "Í */#2 =<vz⁄^`")) < 0 < worth(line(0, 0, "Trần Thị Hà"))


def test_tops_of_diacritics_are_left_out_and_a_lone_page_number_stays() -> None:
    tops = Line((Word("^", BBox(900, 700, 930, 712), 0.3), Word(".^A", BBox(950, 700, 990, 715), 0.4)))
    number = line(1240, 100, "2", 0.5)
    assert without_splinters([number, BODY, tops]) == (number, BODY)


def test_names_are_told_from_titles_and_strokes() -> None:
    zone = BBox(900, 0, 2480, 1000)

    def one(text: str, top: int, confidence: float = 0.9) -> Line:
        words = text.split()
        boxes = [BBox(1000 + 200 * i, top, 1180 + 200 * i, top + 50) for i in range(len(words))]
        return Line(tuple(Word(word, box, confidence) for word, box in zip(words, boxes, strict=True)))

    name = one("Bùi Thị Mẫu", 500)
    others = (one("GIÁM ĐỐC", 100), one("⁄Z NH¿", 200), one("Đi l: tỦI", 300), one("Lý Văn Tám", 700, 0.3))
    assert names_in((*others, name), zone) == (name,)
