"""Which number and date the citations of other documents suggest for a document that lost its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from pipeline.extract.folding import contained_similarity, flat, fold_key, shape_key, words
from pipeline.extract.links.trace import Cited, Trace
from pipeline.extract.references.issuer import same_body
from pipeline.model import Field

HIGHEST_CONFIDENCE = 0.5
_LEAST_ALIKE = 0.72  # subject against citing sentence; garbled subjects of the same words reach about 0.8
_FEWEST_WORDS = 5
_WITHOUT_NUMBER = ("blank", "absent", "illegible", "")


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered citation in `document` that no document of the batch answers."""

    document: Trace
    cited: Cited


def proposals_for(document: Trace, citations: Iterable[Citation]) -> tuple[Field, ...]:
    """`proposed_number_symbol` and `proposed_issue_date`, or nothing.

    Type, month, symbol and issuer must not contradict; the subject must be told by a citing document.
    Two different numbers that fit equally well cancel each other.
    """
    if not needs_proposal(document):
        return ()
    own = {fold_key(one.number_symbol) for one in document.citations}
    fitting = [(score, one) for one in citations if (score := _fitness(document, one, own)) > 0]
    if not fitting:
        return ()
    numbers = {fold_key(one.cited.number_symbol) for _, one in fitting}
    if len(numbers) != 1:
        return ()
    fitting.sort(key=lambda pair: -pair[0])
    return _fields(fitting)


def needs_proposal(document: Trace) -> bool:
    """Whether the document's own number is missing."""
    return not document.number_symbol and document.number_status in _WITHOUT_NUMBER


def _fields(fitting: list[tuple[float, Citation]]) -> tuple[Field, ...]:
    best, citation = fitting[0]
    confidence = min(HIGHEST_CONFIDENCE, 0.3 + 0.15 * best + 0.05 * len(fitting))
    sentences = " | ".join(f"{one.document.source_file}: {one.cited.sentence}" for _, one in fitting)
    values = (
        ("proposed_number_symbol", citation.cited.number_symbol),
        ("proposed_issue_date", max((one.cited.date for _, one in fitting), key=len)),
    )
    return tuple(
        Field(name, value, raw=sentences, confidence=round(confidence, 3), rule="links.cited_by_others")
        for name, value in values
    )


def _fitness(document: Trace, citation: Citation, own: set[str]) -> float:
    """0 when the citation cannot mean `document`, else how well it fits (subject likeness)."""
    cited = citation.cited
    if citation.document.doc_id == document.doc_id or fold_key(cited.number_symbol) in own:
        return 0.0
    agrees = _type_agrees(document, cited) and _date_agrees(document, cited)
    if not (agrees and _symbol_agrees(document, cited) and _issuer_agrees(document, cited)):
        return 0.0
    return _subject_likeness(document, citation)


def _type_agrees(document: Trace, cited: Cited) -> bool:
    own = document.doc_type
    return not own or flat(own) == flat(cited.ref_type) or cited.ref_type in ("", "Văn bản")


def _date_agrees(document: Trace, cited: Cited) -> bool:
    own, said = document.issue_date, cited.date
    return not own or said.startswith(own) or own.startswith(said)


def _symbol_agrees(document: Trace, cited: Cited) -> bool:
    """A symbol printed beside a blank number must be the one that is cited."""
    return not document.symbol or fold_key(document.symbol) == fold_key(cited.symbol)


def _issuer_agrees(document: Trace, cited: Cited) -> bool:
    """The cited issuer, or where none is told the first code of the symbol, fits the document's issuer."""
    own, said = document.issuer, cited.issuer
    if not own:
        return True
    if said:
        return same_body(said, own) or _begins_alike(said, own)
    code = regex.split(r"[-/]", flat(cited.symbol))
    initials = "".join(word[0] for word in words(flat(own)))
    return any(initials.startswith(group) for group in code if len(group) > 1)


def _begins_alike(said: str, own: str) -> bool:
    """`UBND tỉnh` in a text of the province means its own `Ủy ban nhân dân tỉnh ...`."""
    short = fold_key(said).replace("ubnd", "uy ban nhan dan").replace("hdnd", "hoi dong nhan dan")
    short = regex.sub(r"^chu tich ", "", short)
    return fold_key(own).startswith(short) or short.startswith(fold_key(own))


def _subject_likeness(document: Trace, citation: Citation) -> float:
    """How well the document's subject is told in the citing sentence or is the citing document's own.

    A document that carries another's order on often bears the same subject word for word.
    """
    subject = document.subject
    if len(words(subject)) < _FEWEST_WORDS:
        return 0.0
    dated = len(document.issue_date) >= 7  # the same month is then a witness already
    told = (citation.cited.sentence, citation.document.subject if dated else "")
    scores = [_alike(subject, text) for text in told if text]
    best = max(scores, default=0.0)
    return best if best >= _LEAST_ALIKE else 0.0


def _alike(subject: str, text: str) -> float:
    bare = regex.sub(r"^\s*(?:v/v|về việc|về)\s+", "", subject, flags=regex.IGNORECASE)
    plain = contained_similarity(bare, text)
    return max(plain, contained_similarity(shape_key(bare), shape_key(text)))
