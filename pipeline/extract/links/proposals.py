"""Which number and date the citations of other documents suggest for a document that lost its own."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.extract.folding import contained_similarity, flat, fold_key, shape_key, words
from pipeline.extract.references.issuer import same_body
from pipeline.model import Document, Field, Record

HIGHEST_CONFIDENCE = 0.5
_LEAST_ALIKE = 0.72  # subject against citing sentence; garbled subjects of the same words reach about 0.8
_FEWEST_WORDS = 5
_WITHOUT_NUMBER = ("blank", "absent", "illegible", "")


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference row of `document` that no document of the batch answers, and the sentence it stands in."""

    document: Document
    row: Record
    sentence: str


def proposals_for(document: Document, citations: tuple[Citation, ...]) -> tuple[Field, ...]:
    """`proposed_number_symbol` and `proposed_issue_date`, or nothing.

    Type, month, symbol and issuer must not contradict; the subject must be told by a citing document.
    Two different numbers that fit equally well cancel each other.
    """
    if document.value("number_symbol") or document.value("number_status") not in _WITHOUT_NUMBER:
        return ()
    own = {fold_key(row["number_symbol"]) for row in document.records if row.table == "references"}
    fitting = [(score, one) for one in citations if (score := _fitness(document, one, own)) > 0]
    if not fitting:
        return ()
    numbers = {fold_key(one.row["number_symbol"]) for _, one in fitting}
    if len(numbers) != 1:
        return ()
    fitting.sort(key=lambda pair: -pair[0])
    return _fields(fitting)


def _fields(fitting: list[tuple[float, Citation]]) -> tuple[Field, ...]:
    best, citation = fitting[0]
    confidence = min(HIGHEST_CONFIDENCE, 0.3 + 0.15 * best + 0.05 * len(fitting))
    sentences = " | ".join(f"{one.document.source_file}: {one.sentence}" for _, one in fitting)
    values = (
        ("proposed_number_symbol", citation.row["number_symbol"]),
        ("proposed_issue_date", max((one.row["ref_date"] for _, one in fitting), key=len)),
    )
    return tuple(
        Field(name, value, raw=sentences, confidence=round(confidence, 3), rule="links.cited_by_others")
        for name, value in values
    )


def _fitness(document: Document, citation: Citation, own: set[str]) -> float:
    """0 when the citation cannot mean `document`, else how well it fits (subject likeness)."""
    row = citation.row
    if citation.document.doc_id == document.doc_id or fold_key(row["number_symbol"]) in own:
        return 0.0
    agrees = _type_agrees(document, row) and _date_agrees(document, row)
    if not (agrees and _symbol_agrees(document, row) and _issuer_agrees(document, row)):
        return 0.0
    return _subject_likeness(document, citation)


def _type_agrees(document: Document, row: Record) -> bool:
    own = document.value("doc_type")
    return not own or flat(own) == flat(row["ref_type"]) or row["ref_type"] in ("", "Văn bản")


def _date_agrees(document: Document, row: Record) -> bool:
    own, said = document.value("issue_date"), row["ref_date"]
    return not own or said.startswith(own) or own.startswith(said)


def _symbol_agrees(document: Document, row: Record) -> bool:
    """A symbol printed beside a blank number must be the one that is cited."""
    own = document.value("symbol")
    return not own or fold_key(own) == fold_key(row["symbol"])


def _issuer_agrees(document: Document, row: Record) -> bool:
    """The cited issuer, or where none is told the first code of the symbol, fits the document's issuer."""
    own, said = document.value("issuer"), row["ref_issuer"]
    if not own:
        return True
    if said:
        return same_body(said, own) or _begins_alike(said, own)
    code = regex.split(r"[-/]", flat(row["symbol"]))
    initials = "".join(word[0] for word in words(flat(own)))
    return any(initials.startswith(group) for group in code if len(group) > 1)


def _begins_alike(said: str, own: str) -> bool:
    """`UBND tỉnh` in a text of the province means its own `Ủy ban nhân dân tỉnh ...`."""
    short = fold_key(said).replace("ubnd", "uy ban nhan dan").replace("hdnd", "hoi dong nhan dan")
    short = regex.sub(r"^chu tich ", "", short)
    return fold_key(own).startswith(short) or short.startswith(fold_key(own))


def _subject_likeness(document: Document, citation: Citation) -> float:
    """How well the document's subject is told in the citing sentence or is the citing document's own.

    A document that carries another's order on often bears the same subject word for word.
    """
    subject = document.value("subject")
    if len(words(subject)) < _FEWEST_WORDS:
        return 0.0
    dated = len(document.value("issue_date")) >= 7  # the same month is then a witness already
    told = (citation.sentence, citation.document.value("subject") if dated else "")
    scores = [_alike(subject, text) for text in told if text]
    best = max(scores, default=0.0)
    return best if best >= _LEAST_ALIKE else 0.0


def _alike(subject: str, text: str) -> float:
    bare = regex.sub(r"^\s*(?:v/v|về việc|về)\s+", "", subject, flags=regex.IGNORECASE)
    plain = contained_similarity(bare, text)
    return max(plain, contained_similarity(shape_key(bare), shape_key(text)))
