"""Cut text into the positions that restoration decides about, and mark what must never change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.restore.aligned_pairs import EDGE
from pipeline.restore.corpus import ROMAN

WORD, NUMBER, CODE, BOUNDARY, COMMA, DIGITS = "word", "number", "code", "boundary", "comma", "digits"

_CHUNK = re.compile(r"[^\s\x00]+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\f")
# What stands in a decree and is no word: address, date, number, number with unit, code with its number.
_ADDRESS = re.compile(
    r"\S*(?:@|://|www\.)\S*|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|gov|edu)(?:[./]\S*)?", re.I
)
_NUMBER = re.compile(
    r"[+-]?\d+(?:[.,:/–-]\d+)*%?|\d+(?:[.,]\d+)*(?:%|km2?|m2?|ha|kg|đ|tr)|\d+[a-zđ]|[a-zđ]\d+"
)
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-ZĐƯ])[\dA-ZĐƯƠÔÊÂĂ]+[a-z]{0,3}(?:[./–&-]+[\dA-ZĐƯƠÔÊÂĂ]*[a-z]{0,3})+")
_SHORT_NUMBER = re.compile(r"\d{1,3}")
_WORDS = re.compile(r"[^\W\d_]+")
_INNER = re.compile(r"[^,;:()\[\]{}\"“”/.|\\<>=+–—-]+")
_STOPS = ".;:!?“«"
_SPECKS = (".", "!", "?")
# Signs that an English model writes for a letter with marks, alone or inside a word.
_LETTER_LIKE = "&¥£€§¢$"


@dataclass(frozen=True, slots=True)
class Token:
    """Characters `start` to `end` of the text; BOUNDARY and COMMA may be of zero length."""

    start: int
    end: int
    text: str
    kind: str


def tokens(text: str, garbled: bool = False) -> Iterator[Token]:
    """The tokens of `text` in order.

    With `garbled`, digits and signs inside a word belong to it, and a short number is a DIGITS token, which
    may stand for letters. A full stop in front of a small letter is a speck on the scan, not a boundary.
    """
    waiting: Token | None = None
    for token in _all_tokens(text, garbled):
        if waiting is not None and not (token.kind == WORD and token.text[0].islower()):
            yield waiting
        waiting = token if token.kind == BOUNDARY and token.text in _SPECKS else None
        if waiting is None:
            yield token
    if waiting is not None:
        yield waiting


def _all_tokens(text: str, garbled: bool) -> Iterator[Token]:
    breaks = [found.start() for found in _BLANK_LINE.finditer(text)]
    breaks.append(len(text) + 1)
    upcoming = 0
    for found in _CHUNK.finditer(text):
        broken = breaks[upcoming] < found.start()
        while breaks[upcoming] < found.start():
            upcoming += 1
        # A line that goes on in lower case goes on with its sentence, blank lines or not.
        if broken and not found[0][0].islower():
            yield Token(found.start(), found.start(), "", BOUNDARY)
        yield from _chunk_tokens(found[0], found.start(), garbled)


def is_protected(chunk: str) -> bool:
    """True for numbers, dates, codes, addresses and Roman numerals.

    >>> [is_protected(c) for c in ("34-CT/TW", "07/4/2014", "XIV", "tỉnh", "x4")]
    [True, True, True, False, True]
    """
    return _protected_kind(chunk) is not None


def _protected_kind(chunk: str) -> str | None:
    if _NUMBER.fullmatch(chunk) or (chunk.isupper() and ROMAN.fullmatch(chunk)):
        return NUMBER
    if _CODE.fullmatch(chunk) or _ADDRESS.fullmatch(chunk):
        return CODE
    return None


def _chunk_tokens(chunk: str, start: int, garbled: bool) -> Iterator[Token]:
    left = len(chunk) - len(chunk.lstrip(EDGE))
    bare = chunk.strip(EDGE)
    right = left + len(bare)
    yield from _marks(chunk[:left], start)
    if bare:
        yield from _core_tokens(bare, start + left, garbled)
    yield from _marks(chunk[right:], start + right)


def _marks(marks: str, start: int) -> Iterator[Token]:
    for offset, mark in enumerate(marks):
        if mark in _STOPS or mark == ",":
            kind = COMMA if mark == "," else BOUNDARY
            yield Token(start + offset, start + offset + 1, mark, kind)


def _core_tokens(bare: str, start: int, garbled: bool) -> Iterator[Token]:
    if garbled and _SHORT_NUMBER.fullmatch(bare):
        yield Token(start, start + len(bare), bare, DIGITS)
        return
    kind = _protected_kind(bare)
    if kind is not None and not (garbled and _may_be_letters(bare)):
        yield Token(start, start + len(bare), bare, kind)
        return
    if any(c.isdigit() for c in bare) and not garbled:
        # Letters and digits mixed in readable text: a code of its own.
        yield Token(start, start + len(bare), bare, CODE)
        return
    end = 0
    for found in (_INNER if garbled else _WORDS).finditer(bare):
        yield from _marks(bare[end : found.start()], start + end)
        end = found.end()
        piece = found[0]
        if any(c.isalnum() or c in _LETTER_LIKE for c in piece):
            kind = _protected_kind(piece)
            protected = kind is not None and not (garbled and _may_be_letters(piece))
            digits = garbled and _SHORT_NUMBER.fullmatch(piece)
            final = DIGITS if digits else str(kind) if protected else WORD
            yield Token(start + found.start(), start + end, piece, final)


def _may_be_letters(piece: str) -> bool:
    # x4 = xã, s6 = số, 1a = là in garbled text; "x" or "a" alone before a digit is too rare to protect.
    return len(piece) <= 3 and piece.isalnum() and piece.lower() == piece and any(c.isalpha() for c in piece)
