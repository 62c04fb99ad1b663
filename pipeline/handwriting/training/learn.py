# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
"""Train the digit network: once on drawn slots, then a little on drawn and real ones together."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from pipeline.handwriting.training.dataset import RealSlot, batches, vary_real
from pipeline.handwriting.training.network import Averager, build, losses
from pipeline.handwriting.training.synthetic import Sample

BATCH = 48


def pretrain(samples: list[Sample], seed: int, epochs: int, rate: float = 3e-3) -> Any:
    """A network that has seen drawn slots only."""
    torch.manual_seed(seed)
    network = build()
    random = np.random.default_rng(seed)
    steps = epochs * -(-len(samples) // BATCH)
    return _run(network, (samples for _ in range(epochs)), steps, (rate, random, f"pretrain {seed}"))


def finetune(
    weights: dict[str, Any],
    drawn: list[Sample],
    real: Sequence[RealSlot],
    plan: tuple[int, int, int],
    rate: float = 8e-4,
) -> Any:
    """The network of `weights` after `plan` = (rounds, real a round, seed) of mixed training.

    Each round shows as many drawn slots as varied real ones; agencies are evened out, so that one big
    office does not teach its own hand only.
    """
    rounds, per_round, seed = plan
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = build()
    network.load_state_dict(weights)
    chances = _chances(real)

    def mixed() -> Any:
        for _ in range(rounds):
            chosen = random.choice(len(real), per_round, p=chances)
            others = random.choice(len(drawn), per_round, replace=False)
            yield [vary_real(real[i], random) for i in chosen] + [drawn[i] for i in others]

    steps = rounds * -(-2 * per_round // BATCH)
    return _run(network, mixed(), steps, (rate, random, f"finetune {seed}"))


def _chances(real: Sequence[RealSlot]) -> Any:
    """How often each slot is shown: offices by the root of their size, handwriting before print."""
    sizes: dict[tuple[str, bool], int] = {}
    for slot in real:
        key = (slot.agency, slot.ink == "printed")
        sizes[key] = sizes.get(key, 0) + 1
    weight = np.array([sizes[(slot.agency, slot.ink == "printed")] ** -0.35 for slot in real])
    weight *= np.array([0.35 if slot.ink == "printed" else 1.0 for slot in real])
    return weight / weight.sum()


def _run(network: Any, rounds: Any, steps: int, how: tuple[float, np.random.Generator, str]) -> Any:
    rate, random, title = how
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 8, pct_start=0.15)
    network.to(memory_format=torch.channels_last)
    average = Averager(network)
    network.train()
    begun, done, running = time.monotonic(), 0, 0.0
    for samples in rounds:
        for block, chosen in batches(samples, BATCH, random):
            inks = torch.tensor([one.ink for one in chosen], dtype=torch.long)
            pixels = torch.from_numpy(block).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", dtype=torch.bfloat16):  # half the time, the same figures
                output = network(pixels)
            loss = losses(output.float(), [one.label for one in chosen], inks)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            average.update(network)
            done += 1
            running = 0.98 * running + 0.02 * float(loss.detach())
            if done % 200 == 0:
                shown = running / (1 - 0.98**done)
                print(
                    f"{title}: step {done}/{steps} loss {shown:.3f} {time.monotonic() - begun:.0f} s",
                    file=sys.stderr,
                )
    network.load_state_dict(average.held)
    return network.eval()
