"""What the other documents of a batch tell of one, and how it is put into the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from pipeline.extract.links.trace import renumbered
from pipeline.extract.number import slot_confidence
from pipeline.model import Document, Field, Record

WEIGHED = "+"
"""What stands before each clue in the rule of a cell that was weighed: `number_line_state_slot+cited`."""
AS_READ = "as read: "
"""Begins the clue that keeps the confidence a cell was read with."""
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
    """`document`, as it was read, with what the batch tells of it; texts stay as read."""
    first = {field.name: field for field in reversed(document.fields)}
    weighed = _numbering(first, verdict) | _signer(first, document, verdict)
    kept = (weighed.get(field.name, field) for field in document.fields)
    return replace(document, fields=(*kept, *verdict.proposals), records=_records(document, verdict))


# --- number and symbol ----------------------------------------------------------------------------


def _numbering(first: dict[str, Field], verdict: Verdict) -> dict[str, Field]:
    """The cells of number and symbol of which something is told."""
    found = {}
    if "symbol" in first and verdict.symbol:
        found["symbol"] = _symbol(first["symbol"], verdict.symbol)
    if "number" in first and verdict.number and verdict.number.names:
        found["number"] = _number(first["number"], verdict.number)
    both = first.get("number_symbol")
    number, symbol = (found.get(name, first.get(name)) for name in ("number", "symbol"))
    if found and both and both.value and number and symbol:
        found["number_symbol"] = _composed(both, first["number"].value, (number, symbol))
    return found


def _composed(both: Field, digits: str, parts: tuple[Field, Field]) -> Field:
    """Number and symbol together, made of `parts` with `digits` in the number's place as it was read."""
    number, _ = parts
    texts = (number.value, *number.alternatives)
    value, *others = (renumbered(both.value, digits, text) for text in texts)
    return replace(
        both,
        value=value,
        confidence=min(one.confidence for one in parts),
        rule=WEIGHED.join((both.rule, *(name for one in parts for name in one.rule.split(WEIGHED)[1:]))),
        alternatives=tuple(others),
        clues=tuple(clue for one in parts for clue in one.clues if not clue.startswith(AS_READ)),
    )


def _number(field: Field, verdict: NumberVerdict) -> Field:
    return replace(
        field,
        value=verdict.digits,
        confidence=round(slot_confidence(verdict.probability), 3),
        rule=WEIGHED.join((field.rule, *verdict.names)),
        alternatives=verdict.alternatives,
        clues=verdict.clues,
    )


def _symbol(field: Field, verdict: SymbolVerdict) -> Field:
    clues = (f"{AS_READ}{field.confidence:g}", verdict.clue)
    return replace(
        field, confidence=verdict.confidence, rule=WEIGHED.join((field.rule, SYMBOLS)), clues=clues
    )


# --- signer ---------------------------------------------------------------------------------------


def _signer(first: dict[str, Field], document: Document, verdict: Verdict) -> dict[str, Field]:
    """The signer's cell: surer when others confirm the name, doubtful when they have another."""
    rows = [row for row in document.records if row.table == "signers"]
    found = next(((index, row) for index, row in enumerate(rows) if row["role"] == "signer"), None)
    if found is None or "signer_name" not in first:
        return {}
    index, row = found
    told = next((one for one in verdict.names if one.row == index), None)
    return {"signer_name": _named(first["signer_name"], row, told)}


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


# --- records --------------------------------------------------------------------------------------


def _records(document: Document, verdict: Verdict) -> tuple[Record, ...]:
    targets = dict(verdict.resolves_to)
    proposed = {one.row: one.proposed for one in verdict.names if one.proposed}
    references, signers = count(), count()
    return tuple(
        _with(row, "resolves_to", targets.get(next(references), ""))
        if row.table == "references"
        else _with_proposal(row, proposed.get(next(signers), ""))
        if row.table == "signers"
        else row
        for row in document.records
    )


def _with_proposal(row: Record, name: str) -> Record:
    if not name or row["proposed_name"]:
        return row
    return replace(_with(row, "proposed_name", name), rule=f"{row.rule}{WEIGHED}{REGISTER}")


def _with(row: Record, column: str, value: str) -> Record:
    if row[column] == value:
        return row
    return replace(row, values=tuple((dict(row.values) | {column: value}).items()))
