"""The decoder against trying every path."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from pipeline.restore.language_model import LanguageModel, load_model
from pipeline.restore.lattice import NONE, Lattice, decode


def path_score(model: LanguageModel, words: list[int], gains: list[float], before: tuple[int, int]) -> float:
    one, two = (np.array([word]) for word in before)
    zero = np.zeros(1, dtype=np.float32)
    _, backoff = model.extend(one, one, zero, two)
    total = float(sum(gains))
    for word in words:
        three = np.array([word])
        gain, backoff = model.extend(one, two, backoff, three)
        total += float(gain[0])
        one, two = two, three
    return total


@pytest.mark.parametrize("seed", range(6))
def test_best_path_and_margins_equal_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = load_model()
    sizes = rng.integers(1, 4, 5)
    choices = [rng.choice(np.arange(5, 400), size, replace=False) for size in sizes]
    gains = [rng.normal(0, 2, size).astype(np.float32) for size in sizes]
    count = int(sizes.sum())
    first = np.concatenate(([0], np.cumsum(sizes)))
    lattice = Lattice(
        first=first,
        word=np.concatenate(choices),
        second=np.full(count, NONE),
        span=np.ones(count, dtype=np.int64),
        score=np.concatenate(gains),
        starts=np.array([0]),
        ends=np.array([5]),
        before=np.array([[0, 0]]),
    )
    decoded = decode(lattice, model, beam=500, width=1e9)
    scores = {}
    for picks in product(*(range(size) for size in sizes)):
        words = [int(choices[place][pick]) for place, pick in enumerate(picks)]
        edge_gains = [float(gains[place][pick]) for place, pick in enumerate(picks)]
        scores[tuple(int(first[place]) + pick for place, pick in enumerate(picks))] = path_score(
            model, words, edge_gains, (0, 0)
        )
    best = max(scores, key=scores.__getitem__)
    assert tuple(decoded.best.tolist()) == best
    for edge in range(count):
        through = max(score for path, score in scores.items() if edge in path)
        assert decoded.through[edge] == pytest.approx(through - scores[best], abs=1e-3)


def test_an_edge_over_two_positions_can_win() -> None:
    # Two positions: apart they read words 10 and 11, together word 12 with a large bonus.
    lattice = Lattice(
        first=np.array([0, 2, 3]),
        word=np.array([10, 12, 11]),
        second=np.full(3, NONE),
        span=np.array([1, 2, 1]),
        score=np.array([0, 60, 0], dtype=np.float32),
        starts=np.array([0]),
        ends=np.array([2]),
        before=np.array([[0, 0]]),
    )
    assert decode(lattice, load_model()).best.tolist() == [1]


def test_nothing_to_decide_gives_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    empty = Lattice(
        np.array([0]), none, none, none, none.astype(np.float32), none, none, np.zeros((0, 2), dtype=np.int64)
    )
    assert decode(empty, load_model()).best.tolist() == []
