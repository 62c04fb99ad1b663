"""Score the cells of documents.csv against hand-made truth, as a whole: there are no half points."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.export.load import load_tables

# column of documents.csv -> key of the ground truth
COLUMNS = {
    "number_symbol": "doc_number",
    "issue_date": "issue_date",
    "place": "place",
    "doc_type": "doc_type",
    "issuer": "issuer",
    "issuer_parent": "parent_body",
    "subject": "subject",
    "signer_name": "signer_name",
    "signer_title": "signer_title",
}
TONES = "\u0300\u0301\u0303\u0309\u0323"
_LEAD = re.compile(r"^(v/v|về việc|về)\s*:?\s+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One compared cell; `is_sure` when the row does not name it in review_columns."""

    file: str
    column: str
    wanted: str
    got: str
    is_right: bool
    is_sure: bool


def compare(truth_file: Path, output: Path) -> tuple[Cell, ...]:
    """Every cell that has a truth, compared. Files without a row count as wrong."""
    truths = json.loads(truth_file.read_text(encoding="utf-8"))
    documents = load_tables(output)["documents"].astype("string").fillna("")
    rows: dict[str, pd.Series[Any]] = {}
    for _, row in documents.iterrows():
        # A file may hold several documents; the truth of a file is that of its first.
        rows.setdefault(Path(str(row["source_file"])).name, row)
    return tuple(cell for truth in truths for cell in _cells(truth, rows.get(truth["file"])))


def _cells(truth: Mapping[str, Any], row: pd.Series[Any] | None) -> Iterator[Cell]:
    doubtful = str(row["review_columns"]).split(";") if row is not None else list(COLUMNS)
    for column, key in COLUMNS.items():
        wanted = truth.get(key) or (truth.get("issue_month") if column == "issue_date" else None)
        absent = column in truth.get("absent", ())
        if not wanted and not absent:
            continue
        got = str(row[column]) if row is not None else ""
        is_right = not got if absent else fold(got) == fold(str(wanted))
        yield Cell(truth["file"], column, str(wanted or ""), got, is_right, column not in doubtful)


def figures(cells: tuple[Cell, ...]) -> dict[str, float]:
    """Share of right cells by column, of cells given as sure, and of those that are right."""
    by_column = {column: [cell for cell in cells if cell.column == column] for column in COLUMNS}
    shares = {name: _share([cell.is_right for cell in group]) for name, group in by_column.items() if group}
    sure = [cell.is_right for cell in cells if cell.is_sure]
    return shares | {"sure_share": len(sure) / max(1, len(cells)), "sure_right": _share(sure)}


def fold(text: str) -> str:
    """Lower case, one tone placement, abbreviations of bodies written out, `Về việc` dropped.

    >>> fold("V/v hoà giải") == fold("Hòa giải")
    True
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).casefold().replace(" - ", "-").split())
    tidy = re.sub(r"\bubnd\b", "ủy ban nhân dân", _LEAD.sub("", tidy))
    return " ".join(_tone_last(word) for word in re.sub(r"\bhđnd\b", "hội đồng nhân dân", tidy).split())


def _tone_last(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in TONES)
    return "".join(letter for letter in letters if letter not in TONES) + tones


def _share(verdicts: list[bool]) -> float:
    return sum(verdicts) / len(verdicts) if verdicts else 0.0
