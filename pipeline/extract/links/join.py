"""Join the documents of a batch: a citation to the document it cites, a number read from ink to what others
say of it, a doubtful name to the people of the batch, a proposal to a document that lost its number.

Everything here is a pure function of the documents' traces, and the same in whatever order they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.extract.folding import flat, fold_key
from pipeline.extract.links.people import judge_names, people
from pipeline.extract.links.proposals import Citation, needs_proposal, proposals_for
from pipeline.extract.links.series import Numbered, bounds, numbered
from pipeline.extract.links.symbols import judge_symbols
from pipeline.extract.links.trace import Cited, NumberSlot, Trace, renumbered, trace
from pipeline.extract.links.verdicts import NumberVerdict, Verdict, with_verdict
from pipeline.extract.number import slot_confidence
from pipeline.extract.references.issuer import same_body
from pipeline.model import Document, Field

Weigh = Callable[[NumberSlot, Sequence[str], int | None, int | None], NumberVerdict]
"""A number from ink, the numbers under which others cite it, and its neighbours in the order of dates."""

SURE_CITATION = 0.7
LEAST_LISTED = 1e-3
"""A cited number speaks only for a document whose ink may be read so."""


def link(documents: Sequence[Document], weigh: Weigh | None = None) -> tuple[Document, ...]:
    """The same documents in the same order with what the batch tells of each; see `join`."""
    verdicts = join([trace(document) for document in documents], weigh)
    return tuple(with_verdict(*pair) for pair in zip(documents, verdicts, strict=True))


def join(documents: Sequence[Trace], weigh: Weigh | None = None) -> tuple[Verdict, ...]:
    """What the batch tells of each document, in the same order.

    A citation resolves when exactly one other document of the batch bears its number and its date and issuer
    do not contradict. What others say of a missing number or a name is only ever a proposal; a number read
    from ink is weighed anew by `weigh` (without it, it stays as read).
    """
    numbers = _numbers(documents, weigh) if weigh else {}
    known = [_known_number(document, numbers.get(document.doc_id)) for document in documents]
    by_number: dict[str, list[int]] = {}
    for index, number_symbol in enumerate(known):
        if number_symbol:
            by_number.setdefault(fold_key(number_symbol), []).append(index)
    targets = [tuple(_targets(document, documents, by_number)) for document in documents]
    proposals = _proposals(documents, targets)
    register = people(documents)
    symbols = judge_symbols(documents)
    return tuple(
        Verdict(
            doc_id=document.doc_id,
            number=numbers.get(document.doc_id),
            symbol=symbols.get(document.doc_id),
            resolves_to=targets[index],
            names=judge_names(document, register),
            proposals=proposals.get(document.doc_id, ()),
        )
        for index, document in enumerate(documents)
    )


# --- numbers from ink -----------------------------------------------------------------------------


def _numbers(documents: Sequence[Trace], weigh: Weigh) -> dict[str, NumberVerdict]:
    """First what others cite, then the order of dates, for which numbers sure by then are the witnesses."""
    cited = _cited_numbers(documents)
    found = {
        document.doc_id: weigh(document.slot, cited.get(document.doc_id, ()), None, None)
        for document in documents
        if document.slot
    }
    entries = (_entry(document, found.get(document.doc_id)) for document in documents)
    between = bounds(one for one in entries if one)
    for document in documents:
        if document.slot and document.doc_id in between:
            after, before = between[document.doc_id]
            found[document.doc_id] = weigh(document.slot, cited.get(document.doc_id, ()), after, before)
    return found


def _entry(document: Trace, verdict: NumberVerdict | None) -> Numbered | None:
    if verdict is None:
        return numbered(document, document.number, document.number_confidence)
    return numbered(document, verdict.digits, slot_confidence(verdict.probability))


def _cited_numbers(documents: Sequence[Trace]) -> dict[str, tuple[str, ...]]:
    """The numbers under which others cite a document that was numbered by hand: same symbol, day and body."""
    dated: dict[tuple[str, str], list[Trace]] = {}
    for document in documents:
        if document.symbol and len(document.issue_date) == len("2025-02-04"):
            dated.setdefault((fold_key(document.symbol), document.issue_date), []).append(document)
    found: dict[str, set[str]] = {}
    for document in documents:
        for cited in document.citations:
            meant = _meant(document, cited, dated) if cited.confidence >= SURE_CITATION else None
            if meant:
                found.setdefault(meant.doc_id, set()).add(cited.number)
    return {doc_id: tuple(sorted(numbers)) for doc_id, numbers in found.items()}


def _meant(citing: Trace, cited: Cited, dated: dict[tuple[str, str], list[Trace]]) -> Trace | None:
    """The one document that `cited` can mean and whose ink may be read so."""
    same_day = dated.get((fold_key(cited.symbol), cited.date), ())
    others = [one for one in same_day if one.doc_id != citing.doc_id and _same_issuer(cited, one)]
    wanted = _plain(cited.number)
    if any(_plain(one.number) == wanted and not one.slot for one in others):
        return None  # a printed number answers the citation
    listing = [one for one in others if one.slot and _lists(one.slot, wanted)]
    return listing[0] if len(listing) == 1 else None


def _lists(slot: NumberSlot, wanted: str) -> bool:
    return any(_plain(text) == wanted and chance >= LEAST_LISTED for text, chance in slot.readings)


def _plain(number: str) -> str:
    return number.lower().lstrip("0")


def _known_number(document: Trace, verdict: NumberVerdict | None) -> str:
    if verdict is None:
        return document.number_symbol
    return renumbered(document.number_symbol, document.number, verdict.digits)


# --- citations ------------------------------------------------------------------------------------


def _targets(
    document: Trace, documents: Sequence[Trace], by_number: dict[str, list[int]]
) -> Iterator[tuple[int, str]]:
    """References row and document for each citation that one document of the batch answers."""
    for cited in document.citations:
        candidates = (documents[index] for index in by_number.get(fold_key(cited.number_symbol), ()))
        fitting = [one for one in candidates if one.doc_id != document.doc_id and _fits(cited, one)]
        if len(fitting) == 1:
            yield cited.row, fitting[0].doc_id


def _fits(cited: Cited, other: Trace) -> bool:
    said, own = cited.date, other.issue_date
    if said and own and not (said.startswith(own) or own.startswith(said)):
        return False
    if said and own and len(said) == len(own) == len("2025-02-04"):
        return True
    return _same_issuer(cited, other)


def _same_issuer(cited: Cited, other: Trace) -> bool:
    return not (cited.issuer and other.issuer) or same_body(cited.issuer, other.issuer)


# --- proposals ------------------------------------------------------------------------------------


def _proposals(
    documents: Sequence[Trace], targets: Sequence[tuple[tuple[int, str], ...]]
) -> dict[str, tuple[Field, ...]]:
    """Cells proposed for documents without a number, from the citations that nothing answers."""
    lost = [document for document in documents if needs_proposal(document)]
    if not lost:
        return {}
    by_type: dict[str, list[Citation]] = {}
    for document, found in zip(documents, targets, strict=True):
        answered = {row for row, _ in found}
        for cited in document.citations:
            if cited.is_dated and cited.row not in answered:
                by_type.setdefault(flat(cited.ref_type), []).append(Citation(document, cited))
    return {document.doc_id: proposals_for(document, _of_type(document, by_type)) for document in lost}


def _of_type(document: Trace, by_type: dict[str, list[Citation]]) -> Iterator[Citation]:
    """The citations whose type may be the document's, so that the rest is not looked at."""
    for ref_type, citations in by_type.items():
        if not document.doc_type or ref_type in ("", "van ban", flat(document.doc_type)):
            yield from citations
