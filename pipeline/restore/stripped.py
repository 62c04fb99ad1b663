"""Readings of tokens that lost their diacritics: every word of the lexicon with the same bare letters."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipeline.restore.language_model import Ids, Scores
from pipeline.restore.lexicon import Lexicon
from pipeline.restore.readings import AS_WRITTEN, Readings, fixed
from pipeline.restore.tokens import BOUNDARY, WORD, Token

_CAPITAL_WEIGHT = 0.5


def stripped_readings(tokens: list[Token], lexicon: Lexicon) -> list[Readings]:
    """The competing readings at each of `tokens`; words that carry marks already stay."""
    found = []
    opening = True
    for token in tokens:
        if token.kind == WORD:
            # A capital at the start of a sentence says nothing about the word.
            fold = opening or token.text.isupper()
            capital = None if fold else token.text[0].isupper()
            found.append(_word_readings(token.text.lower(), token.text.isupper(), capital, lexicon))
        else:
            found.append(fixed(token))
        opening = token.kind == BOUNDARY
    return found


@lru_cache(maxsize=16_384)
def _word_readings(lower: str, upper: bool, capital: bool | None, lexicon: Lexicon) -> Readings:
    """Shared by all tokens that are written so: copy before adding to it."""
    ids = lexicon.bare_words(lower, upper)
    readings = Readings()
    if ids is None:
        readings.add_same(lexicon.canonical(lower), 0.0)
    elif len(ids) == 1 or capital is None:
        readings.add(ids, np.zeros(len(ids), dtype=np.float32), AS_WRITTEN)
    else:
        readings.add(ids, capital_scores(ids, capital, lexicon), AS_WRITTEN)
    return readings


def capital_scores(ids: Ids, capital: bool, lexicon: Lexicon) -> Scores:
    """How well each word fits being written with (or without) a capital inside a sentence."""
    share = lexicon.capital[ids] * np.float32(0.98) + np.float32(0.01)
    return np.asarray(_CAPITAL_WEIGHT * np.log(share if capital else 1 - share), dtype=np.float32)
