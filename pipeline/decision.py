"""Weigh the issue date read from ink against what else the document tells about its day.

A document is signed digitally on its day or a few days later, and stamped by a receiver not before it; the
readings of the slots and these clues are multiplied as likelihoods (`handwriting.decide`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.handwriting import DateClues, Decision, decide_date
from pipeline.model import BBox, Field, PageReading, SlotReading

UNSURE_CONFIDENCE = 0.5
PRINTED_MONTH = 0.97  # how often a month without a slot of its own was read right
FULL_DATE = len("2025-02-04")


def weigh_date(fields: Sequence[Field], pages: Sequence[PageReading]) -> tuple[Field, ...]:
    """`fields` with the issue date decided from its slots, a digital signature and an arrival stamp.

    Without a slot for the day, or without such a clue, nothing changes.
    """
    named = {field.name: field for field in reversed(fields)}
    issued = named.get("issue_date")
    signed = _day(named.get("digital_signature_time"))
    received = _day(named.get("arrival_date"))
    if issued is None or len(issued.value) < FULL_DATE or not (signed or received):
        return tuple(fields)
    slots = {
        slot.kind: slot
        for page in pages
        if page.page.page_number == issued.page_number
        for slot in page.slots
        if slot.readings
    }
    if "day" not in slots:
        return tuple(fields)
    year, month, _ = issued.value.split("-")
    month_slot = slots.get("month") or _printed(month)
    decision = decide_date(slots["day"], month_slot, int(year), DateClues(signed=signed, received=received))
    if len(decision.value) < FULL_DATE:
        return tuple(fields)
    if decision.value == issued.value:
        confidence = max(issued.confidence, decision.probability) if decision.sure else issued.confidence
    else:
        confidence = decision.probability if decision.sure else UNSURE_CONFIDENCE
    weighed = replace(
        issued,
        value=decision.value,
        confidence=round(confidence, 3),
        rule=f"{issued.rule}_weighed",
        alternatives=_others(issued, decision),
    )
    return tuple(weighed if field is issued else field for field in fields)


def _others(issued: Field, decision: Decision) -> tuple[str, ...]:
    """Other readings, the one of the ink alone first."""
    found = (issued.value, *(text for text, _ in decision.alternatives))
    return tuple(text for text in dict.fromkeys(found) if text != decision.value)


def _day(field: Field | None) -> date | None:
    try:
        return date.fromisoformat(field.value[:FULL_DATE]) if field else None
    except ValueError:
        return None


def _printed(month: str) -> SlotReading:
    return SlotReading("month", BBox(0, 0, 0, 0), "printed", ((month, PRINTED_MONTH),))
