"""The finished tables and documents, typed, without those that are to be left out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from pipeline.errors import InputError
from pipeline.export.cells import unguard
from pipeline.export.decisions import Corrections
from pipeline.export.schema import Column, TableSchema, schema_of, tables
from pipeline.export.settled import SettledDocuments
from pipeline.model import Document, Issue, Record

Value = str | int | float | bool | None
Row = dict[str, Value]
_WORDS = {"true": True, "false": False}
_PROPOSED = "proposed_"  # what other documents suggest, in their words: secret ones may be among them
_AGAIN = "Write the tables again with: sohoa run PATH --out FOLDER"


@dataclass(frozen=True)
class Finished:
    """A finished run's folder. With `without_secret`, documents with a secrecy mark, and all that tells of
    them in other tables, are not there; nor are proposals, which may quote them."""

    out: Path
    without_secret: bool = False

    @cached_property
    def documents(self) -> tuple[dict[str, str], ...]:
        """The rows of documents.csv as text, in order. Raises InputError."""
        shown = [row for row in self._all if row["doc_id"] not in self.left_out]
        if self.left_out:
            shown = [row | {name: "" for name in row if name.startswith(_PROPOSED)} for row in shown]
        return tuple(shown)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """doc_ids of the secret documents that are left out."""
        if not self.without_secret:
            return frozenset()
        return frozenset(row["doc_id"] for row in self._all if row["secrecy"])

    def document(self, doc_id: str) -> Document:
        """A document as its row has it, without what it tells of those left out.

        Raises InputError, also when it was read anew after the tables were written.
        """
        document = self._evidence.in_tables(doc_id, self._corrections)
        return self._without_secrets(document) if self.left_out else document

    @cached_property
    def _evidence(self) -> SettledDocuments:
        return SettledDocuments(self.out)

    @cached_property
    def _corrections(self) -> Corrections:
        return self._evidence.corrections_in_tables()

    def rows(self, table: str) -> Iterator[Row]:
        """The typed rows of `table`, in order; an empty cell is None. Raises InputError."""
        schema = schema_of(table)
        for row in self._texts(table):
            if self._is_shown(table, row):
                yield self._typed(schema, row)

    def rows_of_documents(self) -> Iterator[tuple[Row, dict[str, list[Row]]]]:
        """Every document's row with its rows in the child tables.

        Raises InputError when a child table is not in the order of documents.csv.
        """
        children = {
            schema.name: groupby(self.rows(schema.name), key=lambda row: row["doc_id"])
            for schema in tables().values()
            if "doc_id" in schema.by_name and schema.name not in ("documents", "files", "corrections")
        }
        waiting = {name: next(groups, None) for name, groups in children.items()}
        for row in self.rows("documents"):
            own: dict[str, list[Row]] = {}
            for name, groups in children.items():
                group = waiting[name]
                own[name] = []
                if group and group[0] == row["doc_id"]:
                    own[name] = list(group[1])
                    waiting[name] = next(groups, None)
            yield row, own
        strange = next((name for name, group in waiting.items() if group), "")
        if strange:
            raise InputError(f"the rows of {strange}.csv are not in the order of documents.csv", hint=_AGAIN)

    # --- what is left out -------------------------------------------------------------------------

    @cached_property
    def _all(self) -> tuple[dict[str, str], ...]:
        return tuple(self._texts("documents"))

    @cached_property
    def _secret_files(self) -> frozenset[str]:
        return frozenset(row["source_sha256"] for row in self._all if row["doc_id"] in self.left_out)

    @cached_property
    def _secret_paths(self) -> frozenset[str]:
        return frozenset(
            row["path"] for row in self._texts("files") if row["source_sha256"] in self._secret_files
        )

    def _without_secrets(self, document: Document) -> Document:
        return replace(
            document,
            fields=tuple(one for one in document.fields if not one.name.startswith(_PROPOSED)),
            records=tuple(map(self._shown_record, document.records)),
            issues=tuple(map(self._shown_issue, document.issues)),
        )

    def _shown_record(self, record: Record) -> Record:
        columns = schema_of(record.table).by_name
        values = tuple(
            (name, "" if name.startswith(_PROPOSED) or self._names_secret(columns[name], cell) else cell)
            for name, cell in record.values
        )
        return record if values == record.values else replace(record, values=values)

    def _shown_issue(self, issue: Issue) -> Issue:
        told = {word.strip(",") for word in issue.message.split()} & self.left_out
        return replace(issue, message="") if told else issue

    def _names_secret(self, column: Column, cell: str) -> bool:
        """A citation must not tell which secret document it is."""
        return bool(column.refers_to) and cell in self.left_out

    def _is_shown(self, table: str, row: Mapping[str, str]) -> bool:
        if not self.left_out:
            return True
        if table == "files":
            return row["source_sha256"] not in self._secret_files
        if table == "failures":
            return row["path"] not in self._secret_paths
        if table == "fields" and row["column"].startswith(_PROPOSED):
            return False
        return row.get("doc_id", "") not in self.left_out

    def _typed(self, schema: TableSchema, row: Mapping[str, str]) -> Row:
        return {column.name: self._value(schema, column, row[column.name]) for column in schema.columns}

    def _value(self, schema: TableSchema, column: Column, cell: str) -> Value:
        if self.left_out and column.name.startswith(_PROPOSED):
            return None
        if self._names_secret(column, cell):
            return None
        try:
            return _value(column, cell)
        except (ValueError, KeyError) as error:
            path = self.out / f"{schema.name}.csv"
            raise InputError(f"the table {path} is damaged: column {column.name}: {cell!r}") from error

    def _texts(self, table: str) -> Iterator[dict[str, str]]:
        path = self.out / f"{table}.csv"
        wanted = schema_of(table).names
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                for row in csv.DictReader(lines, strict=True):
                    yield {name: unguard(row[name]) for name in wanted}
        except (OSError, UnicodeDecodeError, csv.Error, KeyError, AttributeError) as error:
            raise InputError(
                f"cannot read the table {path}: {error}", hint=_AGAIN, code="no_tables"
            ) from error


def _value(column: Column, cell: str) -> Value:
    if not cell:
        return None
    match column.kind:
        case "integer":
            return int(cell)
        case "number":
            return float(cell)
        case "boolean":
            return _WORDS[cell.lower()]
    return cell
