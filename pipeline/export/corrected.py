"""Lay people's decisions over what the machine read: one document in, the same document as it now counts.

A decided cell has the person's value, rule `review` and confidence 1; the machine's value is kept among the
alternatives, its box and raw text stay as evidence, and doubts about the cell are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.export.decisions import Corrections
from pipeline.export.dependent_cells import PARTS, RULES
from pipeline.export.rows import DERIVED
from pipeline.model import Document, Field, Record

RULE = "review"
# Cells of documents.csv that also stand in the row of the first signer.
_OF_SIGNER = {
    "signer_name": "name",
    "signer_title": "title",
    "signing_authority": "authority",
    "signing_for": "signing_for",
}
_ADDRESSEES = "kinh_gui"


def corrected(document: Document, corrections: Corrections) -> Document:
    """`document` with the decisions about it; the same object when there are none."""
    decided = dict(corrections.of(document.doc_id))
    decided = {name: one for name, one in decided.items() if PARTS.get(name) not in decided}
    if not decided:
        return document
    values = {field.name: field.value for field in reversed(document.fields)}
    given = {name: one.value for name, one in decided.items() if name not in DERIVED}
    settled = set(decided)
    for name, decision in decided.items():
        rule = RULES.get(name)
        if rule is not None:
            followers = rule.follow(decision, values | given)
            given |= {other: value for other, value in followers.items() if other not in decided}
            settled |= set(rule.settles)
    return replace(
        document,
        fields=tuple(_fields(document, given, settled)),
        records=tuple(_records(document, given, values)),
        issues=tuple(issue for issue in document.issues if issue.field not in settled),
    )


def _fields(document: Document, given: Mapping[str, str], settled: set[str]) -> Iterator[Field]:
    seen: set[str] = set()
    for field in document.fields:
        is_first = field.name not in seen
        seen.add(field.name)
        if is_first and (field.name in given or field.name in settled):
            yield _decided(field, given.get(field.name, field.value), is_settled=field.name in settled)
        else:
            yield field
    for name, value in given.items():
        if name not in seen and value:
            yield Field(name, value, rule=RULE)


def _decided(field: Field, value: str, *, is_settled: bool) -> Field:
    others = tuple(text for text in (field.value, *field.alternatives) if text and text != value)
    return replace(
        field,
        value=value,
        rule=RULE if is_settled or value != field.value else field.rule,
        confidence=1.0 if is_settled else field.confidence,
        alternatives=tuple(dict.fromkeys(others)),
    )


# --- rows of child tables ---------------------------------------------------------------------------


def _records(document: Document, given: Mapping[str, str], machine: Mapping[str, str]) -> Iterator[Record]:
    """The records, those that repeat a decided cell following it."""
    of_signer = {_OF_SIGNER[name]: value for name, value in given.items() if name in _OF_SIGNER}
    signer = _signer(document, machine.get("signer_name", "")) if of_signer else None
    listed = _listed(given)
    for record in document.records:
        if record is signer:
            yield _with_values(record, of_signer)
        elif listed is None or record.table != "recipients" or record["list"] != _ADDRESSEES:
            yield record
    if signer is None and of_signer.get("name"):
        values = {"role": "signer", **of_signer}
        yield Record("signers", tuple(values.items()), rule=RULE)
    yield from _addressees(document, listed or ())


def _signer(document: Document, name: str) -> Record | None:
    rows = [one for one in document.records if one.table == "signers" and one["role"] == "signer"]
    return next((one for one in rows if one["name"] == name), rows[0] if rows else None)


def _with_values(record: Record, values: Mapping[str, str]) -> Record:
    former = dict(record.values)
    if all(former.get(name, "") == value for name, value in values.items()):
        return record
    if "name" in values:  # score and proposal were about the name as read
        former |= {name: "" for name in ("name_score", "proposed_name") if name in former}
    return replace(record, values=tuple((former | dict(values)).items()), rule=RULE, confidence=1.0)


def _listed(given: Mapping[str, str]) -> tuple[str, ...] | None:
    if "addressees" not in given:
        return None
    return tuple(name for part in given["addressees"].split(";") if (name := part.strip()))


def _addressees(document: Document, names: tuple[str, ...]) -> Iterator[Record]:
    """Rows of the addressees `names`; one that the machine had keeps its evidence."""
    known = {one["name"]: one for one in document.records if one["list"] == _ADDRESSEES}
    for ordinal, name in enumerate(names, 1):
        values = {"list": _ADDRESSEES, "ordinal": str(ordinal), "name": name}
        record = known.get(name)
        if record is None:
            yield Record("recipients", tuple(values.items()), rule=RULE)
        else:
            yield replace(record, values=tuple((dict(record.values) | values).items()))
