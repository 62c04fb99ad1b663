"""Ways to compare Vietnamese words that are written, typed or read differently.

Source of the two fold keys: the field's facts on orthography (hoà = hòa, kỹ = kĩ, Đ = Ð). `flat` keeps
one character for one character, so that a hit in flat text stands at the same place in the text itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex
from rapidfuzz import fuzz, process

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LETTERS = {"đ": "d", "ð": "d", "ɖ": "d", "ø": "o", "ł": "l", "ı": "i", "–": "-", "—": "-", "−": "-"}
# What an engine without Vietnamese letters prints for a vowel with two marks.
_MISREAD = {"¢": "e", "€": "e", "£": "e", "@": "o", "©": "o", "’": "'", "‘": "'", "`": "'"}
_I_FOR_Y = regex.compile(r"\b(qu|[hklmstv])y\b")
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_SHAPES = str.maketrans(
    {"0": "o", "1": "l", "3": "a", "4": "a", "5": "s", "6": "o", "8": "b", "9": "g", "w": "u"}
)


class _FlatTable(dict[int, str]):
    """Character code -> one lower-case letter without marks; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        flat = _flat_character(chr(code))
        if code < 0x3000:  # never let hostile text fill the memory
            self[code] = flat
        return flat


def _flat_character(character: str) -> str:
    lower = character.lower()
    lower = lower if len(lower) == 1 else character
    if found := _LETTERS.get(lower) or _MISREAD.get(lower):
        return found
    base = unicodedata.normalize("NFD", lower)[0]
    return _LETTERS.get(base, base)


_FLAT = _FlatTable()


def flat(text: str) -> str:
    """Lower case without diacritics, exactly as long as `text` (NFC).

    >>> flat("Kỷ niệm 95 năm Đảng")
    'ky niem 95 nam dang'
    """
    return text.translate(_FLAT)


def words(text: str) -> list[str]:
    """The runs of letters and digits of `text`, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def fold_key(text: str) -> str:
    """K2: no diacritics, lower case, i for y where both are written, one blank between words.

    >>> fold_key("Uỷ ban KỸ  thuật") == fold_key("Ủy ban kĩ thuật")
    True
    """
    return _I_FOR_Y.sub(r"\1i", " ".join(words(flat(text))))


@lru_cache(maxsize=20_000)
def tone_key(text: str) -> str:
    """K1: as written in letters and tones, whichever vowel carries the tone: hoà = hòa, but hóa differs."""
    return " ".join(_tone_last(word) for word in words(unicodedata.normalize("NFC", text).lower()))


def _tone_last(word: str) -> str:
    marks = unicodedata.normalize("NFD", word)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    letters = _I_FOR_Y.sub(r"\1i", letters)
    return letters + "".join(mark for mark in marks if mark in _TONES)


def shape_key(text: str) -> str:
    """K2 with the digits read as the letters they look like and without blanks, for misread text.

    >>> shape_key("H6 Chi Minh")
    'hochiminh'
    """
    return fold_key(text).translate(_SHAPES).replace(" ", "")


def similarity(left: str, right: str) -> float:
    """How alike two phrases are, 0..1, after folding to K2."""
    return fuzz.ratio(fold_key(left), fold_key(right)) / 100


def contained_similarity(part: str, whole: str) -> float:
    """How well `part` is found somewhere inside `whole`, 0..1, after folding to K2."""
    small, large = fold_key(part), fold_key(whole)
    if not small or not large:
        return 0.0
    return (fuzz.ratio(small, large) if len(small) > len(large) else fuzz.partial_ratio(small, large)) / 100


def closest(text: str, choices: Iterable[str], least: float) -> tuple[str, float] | None:
    """The choice most alike `text` by shape, with its score, or None below `least` (0..1).

    `choices` are compared as `shape_key`s and must be given as such.
    """
    found = process.extractOne(shape_key(text), choices, scorer=fuzz.ratio, score_cutoff=least * 100)
    return (found[0], found[1] / 100) if found else None
