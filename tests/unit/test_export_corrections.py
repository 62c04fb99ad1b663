"""What people decide: kept beside the machine's values, winning over them, never lost to another person."""

from __future__ import annotations

import csv
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError, OutputError
from pipeline.export import document_rows
from pipeline.export.corrections import (
    REVIEW_STORE,
    Answer,
    Conflict,
    Corrections,
    CorrectionStore,
    RefusedValue,
    checked_value,
    corrected,
    read_corrections,
    write_corrections_csv,
)
from pipeline.export.doubt import review
from pipeline.model import BBox, Document, Field, Issue, Record

DOC = "0123456789abcdef"
BOX = BBox(10, 20, 30, 40)


def machine_document(**changes: object) -> Document:
    fields = (
        Field("number_raw", "Số: 1l/QĐ-UBND", confidence=0.3),
        Field("number", "11", bbox=BOX, page_number=1, confidence=0.3, alternatives=("17",)),
        Field("symbol", "QĐ-UBND", confidence=0.95),
        Field("number_symbol", "11/QĐ-UBND", raw="Số: 1l/QĐ-UBND", confidence=0.3),
        Field("number_status", "present", confidence=0.9),
        Field("issue_date", "2024-05", confidence=0.4),
        Field("issue_date_precision", "month", confidence=0.4),
        Field("doc_type", "Quyết định", confidence=0.95),
        Field("doc_type_abbr", "QĐ", confidence=0.95),
        Field("doc_type_code", "02", confidence=0.95),
        Field("doc_type_standard", "true", confidence=0.95),
        Field("system", "state", confidence=0.9),
        Field("signer_name", "Lê Vãn An", bbox=BOX, page_number=1, confidence=0.3),
    )
    records = (Record("signers", (("role", "signer"), ("name", "Lê Vãn An"), ("name_score", "3"))),)
    issues = (
        Issue("date_partial", "day is blank", "issue_date", 1),
        Issue("signer_low", "doubtful name", "signer_name", 1),
        Issue("ref_unresolved", "a citation", "", 1),
    )
    document = Document(DOC, "a.pdf", "0" * 64, "1", (), fields, records, issues)
    return replace(document, **changes)  # type: ignore[arg-type]


def answer(column: str, value: str, verdict: str = "corrected", version: int = 0) -> Answer:
    machine = machine_document().value(column)
    return Answer(DOC, column, machine, value, verdict, version)  # type: ignore[arg-type]


def after(out: Path, *answers: Answer, document: Document | None = None) -> Document:
    CorrectionStore(out).decide(answers, "Lan")
    return corrected(document or machine_document(), read_corrections(out))


def cell(document: Document, name: str) -> Field:
    return next(field for field in document.fields if field.name == name)


# --- the store ------------------------------------------------------------------------------------


def test_without_a_store_nothing_changes(tmp_path: Path) -> None:
    document = machine_document()
    assert corrected(document, read_corrections(tmp_path)) is document
    write_corrections_csv(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_person_who_saw_the_old_state_is_told_of_the_first(tmp_path: Path) -> None:
    store = CorrectionStore(tmp_path)
    store.decide([answer("signer_name", "Lê Văn An")], "Lan")
    with pytest.raises(Conflict) as caught:
        store.decide([answer("issue_date", "2024-05-06"), answer("signer_name", "Lê Văn Ân")], "Minh")
    assert [(one.who, one.value) for one in caught.value.decisions] == [("Lan", "Lê Văn An")]
    assert set(store.of(DOC)) == {"signer_name"}, "the screen is stored as a whole or not at all"
    store.decide([answer("signer_name", "Lê Văn Ân", version=1)], "Minh")
    assert store.of(DOC)["signer_name"].who == "Minh"


def test_undo_restores_the_former_decision_and_then_the_machine(tmp_path: Path) -> None:
    store = CorrectionStore(tmp_path)
    store.decide([answer("signer_name", "Lê Văn An")], "Lan")
    store.decide([answer("signer_name", "Lê Văn Ân", version=1)], "Lan")
    assert [one.value for one in store.undo("Lan")] == ["Lê Văn An"]
    assert store.of(DOC)["signer_name"].value == "Lê Văn An"
    assert [one.verdict for one in store.undo("Lan")] == ["withdrawn"]
    assert store.of(DOC) == {} and read_corrections(tmp_path).count == 0
    assert store.undo("Lan") == ()
    assert len(store.log()) == 4, "nothing is ever deleted"
    assert store.versions(DOC) == {"signer_name": 4}


def test_undo_does_not_take_back_what_somebody_else_decided_since(tmp_path: Path) -> None:
    store = CorrectionStore(tmp_path)
    store.decide([answer("signer_name", "Lê Văn An")], "Lan")
    store.decide([answer("signer_name", "Lê Văn Ân", version=1)], "Minh")
    with pytest.raises(Conflict):
        store.undo("Lan")
    assert store.of(DOC)["signer_name"].value == "Lê Văn Ân"


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    (tmp_path / REVIEW_STORE).write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match=REVIEW_STORE):
        read_corrections(tmp_path)
    with pytest.raises(OutputError, match=REVIEW_STORE):
        CorrectionStore(tmp_path)


