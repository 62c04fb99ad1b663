"""The text of a document as one flow of sentences, with the way back to where each character stands.

Lines of a paragraph are joined by a blank, page numbers and page breaks between them are left out; a
line feed remains only where a paragraph or a list item really ends. So a citation or a range of dates
that is broken over two lines or two pages reads as one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import regex

from pipeline.extract.folding import flat
from pipeline.model import PAGE_BREAK, BBox, DocumentText, Record, Span, as_pairs

_PAGE_NUMBER = regex.compile(r"[-–—\s]*+(?:[Tt]rang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?[-–—\s]*+")
_ENDS = regex.compile(r"[.;:!?…][\"”’')\]*]*+$")
_ABBREVIATION = regex.compile(r"(?:^|[\s(])(?:\p{Lu}{1,3}|Tp|Ths|St|Dr)\.$")
_ITEM = regex.compile(
    r"(?:[-–—+•*]\s*+[\p{Lu}\"“]|\*{0,2}(?:\d{1,2}(?:\.\d{1,2})*+|[a-zđ]|[IVX]{1,5})\s*[.)/]\**\s)"
)
# Specks of a bad scan before the first letter of a line.
_SPECKS = regex.compile(
    r"(?:[^\p{L}\p{N}\s(\[\"“‘]++\s++)*+(?:[_~|.»‘’]*+-?(?=\p{Ll})|[_~|.»]*+(?=[\p{L}(\"“])"
    r"|(?:[_~|.»‘’“°]++\s*+)++(?=\d))"
)
# What stands between a word that wants a number ("số", "ngày") and the number on the next line.
_SPECKS_BEFORE_NUMBER = regex.compile(r"[^\p{L}\p{N}(\[]++(?=\d)")
_WANTS_NUMBER = regex.compile(
    r"(?:(?<!\p{L})|(?<=\p{Lu}))(?:[Ss][^\s\d]{1,2}|s[06]|[Nn]g[^\s\d]{1,3}|tháng|th[aá]ng)[^\p{L}\p{N}]?$"
)
# Lone marks at the end of a line; a single dash behind a digit may join the two days of a range.
_TRAILING = regex.compile(
    r"(?:\s+[_|~=.\-–—]*[_|~=]+[.\-–—]*|\s*[_|~=]+|(?<=[^\d\s])\s+[-–—.]+|\s+[-–—]+\s+[-–—.]+|\s+\.|\s+(?:oe|ae|oo|rn|rs)\b)+\s*$"
)
_TRAILING_SCRAP = regex.compile(r"(?<=(?<!\p{L})(?:[Ss][ốé6]|[Nn]gày))[\s_~.]+[a-zA-Z]{1,2}$")


@dataclass(frozen=True, slots=True)
class Flow:
    """`text` and `flat` (the same, without diacritics) are equally long; `offsets[i]` is the place of
    character i in the clean text of the document."""

    text: str
    flat: str
    offsets: array[int]

    def span(self, start: int, end: int) -> Span:
        """The characters of the document's clean text from which flow characters `start`..`end` came."""
        if start >= end:
            return Span(self.offsets[start], self.offsets[start]) if start < len(self.offsets) else Span(0, 0)
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


class Cover:
    """Which characters of a flow are already spoken for; asking is quick however many stretches there are."""

    def __init__(self, length: int, stretches: Iterable[tuple[int, int]] = ()) -> None:
        self._marks = bytearray(length)
        for start, end in stretches:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        """Mark characters `start`..`end`."""
        self._marks[start:end] = b"\1" * (min(end, len(self._marks)) - start)

    def touches(self, start: int, end: int) -> bool:
        """True when any character of `start`..`end` is marked."""
        return self._marks.find(1, start, end) >= 0


def flow_of(document: DocumentText) -> Flow:
    """Read the clean text of `document` as a flow."""
    text = document.text
    parts: list[str] = []
    offsets = array("q")
    last, blank = "", True
    for line_start, line_end in _lines(text):
        stripped = text[line_start:line_end].strip()
        blank = blank or text[line_start - 1 : line_start] == PAGE_BREAK
        if not stripped or (blank and _PAGE_NUMBER.fullmatch(stripped)):
            blank = True
            continue
        is_new = _is_boundary(last, stripped, blank)
        start, end = _trimmed(text, line_start, line_end, "" if is_new else last)
        if start >= end:
            continue
        if parts:
            parts.append("\n" if is_new else " ")
            offsets.append(max(0, start - 1))
        parts.append(text[start:end])
        offsets.extend(range(start, end))
        last, blank = text[start:end], False
    joined = "".join(parts)
    return Flow(joined, flat(joined), offsets)


def _trimmed(text: str, start: int, end: int, last: str) -> tuple[int, int]:
    """The line without blanks, and without the specks that a bad scan leaves at its ends.

    `last` is the line it goes on from; empty when the line begins something new, whose marks are its own.
    """
    line = text[start:end]
    start += len(line) - len(line.lstrip())
    end = start + len(line.strip())
    if last:
        start = _without_specks(text, start, end, last)
    for trailing in (_TRAILING, _TRAILING_SCRAP):
        if found := trailing.search(text, start, end):
            end = found.start()
    return start, max(start, end)


def _without_specks(text: str, start: int, end: int, last: str) -> int:
    if _WANTS_NUMBER.search(last) and (specks := _SPECKS_BEFORE_NUMBER.match(text, start, end)):
        return specks.end()
    specks = _SPECKS.match(text, start, end)
    return specks.end() if specks else start


def _lines(text: str) -> list[tuple[int, int]]:
    breaks = [-1, *(index for index, letter in enumerate(text) if letter in "\n\f"), len(text)]
    return [(left + 1, right) for left, right in pairwise(breaks)]


_NUMBER_LINE = regex.compile(r"S[ốôỐÔoO06óòỗõ]\s*[:;.]")  # the document's own number, not a citation


def _is_boundary(last: str, line: str, blank: bool) -> bool:
    if _NUMBER_LINE.match(line) or _is_heading(last, line):
        return True
    ended = bool(_ENDS.search(last)) and not _ABBREVIATION.search(last)
    if _ITEM.match(line):
        return ended or blank or last.endswith(",")
    specks = _SPECKS.match(line)
    first = line[specks.end() : specks.end() + 1] if specks else line[0]
    return ended and not first.islower()


def _is_heading(last: str, line: str) -> bool:
    """True when a heading in capitals ends and the text goes on in small letters."""
    return last.isupper() and not line.isupper() and sum(letter.isalpha() for letter in last) >= 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder saw at flow characters `start`..`end`: the row's own columns, and how sure it is."""

    start: int
    end: int
    values: dict[str, str]
    confidence: float
    rule: str


def record(document: DocumentText, flow: Flow, table: str, found: Found) -> Record:
    """The row of `table` for `found`, with page, line and box as evidence."""
    span = flow.span(found.start, found.end)
    page_number, line_number, box = _place(document, span)
    return Record(
        table=table,
        values=as_pairs(found.values),
        raw=document.text[span.start : span.end],
        span=span,
        page_number=page_number,
        line_number=line_number,
        bbox=box,
        confidence=round(min(max(found.confidence, 0.0), 1.0), 3),
        rule=found.rule,
    )


def _place(document: DocumentText, span: Span) -> tuple[int, int, BBox | None]:
    """Page, line and box of `span`; quick for text that never had boxes, however many rows it gives."""
    index = bisect_right(document.lines, span.start, key=lambda line: line.span.start) - 1
    line = document.lines[max(index, 0)]
    if line.bbox is None:
        return line.page_number, line.line_number, None
    return document.locate(span)
