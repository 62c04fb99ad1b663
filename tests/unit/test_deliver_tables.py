"""Workbook, Parquet, SQLite, JSON Lines and calendar: the same cells as load_tables, and no secrets."""

import csv
import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import InputError, OutputError, UsageError
from pipeline.export import FileSeen, write_document_files, write_tables
from pipeline.export.corrections import Answer, CorrectionStore
from pipeline.export.deliver import DeliveryOptions, Sources, deliver, delivery, workbook
from pipeline.export.load import load_tables
from pipeline.export.schema import tables
from pipeline.model import (
    BBox,
    Document,
    Failure,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    Word,
    as_pairs,
)

pytest.importorskip("xlsxwriter")
pytest.importorskip("pyarrow")
openpyxl = pytest.importorskip("openpyxl")

PLAIN, SECRET, FORMULA = "a" * 16, "b" * 16, "c" * 16
SOURCES = Sources(lambda _: None, lambda *_: None)


def document(
    doc_id: str, source_file: str, fields: dict[str, str], records: tuple[Record, ...] = ()
) -> Document:
    line = Line((Word("Số:", BBox(10, 10, 50, 30), 0.9), Word("02/CT-UBND", BBox(60, 10, 200, 30), 0.4)))
    page = OcrPage(1, 1654, 2339, 200.0, (line,), "tesseract 5.3.0")
    text = RestoredText(page.text, page.text)
    return Document(
        doc_id=doc_id,
        source_file=source_file,
        source_sha256=doc_id[0] * 64,
        source_pages="1",
        pages=(PageReading(page, text, "ocr"),),
        fields=tuple(
            Field(name, value, confidence=0.5 if name == "signer_name" else 1.0, alternatives=("Hà",))
            for name, value in fields.items()
        ),
        records=records,
        issues=(Issue("signer_low", "the name lies under a seal", "signer_name"),) if fields else (),
    )


def reference(to: str) -> Record:
    values = {"ref_type": "Chỉ thị", "number_symbol": "34-CT/TW", "resolves_to": to, "list_member": "false"}
    return Record("references", as_pairs(values), raw="Chỉ thị 34-CT/TW", page_number=1, line_number=1)


def anniversary() -> Record:
    values = {
        "n_years": 80,
        "event": "Quốc khánh",
        "date_to": "2025-09-02",
        "valid": "true",
        "kind": "anniversary",
    }
    return Record("anniversaries", as_pairs(values), raw="80 năm Quốc khánh", page_number=1, confidence=0.9)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    documents = (
        document(
            PLAIN,
            "2025/a.pdf",
            {
                "subject": "phát động thi đua",
                "issue_date": "2025-04-14",
                "number": "02",
                "number_symbol": "02/CT-UBND",
                "signer_name": "Hã Thí",
                "doc_type_standard": "true",
            },
            (reference(SECRET), anniversary()),
        ),
        document(SECRET, "2025/b.pdf", {"subject": "kế hoạch", "secrecy": "mật"}, (anniversary(),)),
        document(
            FORMULA,
            "c.pdf",
            {"subject": '=HYPERLINK("x")', "issue_date": "2023-06", "description": "dài" * 12_000},
        ),
    )
    for one in documents:
        write_document_files(out, one)
    seen = [FileSeen(one.source_file, one.doc_id, one.source_sha256, 7) for one in documents]
    write_tables(out, documents, seen, [Failure("2025/b.pdf", "damaged", "page 2", "not read")])
    return out


def made(finished: Path, name: str, **options: Any) -> Path:
    deliver(finished, [name], DeliveryOptions(finished / "export", **options), SOURCES)
    return finished / "export" / name


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found.astype(wanted.dtypes.to_dict()), wanted, check_dtype=True)


def test_parquet_holds_every_table_as_load_tables_gives_it(finished: Path) -> None:
    folder = made(finished, "parquet")
    for name, wanted in load_tables(finished).items():
        same(pd.read_parquet(folder / f"{name}.parquet", dtype_backend="numpy_nullable"), wanted)


def test_sqlite_holds_every_table_as_load_tables_gives_it(finished: Path) -> None:
    with closing(sqlite3.connect(made(finished, "sqlite") / "sohoa.sqlite")) as database:
        for name, wanted in load_tables(finished).items():
            found = pd.read_sql_query(f'SELECT * FROM "{name}"', database)
            for column in found.columns:
                if str(wanted[column].dtype) == "boolean":
                    found[column] = found[column].map({0: False, 1: True}).astype("boolean")
            same(found.convert_dtypes(), wanted)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        keys = database.execute("PRAGMA foreign_key_list(dates)").fetchall()
        assert keys[0][2:5] == ("documents", "doc_id", "doc_id")


