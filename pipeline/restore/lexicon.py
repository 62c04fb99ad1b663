"""The words restoration may write: lexicon.tsv, in the order of the language model's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import table
from pipeline.restore.orthography import strip_diacritics, to_old_style

BOUNDARY, NUMBER, CODE, UNKNOWN, COMMA = range(5)
_SPECIAL = 5


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """`words[i]` is word number i; `by_bare` leads from a word without diacritics to its numbers."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    numbers: dict[str, int]
    by_bare: dict[str, NDArray[np.int64]]
    by_bare_upper: dict[str, NDArray[np.int64]]
    capital: NDArray[np.float32]
    log_count: NDArray[np.float32]

    def number(self, word: str) -> int:
        """The number of `word` (lower case, old tone placement); UNKNOWN when it is not in the lexicon."""
        return self.numbers.get(word, UNKNOWN)

    def canonical(self, token: str) -> int:
        """The number of `token` in any case and either tone placement."""
        lower = token.lower()
        return self.numbers.get(lower) or self.numbers.get(to_old_style(lower), UNKNOWN)

    def is_acronym(self, token: str) -> bool:
        """True when `token`, with or without its diacritics, is an acronym of the lexicon."""
        found = self.by_bare_upper.get(strip_diacritics(token).lower())
        return found is not None and any(self.kinds[number] == "acronym" for number in found.tolist())

    def bare_words(self, bare: str, upper: bool) -> NDArray[np.int64] | None:
        """Words that read `bare` without diacritics; acronyms only for a token in capitals."""
        return (self.by_bare_upper if upper else self.by_bare).get(bare)


@lru_cache(maxsize=4)
def load_lexicon(local: Path | None = None) -> Lexicon:
    """The shipped lexicon with a user's own rows behind it.

    Words of the user have no n-grams; the language model takes them for unknown words.
    """
    rows = table("lexicon", local).rows
    words = tuple(row["word"] for row in rows)
    numbers = {word: index for index, word in reversed(list(enumerate(words)))}
    kinds = tuple(row["kind"] for row in rows)
    bare: dict[str, list[int]] = {}
    bare_upper: dict[str, list[int]] = {}
    for index in range(_SPECIAL, len(words)):
        key = strip_diacritics(words[index])
        bare_upper.setdefault(key, []).append(index)
        if kinds[index] != "acronym":
            bare.setdefault(key, []).append(index)
    counts = np.array([float(row["count"] or 1) for row in rows], dtype=np.float32)
    capital = np.array([float(row["capital"] or 0) for row in rows], dtype=np.float32)
    return Lexicon(
        words=words,
        kinds=kinds,
        numbers=numbers,
        by_bare={key: np.array(found, dtype=np.int64) for key, found in bare.items()},
        by_bare_upper={key: np.array(found, dtype=np.int64) for key, found in bare_upper.items()},
        capital=capital,
        log_count=np.log(np.maximum(counts, 1) / counts.sum()),
    )
