"""corrections.csv: written from the decisions that count; rows written by hand become decisions."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from pipeline.export.cells import unguard
from pipeline.export.decisions import Answer, Corrections, Decision, RefusedValue, checked_value
from pipeline.export.rows import cells
from pipeline.export.schema import schema_of
from pipeline.export.writing import PendingFile, output_errors

_TABLE = "corrections"
_UNREADABLE = "unreadable"


def write_csv(out: Path, corrections: Corrections) -> None:
    """Write corrections.csv to `out`, by document and column. Raises OutputError."""
    decided = corrections.by_document
    order = schema_of("documents").names
    with PendingFile(out / f"{_TABLE}.csv") as file:
        file.write_row(schema_of(_TABLE).names)
        for doc_id in sorted(decided):
            for column in sorted(decided[doc_id], key=order.index):
                file.write_row(cells(_TABLE, _values(decided[doc_id][column])))
        file.commit()


def answers_by_hand(out: Path) -> dict[str, list[Answer]]:
    """Person -> what the rows of corrections.csv in `out` say; rows that fit no column are left out.

    Raises OutputError when the file cannot be read.
    """
    found: dict[str, list[Answer]] = {}
    seen: set[tuple[str, str]] = set()
    for row in _rows(out / f"{_TABLE}.csv"):
        cell = (row["doc_id"], row["column"])
        try:
            value = checked_value(row["column"], row["value"])
        except (RefusedValue, ValueError):
            continue
        if not row["doc_id"] or cell in seen:
            continue
        seen.add(cell)
        verdict = _verdict(row, value)
        answer = Answer(*cell, row["machine_value"], value, verdict, note=row["note"])
        found.setdefault(row["who"], []).append(answer)
    return found


def _verdict(row: dict[str, str], value: str) -> Literal["confirmed", "corrected", "unreadable"]:
    if not value and row["note"] == _UNREADABLE:
        return "unreadable"
    return "confirmed" if value == row["machine_value"] else "corrected"


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.exists():
        return []
    names = schema_of(_TABLE).names
    with output_errors(table), table.open(encoding="utf-8-sig", newline="") as file:
        return [{name: unguard(row.get(name) or "") for name in names} for row in csv.DictReader(file)]


def _values(one: Decision) -> dict[str, object]:
    return {
        "doc_id": one.doc_id,
        "column": one.column,
        "machine_value": one.machine_value,
        "value": one.value,
        "who": one.who,
        "when": one.when,
        "note": one.note or (_UNREADABLE if one.verdict == "unreadable" else ""),
    }
