"""The table of restoration cases: a reader of Vietnamese adds a line to tests/cases/restore.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.restore import restore_text

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases/restore.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def parameters() -> list[Any]:
    failing = pytest.mark.xfail(strict=True, reason="known failure")
    return [
        pytest.param(case, id=case["label"], marks=[failing] if case.get("known_failure") else [])
        for case in CASES
    ]


@pytest.mark.parametrize("case", parameters())
def test_case_is_restored_as_the_table_says(case: dict[str, Any]) -> None:
    expected = case["original"] if case.get("negative") else case["expected"]
    assert restore_text(case["original"], case["mode"]).text == expected
