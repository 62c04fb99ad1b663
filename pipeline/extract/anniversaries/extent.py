"""How far the words of an event go after `N năm`: to the bracket with its dates, or to the next clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from pipeline.extract.anniversaries import words as near
from pipeline.extract.anniversaries.events import known_length, validity
from pipeline.extract.anniversaries.ranges import Dates, dates_at, is_not_a_span, range_ahead
from pipeline.extract.dates.grammar import FULL, iso_date
from pipeline.extract.flow import Flow

_LONGEST_EVENT = 160
_LONGEST_PLAIN_EVENT = 150
_HARD = regex.compile(
    r"[,;:()\[\]\"“”\n!?…]|\.(?=\s|$|[\"”).])|\s-\s(?=anh\b)|\banh\s*:|\bng[ai]y\s+\d|\btu \d"
    r"|\s(?:19|20)\d\d\s+va\s"
)
# "với Việt Nam" belongs to an event, "với hình tượng ..." does not.
_WITH = regex.compile(r"\svới\s(?!nước|các nước|nhân dân)\p{Ll}")
_SHORT_WORD = regex.compile(r"(?:^|[\s(])(?:\p{Lu}{1,3}|Tp|Th?s|St|Dr)$")
_THIS_YEAR = regex.compile(r"\s*nam nay\b")
_JOINER = regex.compile(r"\s(?:va|v3|cung|hay|hoac|vao)\s*$")
_QUOTED = regex.compile(r"[\"“]\s*(?P<event>[^\"“”\n]{4,90})[\"”]")
# "ngày chiếm sứ quán tại Tehran 4-11-1979": place and day are the event's own.
_PLACE_AND_DAY = regex.compile(r"tại(?:\s\p{Lu}\p{L}+){1,3}\s+\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_INNER_TITLE = regex.compile(r"[\"“]\s?[^\"“”\n]{2,90}?\s?[\"”]")
_EDGES = " \t,;:-–—*“”\"'’.·"


@dataclass(frozen=True, slots=True)
class Extent:
    """An event's words, its printed dates and where it all ends. `day`: `ngày` stood before the words."""

    event: str
    end: int
    day: bool = False
    dates: Dates | None = None
    is_true_range: bool = False


def extent_of(flow: Flow, position: int, n_years: int) -> Extent:
    """Read the event that begins at `position`, right after `N năm`."""
    leading = dates_at(flow.flat, position, n_years)
    start = leading.end if leading and leading.is_range else position
    day = near.DAY.match(flow.flat, start)
    start = _skip_noise(flow.flat, day.end() if day else start)
    if whole := _rest_of_title(flow, position, start):
        return Extent(whole[0], whole[1], bool(day))
    if quoted := _QUOTED.match(flow.text, start):
        return Extent(quoted["event"].strip(_EDGES), quoted.end(), bool(day), leading)
    limit = min(len(flow.text), start + _LONGEST_EVENT)
    ahead = None if leading else range_ahead(flow.flat, start, limit, n_years)
    if ahead and _plain_way(flow, (start, ahead[0]), n_years, ahead[1]):
        end, dates = ahead
        return _extent(flow, (start, end), dates, n_years, day=bool(day))
    end = _plain_end(flow, start, min(limit, start + _LONGEST_PLAIN_EVENT))
    behind = _THIS_YEAR.match(flow.flat, end)
    dates_behind = leading or dates_at(flow.flat, behind.end() if behind else end, n_years)
    dates_behind = dates_behind or _inline(flow.flat, start, end, n_years)
    return _extent(flow, (start, end), dates_behind, n_years, day=bool(day))


_TITLE_BEFORE = regex.compile(r"(?r)(?P<mark>[\"“])\s?[\d.]{1,5}\s*\p{L}{1,4}$")


def _rest_of_title(flow: Flow, position: int, start: int) -> tuple[str, int] | None:
    """The event in `kỷ niệm "70 năm ..."`: what stands in the quotation marks belongs together."""
    before = _TITLE_BEFORE.search(flow.text, max(0, position - 16), position)
    if not before or not _opens(flow.text, before.start("mark")):
        return None
    rest = regex.compile(r"[^\"“”\n()\d]{4,90}(?=[\"”])").match(flow.text, start)
    if not rest or near.N_YEARS.search(flow.flat, start, rest.end()):
        return None
    return rest[0].strip(_EDGES), rest.end()


def _skip_noise(text: str, position: int) -> int:
    """Past blanks, and past one mark of a bad scan that sticks to the next word."""
    match = regex.compile(r"\s*(?:[.\-:'](?=[a-z]))?").match(text, position)
    return match.end() if match else position


def _extent(flow: Flow, words: tuple[int, int], dates: Dates | None, n_years: int, *, day: bool) -> Extent:
    start, end = words
    event = regex.sub(r"\s*nam nay$", "", flow.flat[start:end])
    text = flow.text[start : start + len(event)].replace("\n", " ").strip(_EDGES)
    text += _missing_quote(text)
    if dates and dates.is_range and _years_only(dates) and is_not_a_span(flow, start, end):
        matches = validity(n_years, dates.date_from or "", dates.date_to or "") == "true"
        dates = dates if matches else Dates(dates.end)
    last = max(end, dates.end if dates else end)
    return Extent(text, last, day, dates, _is_true_range(dates, n_years))


def _missing_quote(event: str) -> str:
    """The closing mark of a title at the end of the words, which goes with the edges."""
    if event.count("“") > event.count("”"):
        return "”"
    return '"' if event.count('"') % 2 else ""


