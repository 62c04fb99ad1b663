"""What the batch holds: documents by year, type and issuing body, and how many have cells to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.report import charts
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames, Row
from pipeline.report.markup import Table
from pipeline.report.wording import Wording

MOST_ISSUERS = 20
MOST_TYPES = 30
MOST_ROWS = 200
MOST_EMPTY_YEARS = 120  # a longer stretch of years is drawn without the empty ones


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that share a value: `total` of them, of which `doubtful` have a cell to check."""

    name: str
    total: int
    doubtful: int


def by_year(frames: Frames, wording: Wording) -> Figure:
    """Documents by the year of issue."""
    say = wording.say
    groups = sorted(_grouped(frames.documents, lambda row: row["issue_date"][:4]), key=lambda one: one.name)
    unknown = sum(one.total for one in groups if not one.name)
    drawn = _with_empty_years([one for one in groups if one.name])
    note = say("Year of issue as the document gives it.")
    if unknown:
        note += " " + say("Documents without a readable year: {count}; they are not drawn.").format(
            count=wording.count(unknown)
        )
    title = say("Documents by year")
    bars = [_bar(one, wording) for one in drawn]
    pictures = (charts.columns(bars, title, wording.count), _legend(wording)) if bars else ()
    listed = [*(one for one in groups if one.name), *(one for one in groups if not one.name)]
    return Figure("years", title, note, pictures, ((title, _table(say("Year"), listed, wording)),))


def by_type(frames: Frames, wording: Wording) -> Figure:
    """Documents by type, the most frequent first."""
    title = wording.say("Documents by type")
    note = wording.say("Type as the title of the document says.")
    groups = _ranked(_grouped(frames.documents, lambda row: row["doc_type"]))
    return _ranking("types", title, note, groups, MOST_TYPES, wording.say("Document type"), wording)


def by_issuer(frames: Frames, wording: Wording) -> Figure:
    """Documents by issuing body, the most frequent first."""
    say = wording.say
    title = say("Documents by issuing body")
    note = say("Bodies as the documents name them; a name read in two ways counts as two bodies.")
    groups = _ranked(_grouped(frames.documents, lambda row: row["issuer"]))
    return _ranking("issuers", title, note, groups, MOST_ISSUERS, say("Issuing body"), wording)


def _ranking(
    anchor: str, title: str, note: str, groups: Sequence[Group], most: int, head: str, wording: Wording
) -> Figure:
    drawn, rest = groups[:most], groups[most:]
    if rest:
        note += " " + wording.say(
            "Drawn are the first {most}; the other {groups} hold {count} documents."
        ).format(
            most=most, groups=wording.count(len(rest)), count=wording.count(sum(one.total for one in rest))
        )
    bars = [_bar(one, wording) for one in drawn]
    pictures = (charts.rows(bars, title), _legend(wording)) if bars else ()
    return Figure(anchor, title, note, pictures, ((title, _table(head, groups, wording)),))


def _grouped(documents: Iterable[Row], key: Callable[[Row], str]) -> list[Group]:
    totals: dict[str, list[int]] = {}
    for row in documents:
        counts = totals.setdefault(key(row), [0, 0])
        counts[0] += 1
        counts[1] += bool(row["review_columns"])
    return [Group(name, *counts) for name, counts in totals.items()]


def _ranked(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda one: (-one.total, one.name == "", one.name))


def _with_empty_years(groups: Sequence[Group]) -> Sequence[Group]:
    if not groups:
        return ()
    first, last = int(groups[0].name), int(groups[-1].name)
    if last - first > MOST_EMPTY_YEARS:
        return groups
    known = {one.name: one for one in groups}
    return [known.get(f"{year:04d}", Group(f"{year:04d}", 0, 0)) for year in range(first, last + 1)]


def _bar(group: Group, wording: Wording) -> charts.Bar:
    name = group.name or wording.say("(not given)")
    clear = group.total - group.doubtful
    parts = (
        charts.Part("clear", clear, f"{name}: {wording.count(clear)} {wording.say('with nothing to check')}"),
        charts.Part(
            "doubtful",
            group.doubtful,
            f"{name}: {wording.count(group.doubtful)} {wording.say('with cells to check')}",
        ),
    )
    return charts.Bar(name, parts, wording.count(group.total))


def _legend(wording: Wording) -> Element:
    say = wording.say
    return charts.legend([("clear", say("nothing to check")), ("doubtful", say("cells to check"))])


def _table(head: str, groups: Sequence[Group], wording: Wording) -> Table:
    say = wording.say
    total = sum(one.total for one in groups)
    rows = [
        (
            one.name or say("(not given)"),
            wording.count(one.total),
            wording.share(one.total, total),
            wording.count(one.total - one.doubtful),
            wording.count(one.doubtful),
        )
        for one in groups[:MOST_ROWS]
    ]
    heads = (head, say("Documents"), say("Share"), say("Nothing to check"), say("Cells to check"))
    rest = rest_told(len(groups), len(rows), "documents.csv", wording)
    return Table(heads, rows, frozenset({1, 2, 3, 4}), rest=rest)


def rest_told(total: int, shown: int, file: str, wording: Wording) -> str:
    """What a table leaves out and where it stands; empty when it shows everything."""
    if total <= shown:
        return ""
    return wording.say("{count} more rows; all of them stand in {file}.").format(
        count=wording.count(total - shown), file=file
    )
