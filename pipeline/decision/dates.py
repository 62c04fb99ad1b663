"""Weigh the issue date read from ink against what else the document tells about its day.

A document is signed digitally on its day or a few days later, stamped by a receiver not before it, and cites
documents of days before it; the readings of the slots and these clues are multiplied as likelihoods
(`handwriting.decide`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.handwriting import DateClues, Decision, decide_date
from pipeline.model import BBox, Field, Issue, PageReading, Record, SlotReading

UNSURE_CONFIDENCE = 0.5
PRINTED_MONTH = 0.97  # how often a month without a slot of its own was read right
FULL_DATE = len("2025-02-04")
LEAST_CITED = 0.7  # confidence from which a citation's date is believed
NOT_PAST = ("kèm theo",)  # what a document encloses may bear a later day


def weigh_date(
    fields: Sequence[Field],
    pages: Sequence[PageReading],
    records: Sequence[Record] = (),
    issues: Sequence[Issue] = (),
) -> tuple[tuple[Field, ...], tuple[Issue, ...]]:
    """`fields` with the issue date decided from its slots and other days the document tells, and the `issues`
    that are left.

    Those days are that of a digital signature or certified copy, of an arrival stamp, and of documents cited.
    Without a slot for the day, or without such a clue, nothing changes.
    """
    named = {field.name: field for field in reversed(fields)}
    issued = named.get("issue_date")
    if issued is None or len(issued.value) < FULL_DATE:
        return tuple(fields), tuple(issues)
    clues, names = _clues(named, records, issued)
    slots = _slots(pages, issued.page_number)
    if not names or "day" not in slots:
        return tuple(fields), tuple(issues)
    year, month, _ = issued.value.split("-")
    decision = decide_date(slots["day"], slots.get("month") or _printed(month), int(year), clues)
    if len(decision.value) < FULL_DATE:
        return tuple(fields), tuple(issues)
    weighed = _weighed(issued, decision, names)
    settled = weighed.value != issued.value and not any(day.isoformat() > weighed.value for day in clues.past)
    left = tuple(one for one in issues if not (settled and one.code == "date_implausible"))
    return tuple(weighed if field is issued else field for field in fields), left


def _clues(
    named: dict[str, Field], records: Sequence[Record], issued: Field
) -> tuple[DateClues, tuple[str, ...]]:
    """The days that can tell anything about the issue date, and the names of their kinds."""
    signed = _day(named.get("digital_signature_time"))
    received = _day(named.get("arrival_date"))
    # What was cited before the month of issue leaves all days of it as likely as they were.
    past = tuple(sorted(day for day in _cited(records) if day.isoformat() > f"{issued.value[:7]}-01"))
    kinds = (("signed", signed), ("received", received), ("cites", past))
    clues = DateClues(signed=signed, received=received, past=past)
    return clues, tuple(name for name, told in kinds if told)


def _cited(records: Sequence[Record]) -> set[date]:
    """Full days of documents that this one cites as past."""
    found = set()
    for row in records:
        if row.table == "references" and row.confidence >= LEAST_CITED and row["relation"] not in NOT_PAST:
            day = _iso(row["ref_date"])
            if day:
                found.add(day)
    return found


def _slots(pages: Sequence[PageReading], page_number: int) -> dict[str, SlotReading]:
    return {
        slot.kind: slot
        for page in pages
        if page.page.page_number == page_number
        for slot in page.slots
        if slot.readings
    }


def _weighed(issued: Field, decision: Decision, names: Sequence[str]) -> Field:
    if decision.value == issued.value:
        confidence = max(issued.confidence, decision.probability) if decision.sure else issued.confidence
    else:
        confidence = decision.probability if decision.sure else UNSURE_CONFIDENCE
    # The reading of the ink alone comes first among the others.
    others = (issued.value, *(text for text, _ in decision.alternatives))
    return replace(
        issued,
        value=decision.value,
        confidence=round(confidence, 3),
        rule="+".join((issued.rule, *names)),
        alternatives=tuple(text for text in dict.fromkeys(others) if text != decision.value),
        clues=decision.evidence,
    )


def _day(field: Field | None) -> date | None:
    return _iso(field.value[:FULL_DATE]) if field else None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == FULL_DATE else None
    except ValueError:
        return None


def _printed(month: str) -> SlotReading:
    return SlotReading("month", BBox(0, 0, 0, 0), "printed", ((month, PRINTED_MONTH),))
