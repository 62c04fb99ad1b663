"""Back to the scan: boxes found on the upright page become boxes on the original.

Reading and extraction work on upright, level pages; what they found must be shown on the scan as it lies
in the file. These functions do the last step, once everything is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pipeline.image import map_box
from pipeline.model import BBox, Field, Line, PageReading, Record

Found = TypeVar("Found", Field, Record)


def page_on_scan(reading: PageReading) -> PageReading:
    """`reading` with all boxes, and the size of the page, in pixels of the scan."""
    scan = reading.scan
    if scan is None:
        return reading
    to_scan = _mapping(reading)
    page = replace(
        reading.page,
        width=scan.width,
        height=scan.height,
        dpi=scan.dpi,
        lines=tuple(moved(line, to_scan) for line in reading.page.lines),
        rivals=(),
    )
    slots = tuple(replace(slot, bbox=to_scan(slot.bbox)) for slot in reading.slots)
    return replace(reading, page=page, slots=slots, scan=None)


def on_scan(found: Found, pages: Sequence[PageReading]) -> Found:
    """A field or record with its box in pixels of the scan of its page; `pages` are still upright."""
    reading = next((one for one in pages if one.page.page_number == found.page_number), None)
    if found.bbox is None or reading is None or reading.scan is None:
        return found
    return replace(found, bbox=_mapping(reading)(found.bbox))


def moved(line: Line, move: Callable[[BBox], BBox]) -> Line:
    """`line` with the box of each word changed by `move`."""
    return Line(tuple(replace(word, bbox=move(word.bbox) if word.bbox else None) for word in line.words))


def _mapping(reading: PageReading) -> Callable[[BBox], BBox]:
    assert reading.scan is not None
    scan = reading.scan
    return partial(map_box, scan.to_scan, limits=(scan.width, scan.height), bend=scan.bend)
