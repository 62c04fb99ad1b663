"""Names and titles of signers: the gate weighs and never corrects what is legal as read."""

from __future__ import annotations

import pytest

from pipeline.extract.lexicon import lexicon
from pipeline.extract.names import has_commoner_reading, read_name, restored_name, split_two_names, strip_rank
from pipeline.extract.signature_lines import known_title


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Sỹ Chín",
        "Sùng Lử Páo",
        "H'Yim Niê Kđăm",
        "Tôn Nữ Diệu Thường",
        "Giàng A Tủa",
        "Lò Văn Ún",
        "K'Brơi",
    ],
)
def test_names_of_all_peoples_are_kept_as_read(text: str) -> None:
    name = read_name(text, lexicon())
    assert name is not None
    assert restored_name(name, lexicon()) == text


@pytest.mark.parametrize(
    "text",
    ["PHÓ CHỦ TỊCH", "ngày 12 tháng 5", "UBND tỉnh", "Nơi nhận:", "Như trên", "Điều 3", "A", "Các sở, ban"],
)
def test_lines_that_are_no_names_score_low_or_nothing(text: str) -> None:
    name = read_name(text, lexicon())
    assert name is None or name.score < 2.5


@pytest.mark.parametrize(
    ("text", "bare", "rank"),
    [
        ("Đại tá Ma Đình Khuyến", "Ma Đình Khuyến", "Đại tá"),
        ("PGS.TS. Phạm Ngọc Thảo", "Phạm Ngọc Thảo", "PGS.TS."),
        ("ThS. BS Lê An", "Lê An", "ThS. BS"),
        ("(Đã ký) Trần Văn Tư", "Trần Văn Tư", ""),
        ("Bàn Văn Cường", "Bàn Văn Cường", ""),
    ],
)
def test_ranks_and_degrees_are_taken_off(text: str, bare: str, rank: str) -> None:
    assert strip_rank(text, lexicon()) == (bare, rank)


def test_lost_marks_of_a_common_surname_are_proposed() -> None:
    name = read_name("Nguyên Xuân Lộc", lexicon())
    assert name is not None
    assert not name.surname_known
    assert restored_name(name, lexicon()) == "Nguyễn Xuân Lộc"


def test_a_far_commoner_name_one_mark_away_is_told() -> None:
    name = read_name("Lê Hữu Tuần", lexicon())
    assert name is not None
    assert "Lê Hữu Tuấn" in has_commoner_reading(name, lexicon())


def test_two_names_side_by_side_are_parted() -> None:
    found = split_two_names("Phàn Thị Mẩy Lù Văn Chẻo", lexicon())
    assert found is not None
    assert (found[0].name, found[1].name) == ("Phàn Thị Mẩy", "Lù Văn Chẻo")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("PHO CHU TICH", "Phó Chủ tịch"),
        ("CHÁNH VĂN PHÒNG", "Chánh Văn phòng"),
        ("GIÁM ĐÓC", "Giám đốc"),
        ("TRƯỞNG PHÒNG QUẢN LÝ ĐÔ THỊ", "Trưởng phòng QUẢN LÝ ĐÔ THỊ"),
        ("DANH SÁCH KÈM THEO", ""),
    ],
)
def test_titles_come_back_without_their_marks(text: str, title: str) -> None:
    assert known_title(text, lexicon()) == title
