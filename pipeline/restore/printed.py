"""Readings of tokens that a Vietnamese OCR model read: what is printed stays unless much speaks against it.

Most tokens get one reading, their own. A token is doubted when a word that differs in its marks only would
fit its surroundings far better, when it is no known word, or when the engine itself doubts it. The engine's
word confidence decides how strong the prior of the token as read is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pipeline.dictionary import table
from pipeline.restore import lexicon as words
from pipeline.restore.channel import LOWER, TITLE, UPPER, Channel
from pipeline.restore.language_model import Ids, LanguageModel, Scores
from pipeline.restore.names import kept_names
from pipeline.restore.readings import CASE_NUMBER, TOKEN_CLASS, Readings, case_of
from pipeline.restore.tokens import WORD, Token

# Natural log scores, set on rendered pages that trained nothing.
_GATE = -2.5
_UNKNOWN_LETTER = -1.6
_WRONG_SHARE = 2.0
_CAPITALS, _CAPITAL = -2.5, -1.0
_SEARCH_BELOW, _SEARCH_UNKNOWN_BELOW = 0.80, 0.93
_SURPRISE = -7.0
_FEW = 20
_FEWEST_WRONG, _MOST_WRONG = 0.003, 0.12
_STRAY = re.compile(r"(?<!\S)[_|¬‘'`~.,:;*^\"—]+(?!\S)")
# The confidence of a word that no engine rated.
UNRATED = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """What reading a page needs."""

    words: words.Lexicon
    model: LanguageModel
    channel: Channel

    def readings(
        self, tokens: list[Token], text: str, confidences: list[float]
    ) -> tuple[list[Readings], float]:
        """The competing readings at each token of `text`, and the share of tokens that is likely misread.

        `confidences` are the engine's, 0..1, or UNRATED.
        """
        ids = np.array([self._number(token) for token in tokens], dtype=np.int64)
        fit, backoff = self._fit(ids)
        named = kept_names(tokens, text, (ids != words.UNKNOWN).tolist())
        wrong = _wrong(confidences, ids, tokens, text)
        doubted = self._doubted(tokens, ids, fit, backoff, wrong)
        found = []
        for place, token in enumerate(tokens):
            readings = Readings()
            keep = float(np.log1p(-wrong[place]))
            unknown = token.kind == WORD and ids[place] == words.UNKNOWN
            readings.add_same(int(ids[place]), keep + (_UNKNOWN_LETTER * len(token.text) if unknown else 0.0))
            if token.kind == WORD and not named[place]:
                surprised = min(fit[place : place + 2]) < _SURPRISE
                if place in doubted or self._searched(unknown, confidences[place], surprised):
                    self._add_candidates(readings, token, int(ids[place]), wrong[place], place in doubted)
            found.append(readings)
        return found, sum(wrong) / max(1, len(wrong))

    def _number(self, token: Token) -> int:
        return self.words.canonical(token.text) if token.kind == WORD else TOKEN_CLASS[token.kind]

    def _fit(self, ids: Ids) -> tuple[Scores, Scores]:
        """Score of each token as read after the two before it; backoff weight of the context it ends."""
        one = np.concatenate(([words.BOUNDARY], ids[:-1]))
        two = np.concatenate(([words.BOUNDARY, words.BOUNDARY], ids[:-2]))[: len(ids)]
        _, backoff = self.model.extend(one, one, np.zeros(len(ids), dtype=np.float32), ids)
        before = np.concatenate((np.zeros(1, dtype=np.float32), backoff[:-1]))
        fit, _ = self.model.extend(two, one, before, ids)
        return np.append(fit, np.float32(0)), backoff

    def _doubted(
        self, tokens: list[Token], ids: Ids, fit: Scores, backoff: Scores, wrong: list[float]
    ) -> set[int]:
        """Places where a word with other marks fits far better, all places in one call to the model."""
        places: list[Ids] = []
        numbers: list[Ids] = []
        scores: list[Scores] = []
        for place, token in enumerate(tokens):
            if token.kind == WORD and ids[place] != words.UNKNOWN:
                variants, values = self.channel.variants(token.text, case_of(token.text))
                places.append(np.full(len(variants), place, dtype=np.int64))
                numbers.append(variants)
                scores.append(values + np.float32(_odds(wrong[place])))
        if not places:
            return set()
        at, word, gain = np.concatenate(places), np.concatenate(numbers), np.concatenate(scores)
        gain = gain + self._gain(ids, fit, backoff, at, word)
        return set(at[gain > _GATE].tolist())

    def _gain(self, ids: Ids, fit: Scores, backoff: Scores, at: Ids, word: Ids) -> Scores:
        """How much better the text around each place `at` fits with `word` there."""
        padded = np.concatenate(([words.BOUNDARY] * 2, ids, [words.BOUNDARY] * 2))
        weights = np.concatenate((np.zeros(2, dtype=np.float32), backoff))
        scores = np.concatenate((fit, np.zeros(2, dtype=np.float32)))
        two, one, after, later = padded[at], padded[at + 1], padded[at + 3], padded[at + 4]
        total = -(scores[at] + np.where(at + 1 < len(ids), scores[at + 1], 0))
        total -= np.where(at + 2 < len(ids), scores[at + 2], 0)
        value, weight = self.model.extend(two, one, weights[at + 1], word)
        total += value
        value, weight = self.model.extend(one, word, weight, after)
        total += np.where(at + 1 < len(ids), value, 0)
        value, _ = self.model.extend(word, after, weight, later)
        return np.asarray(total + np.where(at + 2 < len(ids), value, 0), dtype=np.float32)

    def _searched(self, unknown: bool, confidence: float, surprised: bool) -> bool:
        return confidence < _SEARCH_UNKNOWN_BELOW if unknown else surprised and confidence < _SEARCH_BELOW

    def _add_candidates(
        self, readings: Readings, token: Token, number: int, wrong: float, near_only: bool
    ) -> None:
        case = case_of(token.text)
        ids, scores = self.channel.variants(token.text, case)
        if not near_only or number == words.UNKNOWN:
            more, values = self.channel.candidates(token.text, case)
            fresh = ~np.isin(more, ids)
            ids, scores = np.concatenate((ids, more[fresh])), np.concatenate((scores, values[fresh]))
        other = ids != number
        price = np.float32(np.log(wrong) + _WRONG_SHARE + _price(case))
        readings.add(ids[other], scores[other] + price, CASE_NUMBER[case])


def _price(case: str) -> float:
    return {LOWER: 0.0, TITLE: _CAPITAL, UPPER: _CAPITALS}[case]


def _odds(wrong: float) -> float:
    return float(np.log(wrong) - np.log1p(-wrong)) + _WRONG_SHARE


def _wrong(confidences: list[float], ids: Ids, tokens: list[Token], text: str) -> list[float]:
    """The chance that each token is misread, from the engine's confidence and whether it is a known word.

    Without a confidence the page as a whole tells how well it was read.
    """
    rows = [tuple(float(row[name]) for name in ("at_least", "known", "unknown")) for row in _ratings()]
    page = _noise(ids, tokens, text)
    found = []
    for confidence, number in zip(confidences, ids.tolist(), strict=True):
        unknown = number == words.UNKNOWN
        if confidence == UNRATED:
            found.append(min(0.6, 5 * page) if unknown else page)
        else:
            found.append(next(row[1 + unknown] for row in rows if confidence >= row[0]))
    return found


def _ratings() -> tuple[dict[str, str], ...]:
    return table("ocr_confidence").rows


def _noise(ids: Ids, tokens: list[Token], text: str) -> float:
    """The likely share of misread words on an unrated page: broken words and stray marks give it away."""
    odd = sum(
        number == words.UNKNOWN and token.kind == WORD and len(token.text) > 1 and not token.text.isascii()
        for token, number in zip(tokens, ids.tolist(), strict=True)
    )
    share = odd / max(_FEW, len(tokens)) + 0.5 * stray_share(text, tokens)
    return float(np.clip(_FEWEST_WRONG + 3.0 * share, 0, _MOST_WRONG))


def stray_share(text: str, tokens: list[Token]) -> float:
    """Marks that stand alone (specks read as characters) for each token."""
    return len(_STRAY.findall(text)) / max(_FEW, len(tokens))
