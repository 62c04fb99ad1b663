"""Find anniversaries: `kỷ niệm 115 năm thành lập tỉnh (28/6/1909 - 28/6/2024)` and the holidays of the year.

One cue governs a list; an event may hold commas when a range of dates follows. Stretches of time
(`sau 75 năm`, `kế hoạch 5 năm`) and reviews (`tổng kết 10 năm thực hiện`) are told apart by their words.
Arithmetic is checked and reported, never repaired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from pipeline.extract.anniversaries import words as near
from pipeline.extract.anniversaries.events import (
    against_base,
    known_event,
    names_a_known_day,
    validity,
    year_kind,
)
from pipeline.extract.anniversaries.extent import Extent, extent_of
from pipeline.extract.anniversaries.holidays import find_holidays
from pipeline.extract.anniversaries.ordinal import Nth, find_nth
from pipeline.extract.anniversaries.words import Years
from pipeline.extract.dates.grammar import date_hits
from pipeline.extract.flow import Cover, Flow, Found, flow_of, record
from pipeline.model import DocumentText, Issue, Record

_CONFIDENCE = {
    "cue": 0.9,
    "list": 0.85,
    "weak_cue": 0.8,
    "day": 0.7,
    "range": 0.75,
    "nth": 0.75,
    "near_cue": 0.7,
    "shared": 0.75,
}


@dataclass(frozen=True, slots=True)
class Mention:
    """An anniversary as found in a flow; `rule` says what made it one."""

    start: int
    n_years: int
    kind: str
    rule: str
    extent: Extent


def find_anniversaries(document: DocumentText) -> tuple[Record, ...]:
    """Rows of anniversaries.csv, in the order of the text; every mention is a row of its own."""
    flow = flow_of(document)
    return tuple(record(document, flow, "anniversaries", found) for found in anniversaries_in(flow))


def anniversaries_in(flow: Flow) -> list[Found]:
    """What `find_anniversaries` finds, in characters of the flow."""
    mentions = find_mentions(flow)
    years = frozenset(int(hit.date[:4]) for hit in date_hits(flow.flat) if not hit.date.startswith("XXXX"))
    rows = [_found(flow, part, years) for mention in mentions for part in _parts(flow, mention)]
    taken = Cover(len(flow.text), ((row.start, row.end) for row in rows))
    rows += find_holidays(flow, taken)
    return sorted(rows, key=lambda row: row.start)


def find_mentions(flow: Flow) -> list[Mention]:
    """All counted anniversaries, reviews and stretches of years, in order."""
    found: list[Mention] = []
    for years in near.counts_of_years(flow):
        mention = _mention(flow, years, found[-1] if found else None)
        if mention:
            found.append(mention)
            found += _sharing(flow, mention)
    counted = [mention for mention in found if mention.kind == "anniversary"]
    covered = Cover(len(flow.text), ((mention.start, mention.extent.end) for mention in counted))
    found += [_from_nth(nth) for nth in find_nth(flow, covered)]
    return sorted(found, key=lambda mention: mention.start)


def _from_nth(nth: Nth) -> Mention:
    return Mention(nth.start, nth.n_years, "anniversary", "nth", nth.extent)


def _mention(flow: Flow, years: Years, previous: Mention | None) -> Mention | None:
    if not 1 <= years.count <= 5_000 or near.starts("never_start", flow, years.end):
        return None
    extent = extent_of(flow, years.end, years.count)
    kind, rule = _judge(flow, years, extent, previous)
    if not kind or not extent.event or _is_only_noise(extent.event):
        return None
    return Mention(years.start, years.count, kind, rule, extent)


_AND = regex.compile(r"\s*(?:,|va|v3)\s+(?=\S)")


def _sharing(flow: Flow, mention: Mention) -> Iterator[Mention]:
    """`74 năm A (19/8/1945 - 19/8/2019) và B (02/9/1945 - 02/9/2019)`: B shares the count of A."""
    joint = _AND.match(flow.flat, mention.extent.end) if mention.kind == "anniversary" else None
    if not joint or near.N_YEARS.match(flow.flat, joint.end()):
        return
    extent = extent_of(flow, joint.end(), mention.n_years)
    if extent.event and extent.is_true_range:
        yield Mention(joint.end(), mention.n_years, "anniversary", "shared", extent)


def _is_only_noise(event: str) -> bool:
    return sum(letter.isalpha() for letter in event) < 3


def _judge(flow: Flow, years: Years, extent: Extent, previous: Mention | None) -> tuple[str, str]:
    """(kind, rule) of `N năm ...`, or two empty words."""
    left, after = years.start, years.end
    strong = near.ends_before("strong_cue", flow, left)
    if near.ends_before("review_cue", flow, left):
        return "review", "review_cue"
    if _is_review(flow, after, extent, strong=strong):
        return "review", "review_head"
    weak = near.ends_before("weak_cue", flow, left)  # "hướng tới" is more than "tới"
    if not strong and not weak and near.ends_before("duration_cue", flow, left):
        return _stretch(flow, after, extent)
    if near.starts("never_head", flow, after) or (near.starts("not_head", flow, after) and not strong):
        return "", ""
    if strong:
        return "anniversary", "cue"
    if flow.flat[after : after + 2].strip().startswith("("):
        return "", ""
    return _without_cue(flow, years, extent, _continues(flow, years, previous))


def _without_cue(flow: Flow, years: Years, extent: Extent, in_list: bool) -> tuple[str, str]:
    head = _has_head(flow, years.end, extent)
    if head and in_list:
        return "anniversary", "list"
    if head and near.ends_before("weak_cue", flow, years.start):
        return "anniversary", "weak_cue"
    if extent.day:
        return "anniversary", "day"
    if extent.is_true_range or (head and near.ends_before("strong_cue", flow, years.start, nearly=True)):
        return "anniversary", "range" if extent.is_true_range else "near_cue"
    spans_n = extent.dates is not None and extent.dates.is_range and near.starts("head", flow, years.end)
    return ("anniversary", "range") if spans_n else ("", "")


_DEED = regex.compile(r"\s*(?:to chuc )?(?:thuc hien|trien khai|thi hanh|ap dung)")


def _is_review(flow: Flow, after: int, extent: Extent, *, strong: bool) -> bool:
    """`5 năm thực hiện Nghị quyết`; a deed that is remembered with its days is none."""
    if not near.starts("review_head", flow, after) or near.starts("review_exception", flow, after):
        return False
    what = _DEED.match(flow.flat, after)
    remembered = strong and extent.is_true_range and what is not None
    return not (remembered and not near.starts("review_object", flow, what.end() if what else after))


def _stretch(flow: Flow, after: int, extent: Extent) -> tuple[str, str]:
    is_named = extent.day or near.starts("duration_head", flow, after)
    return ("duration", "duration") if is_named else ("", "")


def _has_head(flow: Flow, after: int, extent: Extent) -> bool:
    return (
        extent.day
        or near.starts("head", flow, after)
        or extent.dates is not None
        or extent.event[:1].isupper()
        or names_a_known_day(extent.event)
    )


def _continues(flow: Flow, years: Years, previous: Mention | None) -> bool:
    """True when the text since the previous anniversary is only what joins the items of a list."""
    if previous is None or previous.kind != "anniversary" or years.start - previous.extent.end > 60:
        return False
    return bool(near.list_gap().fullmatch(flow.flat, previous.extent.end, years.start))


_JOINT = regex.compile(r"\s(?:và|va|v3)\s+(?:(?:ngày|ngay|ng[aà]y)\s+)?", regex.IGNORECASE)


def _parts(flow: Flow, mention: Mention) -> list[Mention]:
    """`80 năm Cách mạng tháng Tám và Quốc khánh 2/9`: two known events are two rows. The printed dates
    go with the event they fit, else with the one they stand behind."""
    halves = _JOINT.split(mention.extent.event, maxsplit=1)
    events = [known_event(half, flow.flat) for half in halves]
    if mention.kind != "anniversary" or len(halves) != 2 or None in events or events[0] == events[1]:
        return [mention]
    dates = mention.extent.dates
    printed = (dates.date_from or "") if dates else ""
    fits = [bool(printed) and known_event(half, flow.flat, printed) is not None for half in halves]
    owner = 0 if fits == [True, False] else 1
    return [
        replace(mention, extent=replace(mention.extent, event=half, dates=dates if index == owner else None))
        for index, half in enumerate(halves)
    ]


def _found(flow: Flow, mention: Mention, years: frozenset[int]) -> Found:
    extent, n_years = mention.extent, mention.n_years
    date_from = (extent.dates.date_from if extent.dates else "") or ""
    date_to = (extent.dates.date_to if extent.dates else "") or ""
    event = known_event(extent.event, flow.flat, date_from) if mention.kind == "anniversary" else None
    valid, target = validity(n_years, date_from, date_to), date_to[:4]
    if not date_to and date_from:
        target = str(int(date_from[:4]) + n_years)
    elif not date_to and event:
        valid, target = against_base(n_years, event, years)
    values = {
        "n_years": str(n_years),
        "event": extent.event,
        "event_id": event.event_id if event else "",
        "date_from": date_from,
        "date_to": date_to,
        "target_year": target,
        "valid": valid,
        "kind": mention.kind,
        "year_kind": year_kind(n_years),
    }
    confidence = _CONFIDENCE.get(mention.rule, 0.6) + {"true": 0.07, "false": -0.35}.get(valid, 0.0)
    return Found(mention.start, extent.end, values, confidence, f"anniversaries.{mention.rule}")


def anniversary_issues(records: tuple[Record, ...]) -> tuple[Issue, ...]:
    """A doubt for every anniversary whose numbers do not agree, naming both readings."""
    return tuple(_issues(records))


def _issues(records: tuple[Record, ...]) -> Iterator[Issue]:
    for row in records:
        if row.table != "anniversaries" or row["valid"] != "false":
            continue
        said = f"{row['n_years']} năm {row['event']}"
        if row["date_from"] and row["date_to"]:
            passed = int(row["date_to"][:4]) - int(row["date_from"][:4])
            other = f"{row['date_from']} to {row['date_to']} is {passed} years"
        else:
            other = f"counted from its base date it falls in {row['target_year']}"
        yield Issue("ann_mismatch", f"{said}, but {other}", page_number=row.page_number)
