"""Decide how a text lost its diacritics, and say why: stripped, english (OCR garble) or vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.dictionary import table
from pipeline.restore.lexicon import load_lexicon
from pipeline.restore.orthography import strip_diacritics

MODES = ("auto", "stripped", "english", "vietnamese")

_WORD = re.compile(r"(?=\S*[^\W\d_])[^\s.,;:!?()\[\]{}\"“”/–—-]{2,}")
# Letters that an English OCR model never writes and stripped text has not.
_VIETNAMESE = re.compile(r"[ăđĩũơư\u1ea0-\u1ef9]", re.I)
_LINE_WORDS = 8
_FOREIGN = 0.12


@dataclass(frozen=True, slots=True)
class ModeDecision:
    """`mode` is stripped, english or vietnamese; `figures` are the shares `reason` rests on."""

    mode: str
    reason: str
    figures: tuple[tuple[str, float], ...] = ()


def detect_mode(text: str) -> ModeDecision:
    """How `text` must be restored, from the letters its words are made of.

    >>> detect_mode("Uy ban nhan dan tinh da ban hanh quyet dinh ve cong tac thi dua").mode
    'stripped'
    """
    words = _WORD.findall(text)
    if not words:
        return ModeDecision("vietnamese", "no words")
    total = len(words)
    bare, english = _bare_syllables(), _english()
    marked = sum(bool(_VIETNAMESE.search(word)) for word in words) / total
    known = [strip_diacritics(word).lower() in bare for word in words]
    plain = sum(word.isascii() and found for word, found in zip(words, known, strict=True)) / total
    folded = sum(known) / total
    foreign = sum(word.lower() in english for word in words) / total
    figures = (("marked", round(marked, 3)), ("plain", round(plain, 3)), ("folded", round(folded, 3)))
    if marked >= 0.12:
        return ModeDecision("vietnamese", f"{marked:.0%} of the words carry Vietnamese letters", figures)
    if foreign >= _FOREIGN:
        return ModeDecision(
            "vietnamese", f"not Vietnamese: {foreign:.0%} are frequent English words", figures
        )
    if plain >= 0.9 and folded - plain < 0.03:
        return ModeDecision("stripped", f"{plain:.0%} of the words are syllables without marks", figures)
    if folded >= 0.45:
        reason = f"no Vietnamese letters, yet {folded:.0%} of the words look like syllables"
        return ModeDecision("english", reason, figures)
    return ModeDecision("vietnamese", "not Vietnamese: nothing to restore", figures)


@lru_cache(maxsize=1)
def _bare_syllables() -> frozenset[str]:
    """Every syllable and acronym of the lexicon without its marks."""
    lexicon = load_lexicon()
    pairs = zip(lexicon.words, lexicon.kinds, strict=True)
    return frozenset(strip_diacritics(word) for word, kind in pairs if kind in ("syllable", "acronym"))


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return frozenset(row["word"] for row in table("english_words").rows)


def line_modes(text: str, mode: str, fewest: int = 0) -> Iterator[tuple[int, int, ModeDecision]]:
    """(start, end, decision) of stretches of whole lines; `mode` other than auto holds for all of them.

    A long line that clearly differs from its page is restored in its own mode. A text of fewer than
    `fewest` words is taken for Vietnamese: too little to judge by.
    """
    if mode != "auto":
        yield 0, len(text), ModeDecision(mode, "chosen by the user")
        return
    whole = detect_mode(text)
    if len(_WORD.findall(text)) < fewest:
        whole = ModeDecision("vietnamese", "too few words to judge by", whole.figures)
    start = end = 0
    current = whole
    for line in text.splitlines(keepends=True):
        decision = whole
        if len(line) > 4 * _LINE_WORDS and len(_WORD.findall(line)) >= _LINE_WORDS:
            own = detect_mode(line)
            decision = own if _clearly_differs(own, whole) else whole
        if decision.mode != current.mode:
            if end > start:
                yield start, end, current
            start, current = end, decision
        end += len(line)
    if end > start:
        yield start, end, current


def _clearly_differs(own: ModeDecision, whole: ModeDecision) -> bool:
    figures = dict(own.figures)
    if whole.mode == "vietnamese":
        return own.mode == "stripped" and figures["plain"] == 1.0
    return own.mode == "vietnamese" and figures["marked"] >= 0.3
