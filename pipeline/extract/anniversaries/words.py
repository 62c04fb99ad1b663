"""The words around an anniversary, as patterns. The lists stand in dictionaries/anniversary_words.tsv.

Cues are compared without diacritics, which scans lose. Words that end an event are compared as written,
because `đang` and `Đảng`, `thì` and `thi đua` differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.dates.spelled import number_in_words
from pipeline.extract.flow import Flow
from pipeline.extract.folding import flat

# "năm" and what scans make of it; the number stands before it, often without a blank between.
YEARS = r"n(?:[aiedu]m|ain|m)"
N_YEARS = regex.compile(
    rf"(?<![\d/])(?<!(?:\d|\s|^)[.,\-–])(?P<n>\d{{1,2}}\.\d{{3}}|\d{{1,4}})\s*(?:[:'`]\s*|[.\-])?{YEARS}"
    r"(?=[\s(\[]|ng[ay]|[.\-:'][a-z])(?!\s*(?:19|20)\d\d\b)"
)
_SPELLED = regex.compile(
    r"(?<![a-z])(?P<n>(?:(?:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|nghin|ngan|linh|le)\s)++)"
)
DAY = regex.compile(r"[\s.\-:']*(?P<day>ng[ai]y|le)(?=\s)\s*")
_NEVER = regex.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Years:
    """`N năm` at flow characters `start`..`end`."""

    start: int
    end: int
    count: int


def counts_of_years(flow: Flow) -> Iterator[Years]:
    """Every `N năm` of the flow in order; a count in words only behind a word of remembrance."""
    found = [
        Years(hit.start(), hit.end(), int(hit["n"].replace(".", ""))) for hit in N_YEARS.finditer(flow.flat)
    ]
    for hit in _SPELLED.finditer(flow.flat):
        if ends_before("strong_cue", flow, hit.start()) and (spelled := _spelled(hit)):
            found.append(spelled)
    yield from sorted(found, key=lambda years: years.start)


def _spelled(hit: regex.Match[str]) -> Years | None:
    """`một trăm năm`: in flat text the last `nam` is the year, one before it the digit five."""
    words = hit["n"].split()
    if words[-1] != "nam" or len(words) < 2:
        return None
    count = number_in_words(" ".join(words[:-1]))
    return Years(hit.start(), hit.start() + len(hit["n"].rstrip()), count) if count else None


@cache
def _phrases(role: str, spelling: str) -> str:
    """The phrases of `role` as alternatives, longest first; a blank in one may be lost or doubled."""
    rows = [row["words"] for row in table("anniversary_words").rows if row["role"] == role]
    kinds = {row["words"]: row["spelling"] for row in table("anniversary_words").rows if row["role"] == role}
    kept = [words for words in rows if kinds[words] in (spelling, "both")]
    kept = [flat(words) for words in kept] if spelling == "flat" else kept
    ordered = sorted(dict.fromkeys(kept), key=len, reverse=True)
    joined = "|".join(regex.escape(words).replace(r"\ ", r"\s*+") for words in ordered)
    loose = r"k[yivj][\s.\-'|~]*n[il1][aeg]?[emng]{1,2}"
    return f"{joined}|{loose}" if spelling == "flat" and role in ("strong_cue", "stop") else joined


@cache
def _patterns(form: str, role: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """(pattern for the text as written, pattern for the flat text)."""
    return _compiled(form, _phrases(role, "exact")), _compiled(form, _phrases(role, "flat"))


def _compiled(form: str, alternatives: str) -> regex.Pattern[str]:
    if not alternatives:
        return _NEVER
    filler = _phrases("filler", "flat")
    return regex.compile(form.replace("WORDS", alternatives).replace("FILLER", filler))


# (?r): searched from the end, where the phrase must be.
_BEFORE = r"(?r)(?:^|(?<=[^\p{L}]))(?:WORDS)[\s:\"“'*_|~]*[.\-]?(?:(?:FILLER)[\s\"“']+){0,2}$"
_NEARLY = r"(?r)(?:^|(?<=[^\p{L}]))(?:WORDS)(?:\s+\p{L}+){1,4}\s+$"
_START = r"\s*(?:WORDS)(?!\p{L})"
_END = r"(?r)(?:^|(?<=[^\p{L}]))(?:WORDS)$"
# "tồn tại" is one word; its second half stops nothing.
_INSIDE = r"(?<=\s)(?<!\bt[oồ]n\s)(?:WORDS)(?!\p{L})"
_LOOK_BACK = 60


def ends_before(role: str, flow: Flow, position: int, *, nearly: bool = False) -> bool:
    """True when the text before `position` ends with a phrase of `role` and a few fillers.

    `nearly` allows up to four other words between instead.
    """
    low = max(0, position - _LOOK_BACK)
    exact, folded = _patterns(_NEARLY if nearly else _BEFORE, role)
    left, left_flat = flow.text[low:position], flow.flat[low:position]
    return bool(exact.search(left.lower()) or folded.search(left_flat))


def starts(role: str, flow: Flow, position: int) -> bool:
    """True when a phrase of `role` begins at `position` (blanks before it allowed)."""
    exact, folded = _patterns(_START, role)
    return bool(exact.match(flow.text, position) or folded.match(flow.flat, position))


def ends_with(role: str, flow: Flow, start: int, end: int) -> bool:
    """True when the text `start`..`end` ends with a phrase of `role`."""
    exact, folded = _patterns(_END, role)
    return bool(exact.search(flow.text[start:end].lower()) or folded.search(flow.flat[start:end]))


def first_inside(role: str, flow: Flow, start: int, end: int) -> int | None:
    """Where the first phrase of `role` begins after a blank in `start`..`end`, or None."""
    hits = [
        hit.start()
        for pattern, text in zip(_patterns(_INSIDE, role), (flow.text, flow.flat), strict=True)
        if (hit := pattern.search(text, start, end)) and hit.start() > start
    ]
    return min(hits, default=None)


@cache
def list_gap() -> regex.Pattern[str]:
    """What may stand between two anniversaries of one list: `, `, ` và `, `; kỷ niệm `."""
    cues = "|".join(_phrases(role, "flat") for role in ("strong_cue", "weak_cue", "filler"))
    joiner = r"(?:va|v3|cung voi|cung nhu|cung|hoac|dong thoi|&)"
    return regex.compile(rf"[\s\"”'*)\]]*+[,;:]?\s*(?:{joiner}(?=\s)\s*)?(?:(?:{cues})\s*){{0,2}}")
