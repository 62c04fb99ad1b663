import pytest

from pipeline.syllable import count_words, is_legal, legal_share, marked_share

CLEAN = (
    "Căn cứ Luật Tổ chức chính quyền địa phương; theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số "
    "12/TTr-SNV, UBND tỉnh quyết định khen thưởng các tập thể, cá nhân có thành tích xuất sắc."
)
GARBLED = "Cgn cu Lu4t Td chirc chinh quy6n dia phuong; thoo d6 nghi cria Gi6m d6c So NQi vg tai To trinh"
TCVN3 = "C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng; theo ®Ò nghÞ cña Gi¸m ®èc Së Néi vô"


LEGAL = """
nghị định quyết khuỷu hòa hoà thủy thuỷ khỏe khoẻ gì gìn giếng giữ già quý quốc yêu yếu nguyễn huỳnh
ngoằn xoong uỷ ủy y ý kỹ kĩ ươm thuở tuya khúc được oanh ình Nghiêng TRƯỜNG Đảng Kon
"""
ILLEGAL = """
cgxc ndm uolx iên iêu bơng ngi ghà cế tòt thàch nghà xyz fan c6ng Ðiều phoãt
"""


@pytest.mark.parametrize("word", LEGAL.split())
def test_vietnamese_syllables_are_legal(word: str) -> None:
    assert is_legal(word)


@pytest.mark.parametrize("word", ILLEGAL.split())
def test_other_letter_strings_are_not(word: str) -> None:
    assert not is_legal(word)


def test_clean_text_and_garble_lie_far_apart() -> None:
    assert legal_share(CLEAN) == 1.0
    assert marked_share(CLEAN) > 0.7
    assert legal_share(GARBLED) < 0.65
    assert marked_share(GARBLED) < 0.1
    assert legal_share(TCVN3) < 0.65


def test_text_without_diacritics_is_legal_but_unmarked() -> None:
    assert legal_share("can cu quy dinh khen cho ca nhan") == 1.0
    assert marked_share("can cu quy dinh khen cho ca nhan") == 0.0


@pytest.mark.parametrize("text", ["", "UBND QĐ-UBND 12/TTr-SNV TTg", "12 345 6,7", "H1N1 m2 a b"])
def test_codes_and_acronyms_tell_nothing(text: str) -> None:
    assert count_words(text) == 0
    assert legal_share(text) == 0.0


def test_words_in_capitals_count_when_they_are_syllables() -> None:
    assert count_words("ỦY BAN NHÂN DÂN TỈNH") == 5


def test_digits_inside_small_letters_are_misread_letters() -> None:
    assert legal_share("c6ng t6c") == 0.0
