"""Sets of slots to train on: drawn ones and labelled real ones."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.handwriting.crop import red_channel, slot_input, stack
from pipeline.handwriting.training.glyphs import Supply
from pipeline.handwriting.training.spoil import look
from pipeline.handwriting.training.synthetic import INKS, Sample, draw_slot
from pipeline.model import BBox


@dataclass(frozen=True, slots=True)
class RealSlot:
    """A labelled slot of a real document: its colour crop, the slot's box in the crop, and the label."""

    file: str
    pixels: NDArray[np.uint8]
    box: BBox
    kind: str
    label: str
    ink: str
    agency: str
    document: str


def draw_many(supply: Supply, count: int, seed: int, style: str = "") -> Iterator[Sample]:
    """`count` synthetic slots; the same seed gives the same slots."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        yield draw_slot(supply, random, style)


def load_real(labels: Path) -> tuple[RealSlot, ...]:
    """The labelled slots of LABELS.csv whose crops stand beside it; doubtful ones are left out."""
    slots = []
    with labels.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["doubtful"] in ("1", "True"):
                continue
            image = cv2.imread(str(labels.parent / row["file"]), cv2.IMREAD_COLOR)
            if image is None:
                continue
            slots.append(
                RealSlot(
                    row["file"],
                    np.asarray(image, np.uint8),
                    box_in_crop(row),
                    row["slot"],
                    row["label"].lower(),
                    row["kind"],
                    row["agency"],
                    row["doc"],
                )
            )
    return tuple(slots)


def box_in_crop(row: dict[str, str]) -> BBox:
    """The slot's box, given in pixels of the page, in pixels of its crop."""
    left, top = int(row["crop_x0"]), int(row["crop_y0"])
    return BBox(
        int(row["box_x0"]) - left,
        int(row["box_y0"]) - top,
        int(row["box_x1"]) - left,
        int(row["box_y1"]) - top,
    )


def vary_real(slot: RealSlot, random: np.random.Generator) -> Sample:
    """A real slot seen anew: shifted, scaled, leaning, with a thicker or thinner pen."""
    grey = red_channel(slot.pixels)
    if random.random() < 0.3:
        kernel = np.ones((2, 2), np.uint8)
        grey = np.asarray((cv2.erode if random.random() < 0.6 else cv2.dilate)(grey, kernel), np.uint8)
    if random.random() < 0.25:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), random.uniform(0.5, 1.5)), np.uint8)
    box = slot.box
    pixels = look(grey, (box.left, box.right, box.center_y), random)
    return Sample(pixels, slot.label, INKS.index(slot.ink), slot.kind)


def plain_real(slot: RealSlot) -> Sample:
    """A real slot as the reader will see it."""
    return Sample(slot_input(slot.pixels, slot.box, 300), slot.label, INKS.index(slot.ink), slot.kind)


def save(samples: Iterable[Sample], path: Path) -> None:
    """Keep drawn samples in one file, so that several trainings can use them."""
    held = list(samples)
    np.savez(
        path,
        widths=np.array([one.pixels.shape[1] for one in held], np.int32),
        pixels=np.concatenate([np.round(one.pixels * 255).astype(np.uint8) for one in held], axis=1),
        labels=np.array([one.label for one in held]),
        inks=np.array([one.ink for one in held], np.int8),
        kinds=np.array([one.kind for one in held]),
    )


def load(path: Path) -> list[Sample]:
    """Samples kept by `save`."""
    held = np.load(path)
    ends = np.cumsum(held["widths"])
    strip = held["pixels"]
    rows = zip(
        ends, held["widths"], held["labels"].tolist(), held["inks"].tolist(), held["kinds"], strict=True
    )
    return [
        Sample(strip[:, end - width : end].astype(np.float32) / 255, label, ink, str(kind))
        for end, width, label, ink, kind in rows
    ]


def batches(
    samples: list[Sample], size: int, random: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], list[Sample]]]:
    """The samples in random order, `size` at a time and of like width, as network input."""
    order = random.permutation(len(samples))
    chunk = size * 32
    found = []
    for start in range(0, len(order), chunk):
        group = sorted(order[start : start + chunk], key=lambda index: samples[index].pixels.shape[1])
        found += [group[at : at + size] for at in range(0, len(group), size)]
    for at in random.permutation(len(found)):
        chosen = [samples[index] for index in found[at]]
        yield stack([one.pixels for one in chosen]), chosen