def test_the_log_refuses_two_decisions_of_one_version(tmp_path: Path) -> None:
    store = CorrectionStore(tmp_path)
    store.decide([answer("signer_name", "Lê Văn An")], "Lan")
    connection = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            'INSERT INTO decisions SELECT 99, doc_id, "column", machine_value, value, verdict, who, "when",'
            " note, version, batch, was_sure, undoes FROM decisions"
        )
    connection.close()


# --- corrections.csv ------------------------------------------------------------------------------


def test_corrections_csv_lists_the_decisions_that_count(tmp_path: Path) -> None:
    store = CorrectionStore(tmp_path)
    store.decide([answer("signer_name", "Lê Văn An"), answer("issue_date", "", "unreadable")], "Lan")
    store.decide([answer("doc_type", "", "confirmed")], "Lan")
    store.undo("Lan")
    write_corrections_csv(tmp_path)
    with (tmp_path / "corrections.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["column"], row["machine_value"], row["value"], row["note"]) for row in rows] == [
        ("issue_date", "2024-05", "", "unreadable"),
        ("signer_name", "Lê Vãn An", "Lê Văn An", ""),
    ]
    assert rows[0]["who"] == "Lan" and rows[0]["when"].endswith("Z")


def test_rows_written_by_hand_become_decisions(tmp_path: Path) -> None:
    lines = [
        "doc_id,column,machine_value,value,who,when,note",
        f"{DOC},signer_name,Lê Vãn An,Lê Văn An,Minh,2024-01-01,looked twice",
        f"{DOC},no_such_column,a,b,Minh,2024-01-01,",
        f"{DOC},issue_date,2024-05,yesterday,Minh,2024-01-01,",
    ]
    (tmp_path / "corrections.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = CorrectionStore(tmp_path).of(DOC)
    assert {name: (one.value, one.who, one.note) for name, one in found.items()} == {
        "signer_name": ("Lê Văn An", "Minh", "looked twice")
    }


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("issue_date", "06/05/2024", "form"),
        ("issue_date", "2024-02-30", "no_such_day"),
        ("issue_date", "2024-13", "no_such_day"),
        ("number_symbol", "QĐ-UBND", "no_number"),
        ("signing_authority", "PP", "not_listed"),
        ("doc_type_standard", "yes", "not_listed"),
        ("attachments_count", "two", "no_whole_number"),
        ("attachments_count", "-1", "range"),
        ("text_file", "../../etc/passwd", "derived"),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_refused(column: str, value: str, reason: str) -> None:
    with pytest.raises(RefusedValue) as caught:
        checked_value(column, value)
    assert caught.value.reason == reason


def test_values_are_stored_in_nfc_with_single_blanks() -> None:
    assert checked_value("signer_name", "  Le\u0302  Văn\tAn ") == "Lê Văn An"
    assert checked_value("issue_date", "2024-02-29") == "2024-02-29"
    assert checked_value("issue_date", "") == ""


# --- the corrected document -----------------------------------------------------------------------


def test_a_persons_value_wins_and_the_machines_is_kept(tmp_path: Path) -> None:
    field = cell(after(tmp_path, answer("signer_name", "Lê Văn An")), "signer_name")
    assert (field.value, field.rule, field.confidence) == ("Lê Văn An", "review", 1.0)
    assert field.alternatives == ("Lê Vãn An",) and field.bbox == BOX


def test_a_decided_cell_needs_no_review_any_more_and_others_still_do(tmp_path: Path) -> None:
    document = after(tmp_path, answer("signer_name", "Lê Văn An"))
    columns, reasons = review(document, 0.6)
    assert "signer_name" not in columns and "issue_date" in columns
    assert "signer_low" not in reasons and "ref_unresolved" in reasons


def test_a_confirmed_number_settles_its_parts_and_its_print(tmp_path: Path) -> None:
    document = after(tmp_path, answer("number_symbol", "", "confirmed"))
    assert cell(document, "number_symbol").value == "11/QĐ-UBND"
    assert not {"number", "number_symbol", "symbol", "number_raw"} & set(review(document, 0.6)[0])


@pytest.mark.parametrize(
    ("value", "number", "symbol"),
    [
        ("17/QĐ-UBND", "17", "QĐ-UBND"),
        ("05-CT/HU", "05", "CT/HU"),
        ("30/2020/NĐ-CP", "30", "NĐ-CP"),
        ("12/2024", "12", ""),
        ("12", "12", ""),
    ],
)
def test_number_and_symbol_follow_their_canonical_form(
    tmp_path: Path, value: str, number: str, symbol: str
) -> None:
    document = after(tmp_path, answer("number_symbol", value))
    assert (document.value("number"), document.value("symbol")) == (number, symbol)
    assert document.value("number_status") == "present"


def test_the_canonical_form_follows_its_parts(tmp_path: Path) -> None:
    assert after(tmp_path, answer("number", "17")).value("number_symbol") == "17/QĐ-UBND"
    document = after(tmp_path, answer("symbol", "CT/TU"))
    assert document.value("number_symbol") == "17/CT/TU" or document.value("number_symbol") == "11/CT/TU"


def test_an_unreadable_number_is_empty_and_illegible(tmp_path: Path) -> None:
    document = after(tmp_path, answer("number_symbol", "", "unreadable"))
    assert (document.value("number_symbol"), document.value("number")) == ("", "")
    assert document.value("number_status") == "illegible" and document.value("symbol") == "QĐ-UBND"
    assert "number_symbol" not in review(document, 0.6)[0]


def test_the_precision_follows_the_date(tmp_path: Path) -> None:
    document = after(tmp_path, answer("issue_date", "2024-05-06"))
    assert document.value("issue_date_precision") == "day"
    assert "issue_date" not in review(document, 0.6)[0]


def test_abbreviation_and_code_follow_the_type(tmp_path: Path) -> None:
    document = after(tmp_path, answer("doc_type", "Chỉ thị"))
    named = ("doc_type_abbr", "doc_type_code", "doc_type_standard")
    assert [document.value(name) for name in named] == ["CT", "03", "true"]
    CorrectionStore(tmp_path).decide([answer("doc_type", "Lời ngỏ", version=1)], "Lan")
    document = corrected(machine_document(), read_corrections(tmp_path))
    assert [document.value(name) for name in named] == ["", "", "false"]


def test_todays_province_follows_the_place(tmp_path: Path) -> None:
    fields = (*machine_document().fields, Field("place", "Ha Glang"), Field("place_current", ""))
    document = after(tmp_path, answer("place", "Hà Giang"), document=machine_document(fields=fields))
    assert document.value("place_current") == "Tuyên Quang"


def test_the_signers_row_follows_the_name(tmp_path: Path) -> None:
    record = after(tmp_path, answer("signer_name", "Lê Văn An")).records[0]
    assert record["name"] == "Lê Văn An" and record["name_score"] == "" and record.rule == "review"


def test_a_signer_nobody_read_gets_a_row(tmp_path: Path) -> None:
    document = after(tmp_path, answer("signer_name", "Lê Văn An"), document=machine_document(records=()))
    assert [(one.table, one["role"], one["name"]) for one in document.records] == [
        ("signers", "signer", "Lê Văn An")
    ]


def test_rows_of_addressees_follow_the_list(tmp_path: Path) -> None:
    rows = tuple(
        Record("recipients", (("list", "kinh_gui"), ("ordinal", "1"), ("name", name)), raw=name)
        for name in ("Sở Nội vu", "Sở Y tế")
    )
    given = answer("addressees", "Sở Nội vụ; Sở Y tế")
    document = after(tmp_path, given, document=machine_document(records=rows))
    assert [(one["ordinal"], one["name"], one.raw) for one in document.records] == [
        ("1", "Sở Nội vụ", ""),
        ("2", "Sở Y tế", "Sở Y tế"),
    ]


def test_a_corrected_document_still_fits_the_tables(tmp_path: Path) -> None:
    document = after(
        tmp_path,
        answer("number_symbol", "17/QĐ-UBND"),
        answer("issue_date", "2024-05-06"),
        answer("signer_name", "", "unreadable"),
        answer("place", "Lào Cai"),
    )
    rows = dict(document_rows(document, 0.6))
    assert "17/QĐ-UBND" in rows["documents"]


def test_a_persons_value_wins_over_a_later_reading(tmp_path: Path) -> None:
    CorrectionStore(tmp_path).decide([answer("signer_name", "Lê Văn An")], "Lan")
    again = machine_document(fields=(Field("signer_name", "Lê Văn Ấn"),))
    assert corrected(again, read_corrections(tmp_path)).value("signer_name") == "Lê Văn An"
    agrees = machine_document(fields=(Field("signer_name", "Lê Văn An"),))
    assert cell(corrected(agrees, read_corrections(tmp_path)), "signer_name").alternatives == ()


def test_a_text_that_was_looked_through_is_no_doubt_any_more(tmp_path: Path) -> None:
    issues = (Issue("doubtful_words", "many", "text_file"),)
    given = Answer(DOC, "text_file", "text/a.txt", "text/a.txt", "confirmed")
    document = after(tmp_path, given, document=machine_document(issues=issues))
    assert "text_file" not in review(document, 0.6)[0]
    assert all(field.name != "text_file" for field in document.fields)


def test_corrections_of_another_document_do_not_touch_this_one() -> None:
    document = machine_document()
    assert corrected(document, Corrections({"f" * 16: {}})) is document
