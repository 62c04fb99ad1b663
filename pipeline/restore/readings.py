"""The readings of each token that compete in the lattice, and the lattice made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.restore import lexicon as words
from pipeline.restore.channel import LOWER, TITLE, UPPER
from pipeline.restore.lattice import NONE, Lattice
from pipeline.restore.language_model import Ids, Scores
from pipeline.restore.tokens import BOUNDARY, CODE, COMMA, DIGITS, NUMBER, Token

# What a token that is no word is for the language model.
_CLASS = {
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

    @property
    def count(self) -> int:
        return sum(len(part) for part in self.word)


def fixed(token: Token) -> Readings:
    """The only reading of a token that is no word."""
    readings = Readings()
    readings.add_same(_CLASS[token.kind], 0.0)
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


CASES = (LOWER, TITLE, UPPER)
CASE_NUMBER = {case: number for number, case in enumerate(CASES)}


def build_lattice(readings: list[Readings], breaks: list[int]) -> tuple[Lattice, Ids]:
    """One lattice of all positions, and the case of every edge; sequences start at `breaks` (first 0)."""
    counts = np.array([reading.count for reading in readings], dtype=np.int64)
    first = np.concatenate(([0], np.cumsum(counts)))

    def flat(name: str) -> np.ndarray:  # type: ignore[type-arg]
        return np.concatenate([part for reading in readings for part in getattr(reading, name)])

    starts = np.array(breaks, dtype=np.int64)
    word = flat("word")
    before = np.full((len(starts), 2), words.BOUNDARY, dtype=np.int64)
    for number, start in enumerate(breaks):
        for back in (1, 2):
            if start - back >= 0 and counts[start - back] == 1:
                before[number, 2 - back] = word[first[start - back]]
    return Lattice(first, word, flat("second"), flat("span"), flat("score"), starts, before), flat("case")
