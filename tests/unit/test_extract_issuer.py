"""Issuing bodies: case by Appendix II, parents by their lines, inference marked as such."""

from __future__ import annotations

import pytest
from fakes.texts import document_text

from pipeline.extract.casing import body_name
from pipeline.extract.issuer import infer_issuer, read_issuers
from pipeline.extract.lexicon import lexicon
from pipeline.extract.pieces import whole_lines


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH LAI CHÂU", "Ủy ban nhân dân tỉnh Lai Châu"),
        ("UBND TỈNHLÂMĐÔNG", "Ủy ban nhân dân tỉnh Lâm Đồng"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Sở Văn hóa, Thể thao và Du lịch"),
        ("ỦY BAN NHÂN DÂN QUẬN 5", "Ủy ban nhân dân Quận 5"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", "Ủy ban nhân dân Thành phố Hồ Chí Minh"),
        ("TỈNH ỦY LẠNG SƠN", "Tỉnh ủy Lạng Sơn"),
        ("BỘ TÀI CHÍNH - BỘ Y TẾ", "Bộ Tài chính - Bộ Y tế"),
        ("TRƯỜNG TIỂU HỌC SỐ 2 PHÌNH HỒ", "Trường Tiểu học số 2 Phình Hồ"),
        ("ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU", "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu"),
        ("Sở Ngoại vụ", "Sở Ngoại vụ"),
    ],
)
def test_case_follows_appendix_two(printed: str, name: str) -> None:
    assert body_name(printed, lexicon()) == name


@pytest.mark.parametrize(
    ("lines", "bodies"),
    [
        ("ỦY BAN NHÂN DÂN\nHUYỆN MỘC CHÂU", ["Ủy ban nhân dân huyện Mộc Châu"]),
        ("UBND TỈNH SƠN LA\nSỞ CÔNG THƯƠNG", ["Ủy ban nhân dân tỉnh Sơn La", "Sở Công Thương"]),
        ("SỞ NÔNG NGHIỆP\nVÀ MÔI TRƯỜNG", ["Sở Nông nghiệp và Môi trường"]),
        (
            "ỦY BAN MTTQ VIỆT NAM\nTỈNH HÀ NAM\nBAN THƯỜNG TRỰC",
            ["Ủy ban MTTQ Việt Nam tỉnh Hà Nam", "Ban Thường trực"],
        ),
        ("BỘ CHỈ HUY\nBỘ ĐỘI BIÊN PHÒNG TỈNH", ["Bộ Chỉ huy bộ đội Biên phòng tỉnh"]),
        ("BỘ TƯ PHÁP\nCỤC BỔ TRỢ TƯ PHÁP", ["Bộ Tư pháp", "Cục Bổ trợ Tư pháp"]),
    ],
)
def test_lines_are_grouped_into_bodies(lines: str, bodies: list[str]) -> None:
    pieces = list(whole_lines(document_text(lines), {}))
    assert [one.name for one in read_issuers(pieces, "", lexicon())] == bodies


def test_a_council_without_its_place_is_doubtful() -> None:
    (body,) = read_issuers(list(whole_lines(document_text("ỦY BAN NHÂN DÂN"), {})), "TB-UBND", lexicon())
    assert body.confidence <= 0.5


def test_a_council_its_symbol_does_not_name_is_doubtful() -> None:
    pieces = list(whole_lines(document_text("UBND TỈNH KIÊN GIANG"), {}))
    (body,) = read_issuers(pieces, "SYT-NVY", lexicon())
    assert body.confidence <= 0.5


@pytest.mark.parametrize(
    ("text", "place", "name", "source"),
    [
        (
            "Ủy ban nhân dân huyện Yên Lập xây dựng\n\nKế hoạch này.",
            "",
            "Ủy ban nhân dân huyện Yên Lập",
            "body",
        ),
        ("Giám đốc Sở Tư pháp kêu gọi cán bộ thi đua.", "", "Sở Tư pháp", "body"),
        ("UBND tỉnh yêu cầu các sở báo cáo.", "Sơn La", "Ủy ban nhân dân tỉnh Sơn La", "inferred"),
    ],
)
def test_without_a_header_the_body_is_inferred_and_marked(
    text: str, place: str, name: str, source: str
) -> None:
    found = infer_issuer(document_text(text), place, "", lexicon())
    assert found is not None
    assert (found.name, found.source) == (name, source)
    assert found.confidence < 0.7


def test_nothing_is_inferred_from_a_text_that_names_nobody() -> None:
    assert infer_issuer(document_text("Trời hôm nay đẹp."), "Sơn La", "", lexicon()) is None
