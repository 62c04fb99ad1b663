"""Numbers of one issuer, type and year grow with the date: which neighbours a number must stand between.

Nghị định 30/2020/NĐ-CP, article 15: numbers run from 01 on 1 January for the whole year. (Party numbers run
through a term of years, and grow within each year too.)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex

from pipeline.extract.folding import fold_key
from pipeline.extract.links.trace import Trace

SURE = 0.9
"""Numbers and dates from this confidence on may bound others."""
FEWEST = 4
"""So many sure numbers must stand in a series before its order says anything."""
LEAST_ORDERED = 0.85
"""Share of a series that must be in order; offices that do not keep it say nothing."""

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document's number in its series, as known so far."""

    doc_id: str
    key: Key
    date: str
    number: int
    is_sure: bool


def numbered(document: Trace, digits: str, confidence: float) -> Numbered | None:
    """`document` with number `digits` in its series; None without issuer, type, number or sure day."""
    found = regex.match(r"\d+", digits)
    is_dated = len(document.issue_date) == len("2025-02-04") and document.date_confidence >= SURE
    if not (found and is_dated and document.issuer and document.doc_type):
        return None
    # Many bodies bear one name (Sở Y tế): the place tells them apart.
    body, place, kind = map(fold_key, (document.issuer, document.place, document.doc_type))
    key = (body, place, kind, document.issue_date[:4])
    return Numbered(document.doc_id, key, document.issue_date, int(found.group()), confidence >= SURE)


def bounds(documents: Iterable[Numbered]) -> Mapping[str, tuple[int | None, int | None]]:
    """For each document out of order or not sure: the largest number before its day and the smallest after.

    Only series that keep their order speak; a document has no entry when no neighbour bounds it.
    """
    series: dict[Key, list[Numbered]] = {}
    for one in documents:
        series.setdefault(one.key, []).append(one)
    return {doc_id: pair for group in series.values() for doc_id, pair in _bounds_of(group)}


def _bounds_of(group: list[Numbered]) -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    sure = sorted({(one.date, one.number) for one in group if one.is_sure})
    chain = _longest_rising(sure)
    if len(sure) < FEWEST or len(chain) < LEAST_ORDERED * len(sure):
        return
    dates, numbers = [day for day, _ in chain], [number for _, number in chain]
    kept = set(chain)
    for one in group:
        if one.is_sure and (one.date, one.number) in kept:
            continue
        start, end = bisect_left(dates, one.date), bisect_left(dates, one.date + "~")
        pair = (numbers[start - 1] if start else None, numbers[end] if end < len(numbers) else None)
        if pair != (None, None):
            yield one.doc_id, pair


def _longest_rising(pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The longest part of (date, number), sorted by date, in which every number is larger than the last.

    >>> _longest_rising([("01", 3), ("02", 9), ("03", 5), ("04", 6)])
    [('01', 3), ('03', 5), ('04', 6)]
    """
    ends: list[int] = []  # the smallest last number of a rising part of each length
    last: list[int] = []  # where that part ends
    before: list[int | None] = []
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(ends, number)
        before.append(last[length - 1] if length else None)
        if length == len(ends):
            ends.append(number)
            last.append(index)
        else:
            ends[length], last[length] = number, index
    chain: list[tuple[str, int]] = []
    at = last[-1] if last else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
