"""The edits of a page as values of edits.csv: where each stands, and what kind of change it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate

from pipeline.model import BBox, Edit, Line, PageReading


def edit_values(reading: PageReading, offset: int) -> Iterator[dict[str, object]]:
    """Values of every edit of `reading`, whose clean text begins at `offset` of the document's.

    `char_start` and `char_end` frame `after` in the clean text, so putting `before` back in its place,
    last edit first, gives the text as read (cells are NFC; the evidence file has the exact characters).
    """
    lines = reading.page.lines
    starts = tuple(accumulate((len(line.text) + 1 for line in lines), initial=0))
    line = shift = 0
    for edit in reading.restored.edits:
        while line + 1 < len(lines) and starts[line + 1] <= edit.span.start:
            line += 1
        start = offset + edit.span.start + shift
        shift += len(edit.after) - len(edit.before)
        yield {
            "page_number": reading.page.page_number,
            "line_number": line + 1,
            "bbox": box_cell(_touched(lines, starts, line, edit)),
            "raw_text": edit.before,
            "method": edit.rule,
            "char_start": start,
            "char_end": start + len(edit.after),
            "before": edit.before,
            "after": edit.after,
            "reason": what_changed(edit.before, edit.after),
            "rule": edit.rule,
            "margin": edit.margin,
            "status": "applied",
        }


def _touched(lines: tuple[Line, ...], starts: tuple[int, ...], first: int, edit: Edit) -> BBox | None:
    """Box around the words of `edit`, which begins in line `first`."""
    boxes: list[BBox] = []
    for line, start in zip(lines[first:], starts[first:], strict=False):
        if start > edit.span.end:
            break
        for word in line.words:
            end = start + len(word.text)
            if word.bbox and start <= edit.span.end and end >= edit.span.start:
                boxes.append(word.bbox)
            start = end + 1  # noqa: PLW2901  # walks along the line
    return BBox.union(boxes)


def box_cell(box: BBox | None) -> str | None:
    """`left top right bottom`; a box cannot begin off the scan, so negative pixels become 0."""
    if box is None:
        return None
    return " ".join(str(max(0, side)) for side in (box.left, box.top, box.right, box.bottom))


def what_changed(before: str, after: str) -> str:
    """The mildest description of a change: encoding, spacing, case, diacritics or letters."""
    if unicodedata.normalize("NFKC", before) == unicodedata.normalize("NFKC", after):
        return "encoding"
    first, second = "".join(before.split()), "".join(after.split())
    if first == second:
        return "spacing"
    first, second = first.casefold(), second.casefold()
    if first == second:
        return "case"
    return "diacritics" if without_marks(first) == without_marks(second) else "letters"


def without_marks(text: str) -> str:
    """`text` without tones and marks, đ as d: the coarsest key for matching Vietnamese.

    >>> without_marks("Điện Biên Phủ")
    'Dien Bien Phu'
    """
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))
