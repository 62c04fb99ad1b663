"""Anniversaries: the cases in tests/cases, the checks of arithmetic, and what is never an anniversary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.texts import document_text

from pipeline.extract.anniversaries.events import known_event, validity, year_kind
from pipeline.extract.anniversaries.find import anniversary_issues, find_anniversaries

_FILE = Path(__file__).parents[1] / "cases" / "anniversaries.jsonl"
_CASES = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]


def _parameter(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
    return pytest.param(case, id=case["label"], marks=marks)


@pytest.mark.parametrize("case", [_parameter(case) for case in _CASES])
def test_case_is_read_as_expected(case: dict[str, Any]) -> None:
    kinds = case.get("kinds", ["anniversary", "holiday"])
    rows = [row for row in find_anniversaries(document_text(case["original"])) if row["kind"] in kinds]
    found = [
        {name: row[name] for name in wanted} for row, wanted in zip(rows, case["expected"], strict=False)
    ]
    assert found == case["expected"]
    assert len(rows) == len(case["expected"])


def test_evidence_is_the_text_itself() -> None:
    text = "Năm nay\nkỷ niệm 40 năm thành lập xã (15/8/1980 -\f15/8/2020) của bản."
    (row,) = find_anniversaries(document_text(text))
    assert row.span is not None
    assert row.raw == text[row.span.start : row.span.end] == "40 năm thành lập xã (15/8/1980 -\f15/8/2020)"
    assert (row.page_number, row.line_number) == (1, 2)
    assert row.rule == "anniversaries.cue"


def test_mismatch_is_reported_with_both_readings() -> None:
    rows = find_anniversaries(document_text("kỷ niệm 25 năm tái lập huyện (01/4/1995 - 01/4/2019)"))
    (issue,) = anniversary_issues(rows)
    assert issue.code == "ann_mismatch"
    assert "25 năm" in issue.message
    assert "24 years" in issue.message


def test_right_arithmetic_raises_no_issue() -> None:
    rows = find_anniversaries(document_text("kỷ niệm 24 năm tái lập huyện (01/4/1995 - 01/4/2019)"))
    assert rows
    assert anniversary_issues(rows) == ()


def test_wrong_arithmetic_lowers_confidence() -> None:
    right, wrong = (
        find_anniversaries(document_text(f"kỷ niệm {n} năm tái lập huyện (01/4/1995 - 01/4/2019)"))[0]
        for n in (24, 25)
    )
    assert wrong.confidence < 0.6 < right.confidence


@pytest.mark.parametrize(
    ("n_years", "date_from", "date_to", "valid"),
    [
        (115, "1909-06-28", "2024-06-28", "true"),
        (115, "1909-06-28", "2024-06-29", "false"),
        (114, "1909-06-28", "2024-06-28", "false"),
        (90, "1930-02-03", "2020", "true"),
        (90, "1930-02-03", "", "unknown"),
    ],
)
def test_validity(n_years: int, date_from: str, date_to: str, valid: str) -> None:
    assert validity(n_years, date_from, date_to) == valid


def test_two_bases_of_one_day_are_told_apart_by_the_words() -> None:
    assert (
        event := known_event("thành lập Hội Liên hiệp Phụ nữ Việt Nam", "")
    ) and event.event_id == "phu_nu"


def test_event_of_a_province_needs_its_name_or_its_date() -> None:
    assert known_event("thành lập tỉnh", "uy ban nhan dan tinh khac") is None
    named = known_event("thành lập tỉnh", "uy ban nhan dan tinh lai chau")
    dated = known_event("thành lập tỉnh", "", "1909-06-28")
    assert named is not None
    assert dated is not None
    assert named.event_id == dated.event_id == "lc_tinh"


def test_day_of_another_country_is_not_ours() -> None:
    assert known_event("Quốc khánh Lào", "") is None


def test_garbled_words_are_known_by_their_date() -> None:
    event = known_event("thanh 13p Pang bd tinh", "", "1949-10-10")
    assert event is not None
    assert event.event_id == "lc_dangbo"


@pytest.mark.parametrize(("n_years", "kind"), [(20, "tròn"), (75, "lẻ 5"), (133, "khác")])
def test_year_kind(n_years: int, kind: str) -> None:
    assert year_kind(n_years) == kind
