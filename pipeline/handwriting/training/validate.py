# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
"""Cross-validation over agencies: each slot is read by a network that never saw its office."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.handwriting.beam import Readings, temper
from pipeline.handwriting.crop import slot_input, stack
from pipeline.handwriting.reader import VIEWS, collect
from pipeline.handwriting.training.dataset import RealSlot
from pipeline.handwriting.training.glyphs import Supply
from pipeline.handwriting.training.synthetic import draw_slot

FOLDS = 5
KINDS = ("number", "day", "month")
# Never below 1: two looks at one slot agree too easily for sharpening to be safe on other offices.
_TEMPERATURES = tuple(float(value) for value in np.linspace(1.0, 3.0, 21))
WANTED_RIGHT = 0.995
"""Slots above the threshold shall be right this often; the promise to users is 0.99."""


LEAST_SURE = 0.9
"""No slot below this is called sure, however few were wrong so far."""


@dataclass(frozen=True, slots=True)
class Held:
    """A real slot as read by networks that never saw its fold; `raw` is not yet calibrated."""

    slot: RealSlot
    fold: int
    raw: Readings
    ink: str


def fold_of(real: Sequence[RealSlot]) -> dict[str, int]:
    """Agency to fold: the two largest offices have a fold each, the others share the rest."""
    sizes: dict[str, int] = {}
    for slot in real:
        sizes[slot.agency] = sizes.get(slot.agency, 0) + 1
    ranked = sorted(sizes, key=lambda agency: (-sizes[agency], agency))
    rest = sorted(ranked[2:], key=lambda agency: zlib.crc32(agency.encode()))
    folds = {agency: index for index, agency in enumerate(ranked[:2])}
    return folds | {agency: 2 + index % (FOLDS - 2) for index, agency in enumerate(rest)}


def run_networks(networks: Sequence[Any]) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """The networks as the reader calls them."""

    def run(block: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.no_grad():
            outputs = [network(torch.from_numpy(block))[:, :, 0, :] for network in networks]
        return np.asarray(torch.cat(outputs, dim=1).numpy(), np.float32)

    return run


def read_raw(networks: Sequence[Any], slot: RealSlot) -> tuple[Readings, str]:
    """All readings of a slot by `networks`, not calibrated, and its ink."""
    block = stack([slot_input(slot.pixels, slot.box, 300, view) for view in VIEWS])
    return collect(run_networks(networks)(block), slot.kind, len(networks))


def fit_temperatures(held: Sequence[Held]) -> dict[str, float]:
    """For each kind of slot the temperature under which the labels are likeliest."""
    fitted = {}
    for kind in KINDS:
        # Few months are written by hand: they borrow from the days.
        group = [one for one in held if one.slot.kind == kind or {one.slot.kind, kind} == {"day", "month"}]
        fitted[kind] = min(_TEMPERATURES, key=lambda t: _surprise(group, t)) if group else 1.0
    return fitted


def _surprise(group: Sequence[Held], temperature: float) -> float:
    return float(-sum(np.log(max(_probability_of_label(one, temperature), 1e-3)) for one in group))


def _probability_of_label(one: Held, temperature: float) -> float:
    wanted = one.slot.label.lstrip("0")
    return next((p for text, p in temper(one.raw, temperature) if text.lstrip("0") == wanted), 0.0)


def is_right(one: Held) -> bool:
    """Whether the best reading is the label, leading zeros aside."""
    return bool(one.raw) and one.raw[0][0].lstrip("0") == one.slot.label.lstrip("0")


def fit_thresholds(held: Sequence[Held], temperatures: dict[str, float]) -> dict[str, float]:
    """For each kind the lowest confidence above which `WANTED_RIGHT` of the slots are right."""
    return {
        kind: _threshold([one for one in held if one.slot.kind == kind], temperatures[kind]) for kind in KINDS
    }


def _threshold(group: Sequence[Held], temperature: float) -> float:
    scored = sorted(((confidence_of(one, temperature), is_right(one)) for one in group), reverse=True)
    lowest, right = 0.999, 0
    for count, (confidence, verdict) in enumerate(scored, 1):
        right += verdict
        if right / count >= WANTED_RIGHT and confidence >= 0.5:
            lowest = confidence
    return round(min(max(lowest, LEAST_SURE), 0.999), 4)


def confidence_of(one: Held, temperature: float) -> float:
    """Calibrated probability of the best reading."""
    tempered = temper(one.raw, temperature)
    return tempered[0][1] if tempered else 0.0


def cross_fit(held: Sequence[Held]) -> list[tuple[Held, Readings, bool]]:
    """Each slot with readings and verdict by temperatures and thresholds fitted on the other folds only."""
    fitted = []
    for fold in sorted({one.fold for one in held}):
        others = [one for one in held if one.fold != fold]
        temperatures = fit_temperatures(others)
        levels = fit_thresholds(others, temperatures)
        for one in held:
            if one.fold == fold:
                kind = one.slot.kind
                readings = temper(one.raw, temperatures[kind])
                fitted.append((one, readings, bool(readings) and readings[0][1] >= levels[kind]))
    return fitted


def figures_of(fitted: Sequence[tuple[Held, Readings, bool]]) -> dict[str, float]:
    """Fractions as the command `evaluate handwriting` counts them, for the notes beside the network."""
    verdicts: dict[str, list[bool]] = {}
    for one, readings, sure in fitted:
        wanted = one.slot.label.lstrip("0")
        three = [text.lstrip("0") for text, _ in readings[:3]]
        right = three[:1] == [wanted]
        if one.slot.ink == "printed":
            verdicts.setdefault("printed_exact", []).append(right)
        else:
            verdicts.setdefault(f"{one.slot.kind}_exact", []).append(right)
            verdicts.setdefault(f"{one.slot.kind}_top3", []).append(wanted in three)
        verdicts.setdefault("sure_share", []).append(sure)
        if sure:
            verdicts.setdefault("sure_right", []).append(right)
    return {name: round(sum(found) / len(found), 4) for name, found in sorted(verdicts.items())}


def false_digits_on_blanks(networks: Sequence[Any], supply: Supply, count: int = 1000) -> float:
    """Share of drawn empty slots (rules, dots, specks, neighbours) in which digits are read."""
    run = run_networks(networks)
    random = np.random.default_rng(77)
    false = 0
    for _ in range(count):
        sample = draw_slot(supply, random, "blank")
        readings, _ = collect(run(stack([sample.pixels])), sample.kind, len(networks))
        false += bool(readings) and readings[0][0] != ""
    return round(false / count, 4)
