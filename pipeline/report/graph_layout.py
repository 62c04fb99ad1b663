"""Which points the citation graph has, in what order: two columns that can be read from top to bottom.

A small batch shows every document. In a large one the bodies that cite stand at the left, and the documents
cited most at the right. The same tables always give the same layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.report.citations import Citations, Cited
from pipeline.report.frames import Frames, named
from pipeline.report.wording import Wording

MOST_NODES = 60  # more names than this cannot be read on one page
MOST_BODIES = 12
MOST_CITED = 24
_ROUNDS = 4  # sweeps of the barycentre ordering (Sugiyama et al. 1981); more change nothing the eye sees
Key = TypeVar("Key", bound=Hashable)
Other = TypeVar("Other", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Node:
    """A point: its name, what hovering tells, how often it is cited, and whether it is of the batch."""

    label: str
    told: str
    weight: int
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Two columns from top to bottom. `lines` are (left index, right index, how many citations); `arcs`
    are (citing, cited) indices of the left column."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    lines: tuple[tuple[int, int, int], ...]
    arcs: tuple[tuple[int, int], ...] = ()


def is_small(citations: Citations) -> bool:
    """Whether every document that cites or is cited has room on the page."""
    return node_count(citations) <= MOST_NODES


def node_count(citations: Citations) -> int:
    """How many documents cite or are cited."""
    inside = {doc_id for one in citations.cited for doc_id in (*one.citing, one.doc_id) if doc_id}
    return len(inside) + len(citations.outside)


def of_documents(citations: Citations, frames: Frames, wording: Wording) -> Layout:
    """Documents of the batch at the left, the outside documents they cite at the right."""
    cited_inside = {one.doc_id: one for one in citations.inside}
    arcs = [(citing, one.doc_id) for one in citations.inside for citing in one.citing]
    edges = Counter((doc_id, one) for one in citations.outside for doc_id in one.citing)
    names = sorted({doc_id for arc in arcs for doc_id in arc} | {doc_id for doc_id, _ in edges})
    left, right = uncrossed(names, citations.outside, edges)
    at_left = {doc_id: index for index, doc_id in enumerate(left)}
    at_right = {one: index for index, one in enumerate(right)}
    return Layout(
        left=tuple(_document(doc_id, cited_inside.get(doc_id), frames, wording) for doc_id in left),
        right=tuple(_cited(one, wording) for one in right),
        lines=tuple((at_left[doc_id], at_right[one], number) for (doc_id, one), number in edges.items()),
        arcs=tuple((at_left[citing], at_left[cited]) for citing, cited in arcs),
    )


def of_bodies(citations: Citations, frames: Frames, wording: Wording) -> Layout:
    """The bodies that cite most at the left, the documents they cite at the right."""
    cited = citations.cited[:MOST_CITED]
    edges = Counter((frames.by_id[doc_id]["issuer"], one) for one in cited for doc_id in one.citing)
    totals = Counter[str]()
    for (body, _), number in edges.items():
        totals[body] += number
    bodies = sorted(totals, key=lambda body: (-totals[body], body))[:MOST_BODIES]
    edges = Counter({edge: number for edge, number in edges.items() if edge[0] in bodies})
    left, right = uncrossed(bodies, [one for one in cited if any(edge[1] == one for edge in edges)], edges)
    at_left = {body: index for index, body in enumerate(left)}
    at_right = {one: index for index, one in enumerate(right)}
    unnamed = wording.say("(not given)")
    return Layout(
        left=tuple(_body(body or unnamed, totals[body], wording) for body in left),
        right=tuple(_cited(one, wording) for one in right),
        lines=tuple((at_left[body], at_right[one], number) for (body, one), number in edges.items()),
    )


def uncrossed(
    left: Sequence[Key], right: Sequence[Other], edges: Counter[tuple[Key, Other]]
) -> tuple[list[Key], list[Other]]:
    """Both columns, each sorted by the mean place of its neighbours, so that few lines cross."""
    beside_left: dict[Key, list[Other]] = {one: [] for one in left}
    beside_right: dict[Other, list[Key]] = {one: [] for one in right}
    for first, second in edges:
        beside_left[first].append(second)
        beside_right[second].append(first)
    lefts, rights = list(left), list(right)
    for _ in range(_ROUNDS):
        left_at = {one: index / len(lefts) for index, one in enumerate(lefts)}
        rights.sort(key=lambda one: _mean([left_at[other] for other in beside_right[one]], 1.0))
        right_at = {one: index / len(rights) for index, one in enumerate(rights)}
        lefts.sort(key=lambda one: _mean([right_at[other] for other in beside_left[one]], left_at[one]))
    return lefts, rights


def _mean(places: Sequence[float], default: float) -> float:
    return sum(places) / len(places) if places else default


def _document(doc_id: str, cited: Cited | None, frames: Frames, wording: Wording) -> Node:
    row = frames.by_id[doc_id]
    parts = filter(None, (named(row), row["issuer"], wording.day(row["issue_date"])))
    weight = len(cited.citing) if cited else 0
    return Node(named(row), ", ".join(parts), weight, is_inside=True)


def _cited(one: Cited, wording: Wording) -> Node:
    told = ", ".join(filter(None, (one.label, one.issuer, wording.day(one.when))))
    told += f" ({wording.say('cited by {count}').format(count=wording.count(len(one.citing)))})"
    return Node(one.label, told, len(one.citing), is_inside=bool(one.doc_id))


def _body(name: str, total: int, wording: Wording) -> Node:
    told = wording.say("{name}: {count} citations").format(name=name, count=wording.count(total))
    return Node(name, told, 0, is_inside=True)