def test_jsonl_holds_every_document_with_its_rows_and_evidence(finished: Path) -> None:
    lines = (made(finished, "jsonl") / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["row"]["doc_id"] for one in found] == [PLAIN, SECRET, FORMULA]
    assert found[0]["row"]["doc_type_standard"] is True
    assert found[0]["tables"]["references"][0]["resolves_to"] == SECRET
    assert found[0]["document"]["pages"][0]["page"]["lines"][0]["words"][1]["text"] == "02/CT-UBND"
    rows = {name: sum(len(one["tables"].get(name, ())) for one in found) for name in tables()}
    assert rows["fields"] == len(load_tables(finished)["fields"])


# --- the workbook -----------------------------------------------------------------------------------


def cell(value: Any) -> object:
    return value.date().isoformat() if isinstance(value, datetime) else value


def test_the_workbook_holds_every_cell_typed(finished: Path) -> None:
    book = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")
    for name, wanted in load_tables(finished).items():
        head, *rows = book[name].iter_rows(values_only=True)
        assert list(head) == list(wanted.columns)
        for row, (_, frame) in zip(rows, wanted.iterrows(), strict=True):
            for column, value in zip(head, row, strict=True):
                expected = None if pd.isna(frame[column]) else frame[column]
                if not isinstance(expected, str) or len(expected) <= workbook.MOST_LETTERS:
                    assert cell(value) == expected


def test_days_are_dates_and_partial_ones_stay_text(finished: Path) -> None:
    sheet = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")["documents"]
    column = [one.value for one in sheet[1]].index("issue_date") + 1
    assert sheet.cell(2, column).is_date
    assert sheet.cell(4, column).value == "2023-06"


def test_no_text_of_a_document_is_a_formula(finished: Path) -> None:
    book = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row]
    assert '=HYPERLINK("x")' in [one.value for one in cells]
    assert "f" not in {one.data_type for one in cells}


def test_doubtful_cells_are_coloured_and_say_why(finished: Path) -> None:
    sheet = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")["documents"]
    columns = [one.value for one in sheet[1]]
    doubtful = sheet.cell(2, columns.index("signer_name") + 1)
    sure = sheet.cell(2, columns.index("number") + 1)
    assert doubtful.fill.fgColor.rgb == "FFFFE699"
    assert "under a seal" in doubtful.comment.text
    assert "0.50" in doubtful.comment.text
    assert sure.fill.fill_type is None
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(finished: Path) -> None:
    sheet = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")["documents"]
    one = sheet.cell(4, [one.value for one in sheet[1]].index("description") + 1)
    assert len(one.value) == workbook.MOST_LETTERS
    assert one.value.endswith("stands in the CSV table]")
    assert one.comment


