"""Daily partitions: OUT/days/YYYY-MM-DD/ holds the rows of what arrived on one day.

They are slices of the finished tables, row for row the same cells; so they can never say anything else. Paths
in them (text_file) count from OUT. A document that arrives again on another day stands in both.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.export import descriptor
from pipeline.export.cells import unguard
from pipeline.export.datapackage import DATAPACKAGE
from pipeline.export.schema import tables
from pipeline.export.writing import PendingFile, output_errors, sync_folder, write_file

DAYS = "days"
_DAYS_AT_ONCE = 100  # each keeps a file open
_LARGEST_CELL = 1 << 30  # Python's own limit is 128 KB
_BY_PATH = ("files", "failures")  # these tables tell of paths, the others of documents


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of the set: `relative` path, the `doc_ids` of its content, and the `day` it came (ISO date)."""

    relative: str
    doc_ids: tuple[str, ...]
    day: str


def arrivals(ledger: Ledger) -> Iterator[tuple[Arrival, float]]:
    """Every file of the tables with the local day on which it was first met, and when its content was
    finished (seconds since 1970, 0 for never). Raises OutputError."""
    for path in ledger.listed_paths():
        content = ledger.content(path.sha256) if path.sha256 else None
        day = datetime.fromtimestamp(path.arrived).date().isoformat()
        doc_ids = content.doc_ids if content else ()
        yield Arrival(path.relative, doc_ids, day), content.finished if content else 0.0


def write_days(
    out: Path, arrivals: Iterable[Arrival], days: Collection[str], *, excel_bom: bool = False
) -> None:
    """Write the folders of `days` from the tables in `out`. Raises OutputError."""
    wanted = sorted(days)
    keys: dict[str, dict[str, set[str]]] = {"path": {}, "doc_id": {}}
    for arrival in arrivals:
        if arrival.day in days:
            keys["path"].setdefault(arrival.relative, set()).add(arrival.day)
            for doc_id in arrival.doc_ids:
                keys["doc_id"].setdefault(doc_id, set()).add(arrival.day)
    for start in range(0, len(wanted), _DAYS_AT_ONCE):
        some = wanted[start : start + _DAYS_AT_ONCE]
        for name in tables():
            key = "path" if name in _BY_PATH else "doc_id"
            _slice(out, name, keys[key], some, excel_bom=excel_bom)
        for day in some:
            _describe(out / DAYS / day, excel_bom=excel_bom)


def _slice(
    out: Path, name: str, by_key: Mapping[str, set[str]], days: Sequence[str], *, excel_bom: bool
) -> None:
    key = "path" if name in _BY_PATH else "doc_id"
    with ExitStack() as stack:
        files = {
            day: stack.enter_context(PendingFile(out / DAYS / day / f"{name}.csv", byte_order_mark=excel_bom))
            for day in days
        }
        rows = _rows(out / f"{name}.csv")
        header = next(rows)
        column = header.index(key)
        for file in files.values():
            file.write_row(header)
        for row in rows:
            for day in by_key.get(unguard(row[column]), ()):
                if day in files:
                    files[day].write_row(row)
        for file in files.values():
            file.commit()


def _rows(path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(_LARGEST_CELL)
    with output_errors(path), path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _describe(folder: Path, *, excel_bom: bool) -> None:
    """The data package of one day: without foreign keys, for rows may name documents of other days."""
    package = descriptor(excel_bom=excel_bom)
    for resource in package["resources"]:
        resource["schema"].pop("foreignKeys", None)
    write_file(folder / DATAPACKAGE, json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    sync_folder(folder)
