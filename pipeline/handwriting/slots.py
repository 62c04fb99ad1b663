"""Find the slots of a header: the places left open for the number, the day and the month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.handwriting.blocks import find_blocks
from pipeline.handwriting.date_slot import find_date
from pipeline.handwriting.number_slot import find_number
from pipeline.model import BBox, OcrPage

HEADER = "header"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for digits: `kind` is number, day or month; `evidence` names the words that led to it.

    `place` is `header`, `copy` (the block that certifies a copy) or `closing` (the end of a consolidated
    text).
    """

    kind: str
    bbox: BBox
    line_index: int
    evidence: tuple[str, ...]
    place: str = HEADER

    @property
    def name(self) -> str:
        """The kind of its reading: `number` in the header, `copy_number` in a copy's block."""
        return self.kind if self.place == HEADER else f"{self.place}_{self.kind}"


def find_slots(page: OcrPage, pixels: NDArray[np.uint8]) -> tuple[Slot, ...]:
    """The slots of the page's header and of numbered blocks below its text, at most one of each kind and
    place; boxes in pixels of the scan `pixels`.

    Only printed words and geometry are used: the digits themselves are what OCR cannot read.
    """
    height, width = pixels.shape[:2]
    found = list(_slots_of(page, HEADER, 0))
    for block in find_blocks(page):
        slots = tuple(_slots_of(block.page, block.place, block.top))
        # A running line that only cites such a symbol opens no block.
        found += slots if any(slot.kind == "number" and not _is_cited(slot) for slot in slots) else ()
    return tuple(
        replace(slot, bbox=_inside(slot.bbox, width, height))
        for slot in found
        if slot.bbox.left < width and slot.bbox.top < height
    )


def _slots_of(page: OcrPage, place: str, down: int) -> Iterator[Slot]:
    """The slots of a header, or of a block that lies `down` pixels lower on its page."""
    date = find_date(page)
    number = find_number(page, date.row if date else None, place=place)
    if number:
        yield Slot("number", _lower(number.box, down), number.line_index, number.evidence, place)
    if date:
        yield Slot("day", _lower(date.day, down), date.line_index, date.evidence, place)
        yield Slot("month", _lower(date.month, down), date.line_index, date.evidence, place)


def _is_cited(slot: Slot) -> bool:
    return bool({"in a running line", "before running text"} & set(slot.evidence))


def _lower(box: BBox, down: int) -> BBox:
    return BBox(box.left, box.top + down, box.right, box.bottom + down)


def _inside(box: BBox, width: int, height: int) -> BBox:
    return BBox(box.left, box.top, min(box.right, width), min(box.bottom, height))


ALLOWED = {
    "number": re.compile(r"(?!0+(?![0-9]))[0-9]{1,5}[a-d]?|"),
    "day": re.compile(r"0?[1-9]|[12][0-9]|3[01]|"),
    "month": re.compile(r"0?[1-9]|1[0-2]|"),
}
"""What may stand in a slot of each kind, or nothing."""
_GLUED = {
    "number": re.compile(r"^\W*[S§$s5]\D{1,3}(\d{1,5}[a-dA-D]?)(?:[/⁄-]|$)|^(\d{1,5}[a-dA-D]?)[/⁄-][A-ZĐ12]"),
    "day": re.compile(r"y(\d{1,2})(?:t|$)|^(\d{1,2})t"),
    "month": re.compile(r"g(\d{1,2})(?:n|$)|^(\d{1,2})n"),
}


def own_reading(page: OcrPage, slot: Slot) -> str:
    """The digits OCR itself read in the slot, "" when it read none, noise among them, or what cannot be.

    In print it is a good second opinion; of handwriting it reads one number in nine.
    """
    inside, glued = [], ""
    for line in page.lines:
        for word in line.words:
            if word.bbox is None or not _overlaps_row(word.bbox, slot.bbox):
                continue
            if slot.bbox.left <= word.bbox.center_x < slot.bbox.right and word.bbox.width <= slot.bbox.width:
                inside.append(word)
            elif min(word.bbox.right, slot.bbox.right) > max(word.bbox.left, slot.bbox.left):
                glued = _cut_out(word.text, slot.kind)
    text = "".join(word.text for word in sorted(inside, key=lambda word: word.bbox.left if word.bbox else 0))
    text = text.strip(" ._…,:;'`-–—")
    if text and not ALLOWED[slot.kind].fullmatch(text.lower()):
        text = glued = _cut_out(text, slot.kind)
    text = (text or glued).lower()
    return text if ALLOWED[slot.kind].fullmatch(text) else ""


def _cut_out(text: str, kind: str) -> str:
    """The digits of a slot that OCR glued to the print beside it ("Số:250", "ngày04tháng")."""
    found = _GLUED[kind].search(text)
    return next(filter(None, found.groups()), "") if found else ""


def _overlaps_row(box: BBox, slot: BBox) -> bool:
    overlap = min(box.bottom, slot.bottom) - max(box.top, slot.top)
    return overlap > 0.5 * min(box.height, slot.height)
