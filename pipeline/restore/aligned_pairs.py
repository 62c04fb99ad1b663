"""True words beside what an OCR engine wrote for them, from pairs of page texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.restore.orthography import strip_diacritics

# Marks at the edge of a token that are punctuation in print, too. Others may be pieces of a letter.
EDGE = ".,;:!?()[]{}\"“”‘’'…*«»-–—_"
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Group:
    """The smallest run of true words whose ends are also ends of observed tokens."""

    truth: tuple[str, ...]
    observed: tuple[str, ...]
    place: int


def core(token: str) -> str:
    """`token` without punctuation at its edges."""
    return token.strip(EDGE)


def groups(truth: str, observed: str) -> Iterator[Group]:
    """Align two texts of one page by letters and give their word groups in order.

    `place` is the number of the group's first observed token.
    """
    truth, observed = " ".join(truth.split()), " ".join(observed.split())
    if not truth or not observed:
        return
    start = begin = 0
    number = 0
    for left, right in (*_shared_spaces(truth, observed), (len(truth), len(observed))):
        tokens = tuple(observed[begin:right].split())
        yield Group(tuple(truth[start:left].split()), tokens, number)
        number += len(tokens)
        start, begin = left + 1, right + 1


def _shared_spaces(truth: str, observed: str) -> list[tuple[int, int]]:
    folded = _folded(truth), _folded(observed)
    spaces = []
    for step in Levenshtein.opcodes(*folded):
        if step.tag == "equal":
            for offset in range(step.src_end - step.src_start):
                if folded[0][step.src_start + offset] == " ":
                    spaces.append((step.src_start + offset, step.dest_start + offset))
    return spaces


def _folded(text: str) -> str:
    # Letter by letter, so that places stay the same.
    return "".join(strip_diacritics(character)[:1].lower() or character for character in text)
