import codecs
import unicodedata
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source import load_image, load_page, open_file
from pipeline.source.textfile import strip_markdown

SETTINGS = Settings()
SAMPLE = "Số: 12/QĐ-UBND\n\nHà Nội, ngày 01 tháng 02 năm 2020"


def texts(path: Path, page_number: int = 1) -> list[str]:
    return [line.text for line in load_page(open_file(path, SETTINGS), page_number, SETTINGS).text_lines]


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode("utf-8"),
        SAMPLE.encode("utf-8-sig"),
        SAMPLE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SAMPLE.encode("utf-16-be"),
        unicodedata.normalize("NFD", SAMPLE).encode(),
        SAMPLE.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16", "utf-16-be", "decomposed", "crlf"],
)
def test_unicode_text_is_read_as_nfc_with_its_lines(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert texts(tmp_path / "a.txt") == SAMPLE.split("\n")


def test_windows_1258_is_read_with_a_note(tmp_path: Path) -> None:
    # cp1258 writes tone marks as letters of their own
    (tmp_path / "a.txt").write_bytes("Độc lâ\u0323p".replace("ộ", "ô\u0323").encode("cp1258"))
    source = open_file(tmp_path / "a.txt", SETTINGS)
    assert source.notes == ("not UTF-8: read as cp1258",)
    assert texts(tmp_path / "a.txt") == ["Độc lập"]


def test_form_feeds_part_pages_and_the_last_one_ends_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một\fhai\n\nba\n\f")
    assert open_file(tmp_path / "a.txt", SETTINGS).page_count == 2
    assert texts(tmp_path / "a.txt", 2) == ["hai", "", "ba"]


def test_words_of_a_text_file_have_no_boxes_and_there_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một hai")
    source = open_file(tmp_path / "a.txt", SETTINGS)
    page = load_page(source, 1, SETTINGS)
    assert (page.text_source, page.image, page.text_lines[0].bbox) == ("text_file", None, None)
    with pytest.raises(InputError):
        load_image(source, 1, SETTINGS)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("### CHỈ THỊ", "CHỈ THỊ"),
        ("**Nơi nhận:**", "Nơi nhận:"),
        ("***Nơi nhận:***", "Nơi nhận:"),
        ("chủ đề “*Hành động, kỷ cương*” năm", "chủ đề “Hành động, kỷ cương” năm"),
        ("- Như trên;\\", "- Như trên;"),
        ("- Như trên;  ", "- Như trên;"),
        ("**TM. ỦY BAN  \nCHỦ TỊCH**", "TM. ỦY BAN\nCHỦ TỊCH"),
        ("1\\. Mục", "1. Mục"),
    ],
)
def test_markdown_marks_are_taken_off(marked: str, plain: str) -> None:
    stripped, marks = strip_markdown(marked)
    assert stripped == plain
    assert marks


@pytest.mark.parametrize(
    "text",
    [
        "(*) Ghi chú (*)",
        "2 * 3 * 4",
        "Số: ____/QĐ-UBND ____",
        "#hashtag",
        "Điều 5*",
        "* Khoản một",
        "**mở\n\nkhông đóng**",
    ],
)
def test_asterisks_and_signs_that_are_text_stay(text: str) -> None:
    assert strip_markdown(text) == (text, ())


def test_taken_marks_are_noted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# Một\n**hai**\n")
    page = load_page(open_file(tmp_path / "a.txt", SETTINGS), 1, SETTINGS)
    assert page.notes == ("Markdown marks taken off: 1 x heading, 1 x bold",)


@pytest.mark.parametrize("data", [b"abc\x00def", b"\x01\x02\x03\x04" * 20, codecs.BOM_UTF16_LE + b"\x01"])
def test_binary_content_is_no_text(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(InputError) as caught:
        open_file(tmp_path / "a.txt", SETTINGS)
    assert caught.value.code in ("wrong_type", "damaged")


def test_too_long_and_blank_texts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 200)
    (tmp_path / "b.txt").write_text(" \n\n")
    for name, code in (("a.txt", "too_large"), ("b.txt", "empty")):
        with pytest.raises(InputError) as caught:
            open_file(tmp_path / name, Settings(max_text_characters=100))
        assert caught.value.code == code


def test_a_page_beyond_the_last_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("một")
    with pytest.raises(InputError):
        load_page(open_file(tmp_path / "a.txt", SETTINGS), 2, SETTINGS)
