"""Which words an OCR engine may have garbled into a token: P(observed | word), searched over the lexicon.

The model is one true letter -> 0 to 3 observed characters, mixed with counts of whole words, both learned
from rendered pages (build_channel). The search walks the lexicon's trie level by level, all surviving
branches at once, and drops branches that even with the likeliest rest stay far behind.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import table
from pipeline.restore.language_model import Ids, Scores
from pipeline.restore.lexicon import Lexicon
from pipeline.restore.orthography import strip_diacritics
from pipeline.restore.trie import Trie, build_trie

LOWER, TITLE, UPPER = "lower", "title", "upper"
_LONGEST = 3
_FLOORS = (-7.0, -9.0, -12.0, -15.0)
_WIDTH = 10.0
_TRUST = 500.0
_UNIGRAM_WEIGHT = 0.85
_CACHED = 40_000
_FAMILY = 0.06


@dataclass(slots=True, eq=False)
class Channel:
    """`candidates` gives word numbers and natural log channel probabilities, likeliest first."""

    lexicon: Lexicon
    trie: Trie
    symbols: dict[str, int]
    pieces: dict[str, int]
    matrix: Scores
    words: dict[str, dict[str, int]]
    totals: dict[str, int]
    acronym: NDArray[np.bool_]
    _cache: OrderedDict[tuple[str, str, int], tuple[Ids, Scores]] = field(default_factory=OrderedDict)

    def candidates(self, token: str, case: str, count: int = 12) -> tuple[Ids, Scores]:
        """Up to `count` words that may stand behind `token`, when it is written in `case`."""
        key = (token, case, count)
        found = self._cache.get(key)
        if found is None:
            found = self._search(token, case, count)
            self._remember(key, found)
        return found

    def variants(self, token: str, case: str) -> tuple[Ids, Scores]:
        """Words that differ from `token` in their marks only, itself among them; form as of `candidates`."""
        key = (token, case, 0)
        found = self._cache.get(key)
        if found is None:
            found = self._letter_by_letter(token, case)
            self._remember(key, found)
        return found

    def _letter_by_letter(self, token: str, case: str) -> tuple[Ids, Scores]:
        ids = self.lexicon.bare_words(strip_diacritics(token).lower(), case == UPPER)
        if ids is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        words = [self.lexicon.words[number] for number in ids.tolist()]
        fits = [place for place, word in enumerate(words) if len(word) == len(token)]
        ids = ids[fits]
        scores = np.zeros(len(ids), dtype=np.float32)
        for place, fit in enumerate(fits):
            for observed, letter in zip(token, cased(words[fit], case), strict=True):
                row, symbol = self.pieces.get(observed), self.symbols.get(letter)
                known = row is not None and symbol is not None
                scores[place] += self.matrix[row, symbol] if known else _FLOORS[1]
        return ids, self._mixed(token, case, ids, scores)

    def _remember(self, key: tuple[str, str, int], found: tuple[Ids, Scores]) -> None:
        self._cache[key] = found
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)

    def _search(self, token: str, case: str, count: int) -> tuple[Ids, Scores]:
        ids, scores = self._walk(token, case)
        scores = self._mixed(token, case, ids, scores)
        ranking = scores + _UNIGRAM_WEIGHT * self.lexicon.log_count[ids]
        order = np.argsort(-ranking)[:count]
        return ids[order], scores[order]

    def _walk(self, token: str, case: str) -> tuple[Ids, Scores]:
        gains = self._gains(token)
        width = len(token)
        rest = _likeliest_rest(gains)
        nodes = np.zeros(1, dtype=np.int64)
        reached = np.full((1, width + 1), -np.inf, dtype=np.float32)
        reached[0, 0] = 0
        found: list[Ids] = []
        values: list[Scores] = []
        trie = self.trie
        for depth in range(trie.depth):
            parents, nodes = trie.children(nodes)
            if not len(nodes):
                break
            symbols = trie.symbols(nodes, upper=case == UPPER or (case == TITLE and depth == 0))
            reached = _advanced(reached[parents], gains, symbols)
            bound = (reached + rest).max(axis=1)
            keep = np.flatnonzero(bound >= bound.max() - _WIDTH)
            nodes, reached = nodes[keep], reached[keep]
            ends = np.flatnonzero(trie.word[nodes] >= 0)
            found.append(trie.word[nodes[ends]])
            values.append(reached[ends, width])
        ids, scores = np.concatenate(found), np.concatenate(values)
        fits = np.isfinite(scores)
        if case != UPPER:
            fits &= ~self.acronym[ids]
        real = np.flatnonzero(fits)
        return ids[real], scores[real]

    def _gains(self, token: str) -> Scores:
        """(length of piece, end in the token, symbol) -> log probability."""
        width = len(token)
        gains = np.full((_LONGEST + 1, width + 1, self.matrix.shape[1]), -np.inf, dtype=np.float32)
        for length in range(_LONGEST + 1):
            for end in range(length, width + 1):
                row = self.pieces.get(token[end - length : end])
                gains[length, end] = _FLOORS[length] if row is None else self.matrix[row]
        return gains

    def _mixed(self, token: str, case: str, ids: Ids, scores: Scores) -> Scores:
        direct = self.words.get(token, {})
        mixed = scores.copy()
        for place, number in enumerate(ids.tolist()):
            word = cased(self.lexicon.words[number], case)
            total = self.totals.get(word)
            if total:
                trust = total / (total + _TRUST)
                seen = direct.get(word, 0) / total
                mixed[place] = np.log((1 - trust) * np.exp(scores[place]) + trust * seen + 1e-30)
        return mixed


def cased(word: str, case: str) -> str:
    """`word` (lower case) written in `case`."""
    if case == UPPER:
        return word.upper()
    return word[:1].upper() + word[1:] if case == TITLE else word


def _advanced(reached: Scores, gains: Scores, symbols: NDArray[np.int64]) -> Scores:
    step = gains[:, :, symbols]
    width = reached.shape[1]
    after: Scores = reached + step[0].T
    for length in range(1, min(_LONGEST, width - 1) + 1):
        np.maximum(
            after[:, length:], reached[:, : width - length] + step[length, length:].T, out=after[:, length:]
        )
    return after


def _likeliest_rest(gains: Scores) -> Scores:
    """For each place in the token, the best log probability any letters can give to what follows."""
    best = gains.max(axis=2)
    width = gains.shape[1]
    rest = np.full(width, -np.inf, dtype=np.float32)
    rest[width - 1] = 0
    for start in range(width - 2, -1, -1):
        for length in range(1, min(_LONGEST, width - 1 - start) + 1):
            rest[start] = max(rest[start], best[length, start + length] + rest[start + length])
    return rest


def _shared_in_families(matrix: Scores, symbols: dict[str, int]) -> Scores:
    """Let letters that differ in their marks only (a á à ã ...) lend each other their rare misreadings."""
    families: dict[str, list[int]] = {}
    for letter, number in symbols.items():
        families.setdefault(strip_diacritics(letter), []).append(number)
    chances = np.exp(matrix)
    shared = chances.copy()
    for members in families.values():
        shared[:, members] = chances[:, members].mean(axis=1, keepdims=True)
    return np.asarray(np.log((1 - _FAMILY) * chances + _FAMILY * shared), dtype=np.float32)


@lru_cache(maxsize=4)
def load_channel(language: str, lexicon: Lexicon) -> Channel:
    """The channel of `tesseract -l <language>` over `lexicon`."""
    letters = table(f"channel_{language}_letters").rows
    if language == "eng":
        letters += table("ocr_confusions").rows
    trie, symbols = build_trie(lexicon)
    pieces: dict[str, int] = {}
    for row in letters:
        pieces.setdefault(row["piece"], len(pieces))
    lengths = np.array([min(len(piece), _LONGEST) for piece in pieces])
    matrix = np.array(_FLOORS, dtype=np.float32)[lengths][:, None].repeat(len(symbols), axis=1)
    for row in letters:
        if row["letter"] in symbols:
            place = pieces[row["piece"]], symbols[row["letter"]]
            matrix[place] = max(matrix[place], float(row["log_probability"]))
    matrix = _shared_in_families(matrix, symbols)
    words: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for row in table(f"channel_{language}_words").rows:
        words.setdefault(row["observed"], {})[row["word"]] = int(row["count"])
        totals[row["word"]] = int(row["total"])
    acronym = np.array([kind == "acronym" for kind in lexicon.kinds])
    return Channel(lexicon, trie, symbols, pieces, matrix, words, totals, acronym)
