"""Anniversaries told by an ordinal: `kỷ niệm lần thứ 90 ngày ...`, `kỷ niệm ngày ... lần thứ 45`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from pipeline.extract.anniversaries import words as near
from pipeline.extract.anniversaries.extent import Extent, extent_of
from pipeline.extract.flow import Cover, Flow

_NTH = regex.compile(r"lan thu\s+(?P<n>\d\.\d{3}|\d{1,4})(?![\d/]|[.,]\d)")
_CUE_DAY = regex.compile(
    r"k[yi]\s*niem\s+(?:le\s+)?(?:ngay\s+)?(?P<event>[^,;:.()\n\"”“]{3,90}?)\s+(?:nam\s+)?$"
)
_WHOSE = regex.compile(r"\s+(?:của\s+)?\p{Lu}\p{L}+(?:\s+(?:tịch|Tịch|\p{Lu}\p{L}+))*")
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Nth:
    """An ordinal anniversary at flow characters from `start`."""

    start: int
    n_years: int
    extent: Extent


def find_nth(flow: Flow, covered: Cover) -> Iterator[Nth]:
    """Ordinal anniversaries outside what is already `covered`."""
    for match in _NTH.finditer(flow.flat):
        if covered.touches(match.start(), match.end()):
            continue
        n_years = int(match["n"].replace(".", ""))
        if near.ends_before("strong_cue", flow, match.start()) and not near.N_YEARS.match(
            flow.flat, match.start("n")
        ):
            extent = extent_of(flow, match.end(), n_years)
            if extent.event:
                yield Nth(match.start(), n_years, extent)
        elif cue := _CUE_DAY.search(flow.flat, max(0, match.start() - _LONGEST), match.start()):
            event = flow.text[cue.start("event") : cue.end("event")]
            if near.starts("named_day", flow, cue.start("event")):
                whose = (
                    _WHOSE.match(flow.text, match.end()) if regex.match("sinh|mat", cue["event"]) else None
                )
                event, end = (event + whose[0], whose.end()) if whose else (event, match.end())
                yield Nth(cue.start(), n_years, Extent(event, end, day=True))
