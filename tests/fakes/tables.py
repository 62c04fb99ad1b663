"""Folders of tables for tests that only read tables: documents as extraction gives them, without pages."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.export import write_tables
from pipeline.model import Document, Failure, Field, Issue, Record, as_pairs


def doc_id(number: int) -> str:
    return f"{number:016x}"


def document(
    number: int,
    cells: Mapping[str, str] | None = None,
    records: Sequence[Record] = (),
    *,
    doubtful: Sequence[str] = (),
    source_file: str = "",
    reviewed: Sequence[str] = (),
) -> Document:
    """Document `number` with `cells` of documents.csv; `doubtful` columns are named for review."""
    fields = tuple(
        Field(name, value, confidence=0.9, rule="review" if name in reviewed else "test")
        for name, value in (cells or {}).items()
    )
    issues = tuple(Issue("low_confidence", "doubtful", name) for name in doubtful)
    sha256 = f"{number:016x}" + "0" * 48
    name = source_file or f"{number}.pdf"
    return Document(doc_id(number), name, sha256, "1", (), fields, tuple(records), issues)


def citation(number_symbol: str, *, date: str = "", title: str = "", resolves_to: str = "") -> Record:
    values = {
        "ref_type": "Luật" if title else "Nghị định",
        "number_symbol": number_symbol,
        "ref_date": date,
        "ref_title": title,
        "resolves_to": resolves_to,
    }
    return Record("references", as_pairs(values), confidence=0.9)


def anniversary(event: str, day: str, *, n_years: int = 80, valid: str = "true", year: str = "") -> Record:
    values = {
        "n_years": n_years,
        "event": event,
        "date_to": day,
        "target_year": day[:4] or year,
        "valid": valid,
        "kind": "anniversary",
    }
    return Record("anniversaries", as_pairs(values), raw=event, confidence=0.9)


def write(out: Path, documents: Iterable[Document], failures: Iterable[Failure] = ()) -> Path:
    """The tables of `documents` in `out`; returns `out`."""
    write_tables(out, documents, (), failures)
    return out
