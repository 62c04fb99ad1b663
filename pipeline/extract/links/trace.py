"""What the batch needs to know of one document: a few hundred bytes instead of pages and words.

A trace is taken from the document as it was read and as people corrected it, without an earlier verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extract.number import slot_confidence
from pipeline.model import Document, DocumentText, Field, Record

REVIEWED = "review"
"""The rule of a cell that a person confirmed or corrected: nothing is weighed against that."""
_MOST_SENTENCE = 1600
_ENDS = (". ", ";", ".\n", ":\n")


@dataclass(frozen=True, slots=True)
class NumberSlot:
    """A number read from ink: (digits, probability), best first."""

    ink: str
    readings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A numbered citation: which references row of the document it is, and the sentence it stands in.

    `is_dated` says that it tells enough to name a document that lost its number.
    """

    row: int
    ref_type: str
    number: str
    symbol: str
    number_symbol: str
    date: str
    issuer: str
    confidence: float
    is_dated: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signers row of the document; `confidence` is that of the name as read."""

    row: int
    role: str
    name: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Trace:
    """One document of a batch. The confidences are those of the cells as read."""

    doc_id: str
    source_file: str
    doc_type: str
    issuer: str
    place: str
    subject: str
    number: str
    symbol: str
    symbol_confidence: float
    number_symbol: str
    number_status: str
    number_confidence: float
    issue_date: str
    date_confidence: float
    slot: NumberSlot | None
    citations: tuple[Cited, ...]
    signatures: tuple[Signature, ...]


def trace(document: Document) -> Trace:
    """The trace of `document`, which should still have its pages: they hold slots and citing sentences."""
    cells = {field.name: field for field in reversed(document.fields)}
    slot = number_slot(document, cells)
    sure = cells["number"].confidence if "number" in cells else 0.0
    dated = cells.get("issue_date")
    return Trace(
        doc_id=document.doc_id,
        source_file=document.source_file,
        doc_type=document.value("doc_type"),
        issuer=document.value("issuer"),
        place=document.value("place"),
        subject=document.value("subject"),
        number=document.value("number"),
        symbol=document.value("symbol"),
        symbol_confidence=cells["symbol"].confidence if "symbol" in cells else 0.0,
        number_symbol=document.value("number_symbol"),
        number_status=document.value("number_status"),
        number_confidence=slot_confidence(slot.readings[0][1]) if slot else sure,
        issue_date=document.value("issue_date"),
        date_confidence=dated.confidence if dated else 0.0,
        slot=slot,
        citations=tuple(_citations(document)),
        signatures=tuple(_signatures(document)),
    )


def number_slot(document: Document, cells: dict[str, Field]) -> NumberSlot | None:
    """The reading of ink that the document's number was taken from, or None."""
    number, kind = cells.get("number"), cells.get("number_kind")
    slots = document.pages[0].slots if document.pages else ()
    found = next((slot for slot in slots if slot.kind == "number" and slot.readings), None)
    if number is None or kind is None or not kind.value or found is None or not found.readings[0][0]:
        return None
    if number.value != found.readings[0][0] or number.rule == REVIEWED:
        return None  # a person or a rule of its own decided
    return NumberSlot(found.ink, found.readings)


def renumbered(number_symbol: str, number: str, digits: str) -> str:
    """`number_symbol` with `digits` in the place of its `number`.

    >>> renumbered("574/QĐ-UBND", "574", "514")
    '514/QĐ-UBND'
    """
    return digits + number_symbol[len(number) :] if number_symbol.startswith(number) else number_symbol


def _citations(document: Document) -> Iterator[Cited]:
    rows = [row for row in document.records if row.table == "references"]
    text = DocumentText(document.pages).text if any(_is_dated(row) for row in rows) else ""
    for index, row in enumerate(rows):
        if row["number_symbol"]:
            yield Cited(
                row=index,
                ref_type=row["ref_type"],
                number=row["number"],
                symbol=row["symbol"],
                number_symbol=row["number_symbol"],
                date=row["ref_date"],
                issuer=row["ref_issuer"],
                confidence=row.confidence,
                is_dated=_is_dated(row),
                sentence=sentence_of(text, row) if _is_dated(row) else "",
            )


def _is_dated(row: Record) -> bool:
    return bool(row["number_symbol"] and row["ref_date"] and row.span)


def sentence_of(text: str, row: Record) -> str:
    """The sentence of a document's clean text in which `row` stands, blanks collapsed."""
    if row.span is None:
        return row.raw
    low = max(0, row.span.start - 700)
    before = text[low : row.span.start]
    begin = low + max((before.rfind(mark) + len(mark) for mark in _ENDS if mark in before), default=0)
    after = text[row.span.end : row.span.end + 900]
    end = min((place for mark in _ENDS if (place := after.find(mark)) >= 0), default=len(after))
    return " ".join(text[begin : row.span.end + end].split())[:_MOST_SENTENCE]


def _signatures(document: Document) -> Iterator[Signature]:
    rows = [row for row in document.records if row.table == "signers"]
    for index, row in enumerate(rows):
        if row["name"]:
            yield Signature(index, row["role"], row["name"], row["title"], row.confidence)