def _years_only(dates: Dates) -> bool:
    return len(dates.date_from or "") == 4


def _is_true_range(dates: Dates | None, n_years: int) -> bool:
    """Full days on both sides, and the arithmetic right: no cue is needed then."""
    if not dates or len(dates.date_from or "") != 10 or len(dates.date_to or "") != 10:
        return False
    return validity(n_years, dates.date_from or "", dates.date_to or "") == "true"


def _plain_way(flow: Flow, words: tuple[int, int], n_years: int, dates: Dates) -> bool:
    """True when no other anniversary and no new clause stands between an event's start and its range."""
    start, end = words
    if near.N_YEARS.search(flow.flat, start, end):
        return False
    stop = near.first_inside("stop", flow, start, end)
    if stop is None or _THIS_YEAR.match(flow.flat, stop):
        return True
    # Right arithmetic and no comma between: the words before a bracket belong together more surely
    # than a list of words that may begin a new clause can say.
    return _is_true_range(dates, n_years) and "," not in flow.text[start:end] and end - start < 90


def _plain_end(flow: Flow, start: int, limit: int) -> int:
    end = _hard_end(flow, start, limit)
    end = min([end, *_soft_ends(flow, start, end)])
    if end == limit and limit < len(flow.text):
        end = max(start, flow.flat.rfind(" ", start, limit))
    joined = _JOINER.search(flow.flat, start, max(start, end))
    end = joined.start() if joined else max(start, end)
    return max(end, start + known_length(flow.text[start:limit]))


def _hard_end(flow: Flow, start: int, limit: int) -> int:
    """Where punctuation ends the words; a title in quotation marks inside them is stepped over."""
    position = start
    while match := _HARD.search(flow.flat, position, limit):
        mark = match.start()
        if _is_inner_mark(flow, start, mark):
            position = match.end()
        elif (title := _INNER_TITLE.match(flow.text, mark)) and _opens(flow.text, mark):
            position = title.end()
            limit = max(limit, position)
        else:
            return mark
    return max(position, limit)


def _is_inner_mark(flow: Flow, start: int, mark: int) -> bool:
    """A full stop behind a short form, or a comma inside `Đảng bộ, chính quyền và nhân dân ...` and
    `giải phóng miền Nam, thống nhất đất nước`."""
    goes_on = flow.text[mark + 1 : mark + 3].lstrip()[:1].islower()
    if flow.text[mark] == "?":  # "ư" of a bad scan
        return goes_on
    if flow.text[mark] == ".":
        return goes_on or bool(_SHORT_WORD.search(flow.text, start, mark))
    if flow.text[mark] != ",":
        return False
    return near.ends_with("comma_after", flow, start, mark) or near.starts("comma_tail", flow, mark + 1)


def _opens(text: str, position: int) -> bool:
    """True when the quotation mark at `position` opens a quotation."""
    if text[position] != '"':
        return text[position] == "“"
    paragraph = text.rfind("\n", 0, position) + 1
    return text.count('"', paragraph, position) % 2 == 0


def _soft_ends(flow: Flow, start: int, end: int) -> Iterator[int]:
    """Where a new clause, another count of years or a description begins."""
    roles = ("stop",) if _is_clause(flow, start) else ("stop", "clause_stop")
    for role in roles:
        stop = near.first_inside(role, flow, start, end)
        if stop is None or _PLACE_AND_DAY.match(flow.text, stop) or _is_other_side(flow.text, start, stop):
            continue
        if role == "stop" or not _is_bare_subject(flow, start, stop):
            yield stop
    given = near.first_inside("stop_unless_given", flow, start, end)
    if given is not None and not _gives(flow, start, given):
        yield given
    with_what = _WITH.search(flow.text, start, end)
    if with_what and not _is_other_side(flow.text, start, with_what.start() + 1):
        yield with_what.start()
    if (counted := near.N_YEARS.search(flow.flat, start, end)) and counted.start() > start:
        yield counted.start()


def _gives(flow: Flow, start: int, end: int) -> bool:
    """True when a deed of giving stands before: the receiver behind `cho` belongs to it."""
    return near.starts("giving", flow, start) or near.first_inside("giving", flow, start, end) is not None


def _is_other_side(text: str, start: int, stop: int) -> bool:
    """`quan hệ giữa Việt Nam với các nước ...`: behind `giữa` the other side belongs to the event."""
    return text.startswith("với ", stop) and " giữa " in text[start:stop]


def _is_bare_subject(flow: Flow, start: int, end: int) -> bool:
    """True for a few words that name no event by themselves: `đặc khu` in `đặc khu được trao trả`."""
    names_event = near.starts("head", flow, start) or near.starts("named_day", flow, start)
    names_event = names_event or near.first_inside("head", flow, start, end) is not None
    return len(flow.text[start:end].split()) <= 5 and not names_event


def _is_clause(flow: Flow, start: int) -> bool:
    """True when the event tells what somebody did: `ngày Bác Hồ đến thăm ...`, not `ngày thành lập ...`."""
    if near.starts("subject", flow, start):
        return True
    return flow.text[start : start + 1].isupper() and not near.starts("head", flow, start)


def _inline(flat: str, start: int, end: int, n_years: int) -> Dates | None:
    """A full date among the event's words: `ngày toàn thắng 30/4/1975`."""
    match = FULL.search(flat, start, end)
    date = iso_date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    if not date:
        return None
    return Dates(end, date_to=date) if int(date[:4]) + n_years > 2050 else Dates(end, date_from=date)
