"""The readings of each token that compete in the lattice, and the lattice made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pipeline.restore import lexicon as words
from pipeline.restore.channel import LOWER, TITLE, UPPER
from pipeline.restore.language_model import Ids, Scores
from pipeline.restore.lattice import NONE, Lattice
from pipeline.restore.orthography import strip_diacritics
from pipeline.restore.tokens import BOUNDARY, CODE, COMMA, DIGITS, NUMBER, Token

# What a token that is no word is for the language model.
TOKEN_CLASS = {
    BOUNDARY: words.BOUNDARY,
    COMMA: words.COMMA,
    NUMBER: words.NUMBER,
    DIGITS: words.NUMBER,
    CODE: words.CODE,
}
SAME = -1  # case: leave the token as it is
AS_WRITTEN = 3  # case: letter by letter as in the token, which has as many letters


@dataclass(slots=True)
class Readings:
    """Edges that leave one position: arrays of equal length (see Lattice); `case` 0 lower, 1 title, 2 upper,
    3 as written, -1 the token itself unchanged."""

    word: list[Ids] = field(default_factory=list)
    second: list[Ids] = field(default_factory=list)
    span: list[Ids] = field(default_factory=list)
    score: list[Scores] = field(default_factory=list)
    case: list[Ids] = field(default_factory=list)

    def add(self, word: Ids, score: Scores, case: int, *, span: int = 1, second: Ids | None = None) -> None:
        """Add edges of one kind."""
        count = len(word)
        self.word.append(word)
        self.score.append(score)
        self.second.append(np.full(count, NONE, dtype=np.int64) if second is None else second)
        self.span.append(np.full(count, span, dtype=np.int64))
        self.case.append(np.full(count, case, dtype=np.int64))

    def add_same(self, word: int, score: float) -> None:
        """Add the reading that leaves the token unchanged."""
        self.add(np.array([word], dtype=np.int64), np.array([score], dtype=np.float32), SAME)

    def copy(self) -> Readings:
        """The same readings, free to grow."""
        return Readings(
            list(self.word), list(self.second), list(self.span), list(self.score), list(self.case)
        )

    @property
    def count(self) -> int:
        return sum(len(part) for part in self.word)


def fixed(token: Token) -> Readings:
    """The only reading of a token that is no word."""
    readings = Readings()
    readings.add_same(TOKEN_CLASS[token.kind], 0.0)
    return readings


def case_of(text: str) -> str:
    """How a token is written; capitals only when two thirds of its letters are.

    >>> case_of("HBND"), case_of("Pang"), case_of("1anh"), case_of("Đ")
    ('upper', 'title', 'lower', 'title')
    """
    letters = [c for c in text if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if len(letters) >= 2 and 3 * upper >= 2 * len(letters):
        return UPPER
    return TITLE if text[:1].isupper() else LOWER


def is_lower_in_capitals(text: str, neighbours: Iterable[str]) -> bool:
    """True for a short word such as CÓ or SỰ between words in lower case: its letters look alike in both."""
    letters = strip_diacritics(text)
    if not (len(letters) <= 3 and letters.isupper() and set(letters) <= _ALIKE):
        return False
    return not any(case_of(other) == UPPER for other in neighbours)


_ALIKE = set("COSUVXWZKPY")
CASES = (LOWER, TITLE, UPPER)
CASE_NUMBER = {case: number for number, case in enumerate(CASES)}


def build_lattice(readings: list[Readings], stops: list[int]) -> tuple[Lattice, Ids]:
    """One lattice of all positions that have a choice, and the case of every edge.

    Sequences part at `stops` (a sentence begins) and wherever two tokens in a row have one reading each:
    nothing further back can matter there.
    """
    counts = np.array([reading.count for reading in readings], dtype=np.int64)
    first = np.concatenate(([0], np.cumsum(counts)))
    flat = [
        np.concatenate([part for reading in readings for part in getattr(reading, name)])
        for name in ("word", "second", "span", "score", "case")
    ]
    word, second, span, score, case = flat
    starts, ends = _sequences(counts, first, span, stops)
    before = np.full((len(starts), 2), words.BOUNDARY, dtype=np.int64)
    for back in (1, 2):
        at = np.maximum(starts - back, 0)
        known = (starts - back >= 0) & (counts[at] == 1)
        before[known, 2 - back] = word[first[at[known]]]
    return Lattice(first, word, second, span, score, starts, ends, before), case


def _sequences(counts: Ids, first: Ids, span: Ids, stops: list[int]) -> tuple[Ids, Ids]:
    single = counts == 1
    # A reading over two tokens ties them together.
    reaches = np.maximum.reduceat(span, first[:-1]) == 2 if len(span) else np.zeros(0, dtype=bool)
    cut = np.zeros(len(counts), dtype=bool)
    cut[2:] = single[1:-1] & single[:-2]
    cut[stops] = True
    cut[:1] = True
    cut[1:] &= ~reaches[:-1]
    starts = np.flatnonzero(cut)
    ends = np.append(starts[1:], len(counts))
    choice = np.add.reduceat(~single, starts) > 0 if len(starts) else np.zeros(0, dtype=bool)
    return starts[choice], ends[choice]
