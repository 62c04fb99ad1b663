"""Interpolated modified Kneser-Ney estimates of a trigram model, pruned by what each n-gram is worth.

Keys hold the words of an n-gram in 16 bits each, the last word lowest. Source: Chen and Goodman, An
empirical study of smoothing techniques, 1998, section 3; pruning by the loss of likelihood as in Stolcke,
Entropy-based pruning of backoff language models, 1998.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
_WORD = np.uint64(16)
_LOW_WORD = np.uint64(0xFFFF)
_LOW_PAIR = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Counts:
    """Different n-grams in order of their keys; `weighted` counts decide, `raw` ones give the discounts."""

    keys: Keys
    raw: NDArray[np.int64]
    weighted: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Natural logarithms of probabilities and backoff weights of the n-grams that were kept."""

    unigram: Floats
    unigram_backoff: Floats
    bigram_keys: Keys
    bigram: Floats
    bigram_backoff: Floats
    trigram_keys: Keys
    trigram: Floats


def counted(keys: Keys) -> Counts:
    """Count equal keys."""
    unique, counts = np.unique(keys, return_counts=True)
    return Counts(unique, counts, counts)


def merged(parts: list[Counts], weights: list[int]) -> Counts:
    """The counts of several texts together, each counted `weights` times."""
    keys = np.concatenate([part.keys for part in parts])
    raw = np.concatenate([part.raw for part in parts])
    weighted = np.concatenate([part.raw * weight for part, weight in zip(parts, weights, strict=True)])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return Counts(keys[starts], np.add.reduceat(raw[order], starts), np.add.reduceat(weighted[order], starts))


def estimate(trigrams: Counts, bigrams: Counts, words: int, keep: tuple[int, int]) -> Estimates:
    """Estimate the model over `words` words and keep the (bigrams, trigrams) worth most."""
    unigram = _unigrams(bigrams.keys, words)
    low, low_backoff = _bigrams(trigrams, bigrams, unigram, words)
    context = np.searchsorted(bigrams.keys, trigrams.keys >> _WORD)
    shorter = np.searchsorted(bigrams.keys, trigrams.keys & _LOW_PAIR)
    totals = np.bincount(context, trigrams.weighted, len(bigrams.keys))
    taken, spare = _discounted(trigrams, context, len(bigrams.keys))
    with np.errstate(divide="ignore", invalid="ignore"):
        gamma = np.where(totals > 0, spare / totals, 1.0)
    high = taken / totals[context] + gamma[context] * low[shorter]
    worth = trigrams.weighted * (np.log(high) - np.log(gamma[context] * low[shorter]))
    kept3 = _best(worth, keep[1])
    kept2 = _kept_bigrams(bigrams, low, low_backoff, unigram, context[kept3], shorter[kept3], keep[0])
    backoff1 = _backoff(bigrams.keys[kept2] >> _WORD, low[kept2], unigram[_last(bigrams.keys[kept2])], words)
    place = np.full(len(bigrams.keys), -1)
    place[kept2] = np.arange(len(kept2))
    backoff2 = _backoff(place[context[kept3]], high[kept3], low[shorter[kept3]], len(kept2))
    return Estimates(
        np.log(unigram),
        np.log(backoff1),
        bigrams.keys[kept2],
        np.log(low[kept2]),
        np.log(backoff2),
        trigrams.keys[kept3],
        np.log(high[kept3]),
    )


def _last(keys: Keys) -> NDArray[np.int64]:
    return (keys & _LOW_WORD).astype(np.int64)


def _unigrams(bigram_keys: Keys, words: int) -> Floats:
    # How many different words stand before a word; one more for each, so that none has probability 0.
    before = np.bincount(_last(bigram_keys), minlength=words) + 0.5
    return np.asarray(before / before.sum())


def _bigrams(trigrams: Counts, bigrams: Counts, unigram: Floats, words: int) -> tuple[Floats, Floats]:
    # Continuation counts: how many different words stand before the pair.
    found = np.searchsorted(bigrams.keys, trigrams.keys & _LOW_PAIR)
    continuations = np.bincount(found, minlength=len(bigrams.keys))
    counts = Counts(bigrams.keys, continuations, np.maximum(continuations, 1))
    first = (bigrams.keys >> _WORD).astype(np.int64)
    totals = np.bincount(first, counts.weighted, words)
    taken, spare = _discounted(counts, first, words)
    gamma = np.where(totals > 0, spare / np.maximum(totals, 1), 1.0)
    return taken / totals[first] + gamma[first] * unigram[_last(bigrams.keys)], gamma


def _discounted(counts: Counts, context: NDArray[np.int64], contexts: int) -> tuple[Floats, Floats]:
    """Counts after discounting, and the sum of discounts of each context."""
    frequency = [max(1, int((counts.raw == n).sum())) for n in (1, 2, 3, 4)]
    y = frequency[0] / (frequency[0] + 2 * frequency[1])
    steps = [n - (n + 1) * y * frequency[n] / frequency[n - 1] for n in (1, 2, 3)]
    steps = [float(np.clip(step, 0.3, 0.95 * n)) for n, step in enumerate(steps, 1)]
    discount = np.array([0.0, *steps])[np.minimum(counts.weighted, 3)]
    spare: Floats = np.asarray(np.bincount(context, discount, contexts), dtype=np.float64)
    return np.asarray(counts.weighted - discount, dtype=np.float64), spare


def _kept_bigrams(
    bigrams: Counts,
    low: Floats,
    gamma: Floats,
    unigram: Floats,
    *needed_and_number: NDArray[np.int64] | int,
) -> NDArray[np.int64]:
    *needed, number = needed_and_number
    shorter = gamma[(bigrams.keys >> _WORD).astype(np.int64)] * unigram[_last(bigrams.keys)]
    worth = bigrams.weighted * (np.log(low) - np.log(shorter))
    # A trigram is only looked up when both its pairs are known: they stay, whatever they are worth.
    for places in needed:
        worth[places] = np.inf
    return _best(worth, max(int(number), int(np.isinf(worth).sum())))


def _best(worth: Floats, number: int) -> NDArray[np.int64]:
    if number >= len(worth):
        return np.arange(len(worth))
    return np.sort(np.argpartition(-worth, number)[:number])


def _backoff(context: NDArray[np.integer], higher: Floats, lower: Floats, contexts: int) -> Floats:
    context = context.astype(np.int64)
    left = 1.0 - np.bincount(context, higher, contexts)
    below = 1.0 - np.bincount(context, lower, contexts)
    return np.asarray(np.clip(left, 1e-6, None) / np.clip(below, 1e-6, None), dtype=np.float64)
