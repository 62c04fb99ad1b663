"""The queue: every document of a run, the worst first, held in memory so that a page answers at once."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.errors import InputError
from pipeline.export.cells import unguard
from pipeline.export.corrections import CorrectionStore
from pipeline.export.schema import schema_of
from pipeline.review.doubts import questions

FACETS = ("reason", "issuer", "year", "batch")
_SHOWN = ("doc_type", "number_symbol", "issue_date", "subject")
_PROPOSED = ("proposed_number_symbol", "proposed_issue_date")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in the queue. `asked` are the columns in doubt when the tables were written, `doubt` how
    much confidence they lack together, `batch` the folder its file lay in, `values` cells of its row."""

    doc_id: str
    source_file: str
    batch: str
    issuer: str
    year: str
    reasons: tuple[str, ...]
    asked: tuple[str, ...]
    doubt: float
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents to show; an empty text lets all pass. `state` is `open`, `done` or `all`."""

    reason: str = ""
    issuer: str = ""
    year: str = ""
    batch: str = ""
    state: str = "open"

    def accepts(self, entry: Entry) -> bool:
        """Whether `entry` passes all filters but the state."""
        return (
            (not self.reason or self.reason in entry.reasons)
            and (not self.issuer or self.issuer == entry.issuer)
            and (not self.year or self.year == entry.year)
            and (not self.batch or self.batch == entry.batch)
        )


@dataclass(slots=True)
class ReviewQueue:
    """The documents of a run by how much is in doubt, and which of their questions are still open."""

    entries: tuple[Entry, ...]
    places: dict[str, int]
    open_columns: dict[str, tuple[str, ...]]
    was_asked: set[str] = field(default_factory=set)

    def find(self, filters: Filters) -> list[Entry]:
        """The documents that pass `filters`, worst first."""
        return [entry for entry in self.entries if self._has_state(entry, filters) and filters.accepts(entry)]

    def open_after(self, doc_id: str, filters: Filters) -> Iterator[Entry]:
        """Open documents after `doc_id` in the order of the queue, then those before it."""
        start = self.places.get(doc_id, -1) + 1
        for entry in (*self.entries[start:], *self.entries[:start]):
            if entry.doc_id != doc_id and self.open_columns.get(entry.doc_id) and filters.accepts(entry):
                yield entry

    def entry(self, doc_id: str) -> Entry | None:
        """The entry of a document, or None when the run has no such document."""
        place = self.places.get(doc_id)
        return None if place is None else self.entries[place]

    def set_open(self, doc_id: str, columns: tuple[str, ...]) -> None:
        """Note which questions of a document are open now."""
        if columns:
            self.open_columns[doc_id] = columns
            self.was_asked.add(doc_id)
        else:
            self.open_columns.pop(doc_id, None)

    def facets(self, filters: Filters) -> dict[str, list[tuple[str, int]]]:
        """For each filter its values with how many documents have them, most frequent first."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        for entry in self.entries:
            if self._has_state(entry, filters):
                counts["reason"].update(entry.reasons)
                counts["issuer"][entry.issuer] += 1
                counts["year"][entry.year] += 1
                counts["batch"][entry.batch] += 1
        return {name: [one for one in count.most_common() if one[0]] for name, count in counts.items()}

    @property
    def open_count(self) -> int:
        """How many documents have open questions."""
        return len(self.open_columns)

    @property
    def done_count(self) -> int:
        """How many documents had questions and have none any more."""
        return len(self.was_asked - self.open_columns.keys())

    def _has_state(self, entry: Entry, filters: Filters) -> bool:
        is_open = entry.doc_id in self.open_columns
        if filters.state == "all":
            return True
        return is_open if filters.state == "open" else not is_open and entry.doc_id in self.was_asked


def load_queue(out: Path, store: CorrectionStore) -> ReviewQueue:
    """The queue of the tables in `out`. Raises InputError when they are missing or damaged."""
    confidences = _confidences(out / "fields.csv")
    entries = [_entry(row, confidences) for row in read_rows(out / "documents.csv", "documents")]
    entries.sort(key=lambda entry: (-entry.doubt, entry.doc_id))
    decided = store.read()
    still_open = {
        entry.doc_id: columns
        for entry in entries
        if (columns := questions(entry.asked, decided.of(entry.doc_id)))
    }
    was_asked = {entry.doc_id for entry in entries if entry.asked or decided.of(entry.doc_id)}
    places = {entry.doc_id: place for place, entry in enumerate(entries)}
    return ReviewQueue(tuple(entries), places, still_open, was_asked)


def read_rows(path: Path, table: str) -> Iterator[dict[str, str]]:
    """Rows of a written table as text, guards taken off. Raises InputError."""
    wanted = schema_of(table).names
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names = next(reader, [])
            if not set(wanted) <= set(names):
                raise InputError(f"the table {path} lacks columns", hint=_AGAIN, code="no_tables")
            for row in reader:
                yield {name: unguard(cell) for name, cell in zip(names, row, strict=True)}
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"cannot read the table {path}: {error}", hint=_AGAIN, code="no_tables") from error


_AGAIN = "Write the tables with: sohoa run PATH --out FOLDER"


def _confidences(path: Path) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for row in read_rows(path, "fields"):
        found.setdefault((row["doc_id"], row["column"]), float(row["confidence"] or 1.0))
    return found


def _entry(row: dict[str, str], confidences: dict[tuple[str, str], float]) -> Entry:
    doc_id = row["doc_id"]
    doubtful = _listed(row["review_columns"])
    asked = questions(doubtful)
    lacking: Iterable[float] = (1.0 - confidences.get((doc_id, name), 0.0) for name in asked)
    folder = PurePosixPath(row["source_file"]).parent.as_posix()
    kept: Sequence[str] = (*_SHOWN, *_PROPOSED)
    return Entry(
        doc_id=doc_id,
        source_file=row["source_file"],
        batch="" if folder == "." else folder,
        issuer=row["issuer"],
        year=row["issue_date"][:4],
        reasons=_listed(row["review_reasons"]),
        asked=asked,
        doubt=round(sum(lacking), 3),
        values={name: row[name] for name in kept},
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)
