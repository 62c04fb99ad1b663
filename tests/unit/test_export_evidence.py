"""What is kept of one document: both texts, and everything known as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import InputError, OutputError
from pipeline.export import evidence_file, load_document, save_document, write_document_files
from pipeline.model import (
    BBox,
    Document,
    Edit,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    SlotReading,
    Span,
    Step,
    Word,
)

DOC_ID = "ce2d36fa3d182fa7"


def reading(number: int, *lines: str) -> PageReading:
    boxed = tuple(
        Line(tuple(Word(word, BBox(1, 2, 3, 4), 0.5) for word in line.split(" "))) for line in lines
    )
    page = OcrPage(number, 100, 200, 300.0, boxed, "tesseract 5.3.0 vie")
    edit = Edit(Span(0, 1), page.text[0], "Ớ", "rule", 1.5, ("Ờ",))
    restored = RestoredText(page.text, "Ớ" + page.text[1:], (edit,))
    slots = (SlotReading("day", BBox(1, 2, 3, 4), "handwritten", (("07", 0.8), ("", 0.1))),)
    return PageReading(page, restored, "ocr", (Step("deskew", (("angle_degrees", 0.7),)),), 90, ("c",), slots)


def document(source_file: str = "2023/chỉ thị.pdf", doc_id: str = DOC_ID) -> Document:
    return Document(
        doc_id,
        source_file,
        DOC_ID + "0" * 48,
        "1-2",
        (reading(1, "một dòng", "hai"), reading(2, "trang hai")),
        (Field("place", "Lai Châu", span=Span(0, 3), bbox=BBox(0, 0, 1, 1), alternatives=("Lào Cai",)),),
        (Record("dates", (("date", "2020-01-30"),)),),
        (Issue("low_ocr", "pale", "", 2),),
    )


def test_the_texts_are_written_page_by_page(tmp_path: Path) -> None:
    write_document_files(tmp_path, document())
    assert (tmp_path / f"ocr/{DOC_ID}.txt").read_bytes().decode() == "một dòng\nhai\ftrang hai"
    assert (tmp_path / f"text/{DOC_ID}.txt").read_bytes().decode() == "Ớột dòng\nhai\fỚrang hai"
    assert load_document(evidence_file(tmp_path, DOC_ID)) == document()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence", "ocr", "text"]


def test_a_control_character_in_a_text_shows_as_a_blank_and_moves_nothing(tmp_path: Path) -> None:
    text = "a\x00b\r\nc\ud800d"
    page = OcrPage(1, 0, 0, 0.0, (Line((Word(text),)),), "text_file")
    made = Document(
        DOC_ID, "a.txt", "0" * 64, "1", (PageReading(page, RestoredText(text, text), "text_file"),), ()
    )
    write_document_files(tmp_path, made)
    assert (tmp_path / f"text/{DOC_ID}.txt").read_bytes().decode() == "a b \nc\ufffdd"


def test_a_document_comes_back_as_it_was(tmp_path: Path) -> None:
    save_document(tmp_path / "a.json", document())
    assert load_document(tmp_path / "a.json") == document()


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        save_document(tmp_path / name, document())
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_person_can_read_the_evidence(tmp_path: Path) -> None:
    save_document(tmp_path / "a.json", document())
    lines = (tmp_path / "a.json").read_text().split("\n")
    assert len(lines) > 20
    assert max(map(len, lines)) <= 120
    assert json.loads("\n".join(lines))["schema_version"] == 1


def test_a_file_name_that_is_not_utf8_can_be_saved(tmp_path: Path) -> None:
    save_document(tmp_path / "a.json", document("t\udce9p.pdf"))
    assert load_document(tmp_path / "a.json") == document("t\ufffdp.pdf")


def test_a_document_that_does_not_fit_the_tables_is_found_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"documents\.doc_id"):
        write_document_files(tmp_path, document(doc_id="../up"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "ocr").write_text("a file")
    with pytest.raises(OutputError, match=r"ocr.*--out"):
        write_document_files(tmp_path, document())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "evidence_damaged"),
        (b'{"schema_version":1', "evidence_damaged"),
        (b'{"schema_version":1,"document":{}}', "evidence_damaged"),
        (b"\xff\xfe", "evidence_damaged"),
        (b'{"schema_version":99,"document":{}}', "evidence_version"),
    ],
)
def test_damaged_or_foreign_evidence_is_an_input_error(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.json") as caught:
        load_document(path)
    assert caught.value.code == code


def test_evidence_with_a_box_turned_inside_out_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    save_document(path, document())
    path.write_text(path.read_text().replace('"right":1', '"right":-1', 1))
    with pytest.raises(InputError, match="inside out"):
        load_document(path)


def test_missing_evidence_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json"):
        load_document(tmp_path / "none.json")
