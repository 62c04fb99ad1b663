"""Pages with boxes: geometry tells the columns, whatever order the lines were read in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.config import Settings
from pipeline.extract import Extraction, extract
from pipeline.model import BBox, DocumentText, Line, OcrPage, PageReading, RestoredText, SlotReading, Word

WIDTH, HEIGHT, DPI = 2480, 3508, 300.0
Placed = tuple[float, float, float, str]  # left and right as shares of the width, top as share of the height


def line(left: float, right: float, top: float, text: str, confidence: float = 0.95) -> Line:
    """One OCR line whose words fill the width given."""
    words = text.split()
    step = (right - left) * WIDTH / max(1, len(text))
    found, offset = [], 0
    for word in words:
        start = text.index(word, offset)
        offset = start + len(word)
        box = BBox(
            int(left * WIDTH + start * step),
            int(top * HEIGHT),
            int(left * WIDTH + offset * step),
            int(top * HEIGHT) + 55,
        )
        found.append(Word(word, box, confidence))
    return Line(tuple(found))


def page(*lines: Placed, number: int = 1) -> PageReading:
    placed = OcrPage(number, WIDTH, HEIGHT, DPI, tuple(line(*one) for one in lines), "fake")
    return PageReading(placed, RestoredText(placed.text, placed.text), "ocr")


HEAD: tuple[Placed, ...] = (
    (0.18, 0.38, 0.060, "ỦY BAN NHÂN DÂN"),
    (0.18, 0.38, 0.080, "TỈNH LẠNG SƠN"),
    (0.45, 0.90, 0.060, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.54, 0.82, 0.080, "Độc lập - Tự do - Hạnh phúc"),
    (0.19, 0.37, 0.110, "Số: 41 /CT-UBND"),
    (0.50, 0.87, 0.110, "Lạng Sơn, ngày 14 tháng 5 năm 2021"),
)
TITLE: tuple[Placed, ...] = (
    (0.47, 0.57, 0.160, "CHỈ THỊ"),
    (0.24, 0.80, 0.180, "Về việc tăng cường phòng cháy, chữa cháy rừng"),
    (0.36, 0.68, 0.200, "trên địa bàn tỉnh năm 2021"),
)
BODY: tuple[Placed, ...] = (
    (0.20, 0.91, 0.245, "Thời gian gần đây nắng nóng kéo dài ở nhiều địa phương, nguy cơ cháy rừng rất"),
    (0.14, 0.91, 0.265, "cao tại các huyện biên giới của tỉnh, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu các"),
    (0.14, 0.91, 0.285, "sở, ngành và địa phương tập trung thực hiện tốt các nhiệm vụ được giao sau đây:"),
    (0.20, 0.91, 0.305, "Một là, kiểm tra các điểm trực phòng cháy, chữa cháy rừng của Nguyễn Văn An ở"),
)
SIGNATURE: tuple[Placed, ...] = (
    (0.15, 0.24, 0.600, "Nơi nhận:"),
    (0.15, 0.36, 0.620, "- Thường trực Tỉnh ủy;"),
    (0.15, 0.32, 0.640, "- Lưu: VT, KT."),
    (0.62, 0.80, 0.600, "KT. CHỦ TỊCH"),
    (0.62, 0.81, 0.620, "PHÓ CHỦ TỊCH"),
    (0.63, 0.80, 0.720, "Hoàng Đình Khiêm"),
)


def read(*pages: PageReading) -> Extraction:
    return extract(DocumentText(tuple(pages)), Settings())


def test_all_fields_of_a_page_are_read_by_their_place() -> None:
    found = read(page(*HEAD, *TITLE, *BODY, *SIGNATURE))
    wanted = {
        "doc_type": "Chỉ thị",
        "symbol": "CT-UBND",
        "issuer": "Ủy ban nhân dân tỉnh Lạng Sơn",
        "place": "Lạng Sơn",
        "subject": "Về việc tăng cường phòng cháy, chữa cháy rừng trên địa bàn tỉnh năm 2021",
        "signer_name": "Hoàng Đình Khiêm",
        "signer_title": "Phó Chủ tịch",
        "signing_authority": "KT",
        "signing_for": "Chủ tịch",
    }
    assert {name: found.value(name) for name in wanted} == wanted


def test_the_order_of_the_lines_does_not_matter_to_the_header() -> None:
    shuffled = (HEAD[4], HEAD[2], HEAD[0], HEAD[5], HEAD[3], HEAD[1])
    found = read(page(*shuffled, *TITLE, *BODY, *SIGNATURE))
    assert found.value("number") == "41"
    assert found.value("issue_date") == "2021-05-14"
    assert found.value("place") == "Lạng Sơn"


def test_evidence_is_a_box_on_the_page_and_the_characters_of_the_text() -> None:
    document = DocumentText((page(*HEAD, *TITLE, *BODY, *SIGNATURE),))
    fields = {field.name: field for field in extract(document, Settings()).fields}
    name = fields["signer_name"]
    assert name.span is not None
    assert document.text[name.span.start : name.span.end] == "Hoàng Đình Khiêm"
    assert name.bbox is not None
    assert name.bbox.left > 0.6 * WIDTH
    assert name.page_number == 1
    assert all(0 <= field.confidence <= 1 and field.rule for field in fields.values())


def test_columns_read_as_one_line_are_cut_at_the_national_title() -> None:
    glued = ((0.12, 0.90, 0.060, "UBND TỈNH HÀ GIANG _ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),)
    rest = ((0.14, 0.38, 0.080, "SỞ NỘI VỤ"), *HEAD[3:])
    found = read(page(*glued, *rest, *TITLE, *BODY))
    assert found.value("issuer") == "Sở Nội vụ"
    assert found.value("issuer_parent") == "Ủy ban nhân dân tỉnh Hà Giang"


def test_short_syllables_are_no_specks() -> None:
    department = ((0.17, 0.38, 0.060, "UBND TỈNH KIÊN GIANG"), (0.23, 0.31, 0.080, "SỞ Y TẾ"))
    found = read(page(*department, *HEAD[2:4], (0.19, 0.37, 0.110, "Số: 41/SYT-VP"), HEAD[5], *BODY))
    assert found.value("issuer") == "Sở Y tế"


def test_number_word_and_symbol_parted_by_a_wide_slot_are_joined() -> None:
    parted = tuple(one for one in HEAD if "/CT" not in one[3])
    slot = ((0.18, 0.21, 0.110, "Số:"), (0.28, 0.37, 0.111, "/CT-UBND"))
    found = read(page(*parted[:4], *slot, parted[4], *TITLE, *BODY))
    assert found.value("symbol") == "CT-UBND"
    assert found.value("number_status") == "blank"
    assert found.value("number") == ""


def test_noise_in_the_slot_is_illegible_and_the_symbol_stays() -> None:
    noisy = tuple((*one[:3], "Số: đ# /CT-UBND") if "/CT" in one[3] else one for one in HEAD)
    found = read(page(*noisy, *TITLE, *BODY))
    assert found.value("number_status") == "illegible"
    assert found.value("symbol") == "CT-UBND"
    assert found.value("number_symbol") == ""
    assert any(issue.code == "number_illegible" for issue in found.issues)


def test_an_impossible_day_gives_the_month_and_an_issue() -> None:
    spoilt = tuple((*one[:3], one[3].replace("14", "84")) for one in HEAD)
    found = read(page(*spoilt, *TITLE, *BODY))
    assert found.value("issue_date") == "2021-05"
    assert found.value("issue_date_precision") == "month"
    assert {issue.code for issue in found.issues if issue.field == "issue_date"} >= {"date_implausible"}


def test_digit_reader_replaces_what_ocr_made_of_the_slots() -> None:
    slots = (
        SlotReading("number", BBox(500, 380, 600, 440), "handwritten", (("17", 0.99), ("11", 0.005))),
        SlotReading("day", BBox(1500, 380, 1560, 440), "handwritten", (("24", 0.95),)),
    )
    found = read(replace(page(*HEAD, *TITLE, *BODY), slots=slots))
    fields = {field.name: field for field in found.fields}
    assert fields["number_symbol"].value == "17/CT-UBND"
    assert fields["number_symbol"].alternatives == ("11/CT-UBND",)
    assert fields["number_kind"].value == "handwritten"
    assert fields["issue_date"].value == "2021-05-24"
    assert fields["number"].confidence >= 0.9


@pytest.mark.parametrize(("probability", "sure"), [(0.99, True), (0.97, False), (0.7, False)])
def test_only_a_sure_digit_reading_needs_no_review(probability: float, sure: bool) -> None:
    slot = SlotReading("number", BBox(500, 380, 600, 440), "handwritten", (("17", probability),))
    found = read(replace(page(*HEAD, *TITLE, *BODY), slots=(slot,)))
    confidence = next(field.confidence for field in found.fields if field.name == "number_symbol")
    assert (confidence >= Settings().review_threshold) == sure


def test_signature_block_goes_on_over_the_page_break() -> None:
    low = ((0.15, 0.24, 0.900, "Nơi nhận:"), (0.62, 0.80, 0.930, "GIÁM ĐỐC"))
    found = read(page(*HEAD, *TITLE, *BODY, *low), page((0.62, 0.80, 0.080, "Nguyễn Thị Lan Anh"), number=2))
    assert found.value("signer_name") == "Nguyễn Thị Lan Anh"
    assert found.value("signer_title") == "Giám đốc"


def test_deputy_title_spoilt_by_a_seal_follows_from_the_power_above_it() -> None:
    spoilt = tuple((*one[:3], "Ti CHỦ TỊCH") if one[3] == "PHÓ CHỦ TỊCH" else one for one in SIGNATURE)
    found = read(page(*HEAD, *TITLE, *BODY, *spoilt))
    assert found.value("signer_title") == "Phó Chủ tịch"
    assert found.value("signer_name") == "Hoàng Đình Khiêm"


def test_what_a_seal_leaves_of_a_deputys_title_is_not_the_heads() -> None:
    spoilt = tuple(
        (*one[:3], one[3].replace("PHÓ CHỦ TỊCH", "ID CHỦ TỊCH").replace("CHỦ TỊCH", "TRƯỞNG BAN"))
        for one in SIGNATURE
    )
    found = read(page(*HEAD, *TITLE, *BODY, *spoilt))
    assert found.value("signer_title") == "Phó Trưởng Ban"


def test_second_letterhead_on_a_later_page_is_pointed_out() -> None:
    found = read(page(*HEAD, *TITLE, *BODY, *SIGNATURE), page(*HEAD, *TITLE, *BODY, number=2))
    assert [issue.page_number for issue in found.issues if issue.code == "second_document"] == [2]


def test_registry_stamp_in_the_margin_is_not_part_of_the_subject() -> None:
    stamped = ((0.02, 0.84, 0.180, "TRUNG TÂM ĐẾN 12 Về việc tăng cường phòng cháy, chữa cháy rừng"),)
    found = read(page(*HEAD, TITLE[0], *stamped, TITLE[2], *BODY))
    assert found.value("subject").startswith("Về việc tăng cường")
    assert found.value("subject").endswith("năm 2021")


def test_an_empty_document_has_no_fields_it_could_not_show() -> None:
    found = read(page())
    assert found.value("doc_type") == ""
    assert found.value("signer_name") == ""
    assert found.value("number_status") == "absent"
