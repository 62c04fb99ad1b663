"""Headers and signature blocks of plain text: the cases in tests/cases, one line each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.texts import document_text

from pipeline.config import Settings
from pipeline.extract import extract

_FOLDER = Path(__file__).parents[1] / "cases"


def _cases(name: str) -> list[Any]:
    lines = (_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_parameter(json.loads(line)) for line in lines]


def _parameter(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["known_failure"], strict=True)] if "known_failure" in case else []
    return pytest.param(case, id=case["label"], marks=marks)


@pytest.mark.parametrize("case", _cases("headers") + _cases("signatures"))
def test_case_is_read_as_expected(case: dict[str, Any]) -> None:
    found = extract(document_text(case["original"]), Settings())
    assert {name: found.value(name) for name in case["expected"]} == case["expected"]


def test_number_of_a_consolidated_text_stands_on_its_last_page() -> None:
    text = (
        "THÔNG TƯ\nQuy định về lưu trữ hồ sơ\n\nĐiều 1. Phạm vi điều chỉnh\n\n"
        "BỘ NỘI VỤ\nSố: 05/VBHN-BNV\n\nXÁC THỰC VĂN BẢN HỢP NHẤT\nBỘ TRƯỞNG\n\nLê Minh Hoan\n"
    )
    found = extract(document_text(text), Settings())
    assert found.value("number_symbol") == "05/VBHN-BNV"


def test_a_date_inside_a_sentence_is_not_the_issue_date() -> None:
    text = "Theo Quyết định số 8/QĐ-UBND của huyện Văn Bàn ngày 07 tháng 01 năm 2008, xã được hỗ trợ giống."
    found = extract(document_text(text), Settings())
    assert found.value("issue_date") == ""
    assert found.value("number") == ""


def test_citing_a_later_document_makes_the_date_doubtful() -> None:
    text = (
        "SỞ Y TẾ\nSố: 12/SYT-VP\nV/v tập huấn\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Hà Nam, ngày 03 tháng 4 năm 2018\n\nKính gửi: Các đơn vị.\n\n"
        "Thực hiện Công văn số 77/BYT-VP ngày 02/3/2019 của Bộ Y tế về việc tập huấn.\n"
    )
    found = extract(document_text(text), Settings())
    assert any(issue.code == "date_implausible" for issue in found.issues)
