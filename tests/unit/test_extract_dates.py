"""Dates: the cases in tests/cases, and the small parsers beneath."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.texts import document_text

from pipeline.extract.dates.grammar import date_at, iso_date
from pipeline.extract.dates.spelled import number_in_words
from pipeline.extract.document_dates import find_dates
from pipeline.extract.folding import flat
from pipeline.extract.records import find_records

_FILE = Path(__file__).parents[1] / "cases" / "dates.jsonl"
_CASES = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["label"])
def test_case_is_read_as_expected(case: dict[str, Any]) -> None:
    rows = find_dates(document_text(case["original"]))
    found = [
        {name: row[name] for name in wanted} for row, wanted in zip(rows, case["expected"], strict=False)
    ]
    assert found == case["expected"]
    assert len(rows) == len(case["expected"])


def test_a_bare_year_is_given_once() -> None:
    rows = find_dates(document_text("năm 2023 tốt, năm 2023 đẹp, năm 2024"))
    assert [row["date"] for row in rows] == ["2023", "2024"]


def test_raw_is_what_is_printed() -> None:
    (row,) = find_dates(document_text("họp ngày 24 - 9 - 2001 ở xã"))
    assert (row["raw"], row.raw) == ("24 - 9 - 2001", "24 - 9 - 2001")


def test_all_records_at_once_are_the_same_dates() -> None:
    text = document_text("Nghị định số 9/2020/NĐ-CP ngày 3/4/2020; kỷ niệm 10 năm thành lập (2010-2020); 2/9")
    together = [row for row in find_records(text) if row.table == "dates"]
    assert tuple(together) == find_dates(text)


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        ((2020, 2, 29), "2020-02-29"),
        ((2021, 2, 29), None),
        ((2020, 13, 1), None),
        ((None, 9, 2), "XXXX-09-02"),
        ((None, 9, None), None),
        ((2020, None, None), "2020"),
        ((3012, 1, 1), None),
    ],
)
def test_iso_date(parts: tuple[int | None, int | None, int | None], date: str | None) -> None:
    assert iso_date(*parts) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (", ngày 5/1/2020", "2020-01-05"),
        (" (ký ngày 24 - 9 - 2001)", "2001-09-24"),
        (" năm 2012", "2012"),
        (" về việc 5/1/2020", None),
        (". Ngày 5/1/2020", None),
        (" ngày 2/9", None),
    ],
)
def test_the_date_right_behind_a_number(text: str, date: str | None) -> None:
    hit = date_at(flat(text), 0)
    assert (hit.date if hit else None) == date


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("muoi chin", 19),
        ("hai muoi tu", 24),
        ("mot nghin chin tram linh hai", 1902),
        ("rau", None),
        ("", None),
    ],
)
def test_number_in_words(text: str, value: int | None) -> None:
    assert number_in_words(text) == value
