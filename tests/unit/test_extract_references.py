"""References: the cases in tests/cases, spans to leave out, and the evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.texts import document_text

from pipeline.extract.references.find import find_references
from pipeline.extract.references.issuer import same_body
from pipeline.extract.references.numbers import numbers_in
from pipeline.model import Span

_FILE = Path(__file__).parents[1] / "cases" / "references.jsonl"
_CASES = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["label"])
def test_case_is_read_as_expected(case: dict[str, Any]) -> None:
    rows = find_references(document_text(case["original"]))
    found = [
        {name: row[name] for name in wanted} for row, wanted in zip(rows, case["expected"], strict=False)
    ]
    assert found == case["expected"]
    assert len(rows) == len(case["expected"])


def test_evidence_is_the_text_itself() -> None:
    text = "Trang đầu\nThực hiện Chỉ thị số\n34-CT/TX ngày\f2\n7/4/2034 của Bộ Mẫu về chợ"
    (row,) = find_references(document_text(text))
    assert row.span is not None
    assert row.raw == text[row.span.start : row.span.end]
    assert row.raw.startswith("Chỉ thị số\n34-CT/TX")
    assert row.raw.endswith("của Bộ Mẫu")
    assert (row.page_number, row.line_number) == (1, 2)
    assert row.rule == "references.type_and_number"


def test_a_day_without_its_year_is_no_date_of_a_citation() -> None:
    (row,) = find_references(document_text("Căn cứ Luật Đo đạc và bản đồ ngày 24 tháng 01 nänn 2O14;"))
    assert (row["ref_title"], row["ref_date"]) == ("Luật Đo đạc và bản đồ", "")


def test_skipped_spans_cite_nothing() -> None:
    text = "QUYẾT ĐỊNH số 12/QĐ-UBND\nThực hiện Quyết định số 13/QĐ-UBND"
    assert len(find_references(document_text(text))) == 2
    (row,) = find_references(document_text(text), skip=(Span(0, 24),))
    assert row["number_symbol"] == "13/QĐ-UBND"


def test_further_mentions_make_a_reference_surer() -> None:
    once = find_references(document_text("Chỉ thị số 3-CT/TU của Tỉnh ủy"))[0]
    twice = find_references(document_text("Chỉ thị số 3-CT/TU của Tỉnh ủy. Xem Chỉ thị số 3-CT/TU."))[0]
    assert twice.confidence > once.confidence


def test_repaired_issuer_is_doubtful_and_its_raw_text_kept() -> None:
    text = "Cong dien so 16/CD-TTg ngay 1/11/2017 cua Thi tuéng Chinh phi ve bao"
    (row,) = find_references(document_text(text))
    assert row["ref_issuer"] == "Thủ tướng Chính phủ"
    assert "Thi tuéng Chinh phi" in row.raw
    assert row.confidence < 0.75


@pytest.mark.parametrize(
    ("text", "number_symbol", "form"),
    [
        ("34-CT/TW", "34-CT/TW", "party"),
        ("1954/UBND-TH", "1954/UBND-TH", "state"),
        ("91/2017/NĐ-CP", "91/2017/NĐ-CP", "legal"),
        ("26-CP", "26-CP", "old"),
        ("12/SGD&ĐT-VP", "12/SGD&ĐT-VP", "state"),
        ("5/2016/TTLT-BNV-VPCP", "5/2016/TTLT-BNV-VPCP", "legal"),
        ("7 – NQ/TW", "7-NQ/TW", "party"),
        ("88/2014/QHI3", "88/2014/QH13", "legal"),
    ],
)
def test_number_forms(text: str, number_symbol: str, form: str) -> None:
    (number,) = numbers_in(text)
    assert (number.number_symbol, number.form) == (number_symbol, form)


@pytest.mark.parametrize("text", ["30/4", "1 - Quận 3", "12/2019", "20/11/2020", "0,5-1,2"])
def test_what_is_not_a_number_of_a_document(text: str) -> None:
    assert list(numbers_in(text)) == []


def test_names_of_one_body() -> None:
    assert same_body("UBND tỉnh Lai Châu", "Ủy ban nhân dân tỉnh Lai Châu")
    assert not same_body("Bộ Nội vụ", "Bộ Tài chính")
