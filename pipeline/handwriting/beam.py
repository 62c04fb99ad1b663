"""From what the network says column by column to strings of digits with probabilities.

The network is trained with connectionist temporal classification (CTC; Graves et al. 2006): each column is a
symbol or "nothing", and many column paths spell the same string. The prefix beam search adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Readings = tuple[tuple[str, float], ...]

_NOTHING = 0
_BEAM = 8
_NEGLIGIBLE = 1e-4
_SURELY_NOTHING = 1 - _NEGLIGIBLE


def prefix_beam_search(columns: NDArray[np.float32], alphabet: str, beam: int = _BEAM) -> Readings:
    """Strings and their probabilities, best first.

    `columns` is (time, 1 + len(alphabet)): probabilities of "nothing" and of each letter of `alphabet`.

    >>> import numpy as np
    >>> prefix_beam_search(np.array([[0.1, 0.9], [1.0, 0.0], [0.2, 0.8]], np.float32), "1")[0][0]
    '11'
    """
    found: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ends in nothing, ends in its last letter
    index_of = {letter: index for index, letter in enumerate(alphabet, 1)}
    for column in columns.tolist():
        if column[_NOTHING] > _SURELY_NOTHING:
            found = {prefix: (nothing + letter_end, 0.0) for prefix, (nothing, letter_end) in found.items()}
            continue
        likely = [(letter, column[i]) for letter, i in index_of.items() if column[i] > _NEGLIGIBLE]
        grown: dict[str, list[float]] = {}
        for prefix, (nothing, letter_end) in found.items():
            entry = grown.setdefault(prefix, [0.0, 0.0])
            entry[0] += (nothing + letter_end) * column[_NOTHING]
            if prefix:
                entry[1] += letter_end * column[index_of[prefix[-1]]]
            for letter, probability in likely:
                before = nothing if prefix.endswith(letter) else nothing + letter_end
                grown.setdefault(prefix + letter, [0.0, 0.0])[1] += before * probability
        best = sorted(grown.items(), key=lambda item: -(item[1][0] + item[1][1]))[:beam]
        total = sum(a + b for _, (a, b) in best) or 1.0
        # Renormalised at each column; what fell off the beam is negligible for a trained network.
        found = {prefix: (a / total, b / total) for prefix, (a, b) in best}
    return tuple((prefix, a + b) for prefix, (a, b) in found.items())


def combine(views: Iterable[Readings], allowed: Callable[[str], bool]) -> Readings:
    """Mean probability of each allowed string over several looks at the same slot, best first."""
    total: dict[str, float] = {}
    count = 0
    for view in views:
        count += 1
        for text, probability in view:
            if allowed(text):
                total[text] = total.get(text, 0.0) + probability
    merged = _merge_zeros({text: value / max(1, count) for text, value in total.items()})
    return tuple(sorted(merged.items(), key=lambda item: -item[1]))


def _merge_zeros(found: dict[str, float]) -> dict[str, float]:
    """Add up spellings of one value ("5", "05") under the likeliest of them."""
    value_of: dict[str, list[str]] = {}
    for text in sorted(found, key=lambda one: -found[one]):
        value_of.setdefault(text.lstrip("0") if text.strip("0") else text[:1], []).append(text)
    return {spellings[0]: sum(found[one] for one in spellings) for spellings in value_of.values()}


def temper(readings: Readings, temperature: float, keep: int = 5) -> Readings:
    """Soften over-sure probabilities: p ** (1 / temperature), normalised to what they sum up to at most 1."""
    powered = [(text, probability ** (1.0 / temperature)) for text, probability in readings]
    total = sum(probability for _, probability in powered)
    if total <= 0:
        return ()
    return tuple((text, probability / total) for text, probability in powered[:keep])
