"""The timeline of anniversaries: which event falls on which day, and how many documents call for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.etree.ElementTree import Element

from pipeline.report import charts
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames, Row, named
from pipeline.report.holdings import rest_told
from pipeline.report.markup import Table, element, shortened
from pipeline.report.wording import Wording

MOST_DRAWN = 40
MOST_ROWS = 500
_KIND = "anniversary"
_ROW = 26.0
_LABELS = 470.0
_MARGIN = 26.0
_AXIS = 26.0
_MOST_TICKS = 12


@dataclass(slots=True)
class Event:
    """One anniversary, however many documents name it. `when` is an ISO day, else only the year."""

    when: str
    n_years: str
    name: str
    by_id: dict[str, Row] = field(default_factory=dict)

    @property
    def documents(self) -> list[Row]:
        return list(self.by_id.values())

    @property
    def title(self) -> str:
        return f"{self.n_years} năm {self.name}" if self.n_years else self.name

    @property
    def place(self) -> float:
        """Where it stands in time, in years."""
        if len(self.when) == 4:
            return float(self.when)
        day = date.fromisoformat(self.when)
        return day.year + (day.timetuple().tm_yday - 1) / 366


def timeline(frames: Frames, wording: Wording) -> Figure:
    """The anniversaries whose arithmetic agrees, in order of their days; the others are listed."""
    say = wording.say
    columns = (
        "doc_id",
        "n_years",
        "event",
        "event_id",
        "date_to",
        "target_year",
        "valid",
        "kind",
        "raw_text",
    )
    found = [row for row in frames.rows("anniversaries", *columns) if row["kind"] == _KIND]
    valid = [row for row in found if row["valid"] == "true" and _when(row)]
    others = [row for row in found if not (row["valid"] == "true" and _when(row))]
    events = _events(valid, frames)
    title = say("Timeline of anniversaries")
    note = say(
        "Anniversaries that documents call for; years and dates agree. A bar means that no day is written."
    )
    drawn = events
    if len(events) > MOST_DRAWN:
        drawn = sorted(events, key=lambda one: -len(one.documents))[:MOST_DRAWN]
        drawn = sorted(drawn, key=lambda one: one.when)
        note += " " + say("Drawn are the {most} named by most documents, of {count}.").format(
            most=MOST_DRAWN, count=wording.count(len(events))
        )
    if not events:
        note = say("No document names an anniversary whose years and dates agree.")
    tables = [(title, _table(events, wording))]
    if others:
        tables.append(
            (
                say("Not drawn: the arithmetic does not agree or cannot be checked"),
                _others(others, frames, wording),
            )
        )
    return Figure(
        "anniversaries", title, note, (_drawing(drawn, title, wording),) if drawn else (), tuple(tables)
    )


def _when(row: Row) -> str:
    """The day of the anniversary, else its year, else nothing."""
    try:
        return date.fromisoformat(row["date_to"]).isoformat()
    except ValueError:
        year = row["target_year"]
        return year if len(year) == 4 else ""


def _events(rows: Sequence[Row], frames: Frames) -> list[Event]:
    """One event for each event and day; an event whose day is not written joins the only day of its year."""
    days: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if len(when := _when(row)) > 4:
            days.setdefault((when[:4], _event_key(row)), set()).add(when)
    events: dict[tuple[str, str], Event] = {}
    for row in rows:
        when, name = _when(row), " ".join(row["event"].split())
        known = days.get((when, _event_key(row)), set())
        when = next(iter(known)) if len(known) == 1 else when
        event = events.setdefault((when, _event_key(row)), Event(when, row["n_years"], name))
        event.by_id[row["doc_id"]] = frames.by_id[row["doc_id"]]
    return sorted(events.values(), key=lambda one: (one.when, one.title))


def _event_key(row: Row) -> str:
    return row["event_id"] or " ".join(row["event"].split()).casefold()


def _drawing(events: Sequence[Event], title: str, wording: Wording) -> Element:
    first = int(events[0].when[:4])
    last = int(max(one.when[:4] for one in events))
    room = charts.WIDTH - _LABELS - _MARGIN
    per_year = room / (last + 1 - first)
    height = len(events) * _ROW + _AXIS
    marks: list[Element] = []
    every = max(1, -(-(last + 2 - first) // _MOST_TICKS))
    for year in range(first, last + 2):
        x = _LABELS + (year - first) * per_year
        if (year - first) % every == 0:
            marks.append(element("line", {"x1": x, "x2": x, "y1": _AXIS, "y2": height, "class": "grid"}))
            marks.append(
                element("text", {"x": x, "y": 14, "text_anchor": "middle", "class": "tick"}, str(year))
            )
    most = max(len(one.documents) for one in events)
    for index, event in enumerate(events):
        y = _AXIS + (index + 0.5) * _ROW
        marks += _row(event, y, _LABELS + (event.place - first) * per_year, per_year, most, wording)
    return charts.drawing(height + 4, title, *marks)


def _row(event: Event, y: float, x: float, per_year: float, most: int, wording: Wording) -> list[Element]:
    told = f"{wording.day(event.when)}: {event.title} ({', '.join(map(named, event.documents[:20]))})"
    label: dict[str, str | float] = {"x": 92.0, "y": y + 4, "class": "label"}
    marks = [
        element(
            "line", {"x1": 0, "x2": charts.WIDTH, "y1": y + _ROW / 2, "y2": y + _ROW / 2, "class": "hair"}
        ),
        element(
            "text", {"x": 80, "y": y + 4, "text_anchor": "end", "class": "value"}, wording.day(event.when)
        ),
        element("text", label, shortened(event.title, _LABELS - 106), element("title", None, told)),
    ]
    if len(event.when) == 4:
        place: dict[str, str | float] = {
            "x": x,
            "y": y - 4,
            "width": per_year,
            "height": 8,
            "class": "whole-year",
        }
        marks.append(element("rect", place, element("title", None, told)))
        end = x + per_year
    else:
        radius = 4.5 + 4.5 * (len(event.documents) / most) ** 0.5
        marks.append(
            element("circle", {"cx": x, "cy": y, "r": radius, "class": "event"}, element("title", None, told))
        )
        end = x + radius
    if len(event.documents) > 1:
        count = wording.count(len(event.documents))
        is_near_edge = end > charts.WIDTH - 26
        at: dict[str, str | float] = {
            "x": x - 12 if is_near_edge else end + 5,
            "y": y + 4,
            "text_anchor": "end" if is_near_edge else "start",
        }
        marks.append(element("text", {**at, "class": "tick"}, count))
    return marks


def _table(events: Sequence[Event], wording: Wording) -> Table:
    say = wording.say
    rows = [
        (
            wording.day(one.when),
            one.n_years,
            one.name,
            wording.count(len(one.documents)),
            _first_named(one.documents, wording),
        )
        for one in events[:MOST_ROWS]
    ]
    heads = (say("Day"), say("Years"), say("Event"), say("Documents"), say("Named in"))
    rest = rest_told(len(events), len(rows), "anniversaries.csv", wording)
    return Table(heads, rows, frozenset({1, 3}), frozenset({0}), rest)


def _others(rows: Sequence[Row], frames: Frames, wording: Wording) -> Table:
    say = wording.say
    states = {
        "false": say("does not agree"),
        "true": say("no day and no year"),
        "unknown": say("cannot be checked"),
    }
    cells = [
        (
            named(frames.by_id[row["doc_id"]]),
            " ".join(row["raw_text"].split())[:200],
            states.get(row["valid"], row["valid"]),
        )
        for row in rows[:MOST_ROWS]
    ]
    heads = (say("Document"), say("As written"), say("Arithmetic"))
    return Table(heads, cells, rest=rest_told(len(rows), len(cells), "anniversaries.csv", wording))


def _first_named(documents: Sequence[Row], wording: Wording, most: int = 5) -> str:
    shown = "; ".join(named(one) for one in documents[:most])
    more = len(documents) - most
    return shown + (
        " " + wording.say("and {count} more").format(count=wording.count(more)) if more > 0 else ""
    )
