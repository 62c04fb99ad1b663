"""The CSV set as a whole: what is written, that a stranger's tools accept it, and that it reads back."""

from __future__ import annotations

import csv
import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline import __version__
from pipeline.errors import InputError, OutputError
from pipeline.export import FileSeen, write_tables
from pipeline.export.load import load_tables
from pipeline.model import (
    BBox,
    Document,
    DocumentText,
    Edit,
    Failure,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    Span,
    Word,
    apply_edits,
)

SHA = "ce2d36fa3d182fa7" + "0" * 48
OTHER_SHA = "ab" * 32
# Cells that spreadsheets run or spoil, and texts that look like guarded ones.
HOSTILE = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "  =HYPERLINK(1)",
    "\t=1",
    "\n@SUM(1)",
    "＝1+1",
    "\u200b+1",
    "+84 213 3876 000",
    "- Như trên;",
    "-5",
    "'=1",
    "''-x",
    "'quoted'",
    'a "b", c',
    "hai\ndòng",
    "007",
    "1E5",
    "NA",
    "null",
    "true",
    " ",
    "\ttab",
)


def page(number: int, *lines: str, edits: tuple[Edit, ...] = (), engine: str = "tesseract 5.3.0 vie") -> Any:
    boxed = tuple(
        Line(
            tuple(
                Word(word, BBox(100 * i, 50 * row, 100 * i + 90, 50 * row + 40), 0.9)
                for i, word in enumerate(line.split(" "))
            )
        )
        for row, line in enumerate(lines)
    )
    read = OcrPage(number, 2480, 3508, 300.0, boxed, engine)
    return PageReading(read, RestoredText(read.text, apply_edits(read.text, edits), edits), "ocr")


def document(doc_id: str = SHA[:16], **changes: Any) -> Document:
    first = page(
        1,
        "Sé: 02/CT-UBND",
        "hoc tập",
        edits=(
            Edit(Span(0, 2), "Sé", "Số", "fixed_phrase", 3.14159),
            Edit(Span(15, 18), "hoc", "học", "syllable", 1.5),
        ),
    )
    made = Document(
        doc_id=doc_id,
        source_file="2023/chỉ thị.pdf",
        source_sha256=SHA,
        source_pages="1-2",
        pages=(first, page(2, "trang hai")),
        fields=(
            Field("number", "02", "02", Span(4, 6), 1, BBox(100, 0, 190, 40), 0.95, "number.header", ("07",)),
            Field("number_symbol", "02/CT-UBND", "02/CT-UBND", Span(4, 14), 1, None, 0.9, "number.header"),
            Field("signer_name", "Đèo Thị Á", confidence=0.3, rule="signer.below_title"),
            Field("doc_type_standard", "true"),
            Field("number_status", "present"),
        ),
        records=(
            Record(
                "dates",
                (("date", "2014-04-07"), ("precision", "day"), ("kind", "cited")),
                raw="07/4/2014",
                span=Span(20, 29),
                page_number=1,
                line_number=2,
                bbox=BBox(1, 2, 3, 4),
                confidence=0.8,
                rule="date.slash",
            ),
            Record("references", (("number", "034"), ("list_member", "false"), ("relation", "căn cứ"))),
            Record("anniversaries", (("n_years", "115"), ("valid", "true"), ("kind", "anniversary"))),
            Record("recipients", (("list", "noi_nhan"), ("ordinal", "1"), ("name", "- Như trên;"))),
            Record("recipients", (("list", "luu"), ("ordinal", "2"), ("codes", "VT;TH"))),
            Record("signers", (("role", "signer"), ("name", "Đèo Thị Á"), ("name_score", "5.5"))),
        ),
        issues=(Issue("date_partial", "the day is blank", "issue_date"), Issue("low_ocr", "page 2 is pale")),
    )
    return replace(made, **changes)


def write(out: Path, *documents: Document, **options: Any) -> Path:
    seen = (FileSeen("2023/chỉ thị.pdf", SHA[:16], SHA, 1234, "2023-06-02T08:12:33Z"), FileSeen("hỏng.pdf"))
    failures = (Failure("hỏng.pdf", "encrypted", "source", "hỏng.pdf needs a password"),)
    write_tables(out, documents or (document(),), seen, failures, **options)
    return out


def rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# --- documents.csv ---------------------------------------------------------------------------------


