"""Which printed words are personal or place names: they stay as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.dictionary import table
from pipeline.restore.channel import LOWER, TITLE
from pipeline.restore.readings import case_of
from pipeline.restore.syllable import is_syllable
from pipeline.restore.tokens import WORD, Token

_LONGEST_NAME = 5


def kept_names(tokens: list[Token], text: str, known: list[bool]) -> list[bool]:
    """True for words to keep: legal as read, with a capital, and in the place of a name.

    That is: beside another such word, behind a word of address, or in a line that holds nothing but a
    surname and what follows it. `known` tells which tokens are in the lexicon.
    """
    cues, _ = _lists()
    legal = [
        token.kind == WORD and (sure or is_syllable(token.text))
        for token, sure in zip(tokens, known, strict=True)
    ]
    capital = [fits and case_of(token.text) == TITLE for token, fits in zip(tokens, legal, strict=True)]
    padded = [False, *capital, False]
    kept = [here and (padded[place] or padded[place + 2]) for place, here in enumerate(capital)]
    for place in range(1, len(tokens)):
        if capital[place] and tokens[place - 1].text.lower() in cues:
            kept[place] = True
    for places in _name_lines(tokens, text):
        for place in places:
            kept[place] = legal[place]
    return kept


def _name_lines(tokens: list[Token], text: str) -> Iterator[list[int]]:
    """Token numbers of each line that reads like a signer's name, in capitals or not."""
    _, surnames = _lists()
    for places in _lines(tokens, text):
        words = [tokens[place] for place in places]
        if (
            2 <= len(words) <= _LONGEST_NAME
            and all(word.kind == WORD and case_of(word.text) != LOWER for word in words)
            and words[0].text.lower() in surnames
        ):
            yield places


def _lines(tokens: list[Token], text: str) -> Iterator[list[int]]:
    line: list[int] = []
    end = 0
    for place, token in enumerate(tokens):
        if line and text.find("\n", end, token.start) >= 0:
            yield line
            line = []
        if token.end > token.start:
            line.append(place)
        end = token.end
    if line:
        yield line


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    cues = frozenset(row["word"] for row in table("person_cues").rows)
    return cues, frozenset(row["surname"].split(" ")[0].lower() for row in table("surnames").rows)
