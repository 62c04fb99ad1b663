"""Can the text layer of a page be trusted? Its words are checked, then its places against the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import table
from pipeline.pdf_space import Box
from pipeline.source.scan_image import darkest, red
from pipeline.source.text_layer import LayerWord
from pipeline.syllable import count_words, legal_share, marked_share

LEAST_LEGAL_SHARE = 0.85  # clean pages have 0.97 and more, garbled layers 0.65 and less
LEAST_MARKED_SHARE = 0.45  # clean pages have 0.75 and more, text without diacritics none
_LEAST_DECODED_SHARE = 0.7
_LEAST_INKED_WORDS = 0.85
_MOST_UNCOVERED = 0.4  # of the ink; signatures and ruled forms stay below
_FEWEST_INK_CELLS = 20
_INK = 160  # grey values below are ink; letters in a preview are light
_FAINT_INK = 215  # thin and coloured letters may be as light as this
_CELL_POINTS = 6.0
_RULE_POINTS = 45.0  # straight ink longer than this is a ruled line
_REACH_POINTS = 3.0  # ink this near to a word belongs to it
_MOST_PICTURE_SHARE = 0.06  # of the page: seals, signatures and emblems are smaller


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text layer is trusted, and why (not), with figures."""

    is_trusted: bool
    note: str


def judge_words(text: str) -> Verdict:
    """Judge a text layer by its words alone.

    >>> judge_words("Céng hßa x· héi chñ nghÜa ViÖt Nam").is_trusted
    False
    """
    count, legal, marked = count_words(text), legal_share(text), marked_share(text)
    figures = f"{legal:.0%} Vietnamese syllables, {marked:.0%} with diacritics among {count} words"
    if legal >= LEAST_LEGAL_SHARE and marked >= LEAST_MARKED_SHARE:
        return Verdict(True, f"text layer trusted: {figures}")
    encoding = legacy_encoding(text, legal)
    if encoding:
        return Verdict(False, f"text layer not trusted: legacy_encoding {encoding}; {figures}")
    return Verdict(False, f"text layer not trusted: {figures}")


def judge_places(
    words: Sequence[LayerWord], preview: NDArray[np.uint8], scale: float, pictures: Sequence[Box]
) -> Verdict:
    """Judge a text layer by the ink of the page: words must lie on ink, and most ink under words.

    `scale` is preview pixels a point; `pictures` are areas whose ink is known not to be text (stamps).
    """
    inked = inked_share(darkest(preview), words, scale)
    if inked < _LEAST_INKED_WORDS:
        return Verdict(False, f"text layer not trusted: only {inked:.0%} of its words are visible")
    uncovered = uncovered_share(red(preview) < _INK, [word.box for word in words], pictures, scale)
    if uncovered > _MOST_UNCOVERED:
        return Verdict(False, f"text layer not trusted: {uncovered:.0%} of the ink lies outside its words")
    return Verdict(True, f"{inked:.0%} of the words on ink, {uncovered:.0%} of the ink outside words")


def is_small_picture(share: float) -> bool:
    """Whether a picture that covers `share` of a page can be a seal, signature or emblem."""
    return share <= _MOST_PICTURE_SHARE


def inked_share(grey: NDArray[np.uint8], words: Sequence[LayerWord], scale: float) -> float:
    """Share of `words` that lie on ink of a small picture of the page."""
    ink = grey < _FAINT_INK
    return sum(_has_ink(ink, word.box, scale) for word in words) / max(1, len(words))


# --- ink ------------------------------------------------------------------------------------------


def _has_ink(ink: NDArray[np.bool_], box: Box, scale: float) -> bool:
    left, top, right, bottom = (max(0, round(edge * scale)) for edge in box)
    return bool(ink[top : bottom + 1, left : right + 1].any())


def uncovered_share(
    ink: NDArray[np.bool_], words: Sequence[Box], pictures: Sequence[Box], scale: float
) -> float:
    """Share of inked cells that no word covers; ruled lines and `pictures` do not count."""
    counted = ink & ~_ruled(ink, max(8, round(_RULE_POINTS * scale)))
    for box in pictures:
        _fill(counted, box, scale, 0.0, value=False)
    cell = max(2, round(_CELL_POINTS * scale))
    covered = np.zeros_like(ink)
    for box in words:
        _fill(covered, box, scale, _REACH_POINTS, value=True)
    inked_cells = _cells(counted, cell)
    total = int(inked_cells.sum())
    if total < _FEWEST_INK_CELLS:
        return 0.0
    return int((inked_cells & ~_cells(covered, cell)).sum()) / total


def _fill(mask: NDArray[np.bool_], box: Box, scale: float, reach: float, *, value: bool) -> None:
    left, top, right, bottom = box
    x, y = max(0, int((left - reach) * scale)), max(0, int((top - reach) * scale))
    mask[y : max(0, int((bottom + reach) * scale) + 1), x : max(0, int((right + reach) * scale) + 1)] = value


def _cells(mask: NDArray[np.bool_], cell: int) -> NDArray[np.bool_]:
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % cell), (0, -width % cell)))
    rows, columns = padded.shape[0] // cell, padded.shape[1] // cell
    return np.asarray(padded.reshape(rows, cell, columns, cell).any(axis=(1, 3)))


def _ruled(ink: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Pixels of straight runs of ink, across or down, at least `length` pixels long."""
    return _long_runs(ink, length) | _long_runs(ink.T, length).T


def _long_runs(ink: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    if ink.shape[1] < length:
        return np.zeros_like(ink)
    sums = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    full = (sums[:, length:] - sums[:, :-length]) == length  # a run starts here
    marks = np.zeros((ink.shape[0], ink.shape[1] + 1), dtype=np.int32)
    marks[:, : full.shape[1]] += full
    marks[:, length : length + full.shape[1]] -= full
    return np.asarray(np.cumsum(marks, axis=1)[:, :-1] > 0)


# --- legacy encodings -----------------------------------------------------------------------------


def legacy_encoding(text: str, legal: float) -> str:
    """Name of the font encoding in which `text` becomes Vietnamese, empty when there is none."""
    for name, decoder in _decoders():
        decoded = text
        for written, meant in decoder:
            decoded = decoded.replace(written, meant)
        share = legal_share(decoded)
        if share > _LEAST_DECODED_SHARE and share > legal + 0.2:
            return name
    return ""


@cache
def _decoders() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    columns = (("TCVN3", "tcvn3_as_cp1252"), ("VNI", "vni_as_cp1252"))
    return tuple((name, tuple(_pairs(column))) for name, column in columns)


def _pairs(column: str) -> Iterator[tuple[str, str]]:
    """Written and meant letters through a private code each, so that no result is replaced again."""
    rows = [row for row in table("legacy_encodings").rows if row[column] and row["char"].islower()]
    rows.sort(key=lambda row: -len(row[column]))
    private = [chr(0xE000 + index) for index in range(len(rows))]
    yield from ((row[column], code) for row, code in zip(rows, private, strict=True))
    yield from ((code, row["char"]) for row, code in zip(rows, private, strict=True))
