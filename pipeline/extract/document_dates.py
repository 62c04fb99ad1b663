"""Find every date of a document and say what it is: its own, cited, of an anniversary, a deadline, a period.

A kind is read from what stands around the date; `other` where nothing tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.anniversaries.find import anniversaries_in
from pipeline.extract.dates.grammar import DateHit, date_hits
from pipeline.extract.dates.periods import Period, periods_in
from pipeline.extract.flow import Cover, Flow, Found, flow_of, record
from pipeline.extract.folding import flat
from pipeline.extract.references.find import find_mentions
from pipeline.extract.references.mention import Mention
from pipeline.model import DocumentText, Record

_HEAD = 3_000  # characters within which a document's own place and date stand
_PLACE = regex.compile(
    r"(?:^|[\n/]|\s)(?P<place>\p{Lu}[^,;:.()\d\n]{1,40}?)\s*[,.]\s*(?:ng[^\s\d]{1,4}[\s._…]*)?$"
)
_BLANK_DAY = regex.compile(r"ng[^\s\d]{1,3}['’]?[\s._…]*$")
_CLOCK = regex.compile(r"\s*(?:,|\s)?\s*\d{1,2}:\d{2}(?::\d{2})?")
_CONFIDENCE = {"two_digit": 0.5, "day_month": 0.6, "year": 0.7, "month_slash": 0.7, "spelled": 0.8}


def find_dates(document: DocumentText) -> tuple[Record, ...]:
    """Rows of dates.csv in the order of the text; a bare year is given once."""
    flow = flow_of(document)
    found = dates_in(flow, find_mentions(flow), anniversaries_in(flow))
    return tuple(record(document, flow, "dates", row) for row in found)


def dates_in(flow: Flow, cited: Iterable[Mention], anniversaries: Iterable[Found]) -> list[Found]:
    """What `find_dates` finds, in characters of the flow, given its citations and anniversaries."""
    periods = list(periods_in(flow.flat))
    taken = Cover(len(flow.flat), ((period.start, period.end) for period in periods))
    kinds = _cited_kinds(cited) | _celebrated_kinds(flow, anniversaries)
    rows = [_period_row(flow, period) for period in periods]
    own_seen = False
    for hit in date_hits(flow.flat):
        if taken.touches(hit.start, hit.end):
            continue
        kind, rule = kinds.get(hit.start) or _kind(flow, hit, own_seen=own_seen)
        own_seen = own_seen or kind == "issue"
        rows.append(_row(flow, hit, kind, rule))
    return list(_first_of_each(sorted(rows, key=lambda row: row.start)))


def _cited_kinds(cited: Iterable[Mention]) -> dict[int, tuple[str, str]]:
    """Start of a date -> kind and rule, for the dates of citations."""
    dates = [mention.date for mention in cited if mention.date and mention.date.form != "year"]
    return {date.start: ("cited", "dates.cited") for date in dates}


def _celebrated_kinds(flow: Flow, anniversaries: Iterable[Found]) -> dict[int, tuple[str, str]]:
    kinds: dict[int, tuple[str, str]] = {}
    for found in anniversaries:
        spots = date_hits(flow.flat, found.start, found.end)
        for kind, spot in zip(_anniversary_kinds(found), spots[-2:], strict=False):
            kinds[spot.start] = (kind, "dates.anniversary")
        for spot in spots:
            if spot.precision == "month_day":
                kinds.setdefault(spot.start, ("holiday", "dates.anniversary"))
    return kinds


def _anniversary_kinds(found: Found) -> tuple[str, ...]:
    if found.values["kind"] == "holiday":
        return ("holiday",)
    both = ("anniversary_from", "anniversary_to")
    return tuple(
        kind for kind, name in zip(both, ("date_from", "date_to"), strict=True) if found.values[name]
    )


@cache
def _cues() -> tuple[tuple[str, str], ...]:
    """(words that end before a date, kind), longest first."""
    rows = [(" " + flat(row["words"]), row["kind"]) for row in table("date_cues").rows]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def _kind(flow: Flow, hit: DateHit, *, own_seen: bool) -> tuple[str, str]:
    left = " " + flow.flat[max(0, hit.start - 40) : hit.start]
    left += "ngay" if hit.form in ("words", "spelled") else ""  # the word belongs to these forms
    left = left.rstrip(" :.")
    for words, kind in _cues():
        if left.endswith(words) or left.removesuffix(" ngay").endswith(words):
            return kind, "dates.cue"
    if hit.precision == "day" and _CLOCK.match(flow.flat, hit.end):
        return "signature", "dates.clock"
    if not own_seen and hit.form in ("words", "month") and hit.start < _HEAD and _follows_place(flow, hit):
        return "issue", "dates.place_and_date"
    return "other", f"dates.{hit.form}"


def _follows_place(flow: Flow, hit: DateHit) -> bool:
    match = _PLACE.search(flow.text, max(0, hit.start - 60), hit.start)
    # "Lai Châu, ngày    tháng 6 năm 2023": the day was left for the pen.
    return bool(match) and (
        hit.form == "words" or bool(_BLANK_DAY.search(flow.text, max(0, hit.start - 12), hit.start))
    )


def _row(flow: Flow, hit: DateHit, kind: str, rule: str) -> Found:
    values = {
        "date": hit.date,
        "date_end": "",
        "precision": hit.precision,
        "kind": kind,
        "raw": flow.text[hit.start : hit.end],
    }
    return Found(hit.start, hit.end, values, _CONFIDENCE.get(hit.form, 0.9), rule)


def _period_row(flow: Flow, period: Period) -> Found:
    values = {
        "date": period.first,
        "date_end": period.last,
        "precision": {4: "year", 7: "month"}.get(len(period.first), "day"),
        "kind": "period",
        "raw": flow.text[period.start : period.end],
    }
    return Found(period.start, period.end, values, 0.85, f"dates.{period.form}")


def _first_of_each(rows: list[Found]) -> Iterator[Found]:
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        key = (row.values["date"], row.values["date_end"], row.values["kind"])
        bare = row.values["precision"] == "year" and row.values["kind"] in ("other", "period")
        if bare and key in seen:
            continue
        seen.add(key)
        yield row
