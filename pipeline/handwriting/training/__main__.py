# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
"""Make the digit network: `python -m pipeline.handwriting.training --help`.

Draws slots, trains on them, then trains on drawn and labelled real slots together, judges by
cross-validation over agencies, and writes the ONNX file with its notes beside it. Needs torch and onnx
(`pip install sohoa[training]`) and the fonts of fonts.tsv; everything is seeded.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import torch

from pipeline.dictionary import FOLDER
from pipeline.handwriting.training.dataset import draw_many, load, load_real, save
from pipeline.handwriting.training.glyphs import load_supply
from pipeline.handwriting.training.learn import finetune, pretrain
from pipeline.handwriting.training.network import build, export
from pipeline.handwriting.training.synthetic import Sample
from pipeline.handwriting.training.validate import (
    FOLDS,
    Held,
    cross_fit,
    false_digits_on_blanks,
    figures_of,
    fit_temperatures,
    fit_thresholds,
    fold_of,
    read_raw,
)

VERSION = "1"
ROUNDS = 24
PER_ROUND = 960
_WORKERS = 2
_HELD: dict[str, Any] = {}
_CHUNK = 5000
_MIXED_IN = 32_000
_MNIST_SHARE = 0.24


@dataclass(frozen=True, slots=True)
class Plan:
    """What the command line asks for."""

    slots: Path | None
    digits: Path | None
    out: Path
    drawn: int
    epochs: int
    networks: int
    clean: bool
    validate: bool
    kept: Path | None


def main() -> int:
    plan = _plan()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    begun = time.monotonic()
    drawn = _drawn(plan)
    print(f"{len(drawn)} slots drawn, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    real = load_real(plan.slots / "labels.csv") if plan.slots else ()
    _HELD.update(drawn=drawn, mixed=drawn[:: max(1, len(drawn) // _MIXED_IN)], real=real, plan=plan)
    # Workers are forked, so that the slots need not be copied to them.
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("fork")) as pool:
        _HELD["weights"] = list(pool.map(_pretrain, range(plan.networks)))
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("fork")) as pool:
        found = list(pool.map(_train_without, range(-1, FOLDS if plan.validate and real else 0)))
    held = [one for fold in found[1:] for one in fold[1]]
    networks = [_network(one) for one in found[0][0]]
    export(networks, plan.out)
    if plan.kept and not plan.clean:
        for fold, (weights, _) in enumerate(found[1:]):
            export([_network(one) for one in weights], plan.kept / f"fold{fold}.onnx")
    notes = _notes(plan, held, networks)
    plan.out.with_suffix(".json").write_text(json.dumps(notes, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(notes["figures"], indent=1))
    print(f"{plan.out}: {plan.out.stat().st_size} bytes, {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


def _plan() -> Plan:
    ask = argparse.ArgumentParser(prog="python -m pipeline.handwriting.training", description=__doc__)
    ask.add_argument("--slots", type=Path, help="folder of real slots: labels.csv and the crops")
    ask.add_argument("--digits", type=Path, help="folder with public digits (MNIST, font_digits.npz)")
    ask.add_argument("--out", type=Path, default=FOLDER / "digits.onnx")
    ask.add_argument("--drawn", type=int, default=105_000, help="how many slots to draw")
    ask.add_argument("--epochs", type=int, default=3)
    ask.add_argument("--networks", type=int, default=1)
    ask.add_argument("--clean", action="store_true", help="own strokes and free fonts only")
    ask.add_argument("--no-validate", dest="validate", action="store_false")
    ask.add_argument("--kept", type=Path, help="folder in which drawn slots and fold weights are kept")
    return Plan(**vars(ask.parse_args()))


def _drawn(plan: Plan) -> list[Sample]:
    kept = plan.kept / f"drawn_{plan.drawn}_{'clean' if plan.clean else 'all'}.npz" if plan.kept else None
    if kept and kept.is_file():
        return load(kept)
    from_mnist = 0 if plan.clean or not plan.digits else round(plan.drawn * _MNIST_SHARE)
    jobs = [(plan, seed, "") for seed in range(-(-(plan.drawn - from_mnist) // _CHUNK))]
    jobs += [(plan, 1000 + seed, "image") for seed in range(-(-from_mnist // _CHUNK))]
    with ProcessPoolExecutor(_WORKERS) as pool:
        samples = [sample for chunk in pool.map(_draw_chunk, jobs) for sample in chunk]
    if kept:
        save(samples, kept)
    return samples


def _draw_chunk(job: tuple[Plan, int, str]) -> list[Sample]:
    plan, seed, style = job
    cv2.setNumThreads(1)
    supply = load_supply(plan.digits, with_mnist=style == "image")
    return list(draw_many(supply, _CHUNK, seed, style))


def _pretrain(index: int) -> dict[str, Any]:
    torch.set_num_threads(1)
    weights: dict[str, Any] = pretrain(_HELD["drawn"], index + 1, _HELD["plan"].epochs).state_dict()
    return weights


def _train_without(fold: int) -> tuple[list[dict[str, Any]], list[Held]]:
    """Networks trained without the agencies of `fold`, and what they read there; -1 keeps all agencies."""
    torch.set_num_threads(1)
    plan, real = _HELD["plan"], _HELD["real"]
    folds = fold_of(real)
    others = tuple(slot for slot in real if folds[slot.agency] != fold)
    networks = []
    for index, weights in enumerate(_HELD["weights"]):
        if plan.clean or not others:
            networks.append(_network(weights))
        else:
            seed = 100 * (fold + 2) + index
            networks.append(finetune(weights, _HELD["mixed"], others, (ROUNDS, PER_ROUND, seed)))
    held = [Held(slot, fold, *read_raw(networks, slot)) for slot in real if folds[slot.agency] == fold]
    return [network.state_dict() for network in networks], held


def _network(weights: dict[str, Any]) -> Any:
    network = build()
    network.load_state_dict(weights)
    return network.eval()


def _notes(plan: Plan, held: list[Held], networks: list[Any]) -> dict[str, Any]:
    supply = load_supply(plan.digits, with_mnist=not plan.clean)
    temperatures = fit_temperatures(held) if held else {}
    figures: dict[str, Any] = {}
    if held:
        figures = figures_of(cross_fit(held))
        figures["ink_right"] = round(sum(one.ink == one.slot.ink for one in held) / len(held), 4)
    figures["false_digits_on_blanks"] = false_digits_on_blanks(networks, supply)
    agencies = len({one.slot.agency for one in held})
    real = (
        f"{len(held)} labelled slots of {agencies} agencies" if held and not plan.clean else "no real slots"
    )
    return {
        "version": VERSION,
        "networks": len(networks),
        "temperature": {kind: round(value, 3) for kind, value in temperatures.items()},
        "sure": fit_thresholds(held, temperatures) if held else {},
        "training": {"drawn": plan.drawn, "from": list(supply.sources), "real": real},
        "licence": _LICENCE_CLEAN if plan.clean else _LICENCE,
        "figures": figures,
    }


_LICENCE = (
    "Weights: Apache-2.0 as far as ours. Trained in part on MNIST digits (commonly stated CC BY-SA 3.0) "
    "and on crops of public official papers; `--clean` trains without both."
)
_LICENCE_CLEAN = "Weights: Apache-2.0. Trained on strokes drawn for this project and free fonts only."

if __name__ == "__main__":
    sys.exit(main())