def test_a_document_becomes_one_row_with_its_derived_columns(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path, review_threshold=0.6), "documents")
    expected = {
        "doc_id": SHA[:16],
        "number": "02",
        "source_file": "2023/chỉ thị.pdf",
        "source_pages": "1-2",
        "page_count": "2",
        "text_file": f"text/{SHA[:16]}.txt",
        "ocr_engine": "tesseract",
        "ocr_version": "5.3.0",
        "pipeline_version": __version__,
        "mean_confidence": "0.9",
        "needs_review": "true",
        "review_columns": "issue_date;signer_name",
        "review_reasons": "date_partial;low_ocr;signer_low",
        "archive_code": "",
        "fonds_code": "",
    }
    assert {name: row[name] for name in expected} == expected


def test_a_document_without_doubt_needs_no_review(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path, document(fields=(), issues=())), "documents")
    assert (row["needs_review"], row["review_columns"], row["review_reasons"]) == ("false", "", "")


def test_mean_confidence_weighs_lines_by_length_and_is_missing_without_lines(tmp_path: Path) -> None:
    long, short = Line((Word("a" * 9, None, 1.0),)), Line((Word("b", None, 0.0),))
    read = OcrPage(1, 0, 0, 0.0, (long, short), "text_file")
    reading = PageReading(read, RestoredText(read.text, read.text), "text_file")
    empty = PageReading(OcrPage(1, 0, 0, 0.0, ()), RestoredText("", ""), "ocr")
    made = [document(pages=(reading,), fields=()), document("f" * 16, pages=(empty,), fields=())]
    first, second = rows(write(tmp_path, *made), "documents")
    assert (first["mean_confidence"], second["mean_confidence"]) == ("0.9", "")
    assert (first["ocr_engine"], first["ocr_version"]) == ("text_file", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fields": (Field("nummer", "1"),)}, "no column 'nummer'"),
        ({"fields": (Field("page_count", "1"),)}, "page_count is derived"),
        ({"fields": (Field("number_status", "maybe"),)}, "documents.number_status: 'maybe'"),
        ({"fields": (Field("issue_date", "30/01/2020"),)}, "documents.issue_date"),
        ({"issues": (Issue("x", "", "no_such_column"),)}, "no_such_column"),
        ({"records": (Record("pages", ()),)}, "'pages'"),
        ({"records": (Record("dates", (("day", "1"),)),)}, "no column 'day'"),
        ({"records": (Record("anniversaries", (("n_years", "nhiều"),)),)}, "whole number"),
        ({"records": (Record("dates", (), confidence=1.5),)}, "dates.confidence"),
        ({"records": (Record("signers", (("name_score", "inf"),)),)}, "finite"),
        ({"source_file": ""}, "documents.source_file is empty"),
    ],
)
def test_what_does_not_fit_the_tables_is_named_and_nothing_is_left(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        write(tmp_path, document(**changes))
    assert list(tmp_path.iterdir()) == []


def test_a_doc_id_cannot_come_twice(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="was there before"):
        write(tmp_path, document(), document())


# --- child tables ----------------------------------------------------------------------------------


def test_records_carry_their_evidence_and_a_number_within_the_document(tmp_path: Path) -> None:
    write(tmp_path)
    (date,) = rows(tmp_path, "dates")
    expected = {
        "date_id": f"{SHA[:16]}-date1",
        "page_number": "1",
        "line_number": "2",
        "bbox": "1 2 3 4",
        "raw_text": "07/4/2014",
        "confidence": "0.8",
        "method": "date.slash",
        "char_start": "20",
        "char_end": "29",
        "date": "2014-04-07",
        "raw": "07/4/2014",
    }
    assert {name: date[name] for name in expected} == expected
    assert [row["recipient_id"][-10:] for row in rows(tmp_path, "recipients")] == ["recipient1", "recipient2"]


def test_fields_tell_where_each_value_comes_from(tmp_path: Path) -> None:
    number, *_, signer, _standard, _status = rows(write(tmp_path), "fields")
    assert (number["column"], number["line_number"], number["bbox"]) == ("number", "1", "100 0 190 40")
    assert (number["alternatives"], number["rule"]) == ("07", "number.header")
    assert signer["value_normalised"] == "deo thi a"
    assert signer["line_number"] == signer["bbox"] == ""


def test_edits_point_into_the_clean_text_and_lead_back_to_the_text_as_read(tmp_path: Path) -> None:
    edits = rows(write(tmp_path), "edits")
    clean = DocumentText(document().pages).text
    assert [clean[int(row["char_start"]) : int(row["char_end"])] for row in edits] == ["Số", "học"]
    for row in reversed(edits):
        clean = clean[: int(row["char_start"])] + row["before"] + clean[int(row["char_end"]) :]
    assert clean == "Sé: 02/CT-UBND\nhoc tập\ftrang hai"
    assert [row["reason"] for row in edits] == ["letters", "diacritics"]
    assert [(row["line_number"], row["bbox"]) for row in edits] == [("1", "0 0 90 40"), ("2", "0 50 90 90")]
    assert edits[0]["margin"] == "3.1416"


def test_an_edit_on_a_later_page_counts_from_the_start_of_the_document(tmp_path: Path) -> None:
    second = page(2, "xa hôi", edits=(Edit(Span(0, 2), "xa", "xã", "syllable"),))
    made = document(pages=(document().pages[0], second), fields=())
    row = rows(write(tmp_path, made), "edits")[-1]
    assert DocumentText(made.pages).text[int(row["char_start"]) :].startswith("xã hôi")
    assert row["page_number"] == "2"


def test_a_proposed_edit_comes_as_a_record(tmp_path: Path) -> None:
    proposed = Record("edits", (("before", "sáp"), ("after", "sắp"), ("status", "proposed")), raw="sáp")
    made = document(records=(proposed,))
    edits = rows(write(tmp_path, made), "edits")
    assert [row["status"] for row in edits] == ["proposed", "applied", "applied"]
    assert len({row["edit_id"] for row in edits}) == 3


def test_a_page_without_a_picture_has_no_size(tmp_path: Path) -> None:
    read = OcrPage(1, 0, 0, 0.0, (Line((Word("chữ"),)),), "text_file")
    made = document(pages=(PageReading(read, RestoredText("chữ", "chữ"), "text_file"),), fields=())
    (row,) = rows(write(tmp_path, made), "pages")
    assert (row["width_px"], row["dpi"], row["bbox"], row["ocr_confidence"]) == ("", "", "", "")
    assert (row["method"], row["char_start"], row["char_end"]) == ("text_file", "0", "3")


# --- the files themselves --------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_lines_end_with_a_line_feed_and_documents_keep_the_order_given(tmp_path: Path) -> None:
    write(tmp_path, document("f" * 16), document("0" * 16))
    assert b"\r" not in (tmp_path / "documents.csv").read_bytes()
    assert [row["doc_id"] for row in rows(tmp_path, "documents")] == ["f" * 16, "0" * 16]


def test_a_byte_order_mark_is_written_only_when_asked_for(tmp_path: Path) -> None:
    plain, excel = write(tmp_path / "a"), write(tmp_path / "b", excel_bom=True)
    assert not (plain / "documents.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (excel / "documents.csv").read_bytes().startswith(b"\xef\xbb\xbfdoc_id,")
    assert load_tables(excel)["documents"].equals(load_tables(plain)["documents"])


def test_corrections_made_by_people_survive_a_new_run(tmp_path: Path) -> None:
    write(tmp_path)
    assert (tmp_path / "corrections.csv").read_text() == ("doc_id,column,machine_value,value,who,when,note\n")
    with (tmp_path / "corrections.csv").open("a") as file:
        file.write(f"{SHA[:16]},number,02,03,An,2023-06-02T08:12:33Z,\n")
    write(tmp_path)
    assert load_tables(tmp_path)["corrections"]["value"].tolist() == ["03"]


def test_a_failure_while_writing_keeps_the_old_tables(tmp_path: Path) -> None:
    write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="nummer"):
        write(tmp_path, document(), document("f" * 16, fields=(Field("nummer", "1"),)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_documents_are_taken_one_at_a_time(tmp_path: Path) -> None:
    alive = 0

    def made() -> Any:
        nonlocal alive
        for number in range(3):
            alive = number
            part = tmp_path / "documents.csv.part"
            assert part.exists()
            yield document(f"{number:016x}")

    write_tables(tmp_path, made(), (), ())
    assert alive == 2
    assert len(rows(tmp_path, "documents")) == 3


def test_a_file_where_the_folder_should_be_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("here already")
    with pytest.raises(OutputError, match=r"out.*choose another folder with --out"):
        write(tmp_path / "out")


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "allow writing"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Check the folder"),
    ],
)
def test_a_disk_that_refuses_is_an_output_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match=rf"documents\.csv.*{hint}"):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- strangers' tools ------------------------------------------------------------------------------


