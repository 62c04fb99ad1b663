"""Score the reader of handwritten slots on labelled crops: figures, calibration, reject curve.

LABELS.csv stands beside the crops and has the columns file, slot (number, day, month), label, kind, box_x0 ..
box_y1 and crop_x0 .. crop_y1 (pixels of the page at 300 dpi) and doubtful; the label column may be empty.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import InputError, OutputError
from pipeline.model import BBox, SlotReading

Read = Callable[[NDArray[np.uint8], BBox, float, str], SlotReading]
"""Reads one slot: pixels (BGR), box, dpi, kind of slot."""

LABEL_DPI = 300.0
COLUMNS = ("file", "reading", "alternatives", "confidence", "sure")
_REJECT_LEVELS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
_BINS = 10


@dataclass(frozen=True, slots=True)
class ReadSlot:
    """One row of LABELS.csv and what was read there. `confidence` is that of the best reading."""

    row: dict[str, str]
    readings: tuple[tuple[str, float], ...]
    sure: bool

    @property
    def reading(self) -> str:
        return self.readings[0][0] if self.readings else ""

    @property
    def confidence(self) -> float:
        return self.readings[0][1] if self.readings else 0.0

    @property
    def right(self) -> bool:
        return tidy(self.reading) == tidy(self.row["label"])


def tidy(text: str) -> str:
    """A reading as it is compared: without blanks and leading zeros, in lower case."""
    return re.sub(r"\s+", "", text).lower().lstrip("0")


def read_labelled(labels: Path, read: Read, is_sure: Callable[[SlotReading], bool]) -> tuple[ReadSlot, ...]:
    """Read every slot of LABELS.csv.

    Raises InputError when the table or a crop cannot be read or a box is not a number.
    """
    found = []
    for row in _rows(labels):
        try:
            image = np.asarray(Image.open(labels.parent / row["file"]).convert("RGB"), np.uint8)
            box = _box_in_crop(row)
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"cannot read slot {row.get('file')!r} of {labels}: {error}") from error
        reading = read(np.ascontiguousarray(image[:, :, ::-1]), box, LABEL_DPI, row["slot"])
        found.append(ReadSlot(row, reading.readings, is_sure(reading)))
    return tuple(found)


def _rows(labels: Path) -> list[dict[str, str]]:
    try:
        with labels.open(encoding="utf-8-sig", newline="") as lines:
            return [{"label": "", "doubtful": "0"} | row for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"cannot read the labels {labels}: {error}", hint="It must be a CSV table"
        ) from error


def _box_in_crop(row: dict[str, str]) -> BBox:
    left, top = int(row["crop_x0"]), int(row["crop_y0"])
    edges = [int(row[name]) for name in ("box_x0", "box_y0", "box_x1", "box_y1")]
    return BBox(edges[0] - left, edges[1] - top, edges[2] - left, edges[3] - top)


def write_readings(slots: Iterable[ReadSlot], path: Path) -> None:
    """READINGS.csv: file, reading, up to three alternatives best first, confidence, sure.

    Raises OutputError when it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(COLUMNS)
            for slot in slots:
                three = ";".join(text for text, _ in slot.readings[:3])
                sure = "true" if slot.sure else "false"
                writer.writerow((slot.row["file"], slot.reading, three, f"{slot.confidence:.4f}", sure))
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error}") from error


def score(slots: Iterable[ReadSlot]) -> dict[str, Any]:
    """Figures as fractions 0-1, the calibration and the reject curve; empty where nothing is labelled.

    `<slot>_exact` and `<slot>_top3` count handwritten and stamped slots, `printed_exact` printed ones,
    `sure_share` slots given as sure and `sure_right` how many of those are right. Doubtful labels are out.
    """
    judged = [slot for slot in slots if slot.row["label"] and slot.row["doubtful"] not in ("1", "True")]
    counts: dict[str, list[bool]] = defaultdict(list)
    for slot in judged:
        if slot.row.get("kind") == "printed":
            counts["printed_exact"].append(slot.right)
        else:
            three = [tidy(text) for text, _ in slot.readings[:3]]
            counts[f"{slot.row['slot']}_exact"].append(slot.right)
            counts[f"{slot.row['slot']}_top3"].append(tidy(slot.row["label"]) in three)
        counts["sure_share"].append(slot.sure)
        if slot.sure:
            counts["sure_right"].append(slot.right)
    figures: dict[str, Any] = {name: _share(verdicts) for name, verdicts in sorted(counts.items())}
    if judged:
        figures["calibration"] = _calibration(judged)
        figures["reject_curve"] = _reject_curve(judged)
    return figures


def _share(verdicts: list[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 4)


def _calibration(slots: list[ReadSlot]) -> list[dict[str, float]]:
    """Slots by confidence in ten bins: mean confidence, share right, how many."""
    bins: dict[int, list[ReadSlot]] = defaultdict(list)
    for slot in slots:
        bins[min(_BINS - 1, int(slot.confidence * _BINS))].append(slot)
    return [
        {
            "confidence": round(sum(slot.confidence for slot in group) / len(group), 4),
            "right": _share([slot.right for slot in group]),
            "slots": len(group),
        }
        for _, group in sorted(bins.items())
    ]


def _reject_curve(slots: list[ReadSlot]) -> list[dict[str, float]]:
    """For each level of confidence: the share of slots accepted and how many of those are right."""
    curve = []
    for level in _REJECT_LEVELS:
        kept = [slot.right for slot in slots if slot.confidence >= level]
        if kept:
            curve.append(
                {"at_least": level, "accepted": round(len(kept) / len(slots), 4), "right": _share(kept)}
            )
    return curve


def run(
    labels: Path,
    readings: Path,
    json_file: Path | None = None,
    *,
    read: Read,
    is_sure: Callable[[SlotReading], bool],
) -> dict[str, Any]:
    """The command `evaluate handwriting`: read, write READINGS.csv, print the figures, keep them as JSON."""
    slots = read_labelled(labels, read, is_sure)
    write_readings(slots, readings)
    figures = score(slots)
    for name, value in figures.items():
        if isinstance(value, float):
            print(f"{name:14} {value:.4f}")
    for row in figures.get("reject_curve", ()):
        print(f"at least {row['at_least']:.3f}: {row['accepted']:.3f} accepted, {row['right']:.4f} right")
    if json_file:
        try:
            json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")
        except OSError as error:
            raise OutputError(f"cannot write {json_file}: {error}") from error
    return figures
