"""Who cites whom: the documents of the batch and the documents outside it that they cite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.export.edits import without_marks
from pipeline.report.frames import Frames, Row, named


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that is cited. `doc_id` is set when it stands in the batch; `label` is how people cite it.

    `citing` are the doc_ids of the documents that cite it, in their order.
    """

    label: str
    when: str
    issuer: str
    doc_id: str
    citing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citations:
    """All cited documents, the most cited first, and how many citations name no document clearly."""

    cited: tuple[Cited, ...]
    unclear: int

    @property
    def outside(self) -> tuple[Cited, ...]:
        return tuple(one for one in self.cited if not one.doc_id)

    @property
    def inside(self) -> tuple[Cited, ...]:
        return tuple(one for one in self.cited if one.doc_id)


def read_citations(frames: Frames) -> Citations:
    """The citations of all documents. A document that cites another one twice counts once.

    Citations of an outside document belong together when number, symbol and date agree; one without a
    date joins the only dated one of its number and symbol. Laws go by their title.
    """
    columns = ("doc_id", "ref_type", "number_symbol", "ref_date", "ref_issuer", "ref_title", "resolves_to")
    rows = frames.rows("references", *columns)
    dates = _only_dates(rows)
    groups: dict[tuple[str, ...], list[Row]] = {}
    unclear = 0
    for row in rows:
        key = _key(row, dates, frames)
        if key:
            groups.setdefault(key, []).append(row)
        else:
            unclear += 1
    cited = [_cited(group, frames) for group in groups.values()]
    cited = [one for one in cited if one.citing]
    return Citations(tuple(sorted(cited, key=lambda one: (-len(one.citing), one.label, one.when))), unclear)


def _name(row: Row) -> str:
    """What citations of one document have in common, however well their marks were read (NĐ-CP, ND-CP)."""
    return without_marks("".join((row["number_symbol"] or row["ref_title"]).split()).casefold())


def _only_dates(rows: Iterable[Row]) -> dict[str, str]:
    """Name -> its date, for names that are cited with one date only."""
    dates: dict[str, set[str]] = {}
    for row in rows:
        if row["ref_date"]:
            dates.setdefault(_name(row), set()).add(row["ref_date"])
    return {name: next(iter(found)) for name, found in dates.items() if len(found) == 1}


def _key(row: Row, dates: dict[str, str], frames: Frames) -> tuple[str, ...]:
    if row["resolves_to"] in frames.by_id:
        return ("", row["resolves_to"])
    name = _name(row)
    return (name, row["ref_date"] or dates.get(name, "")) if name else ()


def _cited(group: Sequence[Row], frames: Frames) -> Cited:
    best = max(group, key=lambda row: (bool(row["ref_date"]), bool(row["ref_issuer"])))  # of equals the first
    own = frames.by_id.get(best["resolves_to"])
    citing = dict.fromkeys(row["doc_id"] for row in group if row["doc_id"] != best["resolves_to"])
    if own is not None:
        return Cited(named(own), own["issue_date"], own["issuer"], own["doc_id"], tuple(citing))
    kind = "" if best["ref_title"].startswith(best["ref_type"]) else best["ref_type"]
    name = best["number_symbol"] or f"{best['ref_title']} {best['ref_date'][:4]}"  # laws come with their year
    label = f"{kind} {name}".strip()
    return Cited(label, best["ref_date"], best["ref_issuer"], "", tuple(citing))
