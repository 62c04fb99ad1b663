"""Readings of tokens that an English OCR model wrote for Vietnamese print."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.model import Edit, Span
from pipeline.restore.channel import LOWER, TITLE, UPPER, Channel
from pipeline.restore.lexicon import NUMBER, UNKNOWN
from pipeline.restore.orthography import CERTAIN
from pipeline.restore.readings import CASE_NUMBER, Readings, case_of, fixed, is_lower_in_capitals
from pipeline.restore.tokens import DIGITS, WORD, Token

COUNT = 20
# Natural log scores, set on rendered pages that trained nothing.
_UNKNOWN_LETTER, _UNKNOWN = -3.0, -3.0
_JOIN, _BREAK, _BREAK_AT_SIGN = -4.0, -5.0, -2.0
_POOR, _LONG = -6.0, 7
_DIGITS_STAY = 1.0
_SIGNS = "’‘'`~´^*°\"¢"
_LOOKS_LIKE_L = "IJ"


def garbled_readings(tokens: list[Token], text: str, channel: Channel) -> list[Readings]:
    """The competing readings at each of `tokens`."""
    found = [_single(token, channel, _neighbours(tokens, place)) for place, token in enumerate(tokens)]
    for index, (token, after) in enumerate(pairwise(tokens)):
        if _may_join(token, after, text) and (_is_poor(found[index]) or _is_poor(found[index + 1])):
            _add_joined(found[index], token.text + after.text, channel)
    for token, readings in zip(tokens, found, strict=True):
        if token.kind == WORD and len(token.text) >= 4 and _is_poor(readings):
            _add_broken(readings, token.text, channel)
    return found


def missing_spaces(tokens: list[Token], text: str) -> list[Edit]:
    """Edits that put the space back which OCR lost behind a comma, a full stop or before a bracket."""
    edits = []
    for token, after in pairwise([token for token in tokens if token.kind == WORD]):
        between = text[token.end : after.start]
        if len(between) != 1 or between not in ",;:.(" or min(len(token.text), len(after.text)) < 2:
            continue
        if between == "." and len(after.text) < 3:
            continue
        place = token.end if between == "(" else after.start
        edits.append(Edit(Span(place, place), "", " ", "english:space", CERTAIN))
    return edits


def _neighbours(tokens: list[Token], place: int) -> list[str]:
    return [token.text for token in (*tokens[max(0, place - 2) : place], *tokens[place + 1 : place + 3])]


def _single(token: Token, channel: Channel, neighbours: list[str]) -> Readings:
    if token.kind not in (WORD, DIGITS):
        return fixed(token)
    readings = Readings()
    case = case_of(token.text)
    text = token.text
    if case == UPPER and not text.isupper():
        text, case = _tidied(text, neighbours)
    if case == UPPER and is_lower_in_capitals(text, neighbours) and not channel.lexicon.is_acronym(text):
        text, case = text.lower(), LOWER
    cases = [case]
    if case == TITLE and text[0] in _LOOKS_LIKE_L:
        cases.append(LOWER)
    for written in cases:
        ids, scores = channel.candidates(text, written, COUNT)
        readings.add(ids, scores, CASE_NUMBER[written])
    if token.kind == DIGITS:
        readings.add_same(NUMBER, _DIGITS_STAY)
    else:
        readings.add_same(UNKNOWN, _UNKNOWN + _UNKNOWN_LETTER * len(text))
    return readings


def _tidied(text: str, neighbours: list[str]) -> tuple[str, str]:
    """Capitals and small letters mixed by the engine: KiEM in a line of capitals, CAc in a sentence."""
    if any(case_of(other) == UPPER for other in neighbours):
        return text.upper(), UPPER
    return text[0] + text[1:].lower(), TITLE if text[0].isupper() else LOWER


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
