"""Place names as units: two capitalised tokens that may be the name of a province or district."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from pipeline.dictionary import table
from pipeline.restore.lexicon import Lexicon
from pipeline.restore.orthography import to_old_style
from pipeline.restore.readings import Readings
from pipeline.restore.tokens import WORD, Token

# Natural log bonus of a name over the same syllables by chance, set on text that trained nothing.
_PROVINCE, _DISTRICT = 3.0, 2.0
_MOST = 12


def add_places(tokens: list[Token], readings: list[Readings], text: str, lexicon: Lexicon) -> None:
    """Add readings over two positions for place names that both tokens' readings allow."""
    names = _names(lexicon)
    for place, (token, after) in enumerate(pairwise(tokens)):
        if token.kind != WORD or after.kind != WORD or text[token.end : after.start] not in (" ", "\n"):
            continue
        if token.text[0].isupper() and after.text[0].isupper():
            readings[place] = readings[place].copy()
            _add_pairs(readings[place], readings[place + 1], names)


def _add_pairs(here: Readings, there: Readings, names: dict[int, dict[int, float]]) -> None:
    words, scores = here.word[0][:_MOST], here.score[0][:_MOST]
    if here.case[0][0] < 0 or there.case[0][0] < 0:
        return
    for word, score in zip(words.tolist(), scores.tolist(), strict=True):
        following = names.get(word)
        if not following:
            continue
        for second, value in zip(
            there.word[0][:_MOST].tolist(), there.score[0][:_MOST].tolist(), strict=True
        ):
            if second in following:
                here.add(
                    np.array([word], dtype=np.int64),
                    np.array([score + value + following[second]], dtype=np.float32),
                    int(here.case[0][0]),
                    span=2,
                    second=np.array([second], dtype=np.int64),
                )


@lru_cache(maxsize=2)
def _names(lexicon: Lexicon) -> dict[int, dict[int, float]]:
    names: dict[int, dict[int, float]] = {}
    districts = [row["name"] for row in table("communes").rows if row["level"] == "district"]
    provinces = [row[column] for row in table("provinces").rows for column in ("old_name", "new_name")]
    for known, bonus in ((districts, _DISTRICT), (provinces, _PROVINCE)):
        for name in known:
            numbers = [lexicon.number(to_old_style(word.lower())) for word in name.split()]
            for first, second in pairwise(numbers):
                names.setdefault(first, {})[second] = bonus
    return names
