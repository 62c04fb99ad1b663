"""What speaks for bodies and names: lists, the running text, the same name again; keywords and language."""

import pytest
from fakes.texts import document_text

from pipeline.config import Settings
from pipeline.extract import extract
from pipeline.extract.body_evidence import is_vouched, with_evidence
from pipeline.extract.casing import body_name
from pipeline.extract.description import keywords
from pipeline.extract.issuer import FROM_HEADER, Issuer
from pipeline.extract.lexicon import lexicon
from pipeline.extract.restored import VOUCHED
from pipeline.extract.signature_lines import Entry, concurrent_title, signing_body
from pipeline.model import BBox, DocumentText, Line, OcrPage, PageReading, RestoredText, Span, Word


def issuer(header: str, body: str, *, confidence: float = 0.92) -> Issuer:
    """The issuer `header` names on a scanned page whose text goes on with `body`, with its evidence."""
    lines = tuple(Line(tuple(Word(word, BBox(0, 0, 9, 9)) for word in row.split())) for row in (header, body))
    page = OcrPage(1, 100, 100, 300.0, lines)
    document = DocumentText((PageReading(page, RestoredText(page.text, page.text), "ocr"),))
    span = Span(0, len(header))
    name = body_name(header, lexicon())
    read = Issuer(name, header, span, 1, BBox(0, 0, 9, 9), "header", FROM_HEADER, confidence)
    return with_evidence(read, document, lexicon())


def test_the_running_text_gives_a_place_outside_the_lists_its_marks_back_in_doubt() -> None:
    found = issuer("UBND HUYỆN TẦN KHE", "Các xã của huyện Tân Khê và nhân dân Tân Khê thực hiện.")
    assert found.name == "Ủy ban nhân dân huyện Tân Khê"
    assert found.confidence < 0.6


def test_a_place_that_only_one_listed_name_can_be_is_spelled_like_it_in_doubt() -> None:
    found = issuer("UBND HUYỆN MÔC CHÂU", "Thực hiện kế hoạch.")
    assert found.name == "Ủy ban nhân dân huyện Mộc Châu"
    assert found.confidence < 0.6


def test_an_unlisted_place_is_in_doubt_unless_the_running_text_has_it_too() -> None:
    assert issuer("UBND HUYỆN TÂN KHÊ", "Thực hiện kế hoạch.").confidence < 0.6
    assert issuer("UBND HUYỆN TÂN KHÊ", "trên địa bàn huyện Tân Khê").confidence == 0.92


def test_a_name_made_of_listed_phrases_is_sure_however_badly_it_was_read() -> None:
    found = issuer("ỦY BANNHÂN DÂN TỈNH LÂM ĐỎNG", "", confidence=0.4)
    assert (found.name, found.rule) == ("Ủy ban nhân dân tỉnh Lâm Đồng", VOUCHED)
    assert found.confidence >= 0.9


def test_a_name_with_a_word_outside_the_lists_keeps_the_doubt_of_its_reading() -> None:
    assert issuer("CÔNG TY TNHH HOA XYZT", "", confidence=0.4).confidence == 0.4


@pytest.mark.parametrize(
    ("name", "vouched"),
    [
        ("Ủy ban nhân dân tỉnh Lai Châu", True),
        ("Liên đoàn Võ thuật cổ truyền", True),
        ("Liên đoàn Võ thuật cỏ truyèn", False),
        ("Sở Văn hóa, Thể thao và Du lịch", True),
    ],
)
def test_only_whole_names_with_their_marks_are_vouched_for(name: str, *, vouched: bool) -> None:
    assert is_vouched(name, lexicon()) is vouched


def test_a_digit_in_a_known_abbreviation_is_a_letter() -> None:
    assert body_name("ỦY BAN MT1Q VIỆT NAM", lexicon()) == "Ủy ban MTTQ Việt Nam"


# --- the block ----------------------------------------------------------------------------------------


def test_a_second_office_and_the_body_of_a_block_are_told() -> None:
    power = Entry("TM", "ỦY BAN NHÂN DÂN", ())
    title = Entry("", "Phó Chủ tịch KIÊM TRƯỞNG BAN", ())
    assert concurrent_title(title, lexicon()) == "Trưởng Ban"
    assert signing_body((power, title), lexicon()) == "Ủy ban nhân dân"
    assert signing_body((Entry("", "Giám đốc SỞ NỘI VỤ", ()),), lexicon()) == "Sở Nội vụ"
    assert signing_body((Entry("KT", "CHỦ TỊCH", ()), Entry("", "Phó Chủ tịch", ())), lexicon()) == ""
    assert concurrent_title(Entry("", "Giám đốc", ()), lexicon()) == ""


SIGNED = """SỞ NỘI VỤ
Số: 12/SNV-TĐ
V/v phát động thi đua - khen thưởng

Chủ trì cuộc họp: đồng chí Lê Hữu {elsewhere}, Giám đốc Sở.
Các đơn vị trực thuộc tổ chức thực hiện nghiêm túc các nội dung nêu trên.

GIÁM ĐỐC

Lê Hữu {name}
"""


@pytest.mark.parametrize(("name", "elsewhere"), [("Tuầng", "Tuấng"), ("Tuân", "Tuấn")])
def test_the_same_name_spelled_otherwise_in_the_running_text_makes_it_doubtful(
    name: str, elsewhere: str
) -> None:
    found = extract(document_text(SIGNED.format(name=name, elsewhere=elsewhere)), Settings())
    (field,) = (one for one in found.fields if one.name == "signer_name")
    assert {f"Lê Hữu {name}", f"Lê Hữu {elsewhere}"} <= {field.value, *field.alternatives}
    assert ("signer_low", "signer_name") in {(issue.code, issue.field) for issue in found.issues}


def test_the_same_name_spelled_alike_in_the_running_text_is_sure() -> None:
    found = extract(document_text(SIGNED.format(name="Tuầng", elsewhere="Tuầng")), Settings())
    assert not [issue for issue in found.issues if issue.field == "signer_name"]


# --- language and keywords ----------------------------------------------------------------------------


def test_language_and_keywords_come_from_the_text_and_the_subject() -> None:
    found = extract(document_text(SIGNED.format(name="An", elsewhere="An")), Settings())
    assert found.value("language") == "vie"
    assert found.value("keywords") == "thi đua; khen thưởng"


def test_text_in_another_language_has_no_language_cell() -> None:
    text = "The committee shall publish the minutes of every meeting within thirty days of its close. " * 3
    assert extract(document_text(text), Settings()).value("language") == ""


def test_keywords_stay_within_the_length_of_the_standard() -> None:
    subject = (
        "thủ tục hành chính, phòng cháy chữa cháy, khiếu nại, văn thư, quốc phòng, an ninh, du lịch,"
        " xử phạt vi phạm hành chính, phổ biến giáo dục pháp luật, giải phóng mặt bằng"
    )
    assert len("; ".join(keywords(subject))) <= 100
    assert keywords("đôn đốc thực hiện nhiệm vụ") == ()
