"""Find the best path through lattices of candidate words, many sequences at the same time.

All sequences of a page advance together, one position at a time, so that the language model is asked for
thousands of n-grams in one call. A second pass backwards gives, for every edge, the best score of any path
through it: the difference to the best path is the margin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.language_model import Ids, LanguageModel, Scores

NONE = -1
_LOW = np.float32(-1e30)


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Edges in order of the position they leave; edges of position p are `first[p]` to `first[p + 1]`.

    An edge reads `span` positions (1 or 2) as one word (`second` is NONE) or two. Sequence i holds the
    positions `starts[i]` to `ends[i]`; `before[i]` are the two words in front of it.
    """

    first: Ids
    word: Ids
    second: Ids
    span: Ids
    score: Scores
    starts: Ids
    ends: Ids
    before: Ids


@dataclass(frozen=True, slots=True)
class Decoded:
    """`best` are the edges of the best paths, in order; `through[e]` is the best score of a path through
    edge e minus the score of the best path of its sequence (0 for edges of the best path)."""

    best: Ids
    through: Scores


@dataclass(slots=True)
class _Step:
    # Surviving states of one boundary, and the arcs that reach them.
    sequence: Ids
    earlier: Ids
    word: Ids
    backoff: Scores
    score: Scores
    arc_from: Ids
    arc_to: Ids
    arc_edge: Ids
    arc_gain: Scores
    best_arc: Ids
    base: int


@dataclass(slots=True)
class _Arcs:
    # Paths that reach a boundary: where from (global state number), by which edge, in which state.
    sequence: Ids
    earlier: Ids
    word: Ids
    backoff: Scores
    score: Scores
    origin: Ids
    edge: Ids
    gain: Scores

    def take(self, chosen: Ids) -> _Arcs:
        return _Arcs(*(getattr(self, name)[chosen] for name in self.__slots__))


def decode(lattice: Lattice, model: LanguageModel, beam: int = 10, width: float = 14.0) -> Decoded:
    """Best paths by language model plus edge scores; `beam` states a position, within `width` of the best."""
    count = len(lattice.starts)
    lengths = lattice.ends - lattice.starts
    if not count:
        return Decoded(np.zeros(0, dtype=np.int64), np.full(len(lattice.word), _LOW, dtype=np.float32))
    pending: dict[int, list[_Arcs]] = {0: [_entry(lattice, model)]}
    steps: list[_Step] = []
    total = 0
    for time in range(int(lengths.max(initial=0)) + 1):
        step = _survivors(pending.pop(time), count, beam, np.float32(width), total)
        total += len(step.word)
        steps.append(step)
        going = np.flatnonzero(lengths[step.sequence] > time)
        if len(going):
            arcs, span = _expanded(lattice, model, step, going, time)
            for reach in (1, 2):
                chosen = np.flatnonzero(span == reach)
                if len(chosen):
                    pending.setdefault(time + reach, []).append(arcs.take(chosen))
    return _traced(lattice, steps, lengths, total)


def _entry(lattice: Lattice, model: LanguageModel) -> _Arcs:
    count = len(lattice.starts)
    zero = np.zeros(count, dtype=np.float32)
    none = np.full(count, NONE, dtype=np.int64)
    earlier, word = lattice.before[:, 0], lattice.before[:, 1]
    _, backoff = model.extend(earlier, earlier, zero, word)
    return _Arcs(np.arange(count), earlier, word, backoff, zero, none, none, zero)