@pytest.mark.parametrize("excel_bom", [False, True])
@pytest.mark.filterwarnings("default")  # of frictionless and what it imports
def test_frictionless_accepts_the_tables(tmp_path: Path, *, excel_bom: bool) -> None:
    frictionless = pytest.importorskip("frictionless")
    hostile = tuple(
        Record("recipients", (("list", "luu"), ("ordinal", str(i)), ("name", text)))
        for i, text in enumerate(HOSTILE, 1)
    )
    resolved = Record("references", (("resolves_to", SHA[:16]),))
    second = document("f" * 16, source_file="=trang.pdf", records=(*hostile, resolved), issues=())
    write(tmp_path, document(), second, excel_bom=excel_bom)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == 12


@pytest.mark.filterwarnings("default")
def test_frictionless_refuses_a_row_that_was_spoilt(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    write(tmp_path)
    path = tmp_path / "dates.csv"
    spoilt = path.read_text().replace(f"{SHA[:16]},", "f" * 16 + ",", 1).replace(",0.8,", ",eighty,", 1)
    path.write_text(spoilt)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {"foreign-key", "type-error"} <= {row[0] for row in report.flatten(["type"])}


def test_the_datapackage_describes_every_column_in_both_languages(tmp_path: Path) -> None:
    package = json.loads((write(tmp_path) / "datapackage.json").read_text())
    for resource in package["resources"]:
        header = (tmp_path / resource["path"]).read_text().split("\n", 1)[0]
        fields = resource["schema"]["fields"]
        assert header == ",".join(field["name"] for field in fields)
        assert all(field["description"] and field["description_vi"] for field in fields)
    documents = package["resources"][0]["schema"]
    assert documents["primaryKey"] == ["doc_id"]
    number = next(field for field in documents["fields"] if field["name"] == "number")
    assert number["type"] == "string"


def test_pandas_reads_the_plain_text_of_the_cells(tmp_path: Path) -> None:
    write(tmp_path)
    frame = pd.read_csv(tmp_path / "documents.csv", dtype=str, keep_default_na=False)
    assert frame["number"].tolist() == ["02"]
    assert frame["archive_code"].tolist() == [""]


# --- reading back ----------------------------------------------------------------------------------


def test_tables_come_back_typed(tmp_path: Path) -> None:
    tables = load_tables(str(write(tmp_path)))
    documents = tables["documents"]
    assert documents["number"].tolist() == ["02"]
    assert documents["page_count"].dtype == "Int64"
    assert documents["mean_confidence"].dtype == "Float64"
    assert documents["doc_type_standard"].tolist() == [True]
    assert documents["doc_type_standard"].dtype == "boolean"
    assert documents["archive_code"].isna().all()
    assert tables["references"]["number"].tolist() == ["034"]
    assert tables["corrections"].empty
    assert tables["failures"]["code"].tolist() == ["encrypted"]


def test_hostile_cells_are_harmless_in_the_file_and_whole_when_read_back(tmp_path: Path) -> None:
    records = tuple(Record("recipients", (("list", "luu"), ("name", text))) for text in HOSTILE)
    write(tmp_path, document(records=records))
    written = [row["name"] for row in rows(tmp_path, "recipients")]
    assert not any(cell.lstrip(" \n\t\u200b")[0:1] in tuple("=+-@＝") for cell in written if cell.strip())
    assert not any(cell[0] in "\t\r\n" for cell in written)
    assert load_tables(tmp_path)["recipients"]["name"].tolist() == list(HOSTILE)


def test_a_table_saved_again_by_a_spreadsheet_is_still_read(tmp_path: Path) -> None:
    path = write(tmp_path) / "documents.csv"
    text = path.read_text().replace(",true,", ",TRUE,").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("doc_id,", "doc_id,", 1).encode())
    assert load_tables(tmp_path)["documents"]["needs_review"].tolist() == [True]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "cannot read the table"),
        (lambda path: path.write_bytes(b""), "is damaged"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00doc_id"), "is damaged"),
        (lambda path: path.write_text("doc_id\nabc\n"), "lacks the columns"),
        (lambda path: path.write_text(path.read_text().replace(",2,", ",two,", 1)), "column page_count"),
    ],
)
def test_a_damaged_table_is_an_input_error(tmp_path: Path, spoil: Any, words: str) -> None:
    spoil(write(tmp_path) / "documents.csv")
    with pytest.raises(InputError, match=rf"documents\.csv.*{words}|{words}.*documents\.csv"):
        load_tables(tmp_path)


def test_a_missing_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder .*nowhere"):
        load_tables(tmp_path / "nowhere")
