"""The tables and their columns, as dictionaries/columns.tsv lists them (domain: CSV set of the decrees).

The same list drives what is written, what is checked, datapackage.json and how tables are read back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline import dictionary

SHARED_COLUMNS = "evidence"  # the pseudo table whose columns every child table has
_SHARED_HERE = "(evidence)"


@dataclass(frozen=True)
class Column:
    """One column. `kind` is a Table Schema type: string, integer, number or boolean.

    `required` is `always` (never empty), `standard` (asked for, but empty when the document does not
    show it) or empty. `refers_to` is (table, column) of a foreign key, or empty.
    """

    table: str
    name: str
    kind: str
    pattern: str
    enum: tuple[str, ...]
    least: float | None
    most: float | None
    required: str
    refers_to: tuple[str, ...]
    description_en: str
    description_vi: str
    standard: str
    dublin_core: str
    example: str

    @cached_property
    def expression(self) -> re.Pattern[str] | None:
        """`pattern` compiled; a cell must match as a whole."""
        return re.compile(self.pattern) if self.pattern else None


@dataclass(frozen=True)
class TableSchema:
    """One table with its columns in order."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    description_en: str
    description_vi: str

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.by_name)

    def column(self, name: str) -> Column:
        """Column `name`. Raises ValueError when the table has none of that name."""
        try:
            return self.by_name[name]
        except KeyError:
            raise ValueError(f"the table {self.name} has no column {name!r}") from None


@cache
def tables() -> dict[str, TableSchema]:
    """All tables by name, in the order in which they are listed."""
    rows = dictionary.table("columns").rows
    shared = [row for row in rows if row["table"] == SHARED_COLUMNS and row["column"]]
    heads = [row for row in rows if not row["column"] and row["table"] != SHARED_COLUMNS]
    return {head["table"]: _schema(head, rows, shared) for head in heads}


def schema_of(name: str) -> TableSchema:
    """The table `name`. Raises ValueError when there is none."""
    try:
        return tables()[name]
    except KeyError:
        raise ValueError(f"there is no table {name!r}") from None


@cache
def review_codes() -> dict[str, str]:
    """Code -> what it means (English), from dictionaries/review_codes.tsv."""
    return {row["code"]: row["description_en"] for row in dictionary.table("review_codes").rows}


@cache
def low_confidence_codes() -> dict[str, str]:
    """Column -> the code its low confidence alone gives; `*` stands for all other columns."""
    rows = dictionary.table("review_codes").rows
    return {name: row["code"] for row in rows for name in row["low_confidence_of"].split()}


def _schema(
    head: dict[str, str], rows: tuple[dict[str, str], ...], shared: list[dict[str, str]]
) -> TableSchema:
    name = head["table"]
    columns: list[Column] = []
    for row in rows:
        if row["table"] != name or not row["column"]:
            continue
        listed = shared if row["column"] == _SHARED_HERE else [row]
        columns += [_column(name, one) for one in listed]
    return TableSchema(
        name,
        tuple(columns),
        tuple(head["key"].split()),
        head["description_en"],
        head["description_vi"],
    )


def _column(table: str, row: dict[str, str]) -> Column:
    least, _, most = row["range"].partition("..")
    return Column(
        table=table,
        name=row["column"],
        kind=row["type"],
        pattern=row["pattern"],
        enum=tuple(row["enum"].split("|")) if row["enum"] else (),
        least=float(least) if least else None,
        most=float(most) if most else None,
        required=row["required"],
        refers_to=tuple(row["key"].split(".")) if row["key"] else (),
        description_en=row["description_en"],
        description_vi=row["description_vi"],
        standard=row["standard"],
        dublin_core=row["dublin_core"],
        example=row["example"],
    )