def test_rows_beyond_a_sheet_go_on_in_a_further_one(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")
    assert book["documents"].max_row == 3
    assert [row[0] for row in book["documents (2)"].iter_rows(values_only=True)] == ["doc_id", FORMULA]


def test_the_workbook_leads_to_the_page_of_a_delivered_pdf(finished: Path) -> None:
    pdfs = finished / "export" / "pdf"
    pdfs.mkdir(parents=True)
    (pdfs / "manifest.csv").write_text(f"path,doc_id,sha256,pdfa,note\na b.pdf,{PLAIN},,true,\n")
    book = openpyxl.load_workbook(made(finished, "xlsx") / "sohoa.xlsx")
    link = book["references"]["A2"].hyperlink
    assert link.target.replace("\\", "/").replace("%20", " ") == "../pdf/a b.pdf"
    assert link.location == "page=1"
    assert book["documents"]["A4"].hyperlink is None


def test_equal_tables_give_an_equal_workbook(finished: Path) -> None:
    first = (made(finished, "xlsx") / "sohoa.xlsx").read_bytes()
    assert (made(finished, "xlsx") / "sohoa.xlsx").read_bytes() == first


# --- secrets, corrections, folders --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["jsonl", "sqlite", "parquet", "xlsx", "ics", "archive", "alto"])
def test_nothing_of_a_secret_document_leaves_with_without_secret(finished: Path, name: str) -> None:
    done = deliver(finished, [name], DeliveryOptions(finished / "export", without_secret=True), SOURCES)
    assert done.left_out == 1
    written = list((finished / "export").rglob("*.*"))
    assert written
    for path in written:
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            data = repr([row for sheet in book for row in sheet.iter_rows(values_only=True)]).encode()
        assert SECRET.encode() not in data
        assert b"2025/b.pdf" not in data


def test_without_secret_the_other_documents_are_all_there(finished: Path) -> None:
    folder = made(finished, "parquet", without_secret=True)
    assert list(pd.read_parquet(folder / "documents.parquet")["doc_id"]) == [PLAIN, FORMULA]
    assert pd.read_parquet(folder / "references.parquet")["resolves_to"].isna().all()


def test_what_a_person_corrected_wins_over_the_evidence(finished: Path) -> None:
    answer = Answer(PLAIN, "signer_name", "Hã Thí", "Hà Thị", "corrected")
    CorrectionStore(finished).decide([answer], who="Lan")
    line = (made(finished, "jsonl") / "documents.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (field,) = [one for one in json.loads(line)["document"]["fields"] if one["name"] == "signer_name"]
    assert field["value"] == "Hà Thị"


def test_an_older_export_leaves_nothing_behind(finished: Path) -> None:
    folder = made(finished, "alto", pattern="{doc_id}")
    assert (folder / f"{SECRET}.alto.xml").is_file()
    made(finished, "alto", pattern="{doc_id}", without_secret=True)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"{PLAIN}.alto.xml", f"{FORMULA}.alto.xml", "manifest.csv"]
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_no_export_made_is_not_replaced(finished: Path) -> None:
    strange = finished / "export" / "sqlite"
    strange.mkdir(parents=True)
    (strange / "mine.txt").write_text("keep")
    with pytest.raises(OutputError):
        made(finished, "sqlite")
    assert (strange / "mine.txt").read_text() == "keep"


def test_a_document_that_cannot_be_delivered_is_a_line_with_its_reason(finished: Path) -> None:
    done = deliver(finished, ["pdf", "hocr"], DeliveryOptions(finished / "export"), SOURCES)
    assert {(one.format, one.code) for one in done.problems} == {("pdf", "original_missing")}
    with (finished / "export" / "problems.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["doc_id"] for row in csv.DictReader(lines)] == [PLAIN, SECRET, FORMULA]


def test_an_original_that_changed_is_not_delivered(finished: Path, tmp_path: Path) -> None:
    original = tmp_path / "a.pdf"
    original.write_bytes(b"%PDF-1.7 another")
    sources = Sources(lambda _: original, lambda *_: None)
    done = deliver(finished, ["pdf"], DeliveryOptions(finished / "export"), sources)
    assert {one.code for one in done.problems} == {"original_changed"}


def test_a_folder_without_tables_and_an_unknown_format_are_told(tmp_path: Path, finished: Path) -> None:
    with pytest.raises(InputError):
        deliver(tmp_path, ["jsonl"], DeliveryOptions(tmp_path / "export"), SOURCES)
    with pytest.raises(UsageError):
        deliver(finished, ["docx"], DeliveryOptions(finished / "export"), SOURCES)


def test_the_calendar_holds_the_anniversaries(finished: Path) -> None:
    text = (made(finished, "ics") / "anniversaries.ics").read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == 1
    assert "80 năm Quốc khánh" in text


def test_an_export_that_fails_leaves_the_former_one(finished: Path) -> None:
    before = (made(finished, "jsonl") / "documents.jsonl").read_bytes()
    (finished / "dates.csv").unlink()
    with pytest.raises(InputError):
        made(finished, "jsonl")
    assert (finished / "export" / "jsonl" / "documents.jsonl").read_bytes() == before


def test_a_folder_lost_halfway_comes_back(finished: Path) -> None:
    folder = made(finished, "jsonl")
    folder.rename(folder.with_name(".jsonl.old"))  # as a kill between the two renamings leaves it
    (finished / "dates.csv").unlink()
    with pytest.raises(InputError):
        made(finished, "jsonl")
    assert (folder / "documents.jsonl").is_file()


def test_a_bug_in_one_document_does_not_stop_the_others(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(found: Document, _: object) -> str:
        if found.doc_id == SECRET:
            raise ZeroDivisionError("by zero")
        return "<alto/>"

    monkeypatch.setitem(delivery.FORMATS, "alto", delivery._marked_up("alto", ".xml", broken))
    done = deliver(finished, ["alto"], DeliveryOptions(finished / "export"), SOURCES)
    assert [(one.doc_id, one.code) for one in done.problems] == [(SECRET, "bug")]
    assert len(list((finished / "export" / "alto").glob("*.xml"))) == 2


def test_documents_without_evidence_cost_only_themselves(finished: Path) -> None:
    (finished / "evidence" / f"{PLAIN}.json").unlink()
    done = deliver(finished, ["jsonl", "xlsx", "hocr"], DeliveryOptions(finished / "export"), SOURCES)
    assert {(one.doc_id, one.format) for one in done.problems} == {(PLAIN, "jsonl"), (PLAIN, "hocr")}
    lines = (finished / "export" / "jsonl" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    sheet = openpyxl.load_workbook(finished / "export" / "xlsx" / "sohoa.xlsx")["documents"]
    doubtful = sheet.cell(2, [one.value for one in sheet[1]].index("signer_name") + 1)
    assert "doubtful" in doubtful.comment.text
