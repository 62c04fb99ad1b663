"""Readings of tokens that lost their diacritics: every word of the lexicon with the same bare letters."""

from __future__ import annotations

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
            found.append(_word_readings(token, lexicon, opening))
        else:
            found.append(fixed(token))
        opening = token.kind == BOUNDARY
    return found


def _word_readings(token: Token, lexicon: Lexicon, opening: bool) -> Readings:
    lower = token.text.lower()
    upper = token.text.isupper()
    ids = lexicon.bare_words(lower, upper)
    readings = Readings()
    if ids is None:
        readings.add_same(lexicon.number(lower) if lower.isascii() else lexicon.canonical(lower), 0.0)
        return readings
    scores = np.zeros(len(ids), dtype=np.float32)
    if len(ids) > 1 and not opening and not upper:
        scores = capital_scores(ids, token.text[0].isupper(), lexicon)
    readings.add(ids, scores, AS_WRITTEN)
    return readings


def capital_scores(ids: Ids, capital: bool, lexicon: Lexicon) -> Scores:
    """How well each word fits being written with (or without) a capital inside a sentence."""
    share = lexicon.capital[ids] * np.float32(0.98) + np.float32(0.01)
    return np.float32(_CAPITAL_WEIGHT) * np.log(share if capital else 1 - share)
