"""What else a doubtful cell may say: up to five values, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.export.corrections import RefusedValue, checked_value
from pipeline.export.schema import schema_of
from pipeline.model import Document, Field
from pipeline.review.neighbours import Neighbours
from pipeline.review.queue import Entry

MOST = 5  # one key each
_FULL_DATE = len("2025-02-04")
_FROM_ISSUER = ("signer_name", "signer_title", "place", "issuer_parent", "signing_for")
_READINGS_FIRST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value to choose; `source` is a key of the interface words (`source.<source>`)."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """Where candidates of a document come from: its entry in the queue, and its neighbours."""

    document: Document
    entry: Entry | None
    neighbours: Neighbours


def candidates(column: str, known: Known) -> tuple[Candidate, ...]:
    """Other values for `column`, best first: readings, what others cite, clues, neighbours, lists."""
    field = next((one for one in known.document.fields if one.name == column), Field(column, ""))
    readings = [Candidate(value, "reading") for value in field.alternatives]
    ordered = (*readings[:_READINGS_FIRST], *_others(column, field, known), *readings[_READINGS_FIRST:])
    return tuple(islice(_fitting(column, field.value, ordered), MOST))


def _fitting(column: str, current: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    seen = {current, ""}
    for candidate in found:
        try:
            value = checked_value(column, candidate.value)
        except RefusedValue:
            continue
        if value not in seen:
            seen.add(value)
            yield Candidate(value, candidate.source)


def _others(column: str, field: Field, known: Known) -> Iterator[Candidate]:
    document, entry, neighbours = known.document, known.entry, known.neighbours
    if entry is not None:
        yield Candidate(entry.values.get(f"proposed_{column}", ""), "cited")
    if column == "signer_name":
        for record in document.records:
            if record.table == "signers" and record["role"] == "signer":
                yield Candidate(record["proposed_name"], "restored")
        yield Candidate(document.value("digital_signature_by"), "signature")
    if column == "issue_date":
        yield Candidate(document.value("digital_signature_time")[:_FULL_DATE], "signature")
        yield Candidate(document.value("arrival_date"), "arrival")
    yield from (Candidate(value, "batch") for value in neighbours.alike(column, field.value))
    if column in _FROM_ISSUER:
        of_issuer = neighbours.of_issuer(document.value("issuer"), column)
        yield from (Candidate(value, "neighbour") for value in of_issuer)
    yield from (Candidate(value, "listed") for value in schema_of("documents").column(column).enum)
