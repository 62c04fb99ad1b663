"""From the decoded lattice back to text: edits with margins and alternatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.model import Edit, Span
from pipeline.restore.channel import cased
from pipeline.restore.language_model import Ids, Scores
from pipeline.restore.lattice import NONE, Decoded, Lattice
from pipeline.restore.lexicon import Lexicon
from pipeline.restore.orthography import to_new_style
from pipeline.restore.readings import AS_WRITTEN, CASES, SAME, case_of
from pipeline.restore.tokens import Token

SUREST = 99.0
_FAR = 20.0
_JOINED = 1 << 40


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for characters `span`: the best reading, how sure, and the best other readings."""

    span: Span
    reading: str
    margin: float
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Marginals:
    # What each edge writes at each position, in order of position and of the best path through it.
    code: Ids
    edge: Ids
    behind: Scores
    first: Ids
    margin: Scores


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """Writes the readings of one text."""

    text: str
    tokens: list[Token]
    lattice: Lattice
    cases: Ids
    decoded: Decoded
    lexicon: Lexicon
    new_style: bool = False

    def choices(self) -> Iterator[Choice]:
        """The decision for every token (or pair of tokens read as one word) that had a choice."""
        best = self.decoded.best
        place = np.searchsorted(self.lattice.first, best, side="right") - 1
        table = self._marginals(best)
        asked = (self.cases[best] != SAME) | (table.margin[place] < SUREST)
        for edge, at in zip(best[asked].tolist(), place[asked].tolist(), strict=True):
            if self.lattice.span[edge] == 1:
                yield self._choice(at, at, self._written(edge, at), table)
            elif self.lattice.second[edge] == NONE:
                yield self._choice(at, at + 1, self._written(edge, at), table)
            else:
                yield self._choice(at, at, self._written(edge, at), table)
                yield self._choice(at + 1, at + 1, self._written(edge, at + 1), table)

    def _choice(self, start: int, end: int, reading: str, table: _Marginals) -> Choice:
        span = Span(self.tokens[start].start, self.tokens[end].end)
        margin = float(min(table.margin[start], table.margin[end]))
        others: dict[str, None] = {}
        unchanged = reading == self.text[span.start : span.end]
        if start == end and margin < _FAR and not unchanged:
            opening, closing = int(table.first[start]), int(table.first[start + 1])
            for row in range(opening, min(closing, opening + 8)):
                if table.behind[row] > -_FAR and table.code[row] < _JOINED:
                    others[self._written(int(table.edge[row]), start)] = None
            others.pop(reading, None)
        return Choice(span, reading, margin, tuple(others)[:3])

    def _marginals(self, best: Ids) -> _Marginals:
        """For every position what can stand there, and the margin of what the best path writes."""
        position, code, edge = self._contributions()
        best_code = np.full(len(self.tokens), -1, dtype=np.int64)
        on_path = np.zeros(len(self.lattice.word), dtype=bool)
        on_path[best] = True
        chosen = on_path[edge]
        best_code[position[chosen]] = code[chosen]
        behind = self.decoded.through[edge]
        margin = np.full(len(self.tokens), SUREST, dtype=np.float32)
        rival = code != best_code[position]
        np.minimum.at(margin, position[rival], -behind[rival])
        order = np.lexsort((-behind, position))
        first = np.searchsorted(position[order], np.arange(len(self.tokens) + 1))
        return _Marginals(code[order], edge[order], behind[order], first, np.clip(margin, 0, SUREST))

    def _contributions(self) -> tuple[Ids, Ids, Ids]:
        """(position, what is written there, edge): an edge over two positions counts at both."""
        lattice = self.lattice
        position = np.repeat(np.arange(len(self.tokens)), np.diff(lattice.first))
        two = lattice.second != NONE
        wide = lattice.span == 2
        edges = np.arange(len(lattice.word))
        code = lattice.word + np.where(two & ~wide, (lattice.second + 1) << 20, 0)
        code = np.where(wide & ~two, code + _JOINED, code)
        over = np.flatnonzero(wide)
        behind = np.where(two[over], lattice.second[over], _JOINED)
        return (
            np.concatenate((position, position[over] + 1)),
            np.concatenate((code, behind)),
            np.concatenate((edges, over)),
        )

    def _written(self, edge: int, place: int) -> str:
        """What `edge` writes for the token at `place`; a word over two tokens is written whole."""
        case = int(self.cases[edge])
        token = self.tokens[place].text
        if case == SAME:
            return token
        number, second = int(self.lattice.word[edge]), int(self.lattice.second[edge])
        if self.lattice.span[edge] == 2 and second != NONE:
            number = number if self.lattice.first[place] <= edge < self.lattice.first[place + 1] else second
            return self._shaped(number, AS_WRITTEN, token)
        word = self._shaped(number, case, token)
        if second == NONE:
            return word
        return f"{word} {self._shaped(second, 0 if case == 1 else case, token)}"

    def _shaped(self, number: int, case: int, token: str) -> str:
        word = self.lexicon.words[number]
        word = to_new_style(word) if self.new_style else word
        if case != AS_WRITTEN:
            return cased(word, CASES[case])
        if len(word) != len(token):
            return cased(word, case_of(token))
        if token.islower():
            return word
        return "".join(c.upper() if shape.isupper() else c for c, shape in zip(word, token, strict=True))


def edits(writer: Writer, rule: str, keep_below: float) -> list[Edit]:
    """Edits for all choices; those whose margin is under `keep_below` leave the text and say so.

    An edit that leaves its text (`before == after`) records a doubt; its rule ends in `:doubtful`.
    """
    found = []
    for choice in writer.choices():
        before = writer.text[choice.span.start : choice.span.end]
        if choice.reading == before:
            continue
        if choice.margin < keep_below:
            others = (choice.reading, *(text for text in choice.others if text != before))
            found.append(Edit(choice.span, before, before, f"{rule}:doubtful", choice.margin, others))
        else:
            found.append(Edit(choice.span, before, choice.reading, rule, choice.margin, choice.others))
    return found
