"""OCR pages: the engine's confidence decides, names and numbers stay, doubts are recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.model import Line, OcrPage, Word
from pipeline.restore import KEEP_MARGIN, REVIEW_MARGIN, doubtful, restore_page, restore_text

GOOD = [
    "Ủy",
    "ban",
    "nhân",
    "dân",
    "tỉnh",
    "ban",
    "hành",
    "kế",
    "hoạch",
    "phát",
    "triển",
    "kinh",
    "tế",
    "-",
    "xã",
    "hội",
    "năm",
    "2020",
]


def page(*rows: list[tuple[str, float]]) -> OcrPage:
    lines = tuple(Line(tuple(Word(text, None, confidence) for text, confidence in row)) for row in rows)
    return OcrPage(1, 100, 100, 300.0, lines, "tesseract")


def read(words: list[str], confidence: float, **doubted: float) -> list[tuple[str, float]]:
    return [(word, doubted.get(word, confidence)) for word in words]


def test_a_doubted_misreading_is_repaired() -> None:
    words = [*GOOD[:7], "kề", *GOOD[8:]]
    result = restore_page(page(read(words, 0.96, kề=0.6)))
    assert result.text == " ".join(GOOD)
    (edit,) = result.edits
    assert (edit.before, edit.after, edit.rule) == ("kề", "kế", "vietnamese")
    assert edit.margin > KEEP_MARGIN["vietnamese"]


def test_good_text_stays_even_when_the_engine_doubts_it() -> None:
    assert restore_page(page(read(GOOD, 0.7))).text == " ".join(GOOD)


def test_names_beside_each_other_stay_as_printed() -> None:
    words = ["Ông", "Nguyễn", "Văn", "Thuân", "và", "bà", "Lê", "Thị", "Hoả", "cùng", "ký"]
    assert restore_page(page(read(words, 0.5))).text == " ".join(words)


def test_empty_lines_and_pages_keep_their_shape() -> None:
    assert restore_page(page()).text == ""
    assert restore_page(page([], read(GOOD, 0.96), [])).text == f"\n{' '.join(GOOD)}\n"


def test_margins_are_small_where_the_reading_is_open() -> None:
    result = restore_text("anh Tinh", "stripped")
    assert all(edit.margin < REVIEW_MARGIN for edit in doubtful(result))
    assert all(edit.after == edit.before for edit in result.edits if edit.rule.endswith(":doubtful"))


def test_the_document_keeps_its_tone_placement_in_what_is_repaired() -> None:
    words = ["Tỉnh", "uỷ", "và", "Thành", "uỷ", "chỉ", "đạo", "nâng", "cao", "sức", "khoê", "nhân", "dân"]
    result = restore_page(page(read(words, 0.96, khoê=0.4)))
    assert "khoẻ" in result.text
    assert result.text.count("uỷ") == 2


def test_a_users_own_words_are_known_without_code(tmp_path: Path) -> None:
    (tmp_path / "lexicon.tsv").write_text(
        "# title: own words\nword\tkind\tcount\tcapital\nzơrâm\tname\t500\t1\n", encoding="utf-8"
    )
    settings = Settings(dictionaries_folder=str(tmp_path))
    assert restore_text("thon Zoram", "stripped").text == "thôn Zoram"
    assert restore_text("thon Zoram", "stripped", settings).text == "thôn Zơrâm"


@pytest.mark.parametrize("mode", ["stripped", "english", "vietnamese"])
def test_empty_text_is_accepted(mode: str) -> None:
    assert restore_text("", mode).edits == ()


@pytest.mark.parametrize(
    "line", ["BAO KHUYÊN NHÈ", "Cháng Tân Thào", "đồng chí Lãm chủ trì", "theo đề nghị của ông Mỷ và bà Dững"]
)
def test_printed_names_stay_however_much_the_engine_doubts_them(line: str) -> None:
    assert restore_page(page(read(line.split(), 0.5))).text == line


def test_numbers_dates_and_codes_stay_on_a_doubted_page() -> None:
    words = [
        "Số",
        "1842/QĐ-UBND",
        "ngày",
        "04/8/2016",
        "của",
        "12",
        "xã,",
        "3.250",
        "hộ,",
        "7,5%",
        "và",
        "khóa",
        "XIV",
    ]
    assert restore_page(page(read(words, 0.1))).text == " ".join(words)


def test_a_folder_without_a_lexicon_adds_nothing(tmp_path: Path) -> None:
    settings = Settings(dictionaries_folder=str(tmp_path))
    assert restore_text("tinh Thai Binh", "stripped", settings).text == "tỉnh Thái Bình"
