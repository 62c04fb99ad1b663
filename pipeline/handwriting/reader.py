"""Read the digits in a slot with the shipped network; OpenCV runs it, no training framework is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import FOLDER
from pipeline.errors import ConfigError
from pipeline.handwriting.anchors import print_dpi
from pipeline.handwriting.beam import Readings, combine, prefix_beam_search, temper
from pipeline.handwriting.crop import View, slot_input, stack
from pipeline.handwriting.decide import with_ocr
from pipeline.handwriting.slots import ALLOWED, find_slots, own_reading
from pipeline.model import BBox, OcrPage, PageImage, SlotReading

MODEL = FOLDER / "digits.onnx"
ALPHABET = "0123456789abcd"
INKS = ("printed", "handwritten", "stamped")
VIEWS = (View(52), View(52, down=-4, zoom=0.93))
"""A slot is looked at twice by each network, unless the first look leaves no doubt; what both agree on is
rarely wrong."""
AT_A_GLANCE = 0.995
"""From this probability on the first look alone decides. Of 539 slots read by networks that never saw their
agency, 349 were that clear: both looks together read every one the same, and all were right."""

_LENGTH_FACTOR = {1: 0.2, 5: 0.2}
"""The network is trained on 7 % one-digit and 4 % five-digit numbers; of 180 real ones none had one or five
(one-digit numbers are written with a zero before them, few offices reach 10,000 a year)."""


class ModelNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the network: how many networks the file holds, and how sure it may be."""

    version: str
    networks: int
    temperature: dict[str, float]
    sure: dict[str, float]
    training: dict[str, Any] = {}
    licence: str = ""
    figures: dict[str, Any] = {}


class Network(Protocol):
    """Runs inputs (n, 1, height, width) to scores (n, channels, time)."""

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Reader:
    """A network with its notes. One reader serves one thread."""

    network: Network
    notes: ModelNotes

    def read(self, pixels: NDArray[np.uint8], box: BBox, dpi: float, kind: str) -> SlotReading:
        """What stands in `box` (pixels of the scan) if it is a slot of this `kind`."""
        looks: list[Look] = []
        for view in VIEWS:
            block = stack([slot_input(pixels, box, dpi, view)])
            looks += looks_of(self.network(block), self.notes.networks)
            raw, ink = together(looks, kind)
            if raw and raw[0][1] >= AT_A_GLANCE:
                break
        return SlotReading(kind, box, ink, temper(raw, self.notes.temperature.get(kind, 1.0)))


@dataclass(frozen=True)
class Look:
    """What one network says of one view: all strings with probabilities, and a score a kind of ink."""

    readings: Readings
    inks: NDArray[np.float32]


def collect(scores: NDArray[np.float32], kind: str, networks: int) -> tuple[Readings, str]:
    """What all views and networks say together, not yet calibrated, and the kind of ink.

    `scores` is (views, channels, time); each network has one channel a symbol, then one a kind of ink.
    """
    return together(looks_of(scores, networks), kind)


def looks_of(scores: NDArray[np.float32], networks: int) -> list[Look]:
    """Each view and network in `scores` (views, channels, time) by itself."""
    symbols = 1 + len(ALPHABET)
    step = symbols + len(INKS)
    looks = []
    for view in scores:
        for start in range(0, networks * step, step):
            columns = _softmax(view[start : start + symbols])
            seen = 1 - columns[0] + 1e-4
            inks = (view[start + symbols : start + step] * seen).sum(axis=1) / seen.sum()
            looks.append(Look(prefix_beam_search(np.ascontiguousarray(columns.T), ALPHABET), inks))
    return looks


def together(looks: Sequence[Look], kind: str) -> tuple[Readings, str]:
    """The allowed readings of all `looks`, not yet calibrated, and the kind of ink most of them see."""
    pattern = ALLOWED[kind]
    readings = combine([look.readings for look in looks], lambda text: pattern.fullmatch(text) is not None)
    votes = sum((look.inks for look in looks), np.zeros(len(INKS)))
    if kind == "number":
        readings = _with_usual_length(readings)
    return readings, INKS[int(votes.argmax())] if readings and readings[0][0] else "blank"


def _with_usual_length(readings: Readings) -> Readings:
    weighed = ((text, p * _LENGTH_FACTOR.get(sum(map(str.isdigit, text)), 1.0)) for text, p in readings)
    return tuple(sorted(weighed, key=lambda one: -one[1]))


def is_sure(reading: SlotReading, notes: ModelNotes | None = None) -> bool:
    """Whether the best reading needs no review, by the threshold cross-fitted over agencies."""
    levels = (notes or shipped_reader().notes).sure
    return bool(reading.readings) and reading.readings[0][1] >= levels.get(
        reading.kind.rpartition("_")[2], 1.0
    )


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=0, keepdims=True))
    return np.asarray(powers / powers.sum(axis=0, keepdims=True), np.float32)


def load_reader(model: Path) -> Reader:
    """The network in `model` (.onnx) with the notes (.json) beside it.

    Raises ConfigError when either cannot be read.
    """
    try:
        notes = msgspec.json.decode(model.with_suffix(".json").read_bytes(), type=ModelNotes)
        net = cv2.dnn.readNetFromONNX(np.frombuffer(model.read_bytes(), np.uint8))
    except (OSError, msgspec.MsgspecError, cv2.error) as error:
        raise ConfigError(
            f"cannot load the digit network {model}: {error}", hint="Reinstall sohoa"
        ) from error

    def run(block: NDArray[np.float32]) -> NDArray[np.float32]:
        net.setInput(block)
        return np.asarray(net.forward(), np.float32)[:, :, 0, :]

    return Reader(run, notes)


@cache
def shipped_reader() -> Reader:
    """The reader that comes with the product."""
    return load_reader(MODEL)


def read_slot(pixels: NDArray[np.uint8], box: BBox, dpi: float, kind: str) -> SlotReading:
    """Read one slot: `pixels` is the scan (grey or BGR), `box` counts in it, `kind` is number, day or month.

    Readings come best first with probabilities; the empty string stands for a slot left blank.
    """
    return shipped_reader().read(pixels, box, dpi, kind)


def read_slots(page: OcrPage, image: PageImage, reader: Reader | None = None) -> tuple[SlotReading, ...]:
    """Find the slots of a page by its OCR words, read each on the scan, and weigh in what OCR read there.

    Readings of blocks below the text have kinds of their own, such as `copy_number`: see `Slot.name`.
    """
    reader = reader or shipped_reader()
    dpi = print_dpi(page)
    found = []
    for slot in find_slots(page, image.pixels):
        reading = reader.read(image.pixels, slot.bbox, dpi, slot.kind)
        found.append(replace(with_ocr(reading, own_reading(page, slot)), kind=slot.name))
    return tuple(found)
