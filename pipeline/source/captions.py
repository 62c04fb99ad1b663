"""Texts that digital-signature stamps and copy stamps print on a page: found, and kept apart.

They must not become issuer, signer or date of the document (Nghị định 30/2020/NĐ-CP, Appendix I, tells
where the lawful ones stand). Wordings are data: dictionaries/signature_captions.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

from pipeline.dictionary import table
from pipeline.source.text_layer import LayerLine

_SAME_PRINT = 1.2  # heights of lines of one stamp differ by less
_LINE_GAP = 0.9  # in line heights: lines of one stamp stand closer
_LEFT_SHIFT = 1.5  # in line heights: lines of one stamp start or are centred this close
_SMALL_PRINT = 0.85  # share of the page's usual line height
_MOST_LINES = 14
_MOST_PAGE_LINES = 3000  # a page with more is no page of a document; comparing its lines would take long
_FEWEST_BODY_LINES = 12  # with fewer lines the usual height of a page says nothing


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp: its lines from top to bottom."""

    lines: tuple[LayerLine, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@cache
def _patterns(weight: str) -> re.Pattern[str]:
    rows = [row["pattern"] for row in table("signature_captions").rows if row["weight"] == weight]
    return re.compile("|".join(f"(?:{pattern})" for pattern in rows), re.IGNORECASE)


def take_captions(lines: Sequence[LayerLine]) -> tuple[tuple[LayerLine, ...], tuple[Stamp, ...]]:
    """Part `lines` (in visual order) into the text of the page and the stamps on it."""
    if len(lines) > _MOST_PAGE_LINES:
        return tuple(lines), ()
    usual = median(line.height for line in lines) if len(lines) >= _FEWEST_BODY_LINES else 0.0
    stamps: list[Stamp] = []
    taken: set[int] = set()
    for group in _groups(lines):
        members = [lines[index] for index in group]
        if not _is_stamp(members, usual):
            continue
        sure = [index for index in group if _patterns("strong").match(lines[index].text)]
        kept = sure if len(group) > _MOST_LINES else group  # a larger group has grown into the text
        taken.update(kept)
        stamps.append(Stamp(tuple(lines[index] for index in kept)))
    return tuple(line for index, line in enumerate(lines) if index not in taken), tuple(stamps)


def _is_stamp(members: Sequence[LayerLine], usual: float) -> bool:
    texts = [line.text for line in members]
    if any(_patterns("strong").match(text) for text in texts):
        return True
    is_small = median(line.height for line in members) < _SMALL_PRINT * usual or not usual
    return is_small and any(_patterns("weak").match(text) for text in texts)


def _groups(lines: Sequence[LayerLine]) -> list[list[int]]:
    """Lines that stand close below each other in the same print, as lists of indexes.

    Only grown around lines that look like captions, so that paragraphs of the text are never compared.
    """
    seeds = [
        index
        for index, line in enumerate(lines)
        if _patterns("strong").match(line.text) or _patterns("weak").match(line.text)
    ]
    groups: list[list[int]] = []
    taken: set[int] = set()
    for seed in seeds:
        if seed in taken:
            continue
        group, waiting = {seed}, [seed]
        while waiting:
            line = lines[waiting.pop()]
            near = [i for i, other in enumerate(lines) if i not in group and _belong(line, other)]
            group.update(near)
            waiting += near
        taken |= group
        groups.append(sorted(group))
    return groups


def _belong(one: LayerLine, other: LayerLine) -> bool:
    low, high = sorted((one.height, other.height))
    left, top, right, bottom = one.box
    other_left, other_top, other_right, other_bottom = other.box
    gap = max(top, other_top) - min(bottom, other_bottom)
    shift = min(abs(left - other_left), abs(left + right - other_left - other_right) / 2)
    return high <= _SAME_PRINT * low and gap <= _LINE_GAP * low and shift <= _LEFT_SHIFT * low
