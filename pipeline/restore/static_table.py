"""A read-only map from 64-bit keys to small numbers that needs no keys: a Bloomier filter.

Each key has three cells; their exclusive or is the key's fingerprint and value. A key that was never
stored gives a wrong fingerprint except once in 2^(fingerprint bits). Cells are plain arrays, so a table is
mapped from disk at once, shared between processes, and asked for thousands of keys in one call.
Source: Chazelle, Kilian, Rubinfeld, Tal: The Bloomier filter, SODA 2004; three blocks as in xor filters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
_SPARE = 1.235
_HALF = np.uint64(32)
_MASK = np.uint64((1 << 32) - 1)
_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def mixed(keys: Keys, seed: int) -> Keys:
    """Well-mixed 64-bit hashes of `keys` (the finaliser of splitmix64)."""
    hashes = keys + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    hashes ^= hashes >> np.uint64(30)
    hashes *= _MULTIPLIERS[0]
    hashes ^= hashes >> np.uint64(27)
    hashes *= _MULTIPLIERS[1]
    hashes ^= hashes >> np.uint64(31)
    return hashes


def places(hashes: Keys, block: int) -> tuple[Keys, Keys, Keys]:
    """The three cells of each key; `block` is the number of cells in one third of the table."""
    size = np.uint64(block)
    first = ((hashes & _MASK) * size) >> _HALF
    second = (((hashes >> np.uint64(16)) & _MASK) * size) >> _HALF
    third = ((hashes >> _HALF) * size) >> _HALF
    return first, second + size, third + size + size


def fingerprints(hashes: Keys) -> NDArray[np.uint16]:
    """16 bits that tell a stored key from others."""
    return ((hashes * _MULTIPLIERS[0]) >> np.uint64(48)).astype(np.uint16)


def block_size(count: int) -> int:
    """Cells in a third of a table for `count` keys."""
    return int(count * _SPARE / 3) + 11


def build(keys: Keys, values: NDArray[np.uint32], seed: int) -> NDArray[np.uint32] | None:
    """The cells of a table in which `keys` (all different) give `values`; None when `seed` has bad luck."""
    block = block_size(len(keys))
    order = _peel(mixed(keys, seed), block)
    return None if order is None else _fill(order, values, block)


def _peel(
    hashes: Keys, block: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] | None:
    # Rounds of (keys, their own cell, all their cells): a key is free when no other key left uses its cell.
    cells = np.stack(places(hashes, block), axis=1).astype(np.int64)
    degree = np.bincount(cells.ravel(), minlength=3 * block)
    left = np.arange(len(hashes))
    rounds = []
    while len(left):
        alone = degree[cells[left]] == 1
        free = alone.any(axis=1)
        if not free.any():
            return None
        taken = left[free]
        own = cells[taken, alone[free].argmax(axis=1)]
        rounds.append((taken, own, cells[taken]))
        degree -= np.bincount(cells[taken].ravel(), minlength=3 * block)
        left = left[~free]
    return rounds


def _fill(
    rounds: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]],
    values: NDArray[np.uint32],
    block: int,
) -> NDArray[np.uint32]:
    table = np.zeros(3 * block, dtype=np.uint32)
    for taken, own, cells in reversed(rounds):
        # The own cell is still 0, so the three cells give what the other two hold.
        table[own] = values[taken] ^ table[cells[:, 0]] ^ table[cells[:, 1]] ^ table[cells[:, 2]]
    return table
