"""What the batch needs to know of one document: a few hundred bytes instead of pages and words.

A trace is taken from the document as it was read; what an earlier linking wrote into it is looked through, so
linking the same documents again gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extract.number import slot_confidence
from pipeline.model import Document, DocumentText, Field, Record

WEIGHED = "+"
"""What stands before each clue in the rule of a cell that was weighed: `number_line_state_slot+cited`."""
AS_READ = "as read: "
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
    number, number_symbol = (document.value(name) for name in ("number", "number_symbol"))
    sure = cells["number"].confidence if "number" in cells else 0.0
    if slot:
        read, chance = slot.readings[0]
        number_symbol = renumbered(number_symbol, number, read)
        number, sure = read, slot_confidence(chance)
    dated = cells.get("issue_date")
    return Trace(
        doc_id=document.doc_id,
        source_file=document.source_file,
        doc_type=document.value("doc_type"),
        issuer=document.value("issuer"),
        place=document.value("place"),
        subject=document.value("subject"),
        number=number,
        symbol=document.value("symbol"),
        symbol_confidence=confidence_as_read(cells["symbol"]) if "symbol" in cells else 0.0,
        number_symbol=number_symbol,
        number_status=document.value("number_status"),
        number_confidence=sure,
        issue_date=document.value("issue_date"),
        date_confidence=dated.confidence if dated else 0.0,
        slot=slot,
        citations=tuple(_citations(document)),
        signatures=tuple(_signatures(document)),
    )


def confidence_as_read(field: Field) -> float:
    """The confidence of a cell before other documents were asked: a weighed cell keeps it as its first clue.

    >>> confidence_as_read(Field("symbol", "QĐ-UBND", confidence=0.9, clues=("as read: 0.41", "...")))
    0.41
    """
    first = field.clues[0] if field.clues else ""
    return float(first.removeprefix(AS_READ)) if first.startswith(AS_READ) else field.confidence


def number_slot(document: Document, cells: dict[str, Field]) -> NumberSlot | None:
    """The reading of ink that the document's number was taken from, or None."""
    number, kind = cells.get("number"), cells.get("number_kind")
    slots = document.pages[0].slots if document.pages else ()
    found = next((slot for slot in slots if slot.kind == "number" and slot.readings), None)
    if number is None or kind is None or not kind.value or found is None or not found.readings[0][0]:
        return None
    is_as_read = number.value == found.readings[0][0] and number.rule != REVIEWED
    if not is_as_read and WEIGHED not in number.rule:
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
