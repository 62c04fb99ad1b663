"""What the other documents of a batch tell of one, and how it is put into the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from pipeline.extract.links.trace import AS_READ, WEIGHED, confidence_as_read, renumbered
from pipeline.extract.number import slot_confidence
from pipeline.model import Document, Field, Record

PROPOSED = ("proposed_number_symbol", "proposed_issue_date")
SYMBOLS = "symbols"
REGISTER = "register"
REGISTER_ADDED = "register_name"
"""The same, where the first alternative is the name the register proposes."""


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """The likeliest number with its probability; `names` of the clues go into the cell's rule."""

    digits: str
    probability: float
    alternatives: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SymbolVerdict:
    """How sure a document's symbol is, now that other documents of its body were asked."""

    confidence: float
    clue: str


@dataclass(frozen=True, slots=True)
class NameVerdict:
    """What the people of a batch tell of one signature: `proposed` is empty where the name is confirmed."""

    row: int
    confidence: float
    proposed: str
    clue: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the batch tells of document `doc_id`.

    `number` is None where the number was not read from ink, `symbol` where nothing is told of it;
    `resolves_to` names the cited document of each references row that one answers; `names` hold the signers
    rows of which something is told; `proposals` are cells of their own.
    """

    doc_id: str
    number: NumberVerdict | None = None
    symbol: SymbolVerdict | None = None
    resolves_to: tuple[tuple[int, str], ...] = ()
    names: tuple[NameVerdict, ...] = ()
    proposals: tuple[Field, ...] = ()


def with_verdict(document: Document, verdict: Verdict) -> Document:
    """`document` with what the batch tells of it; texts stay as read.

    What an earlier verdict wrote is replaced, so a document may be judged again and again.
    """
    first = {field.name: field for field in reversed(document.fields)}
    weighed = _numbering(first, verdict) | _signer(first, document, verdict)
    kept = (weighed.get(field.name, field) for field in document.fields if field.name not in PROPOSED)
    return replace(document, fields=(*kept, *verdict.proposals), records=_records(document, verdict))


# --- number and symbol ----------------------------------------------------------------------------


def _numbering(first: dict[str, Field], verdict: Verdict) -> dict[str, Field]:
    """The cells of number and symbol that are weighed, or were and are given back as read."""
    found = {}
    if "symbol" in first:
        found["symbol"] = _symbol(first["symbol"], verdict.symbol)
    if "number" in first and verdict.number:
        found["number"] = _number(first["number"], verdict.number)
    both = first.get("number_symbol")
    parts = [found.get(name, first.get(name)) for name in ("number", "symbol")]
    number, symbol = parts
    if both is None or not both.value or number is None or symbol is None:
        return found
    names = [name for one in parts if one for name in one.rule.split(WEIGHED)[1:]]
    if names or WEIGHED in both.rule:
        texts = (number.value, *number.alternatives)
        composed = tuple(renumbered(both.value, first["number"].value, text) for text in texts)
        found["number_symbol"] = replace(
            both,
            value=composed[0],
            confidence=min(number.confidence, symbol.confidence),
            rule=WEIGHED.join((both.rule.split(WEIGHED)[0], *names)),
            alternatives=composed[1:],
            clues=tuple(clue for one in parts if one for clue in one.clues if not clue.startswith(AS_READ)),
        )
    return found


def _number(field: Field, verdict: NumberVerdict) -> Field:
    if not verdict.names and WEIGHED not in field.rule:
        return field
    return replace(
        field,
        value=verdict.digits,
        confidence=round(slot_confidence(verdict.probability), 3),
        rule=WEIGHED.join((field.rule.split(WEIGHED)[0], *verdict.names)),
        alternatives=verdict.alternatives,
        clues=verdict.clues if verdict.names else (),
    )


def _symbol(field: Field, verdict: SymbolVerdict | None) -> Field:
    base = confidence_as_read(field)
    rule = field.rule.split(WEIGHED)[0]
    if verdict is None:
        return replace(field, confidence=base, rule=rule, clues=()) if WEIGHED in field.rule else field
    clues = (f"{AS_READ}{base:g}", verdict.clue)
    return replace(field, confidence=verdict.confidence, rule=WEIGHED.join((rule, SYMBOLS)), clues=clues)


# --- signer ---------------------------------------------------------------------------------------


def _signer(first: dict[str, Field], document: Document, verdict: Verdict) -> dict[str, Field]:
    """The signer's cell: surer when others confirm the name, doubtful when they have another."""
    rows = [row for row in document.records if row.table == "signers"]
    found = next(((index, row) for index, row in enumerate(rows) if row["role"] == "signer"), None)
    if found is None or "signer_name" not in first:
        return {}
    index, row = found
    told = next((one for one in verdict.names if one.row == index), None)
    return {"signer_name": _named(_name_as_read(first["signer_name"]), row, told)}


def _named(field: Field, row: Record, verdict: NameVerdict | None) -> Field:
    # A name that restoration touched has doubts of its own, whoever bears it.
    if verdict is None or field.value != row["name"] or field.confidence != row.confidence:
        return field
    is_new = bool(verdict.proposed) and verdict.proposed not in field.alternatives
    return replace(
        field,
        confidence=verdict.confidence,
        rule=WEIGHED.join((field.rule, REGISTER_ADDED if is_new else REGISTER)),
        alternatives=(verdict.proposed, *field.alternatives) if is_new else field.alternatives,
        clues=(f"{AS_READ}{field.confidence:g}", verdict.clue),
    )


def _name_as_read(field: Field) -> Field:
    rule, _, mark = field.rule.partition(WEIGHED)
    if mark not in (REGISTER, REGISTER_ADDED):
        return field
    others = field.alternatives[1:] if mark == REGISTER_ADDED else field.alternatives
    return replace(field, confidence=confidence_as_read(field), rule=rule, alternatives=others, clues=())


# --- records --------------------------------------------------------------------------------------


def _records(document: Document, verdict: Verdict) -> tuple[Record, ...]:
    targets = dict(verdict.resolves_to)
    proposed = {one.row: one.proposed for one in verdict.names if one.proposed}
    references, signers = count(), count()
    return tuple(
        _with(row, "resolves_to", targets.get(next(references), ""))
        if row.table == "references"
        else _with_proposal(_without_mark(row), proposed.get(next(signers), ""))
        if row.table == "signers"
        else row
        for row in document.records
    )


def _with_proposal(row: Record, name: str) -> Record:
    if not name or row["proposed_name"]:
        return row
    return replace(_with(row, "proposed_name", name), rule=f"{row.rule}{WEIGHED}{REGISTER}")


def _without_mark(row: Record) -> Record:
    """The row as it was read: the register's own proposal is taken back."""
    if not row.rule.endswith(WEIGHED + REGISTER):
        return row
    return replace(_with(row, "proposed_name", ""), rule=row.rule.removesuffix(WEIGHED + REGISTER))


def _with(row: Record, column: str, value: str) -> Record:
    if row[column] == value:
        return row
    return replace(row, values=tuple((dict(row.values) | {column: value}).items()))
