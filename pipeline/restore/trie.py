"""The lexicon as a tree of letters in flat arrays, so that many branches can be followed in one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.restore.language_model import Ids
from pipeline.restore.lexicon import Lexicon


@dataclass(frozen=True, slots=True, eq=False)
class Trie:
    """Node 0 is the root. Children of node n are `first[n]` to `first[n + 1]`; `word` is -1 inside words."""

    first: Ids
    lower: Ids
    upper: Ids
    word: Ids
    depth: int

    def children(self, nodes: Ids) -> tuple[Ids, Ids]:
        """All children of `nodes`: (place of each one's parent in `nodes`, node)."""
        opening, closing = self.first[nodes], self.first[nodes + 1]
        sizes = closing - opening
        parents = np.repeat(np.arange(len(nodes)), sizes)
        return parents, np.arange(int(sizes.sum())) + np.repeat(opening - np.cumsum(sizes) + sizes, sizes)

    def symbols(self, nodes: Ids, *, upper: bool) -> Ids:
        """The number of the letter that leads to each node."""
        return self.upper[nodes] if upper else self.lower[nodes]


def build_trie(lexicon: Lexicon) -> tuple[Trie, dict[str, int]]:
    """The tree of all words of `lexicon` but the special classes, and the numbers of its letters."""
    entries = sorted((word, number) for number, word in enumerate(lexicon.words) if word.isalpha())
    symbols: dict[str, int] = {}
    lower, upper, word = [0], [0], [-1]
    first: list[int] = []
    level = [(0, len(entries))]
    depth = 0
    while level:
        following = []
        for begin, end in level:
            first.append(len(word))
            for letter, low, high in _branches(entries, begin, end, depth):
                lower.append(symbols.setdefault(letter, len(symbols)))
                upper.append(symbols.setdefault(letter.upper()[:1], len(symbols)))
                done = len(entries[low][0]) == depth + 1
                word.append(entries[low][1] if done else -1)
                following.append((low + done, high))
        level = following
        depth += 1
    first.append(len(word))
    arrays = [np.array(values, dtype=np.int64) for values in (first, lower, upper, word)]
    return Trie(arrays[0], arrays[1], arrays[2], arrays[3], depth), symbols


def _branches(entries: list[tuple[str, int]], begin: int, end: int, depth: int) -> list[tuple[str, int, int]]:
    branches: list[tuple[str, int, int]] = []
    place = begin
    while place < end:
        letter = entries[place][0][depth]
        stop = place
        while stop < end and entries[stop][0][depth] == letter:
            stop += 1
        branches.append((letter, place, stop))
        place = stop
    return branches
