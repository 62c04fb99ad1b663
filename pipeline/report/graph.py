"""The citation graph as SVG: who cites at the left, what is cited at the right, arcs within the batch.

Two columns of names that can be read tell an archivist more than a cloud of points.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from pipeline.report import charts, graph_layout
from pipeline.report.citations import Citations, read_citations
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames, named
from pipeline.report.graph_layout import Layout, Node
from pipeline.report.holdings import rest_told
from pipeline.report.markup import Table, element, shortened
from pipeline.report.wording import Wording

MOST_ROWS = 300
_ROW = 24.0
_TOP = 30.0
_LEFT, _RIGHT = 372.0, 590.0  # where the points of the two columns stand
_GUTTER = 84.0  # room for arcs between the names at the left and their points
_LEAST, _LARGEST = 4.0, 10.0  # radius of a point
_THINNEST, _THICKEST = 1.2, 6.0


def graph(frames: Frames, wording: Wording) -> Figure:
    """The citation graph with the table of the cited documents."""
    say = wording.say
    citations = read_citations(frames)
    title = say("Citation graph")
    if not citations.cited:
        return Figure("citations", title, say("No document cites another one."))
    if graph_layout.is_small(citations):
        layout = graph_layout.of_documents(citations, frames, wording)
        heads = (say("In the batch"), say("Outside the batch"))
        note = say(
            "Left: documents of the batch; right: documents they cite that are not in the batch. "
            "Arcs at the left join documents of the batch. A larger point is cited more often."
        )
    else:
        layout = graph_layout.of_bodies(citations, frames, wording)
        heads = (say("Citing bodies"), say("Most cited documents"))
        note = say(
            "Left: the bodies whose documents cite most; right: the {drawn} most cited documents of {total}, "
            "red those of the batch. A larger point is cited more often; a thicker line is more citations."
        ).format(drawn=len(layout.right), total=wording.count(len(citations.cited)))
    if citations.unclear:
        note += " " + say("Citations without number or title: {count}; they are not drawn.").format(
            count=wording.count(citations.unclear)
        )
    picture = _drawing(layout, heads, title)
    table = (say("Cited documents"), _table(citations, frames, wording))
    return Figure("citations", title, note, (picture,), (table,))


def _drawing(layout: Layout, heads: tuple[str, str], title: str) -> Element:
    tallest = max(len(layout.left), len(layout.right)) * _ROW
    left = [_TOP + tallest * (index + 0.5) / len(layout.left) for index in range(len(layout.left))]
    right = [_TOP + tallest * (index + 0.5) / len(layout.right) for index in range(len(layout.right))]
    heaviest = max(node.weight for node in (*layout.left, *layout.right))
    thickest = max((number for _, _, number in layout.lines), default=1)
    marks = [_head(_LEFT, "end", heads[0]), _head(_RIGHT, "start", heads[1])]
    for first, second, number in layout.lines:
        told = f"{layout.left[first].label} → {layout.right[second].label}"
        share = (number - 1) / max(thickest - 1, 1)
        marks.append(_line(left[first], right[second], share, told + (f": {number}" if number > 1 else "")))
    for citing, cited in layout.arcs:
        told = f"{layout.left[citing].label} → {layout.left[cited].label}"
        marks.append(_arc(left[citing], left[cited], told))
    label_x = _LEFT - (_GUTTER if layout.arcs else 16)
    for y, node in zip(left, layout.left, strict=True):
        marks += _node((_LEFT, y), label_x, node, heaviest)
    for y, node in zip(right, layout.right, strict=True):
        marks += _node((_RIGHT, y), _RIGHT + 18, node, heaviest)
    return charts.drawing(_TOP + tallest + 4, title, *marks)


def _head(x: float, anchor: str, text: str) -> Element:
    return element("text", {"x": x, "y": 14, "text_anchor": anchor, "class": "head"}, text)


def _line(from_y: float, to_y: float, share: float, told: str) -> Element:
    """A line; `share` (0..1) is how much of the heaviest line it weighs."""
    middle = (_LEFT + _RIGHT) / 2
    path = f"M{_LEFT:g},{from_y:.1f}C{middle:g},{from_y:.1f} {middle:g},{to_y:.1f} {_RIGHT:g},{to_y:.1f}"
    width = _THINNEST + (_THICKEST - _THINNEST) * share
    marks: dict[str, str | float] = {"d": path, "class": "cites", "stroke_width": width}
    return element("path", marks, element("title", None, told))


def _arc(from_y: float, to_y: float, told: str) -> Element:
    # A curve reaches 3/4 of the way to its handles.
    bend = _LEFT - 1.3 * min(_GUTTER - 8, 18 + abs(to_y - from_y) / 5)
    path = f"M{_LEFT:g},{from_y:.1f}C{bend:g},{from_y:.1f} {bend:g},{to_y:.1f} {_LEFT:g},{to_y:.1f}"
    return element("path", {"d": path, "class": "within"}, element("title", None, told))


def _node(point: tuple[float, float], name_x: float, node: Node, heaviest: int) -> list[Element]:
    """A point and its name, which stands at `name_x`, on the side away from the other column."""
    x, y = point
    is_left = name_x < x
    text = shortened(node.label, name_x - 4 if is_left else charts.WIDTH - name_x - 4)
    at: dict[str, str | float] = {"x": name_x, "y": y + 4, "class": "label"}
    at["text_anchor"] = "end" if is_left else "start"
    radius = _LEAST + (_LARGEST - _LEAST) * (node.weight / heaviest) ** 0.5
    kind = "inside" if node.is_inside else "outside"
    dot: dict[str, str | float] = {"cx": x, "cy": y, "r": radius, "class": kind}
    return [
        element("text", at, text, element("title", None, node.told)),
        element("circle", dot, element("title", None, node.told)),
    ]


def _table(citations: Citations, frames: Frames, wording: Wording) -> Table:
    say = wording.say
    rows = [
        (
            one.label,
            wording.day(one.when),
            one.issuer,
            say("yes") if one.doc_id else say("no"),
            wording.count(len(one.citing)),
            _first_citing(one.citing, frames),
        )
        for one in citations.cited[:MOST_ROWS]
    ]
    heads = (say("Document"), say("Date"), say("Issuing body"), say("In the batch"), say("Cited by"))
    rest = rest_told(len(citations.cited), len(rows), "references.csv", wording)
    return Table((*heads, say("Citing")), rows, frozenset({4}), frozenset({1}), rest)


def _first_citing(citing: Sequence[str], frames: Frames, most: int = 4) -> str:
    shown = "; ".join(named(frames.by_id[doc_id]) for doc_id in citing[:most])
    return f"{shown}; …" if len(citing) > most else shown
