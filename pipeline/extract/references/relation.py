"""How a citation is used: căn cứ, thực hiện, thay thế, sửa đổi, kèm theo, or merely viện dẫn."""

from __future__ import annotations

from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.flow import Flow

_LOOK_BACK = 160
_BREAK = regex.compile(r"[;\n]|\.(?=\s)")
PLAIN = "viện dẫn"


@cache
def _cues() -> dict[str, str]:
    return {row["words"]: row["relation"] for row in table("relation_cues").rows}


@cache
def _pattern() -> regex.Pattern[str]:
    ordered = sorted(_cues(), key=len, reverse=True)
    return regex.compile(rf"(?<![a-z])(?:{'|'.join(map(regex.escape, ordered))})(?![a-z])")


def relation_of(flow: Flow, position: int) -> str:
    """The relation that the nearest cue before the citation at `position` gives it, in its own clause.

    A cue that stands behind another citation of the clause speaks of that citation, not of this document.
    """
    low = max(0, position - _LOOK_BACK)
    breaks = [hit.end() for hit in _BREAK.finditer(flow.text, low, position)]
    low = breaks[-1] if breaks else low
    cues = list(_pattern().finditer(flow.flat, low, position))
    if not cues:
        return PLAIN
    nearest = cues[-1]
    if _NUMBER.search(flow.text, low, nearest.start()):
        return _cues()[cues[0][0]] if _is_plain_list(flow, cues[0].end(), position) else PLAIN
    return _cues()[nearest[0]]


_NUMBER = regex.compile(r"\d[/\-]\p{Lu}|\d{4}/\p{Lu}")


def _is_plain_list(flow: Flow, start: int, end: int) -> bool:
    """True when only citations stand between: no words that begin another clause."""
    return not _pattern().search(flow.flat, start, end)
