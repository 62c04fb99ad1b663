"""Weigh the number read from ink against the file's name and against the other documents of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.links.trace import NumberSlot
from pipeline.extract.links.verdicts import NumberVerdict
from pipeline.handwriting import NumberClues, decide_number, with_file_name
from pipeline.model import BBox, PageReading, SlotReading


def weigh_slots(pages: Sequence[PageReading], file_name: str) -> tuple[PageReading, ...]:
    """`pages` with the number slot weighed by `file_name`; a note on the page tells where it was used."""
    return tuple(_weighed(page, file_name) for page in pages)


def _weighed(page: PageReading, file_name: str) -> PageReading:
    slots, notes = [], []
    for slot in page.slots:
        weighed, note = with_file_name(slot, file_name) if slot.kind == "number" else (slot, "")
        slots.append(weighed)
        notes += [note] if note else []
    return replace(page, slots=tuple(slots), notes=(*page.notes, *notes)) if notes else page


def weigh_number(
    slot: NumberSlot, cited: Sequence[str], after: int | None, before: int | None
) -> NumberVerdict:
    """What a handwritten number most likely is, given the numbers under which other documents cite it and its
    neighbours in the order of dates."""
    read = tuple(text for text, _ in slot.readings)
    names = (*(["cited"] if cited else []), *(["order"] if (after, before) != (None, None) else []))
    if not names:
        return NumberVerdict(read[0], slot.readings[0][1], tuple(text for text in read[1:] if text))
    # That the slot may be blank is out of the question once others number the document.
    listed = tuple(one for one in slot.readings if one[0])
    reading = SlotReading("number", BBox(0, 0, 0, 0), slot.ink, listed)
    decision = decide_number(reading, NumberClues(cited=tuple(cited), after=after, before=before))
    return NumberVerdict(
        digits=decision.value,
        probability=decision.probability,
        alternatives=tuple(text for text in read if text and text != decision.value),
        names=names,
        clues=decision.evidence,
    )
