"""Find the slots of a header: the places left open for the number, the day and the month."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.handwriting.date_slot import find_date
from pipeline.handwriting.number_slot import find_number
from pipeline.model import BBox, OcrPage


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for digits: `kind` is number, day or month; `evidence` names the words that led to it."""

    kind: str
    bbox: BBox
    line_index: int
    evidence: tuple[str, ...]


def find_slots(page: OcrPage, pixels: NDArray[np.uint8]) -> tuple[Slot, ...]:
    """The slots of the page's header, at most one of each kind; boxes in pixels of the scan `pixels`.

    Only printed words and geometry are used: the digits themselves are what OCR cannot read.
    """
    height, width = pixels.shape[:2]
    date = find_date(page)
    number = find_number(page, date.row if date else None)
    found = [Slot("number", number.box, number.line_index, number.evidence)] if number else []
    if date:
        found.append(Slot("day", date.day, date.line_index, date.evidence))
        found.append(Slot("month", date.month, date.line_index, date.evidence))
    return tuple(
        Slot(slot.kind, _inside(slot.bbox, width, height), slot.line_index, slot.evidence)
        for slot in found
        if slot.bbox.left < width and slot.bbox.top < height
    )


def _inside(box: BBox, width: int, height: int) -> BBox:
    return BBox(box.left, box.top, min(box.right, width), min(box.bottom, height))


_GLUED = {
    "number": re.compile(r"^\W*[S§$s5]\D{1,3}(\d{1,5}[a-dA-D]?)[/⁄-]|^(\d{1,5}[a-dA-D]?)[/⁄-][A-ZĐ12]"),
    "day": re.compile(r"y(\d{1,2})(?:t|$)|^(\d{1,2})t"),
    "month": re.compile(r"g(\d{1,2})(?:n|$)|^(\d{1,2})n"),
}
_DIGITS = re.compile(r"\d{1,5}[a-dA-D]?")


def own_reading(page: OcrPage, slot: Slot) -> str:
    """The digits OCR itself read in the slot, "" when it read none or noise among them.

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
                found = _GLUED[slot.kind].search(word.text)
                glued = next(filter(None, found.groups()), "") if found else glued
    text = "".join(word.text for word in sorted(inside, key=lambda word: word.bbox.left if word.bbox else 0))
    text = text.strip(" ._…,:;'`-–—")
    return text.lower() if _DIGITS.fullmatch(text) else "" if text else glued.lower()


def _overlaps_row(box: BBox, slot: BBox) -> bool:
    overlap = min(box.bottom, slot.bottom) - max(box.top, slot.top)
    return overlap > 0.5 * min(box.height, slot.height)
