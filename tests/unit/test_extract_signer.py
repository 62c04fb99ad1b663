"""Names and titles of signers: the gate weighs and never corrects what is legal as read."""

from __future__ import annotations

import pytest

from pipeline.extract.lexicon import lexicon
from pipeline.extract.name_evidence import SURE, Reading, WeighedName, weigh_name
from pipeline.extract.names import read_name, split_two_names, strip_rank
from pipeline.extract.pieces import Piece
from pipeline.extract.signature_lines import known_title, read_entry
from pipeline.model import Span


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
    assert name.name == text
    assert not name.is_partial
    assert weigh_name([[Reading(one, 0.9)] for one in text.split()], lexicon()).is_as_read


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


def weighed(*words: tuple[str, float], again: str = "") -> WeighedName:
    """The name of `words`, each with its confidence; `again` is how a signing program spells it."""
    typed = again.split()
    readings = [[Reading(*word)] for word in words]
    for place, text in enumerate(typed):
        readings[place].append(Reading(text, 1.0))
    return weigh_name(readings, lexicon())


def test_lost_marks_of_a_common_surname_are_put_back_as_a_proposal() -> None:
    name = weighed(("Nguyên", 0.73), ("Xuân", 0.96), ("Lộc", 0.96))
    assert (name.name, name.is_as_read) == ("Nguyễn Xuân Lộc", False)
    assert name.alternatives[0] == "Nguyên Xuân Lộc"


def test_a_wrong_first_letter_of_a_common_surname_is_mended() -> None:
    assert weighed(("Mguyễn", 0.81), ("Thị", 0.96), ("Hoa", 0.96)).name == "Nguyễn Thị Hoa"


def test_a_name_read_well_is_sure() -> None:
    name = weighed(("Lê", 0.96), ("Hữu", 0.96), ("Tuấn", 0.96))
    assert (name.name, name.is_as_read) == ("Lê Hữu Tuấn", True)
    assert name.probability > SURE


def test_a_rare_spelling_read_badly_stays_in_doubt_beside_the_common_one() -> None:
    name = weighed(("Lê", 0.96), ("Hữu", 0.96), ("Tuân", 0.93))
    assert name.name == "Lê Hữu Tuân"
    assert name.probability < SURE
    assert "Lê Hữu Tuấn" in name.alternatives


def test_a_rare_spelling_that_the_signing_program_has_is_sure() -> None:
    name = weighed(("Lê", 0.96), ("Hữu", 0.96), ("Tuân", 0.93), again="Lê Hữu Tuân")
    assert (name.name, name.alternatives) == ("Lê Hữu Tuân", ())
    assert name.probability > SURE


def test_the_spelling_of_the_signing_program_wins_over_a_misreading() -> None:
    name = weighed(("Lê", 0.96), ("Hữu", 0.96), ("Tuân", 0.93), again="Lê Hữu Tuấn")
    assert (name.name, name.is_as_read) == ("Lê Hữu Tuấn", False)


def test_a_minority_name_takes_another_spelling_from_the_document_alone() -> None:
    read = ("Gìang", 0.4), ("A", 0.96), ("Tủa", 0.95)
    assert weighed(*read).name == "Gìang A Tủa"
    assert weighed(*read, again="Giàng A Tủa").name == "Giàng A Tủa"


@pytest.mark.parametrize(
    ("text", "name", "is_partial"),
    [
        ("N2: „Đỗ Khắc Quang", "Đỗ Khắc Quang", False),
        ("vệ ï - Lê Chí Hòa", "Lê Chí Hòa", False),
        ("SxbZZft| Ngọc Lan", "Ngọc Lan", True),
        ("ø Văn Phẩm _.", "Văn Phẩm", True),
        ("Văn Phẩm", "Văn Phẩm", False),
    ],
)
def test_strokes_read_as_letters_before_a_name_are_left_out(text: str, name: str, is_partial: bool) -> None:
    found = read_name(text, lexicon())
    assert found is not None
    assert (found.name, found.is_partial) == (name, is_partial)


@pytest.mark.parametrize("text", ["ăn Phẩm", "Điều 12 Lê An", "Lê An 12 Lê Bình"])
def test_ends_of_names_and_lines_with_numbers_are_no_names(text: str) -> None:
    assert read_name(text, lexicon()) is None


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


@pytest.mark.parametrize(
    ("text", "is_guess"),
    [("ID TRƯỞNG BAN", True), ("TRƯỞNG BAN", False), ("PHÓ TRƯỞNG BAN", False), ("TRUỞNG BAN", False)],
)
def test_letters_before_a_title_may_be_what_is_left_of_a_deputy(text: str, is_guess: bool) -> None:
    entry = read_entry(Piece(text, Span(0, len(text)), 1, 1), lexicon())
    assert entry is not None
    assert entry.is_guess is is_guess
