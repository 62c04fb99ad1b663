"""Days of the year named with their date and no count: `Quốc khánh 2/9`, `ngày Thầy thuốc Việt Nam 27-2`."""

from __future__ import annotations

import regex
from rapidfuzz import fuzz

from pipeline.extract.anniversaries import words as near
from pipeline.extract.anniversaries.events import day_of_year_events, known_event
from pipeline.extract.dates.grammar import DateHit, date_hits
from pipeline.extract.flow import Cover, Flow, Found
from pipeline.extract.folding import fold_key

_LONGEST_NAME = 90
_LEAST_ALIKE = 90  # percent
_NAME = regex.compile(
    r"(?:^|(?<=[\s\"“(]))(?:(?:ngay|le|tet)\s+(?:le\s+|hoi\s+)?)(?P<name>[^,;:.()\n\"”“\d]{4,80}?)[\s,(]*$"
)
_NATIONAL = regex.compile(
    r"(?:^|(?<=[\s\"“(]))(?P<name>quoc khanh(?:\s+[a-z]+){0,4}?)(?:\s(?:dien ra\s)?vao(?: ngay)?)?[\s,(]*$"
)
_CUE_NEAR = regex.compile(
    r"k[yi]\s*niem|chao mung|mung|nhan dip|dip|huong ung|le|huong toi|vao ngay|tet|nghi"
)
_CLAUSE = regex.compile(r"[,;:.()\n\"”“]\s*")


def find_holidays(flow: Flow, taken: Cover) -> list[Found]:
    """Named days with a day and month that are not part of an anniversary already found."""
    rows = []
    for hit in date_hits(flow.flat):
        if hit.form != "day_month" or taken.touches(hit.start, hit.end):
            continue
        row = _holiday(flow, hit)
        if row and not taken.touches(row.start, row.end):
            rows.append(row)
    return rows


def _holiday(flow: Flow, hit: DateHit) -> Found | None:
    low = max(0, hit.start - _LONGEST_NAME)
    left = flow.flat[low : hit.start]
    known = _known_start(left, hit.date[5:])
    if known is not None:
        return _found(flow, low + known, hit, rule="anniversaries.holiday_known", confidence=0.85)
    match = _NATIONAL.search(left)
    if match is None or not _is_proper(flow.text[low + match.start("name") : low + match.end("name")]):
        match = _NAME.search(left)
        match = (
            match if match and _is_name(flow, low + match.start("name"), low + match.end("name")) else None
        )
    if match:
        return _found(
            flow, low + match.start("name"), hit, rule="anniversaries.holiday_named", confidence=0.65
        )
    return None


def _is_proper(name: str) -> bool:
    """True when only proper names follow the first two words: `Quốc khánh`, `quốc khánh Lào`."""
    return all(word[0].isupper() for word in name.split()[2:])


def _known_start(left: str, month_day: str) -> int | None:
    """Where the name of a known event of this day begins, when it ends right before the date."""
    tail = regex.sub(r"\s*(?:ngay|hang nam|mung|mong)?[\s,(\[\-]*$", "", left)
    spots = [match.start() for match in regex.finditer(r"(?<![\p{L}\d])[\p{L}\d]", tail)]
    for name in day_of_year_events(month_day):
        count = name.count(" ") + 1
        start = spots[-count] if len(spots) >= count else None
        if start is not None and fuzz.ratio(fold_key(tail[start:]), name) >= _LEAST_ALIKE:
            return start
    return None


def _is_name(flow: Flow, start: int, end: int) -> bool:
    """A name: a capital or a word of named days begins it, no new clause, and a cue stands before."""
    begins = flow.text[start].isupper() or near.starts("named_day", flow, start)
    if not begins or near.first_inside("stop", flow, start, end) is not None:
        return False
    before = flow.flat[max(0, start - 40) : start]
    # "Ngày Pháp luật ... (09/11)": the capital and the bracket say it is a name.
    written_as_name = flow.text[max(0, start - 8) : start].rstrip().endswith("Ngày") and flow.text[
        end : end + 4
    ].lstrip().startswith("(")
    return written_as_name or bool(_CUE_NEAR.search(before))


def _found(flow: Flow, start: int, hit: DateHit, *, rule: str, confidence: float) -> Found:
    text = flow.text[start : hit.end].replace("\n", " ")
    event = known_event(flow.text[start : hit.start], flow.flat)
    values = {
        "n_years": "",
        "event": regex.sub(r"\s*[,(]\s*(?=\d)", " ", text).strip(),
        "event_id": event.event_id if event else "",
        "date_from": "",
        "date_to": "",
        "target_year": "",
        "valid": "true" if event and event.base_date[5:] == hit.date[5:] else "unknown",
        "kind": "holiday",
        "year_kind": "",
    }
    end = hit.end + 1 if flow.text[hit.end : hit.end + 1] == ")" and "(" in text else hit.end
    return Found(start, end, values, confidence, rule)
