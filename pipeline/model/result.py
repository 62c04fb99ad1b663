"""What comes out: fields, records, issues, documents and failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.model.geometry import BBox, Span
from pipeline.model.page import PageReading


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of documents.csv with its evidence. `span` counts in the document's clean text.

    `clues` name what else spoke for or against the value (the reading of a slot, a signature, other documents
    of the batch), each with its weight.
    """

    name: str
    value: str
    raw: str = ""
    span: Span | None = None
    page_number: int = 0
    bbox: BBox | None = None
    confidence: float = 1.0
    rule: str = ""
    alternatives: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a child table: `values` holds the table's own columns, the rest is its evidence."""

    table: str
    values: tuple[tuple[str, str], ...]
    raw: str = ""
    span: Span | None = None
    page_number: int = 0
    line_number: int = 0
    bbox: BBox | None = None
    confidence: float = 1.0
    rule: str = ""

    def __getitem__(self, column: str) -> str:
        return dict(self.values).get(column, "")


@dataclass(frozen=True, slots=True)
class Issue:
    """A doubt a person should look at. `field` names the column of documents.csv, or is empty."""

    code: str
    message: str
    field: str = ""
    page_number: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One document of one file, read, restored and extracted.

    `fingerprint` tells which program version, engine, settings and dictionaries made it, so that a later
    run knows what it may keep.
    """

    doc_id: str
    source_file: str
    source_sha256: str
    source_pages: str
    pages: tuple[PageReading, ...]
    fields: tuple[Field, ...]
    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()
    fingerprint: str = ""

    def value(self, name: str) -> str:
        """The value of column `name`, empty when there is none."""
        return next((field.value for field in self.fields if field.name == name), "")


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that gave no document: what went wrong, where, and what to do next."""

    path: str
    code: str
    stage: str
    message: str


def as_pairs(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """A row's values as the hashable pairs a `Record` holds; None becomes the empty string."""
    return tuple((name, "" if value is None else str(value)) for name, value in values.items())
