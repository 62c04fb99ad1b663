"""Numbers, days and months people confirmed, as labelled pictures for training the digit reader.

The same form as other sets of labelled slots (`make digits-model`): a colour crop at 300 dpi with 40 px
around the slot, and labels.csv with the label, how it is written and its boxes in pixels of that page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import OutputError
from pipeline.export.corrections import Corrections, Decision
from pipeline.export.edits import without_marks
from pipeline.export.settled import SettledDocuments
from pipeline.export.writing import output_errors, write_file
from pipeline.model import BBox, Document, PageReading, SlotReading
from pipeline.review.originals import NoPicture, Originals, Pixels

LABELS = "labels.csv"
COLUMNS = (
    "file",
    "slot",
    "label",
    "kind",
    "ink",
    "touching_auto",
    "box_x0",
    "box_y0",
    "box_x1",
    "box_y1",
    "crop_x0",
    "crop_y0",
    "crop_x1",
    "crop_y1",
    "doc",
    "agency",
    "year",
    "source_repo",
    "tesseract_text",
    "gt_checked",
    "doubtful",
    "note",
)
_DPI = 300
_MARGIN_ACROSS = 55  # pixels at 300 dpi: the network looks this far beside a slot
_MARGIN_DOWN = 40
_COLUMN_OF = {"number": "number_symbol", "day": "issue_date", "month": "issue_date"}
_FULL_DATE = len("2025-02-04")


@dataclass(frozen=True, slots=True)
class Label:
    """A slot of a page with the digits a person confirmed for it."""

    slot: SlotReading
    digits: str
    page: PageReading


def write_labels(folder: Path, out: Path, corrections: Corrections, originals: Originals) -> int:
    """Write crops and labels.csv of every confirmed slot to `folder`; returns how many.

    Only upright pages of scans that are still as they were read count. Raises OutputError, InputError.
    """
    rows: list[Mapping[str, object]] = []
    with output_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    documents = SettledDocuments(out)
    for doc_id in sorted(corrections.by_document):
        decided = corrections.of(doc_id)
        if not {"number_symbol", "number", "issue_date"} & set(decided):
            continue
        if not documents.has(doc_id):
            continue  # decided in a run of other files
        document = documents.now(doc_id, corrections)
        rows += _write_document(folder, document, decided, originals)
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    table.writeheader()
    table.writerows(rows)
    write_file(folder / LABELS, text.getvalue())
    return len(rows)


def confirmed_labels(document: Document, decided: Mapping[str, Decision]) -> Iterator[Label]:
    """The slots of `document` (corrected) whose cells people decided, with the digits that stand there."""
    parts = _digits(document, decided)
    seen: set[str] = set()
    for page in document.pages:
        for slot in page.slots:
            digits = parts.get(slot.kind, "")
            if digits and not page.rotation and slot.kind not in seen and slot.ink != "blank":
                seen.add(slot.kind)
                yield Label(slot, _as_written(slot, digits), page)


def _digits(document: Document, decided: Mapping[str, Decision]) -> dict[str, str]:
    found: dict[str, str] = {}
    if "number_symbol" in decided or "number" in decided:
        found["number"] = document.value("number")
    date = document.value("issue_date")
    if "issue_date" in decided and len(date) == _FULL_DATE:
        found |= {"month": date[5:7], "day": date[8:10]}
    return found


def _as_written(slot: SlotReading, digits: str) -> str:
    """`digits` with or without a leading zero, as the reader saw it; else as Nghị định 30/2020 asks."""
    for text, _ in slot.readings:
        if text and text.lstrip("0") == digits.lstrip("0"):
            return text
    is_padded = slot.kind != "month" or int(digits) <= 2
    return digits if is_padded else digits.lstrip("0")


def _write_document(
    folder: Path, document: Document, decided: Mapping[str, Decision], originals: Originals
) -> Iterable[Mapping[str, object]]:
    rows = []
    for label in confirmed_labels(document, decided):
        try:
            if originals.state(document) != "shown":
                raise NoPicture("changed")
            pixels = originals.pixels(document, label.page.page.page_number)
        except NoPicture:
            continue
        name = f"{document.doc_id}_{label.slot.kind}.png"
        box, crop = _places(label, pixels)
        _write_crop(folder / name, pixels, label, crop)
        who = decided.get(_COLUMN_OF[label.slot.kind]) or decided["number"]
        rows.append({"file": name, "note": who.who} | _row(document, label, box, crop))
    return rows


def _places(label: Label, pixels: Pixels) -> tuple[BBox, BBox]:
    """The slot and its crop in pixels of the page at 300 dpi."""
    factor = _DPI / (label.page.page.dpi or _DPI)
    height, width = (round(side * factor) for side in pixels.shape[:2])
    slot = label.slot.bbox
    box = BBox(*(round(side * factor) for side in (slot.left, slot.top, slot.right, slot.bottom)))
    crop = BBox(
        max(0, box.left - _MARGIN_ACROSS),
        max(0, box.top - _MARGIN_DOWN),
        min(width, box.right + _MARGIN_ACROSS),
        min(height, box.bottom + _MARGIN_DOWN),
    )
    return box, crop


def _write_crop(path: Path, pixels: Pixels, label: Label, crop: BBox) -> None:
    factor = (label.page.page.dpi or _DPI) / _DPI
    left, top, right, bottom = (
        round(side * factor) for side in (crop.left, crop.top, crop.right, crop.bottom)
    )
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    how = cv2.INTER_AREA if factor > 1 else cv2.INTER_CUBIC
    part = np.asarray(cv2.resize(part, (crop.width, crop.height), interpolation=how), np.uint8)
    is_made, data = cv2.imencode(".png", part)
    if not is_made:
        raise OutputError(f"cannot make the picture {path}", hint="Report this with the document")
    with output_errors(path):
        path.write_bytes(bytes(data))


def _row(document: Document, label: Label, box: BBox, crop: BBox) -> dict[str, object]:
    raw = next((one.raw for one in document.fields if one.name == _COLUMN_OF[label.slot.kind]), "")
    places = {
        f"{name}_{side}": value
        for name, place in (("box", box), ("crop", crop))
        for side, value in zip(
            ("x0", "y0", "x1", "y1"), (place.left, place.top, place.right, place.bottom), strict=True
        )
    }
    return places | {
        "slot": label.slot.kind,
        "label": label.digits,
        "kind": label.slot.ink,
        "touching_auto": 0,
        "doc": document.doc_id,
        "agency": "_".join(without_marks(document.value("issuer")).casefold().split()),
        "year": document.value("issue_date")[:4],
        "tesseract_text": raw,
        "gt_checked": 1,
        "doubtful": 0,
    }