def _survivors(arrived: list[_Arcs], count: int, beam: int, width: np.float32, base: int) -> _Step:
    arcs = arrived[0] if len(arrived) == 1 else _joined(arrived)
    best = np.full(count, _LOW, dtype=np.float32)
    np.maximum.at(best, arcs.sequence, arcs.score)
    arcs = arcs.take(np.flatnonzero(arcs.score >= best[arcs.sequence] - width))
    # Equal states (sequence and last two words) are one; the best way into each counts for the beam.
    key = (arcs.sequence << 32) | (arcs.earlier << 16) | arcs.word
    order = np.lexsort((-arcs.score, key))
    arcs, key = arcs.take(order), key[order]
    head = np.concatenate(([True], key[1:] != key[:-1]))
    state = np.cumsum(head) - 1
    first = np.flatnonzero(head)
    ranking = np.lexsort((-arcs.score[first], arcs.sequence[first]))
    ranked = arcs.sequence[first][ranking]
    opening = np.searchsorted(ranked, ranked)
    kept_states = np.sort(ranking[np.arange(len(ranked)) - opening < beam])
    renumber = np.full(len(first), NONE, dtype=np.int64)
    renumber[kept_states] = np.arange(len(kept_states))
    into = renumber[state]
    alive = np.flatnonzero(into >= 0)
    chosen = first[kept_states]
    position = np.cumsum(into >= 0) - 1
    return _Step(
        sequence=arcs.sequence[chosen],
        earlier=arcs.earlier[chosen],
        word=arcs.word[chosen],
        backoff=arcs.backoff[chosen],
        score=arcs.score[chosen],
        arc_from=arcs.origin[alive],
        arc_to=into[alive],
        arc_edge=arcs.edge[alive],
        arc_gain=arcs.gain[alive],
        best_arc=position[chosen],
        base=base,
    )


def _joined(parts: list[_Arcs]) -> _Arcs:
    return _Arcs(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Arcs.__slots__))


def _expanded(
    lattice: Lattice, model: LanguageModel, step: _Step, going: Ids, time: int
) -> tuple[_Arcs, Ids]:
    place = lattice.starts[step.sequence[going]] + time
    opening, closing = lattice.first[place], lattice.first[place + 1]
    sizes = closing - opening
    state = np.repeat(going, sizes)
    edge = np.arange(int(sizes.sum())) + np.repeat(opening - np.cumsum(sizes) + sizes, sizes)
    word = lattice.word[edge]
    gain, backoff = model.extend(step.earlier[state], step.word[state], step.backoff[state], word)
    gain = gain + lattice.score[edge]
    earlier = step.word[state]
    split = np.flatnonzero(lattice.second[edge] != NONE)
    if len(split):
        more, after = model.extend(earlier[split], word[split], backoff[split], lattice.second[edge[split]])
        gain[split] += more
        backoff[split] = after
        earlier, word = earlier.copy(), word.copy()
        earlier[split], word[split] = word[split], lattice.second[edge[split]]
    sequence = step.sequence[state]
    score = step.score[state] + gain
    arcs = _Arcs(sequence, earlier, word, backoff, score, state + step.base, edge, gain)
    return arcs, lattice.span[edge]


def _traced(lattice: Lattice, steps: list[_Step], lengths: NDArray[np.int64], total: int) -> Decoded:
    ahead = np.full(total, _LOW, dtype=np.float32)
    behind = np.concatenate([step.score for step in steps])
    through = np.full(len(lattice.word), _LOW, dtype=np.float32)
    final = np.full(len(lengths), _LOW, dtype=np.float32)
    last = np.full(len(lengths), NONE, dtype=np.int64)
    for time in range(len(steps) - 1, -1, -1):
        step = steps[time]
        ends = np.flatnonzero(lengths[step.sequence] == time)
        ahead[step.base + ends] = 0
        if len(ends):
            order = ends[np.lexsort((step.score[ends], step.sequence[ends]))]
            final[step.sequence[order]] = step.score[order]
            last[step.sequence[order]] = order + step.base
        if time:
            value = step.arc_gain + ahead[step.base + step.arc_to]
            np.maximum.at(ahead, step.arc_from, value)
            sequence = step.sequence[step.arc_to]
            np.maximum.at(through, step.arc_edge, behind[step.arc_from] + value - final[sequence])
    return Decoded(_backtraced(steps, last), through)


def _backtraced(steps: list[_Step], last: Ids) -> Ids:
    origin = np.concatenate([step.arc_from[step.best_arc] for step in steps])
    edges = np.concatenate([step.arc_edge[step.best_arc] for step in steps])
    best: list[int] = []
    for final in last.tolist():
        path: list[int] = []
        state = final
        while state >= 0 and edges[state] >= 0:
            path.append(int(edges[state]))
            state = int(origin[state])
        best += reversed(path)
    return np.array(best, dtype=np.int64)
