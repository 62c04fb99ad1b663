"""What people decided about the cells of documents.csv, and which values they may give.

A decision never changes what the machine read: it stands beside it, and the last one about a cell counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from pipeline.export.cells import clean
from pipeline.export.rows import DERIVED
from pipeline.export.schema import schema_of

Verdict = Literal["confirmed", "corrected", "unreadable", "withdrawn"]
WHOLE_TEXT = "text_file"  # named in review_columns when the text as a whole is in doubt
_FULL_DATE = len("2020-01-30")
_YEAR_MONTH = len("2020-01")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says about one cell: `value` holds, where `machine_value` was read.

    `verdict` is `confirmed` (the machine is right), `corrected`, `unreadable` (nobody can read it; `value`
    is empty) or `withdrawn` (the machine's value holds again). `expected_version` is how many decisions
    about the cell the person had seen. `was_sure` says that nobody had doubted the cell,
    so that it tells how right the sure cells are.
    """

    doc_id: str
    column: str
    machine_value: str
    value: str
    verdict: Verdict
    expected_version: int = 0
    note: str = ""
    was_sure: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer as it was stored. `version` counts the decisions about its cell from 1; those of one
    screen share a `batch`; `when` is ISO 8601 in UTC; `undoes` is the batch it takes back, or 0."""

    doc_id: str
    column: str
    machine_value: str
    value: str
    verdict: Verdict
    who: str
    when: str
    note: str
    version: int
    batch: int
    was_sure: bool = False
    undoes: int = 0


class Conflict(Exception):
    """Somebody else decided about a cell in the meantime; `decisions` say who and what. Nothing is stored."""

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        cells = ", ".join(f"{one.column}: {one.value!r} by {one.who}" for one in decisions)
        super().__init__(f"decided in the meantime: {cells}")
        self.decisions = decisions


class RefusedValue(ValueError):
    """A value that does not fit its column. `reason` is a short stable word, `wanted` what would fit."""

    def __init__(self, column: str, value: str, reason: str, wanted: str = "") -> None:
        super().__init__(f"{column}: {value!r} is refused ({reason}{f': {wanted}' if wanted else ''})")
        self.column = column
        self.value = value
        self.reason = reason
        self.wanted = wanted


@dataclass(frozen=True)
class Corrections:
    """The decisions that count, by doc_id and column; withdrawn ones are gone. `last` is the place in the log
    up to which it was read (0: nothing was decided)."""

    by_document: Mapping[str, Mapping[str, Decision]]
    last: int = 0

    def of(self, doc_id: str) -> Mapping[str, Decision]:
        """Column -> decision for one document."""
        return self.by_document.get(doc_id, {})

    @cached_property
    def count(self) -> int:
        """How many cells are decided."""
        return sum(len(columns) for columns in self.by_document.values())


def checked_value(column: str, value: str) -> str:
    """`value` as it may stand in documents.`column`: NFC, single blanks; empty stays empty.

    Raises RefusedValue when it breaks the column's pattern, list or range, or is no day of the calendar;
    ValueError when there is no such column.

    >>> checked_value("number_symbol", " 02/CT-UBND ")
    '02/CT-UBND'
    """
    schema = schema_of("documents").column(column)
    text = " ".join(clean(value).split())
    if column in DERIVED:
        raise RefusedValue(column, text, "derived")
    if not text:
        return ""
    if schema.enum and text not in schema.enum:
        raise RefusedValue(column, text, "not_listed", ", ".join(schema.enum))
    if schema.kind == "boolean" and text not in ("true", "false"):
        raise RefusedValue(column, text, "not_listed", "true, false")
    if schema.kind in ("integer", "number"):
        _check_number(column, text)
    if schema.expression and not schema.expression.fullmatch(text):
        raise RefusedValue(column, text, "form", schema.example or schema.pattern)
    if "[0-9]{4}" in schema.pattern and not _is_date(text[:_FULL_DATE]):
        raise RefusedValue(column, text, "no_such_day", schema.example or "2020-01-30")
    if column == "number_symbol" and not text[0].isdigit():
        raise RefusedValue(column, text, "no_number", schema.example)
    return text


def _check_number(column: str, text: str) -> None:
    schema = schema_of("documents").column(column)
    try:
        number = int(text) if schema.kind == "integer" else float(text)
    except ValueError:
        raise RefusedValue(column, text, "no_whole_number") from None
    too_small = schema.least is not None and number < schema.least
    if too_small or (schema.most is not None and number > schema.most):
        raise RefusedValue(column, text, "range", f"{schema.least} - {schema.most}")


def _is_date(text: str) -> bool:
    """Whether a full or partial ISO date names a day, month or year that exists."""
    whole = {_FULL_DATE: text, _YEAR_MONTH: f"{text}-01"}.get(len(text), f"{text}-01-01")
    try:
        date.fromisoformat(whole)
    except ValueError:
        return False
    return True
