"""Questions about letters and case: what noisy text is compared by."""

from __future__ import annotations

from functools import lru_cache

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.extract.folding import flat, words

_LETTER = regex.compile(r"\p{L}")

plain = flat
"""Lower case without marks, one character for one character: a match in it is a match in the text."""


@lru_cache(maxsize=20_000)
def words_key(text: str) -> str:
    """The words of `text` without marks, one blank apart: what is said, not how it is set.

    >>> words_key(" QUYẾT  ĐỊNH: ")
    'quyet dinh'
    """
    return " ".join(words(flat(text)))


def upper_share(text: str) -> float:
    """Share of capitals among the letters of `text`; 0 for text without letters."""
    letters = _LETTER.findall(text)
    return sum(letter.isupper() for letter in letters) / len(letters) if letters else 0.0


def letter_count(text: str) -> int:
    """How many letters `text` has."""
    return len(_LETTER.findall(text))


def is_near(one: str, other: str, share: float = 0.15) -> bool:
    """True when two folded texts differ in at most `share` of the longer one's characters."""
    allowed = int(max(len(one), len(other)) * share)
    return Levenshtein.distance(one, other, score_cutoff=allowed) <= allowed
