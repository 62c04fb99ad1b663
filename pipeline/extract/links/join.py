"""Join the documents of a batch: a citation to the document it cites, and a number to one that lost it.

What other documents say of a document is only ever a proposal: its own number and date stay as read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.folding import fold_key
from pipeline.extract.links.proposals import Citation, proposals_for
from pipeline.extract.references.issuer import same_body
from pipeline.model import Document, DocumentText, Record


def link(documents: Sequence[Document]) -> tuple[Document, ...]:
    """The same documents in the same order, with `resolves_to` filled in their references, and
    `proposed_number_symbol` and `proposed_issue_date` for those without a number that others cite.

    A citation resolves when exactly one other document of the batch bears its number and its date and
    issuer do not contradict.
    """
    by_number = _by_number(documents)
    resolved = [_resolved(document, by_number) for document in documents]
    citations = _open_citations(resolved)
    return tuple(_proposed(document, citations) for document in resolved)


def _by_number(documents: Sequence[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for document in documents:
        if number_symbol := document.value("number_symbol"):
            found.setdefault(fold_key(number_symbol), []).append(document)
    return found


def _resolved(document: Document, by_number: dict[str, list[Document]]) -> Document:
    records = tuple(
        _with_target(row, document, by_number) if row.table == "references" else row
        for row in document.records
    )
    return document if records == document.records else replace(document, records=records)


def _with_target(row: Record, document: Document, by_number: dict[str, list[Document]]) -> Record:
    candidates = by_number.get(fold_key(row["number_symbol"]), ()) if row["number_symbol"] else ()
    fitting = [other for other in candidates if other.doc_id != document.doc_id and _fits(row, other)]
    if len(fitting) != 1:
        return row
    values = dict(row.values) | {"resolves_to": fitting[0].doc_id}
    return replace(row, values=tuple(values.items()))


def _fits(row: Record, other: Document) -> bool:
    said, own = row["ref_date"], other.value("issue_date")
    if said and own and not (said.startswith(own) or own.startswith(said)):
        return False
    if not (row["ref_issuer"] and other.value("issuer")) or (said and own and len(said) == len(own) == 10):
        return True
    return same_body(row["ref_issuer"], other.value("issuer"))


def _open_citations(documents: Sequence[Document]) -> tuple[Citation, ...]:
    """Numbered citations that no document of the batch answers, each with its sentence."""
    found: list[Citation] = []
    for document in documents:
        rows = [row for row in document.records if row.table == "references" and _is_open(row)]
        if rows:
            text = DocumentText(document.pages).text
            found += [Citation(document, row, sentence_of(text, row)) for row in rows]
    return tuple(found)


def _is_open(row: Record) -> bool:
    return bool(row["number_symbol"] and row["ref_date"] and row.span and not row["resolves_to"])


def sentence_of(text: str, row: Record) -> str:
    """The sentence of a document's clean text in which `row` stands, blanks collapsed."""
    if row.span is None:
        return row.raw
    low = max(0, row.span.start - 700)
    starts = [
        text.rfind(mark, low, row.span.start) + len(mark)
        for mark in (". ", ";", ".\n", ":\n")
        if mark in text[low : row.span.start]
    ]
    begin = max(starts, default=low)
    high = min(len(text), row.span.end + 900)
    ends = [
        place for mark in (". ", ";", ".\n", ":\n") if (place := text.find(mark, row.span.end, high)) >= 0
    ]
    return " ".join(text[begin : min(ends, default=high)].split())


def _proposed(document: Document, citations: tuple[Citation, ...]) -> Document:
    proposals = proposals_for(document, citations)
    if not proposals:
        return document
    names = {field.name for field in proposals}
    kept = tuple(field for field in document.fields if field.name not in names)
    return replace(document, fields=kept + proposals)
