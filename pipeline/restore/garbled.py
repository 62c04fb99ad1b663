"""Readings of tokens that an English OCR model wrote for Vietnamese print."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.restore.channel import LOWER, TITLE, Channel
from pipeline.restore.readings import CASE_NUMBER, Readings, case_of, fixed
from pipeline.restore.lexicon import NUMBER, UNKNOWN
from pipeline.restore.tokens import DIGITS, WORD, Token

COUNT = 12
# Natural log scores, set on rendered pages that trained nothing.
_UNKNOWN_LETTER, _UNKNOWN = -2.2, -3.0
_JOIN, _BREAK, _BREAK_AT_SIGN = -4.0, -5.0, -2.0
_POOR, _LONG = -6.0, 7
_DIGITS_STAY = 0.0
_SIGNS = "’‘'`~´^*°\"¢"
_LOOKS_LIKE_L = "IJ"


def garbled_readings(tokens: list[Token], text: str, channel: Channel) -> list[Readings]:
    """The competing readings at each of `tokens`."""
    found = [_single(token, channel) for token in tokens]
    for index, (token, after) in enumerate(pairwise(tokens)):
        if _may_join(token, after, text) and (_is_poor(found[index]) or _is_poor(found[index + 1])):
            _add_joined(found[index], token.text + after.text, channel)
    for token, readings in zip(tokens, found, strict=True):
        if token.kind == WORD and len(token.text) >= 4 and _is_poor(readings):
            _add_broken(readings, token.text, channel)
    return found


def _single(token: Token, channel: Channel) -> Readings:
    if token.kind not in (WORD, DIGITS):
        return fixed(token)
    readings = Readings()
    case = case_of(token.text)
    cases = [case]
    if case == TITLE and token.text[0] in _LOOKS_LIKE_L:
        cases.append(LOWER)
    for written in cases:
        ids, scores = channel.candidates(token.text, written, COUNT)
        readings.add(ids, scores, CASE_NUMBER[written])
    if token.kind == DIGITS:
        readings.add_same(NUMBER, _DIGITS_STAY)
    else:
        readings.add_same(UNKNOWN, _UNKNOWN + _UNKNOWN_LETTER * len(token.text))
    return readings


def _is_poor(readings: Readings) -> bool:
    return max((float(scores.max(initial=-99.0)) for scores in readings.score[:-1]), default=0.0) < _POOR


def _may_join(token: Token, after: Token, text: str) -> bool:
    return (
        token.kind in (WORD, DIGITS)
        and after.kind in (WORD, DIGITS)
        and len(token.text) + len(after.text) <= 9
        and text[token.end : after.start] == " "
    )


def _add_joined(readings: Readings, joined: str, channel: Channel) -> None:
    case = case_of(joined)
    ids, scores = channel.candidates(joined, case, 6)
    readings.add(ids, scores + np.float32(_JOIN), CASE_NUMBER[case], span=2)


def _add_broken(readings: Readings, text: str, channel: Channel) -> None:
    signs = [place for place in range(1, len(text) - 1) if text[place] in _SIGNS]
    for place in signs:
        _add_halves(readings, text[:place], text[place + 1 :], _BREAK_AT_SIGN, channel)
    if len(text) >= _LONG:
        for place in range(2, len(text) - 1):
            _add_halves(readings, text[:place], text[place:], _BREAK, channel)


def _add_halves(readings: Readings, left: str, right: str, cost: float, channel: Channel) -> None:
    case = case_of(left)
    ids, scores = channel.candidates(left, case, 3)
    more, values = channel.candidates(right, case_of(right), 3)
    total = (scores[:, None] + values[None, :]).ravel() + np.float32(cost)
    readings.add(ids.repeat(len(more)), total, CASE_NUMBER[case], second=np.tile(more, len(ids)))
