"""The store of what people decided: OUT/review.sqlite, an append-only log, and corrections.csv made from it.

Nothing is ever changed or deleted in the log: an undo is a further decision that restores the former one.
Each cell counts its decisions (`version`), so that two people cannot overwrite each other unseen. The
machine's values stay in the evidence; `corrected` lays the people's over them whenever tables or other
deliverables are made (`pipeline.export.settled`), so corrections survive every new run.

    store = CorrectionStore(out)
    store.decide([Answer(doc_id, "signer_name", "Hã Thí", "Hà Thị", "corrected")], who="Lan")
    document = corrected(document, read_corrections(out))
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.errors import InputError, OutputError
from pipeline.export.corrected import corrected
from pipeline.export.corrections_csv import answers_by_hand, write_csv
from pipeline.export.decision_log import (
    SCHEMA,
    Stamp,
    append,
    corrections_of,
    decisions,
    decisions_in_force,
    last_batch,
    next_batch,
    restoring,
    version_of,
)
from pipeline.export.decisions import (
    WHOLE_TEXT,
    Answer,
    Conflict,
    Corrections,
    Decision,
    RefusedValue,
    checked_value,
)
from pipeline.export.schema import schema_of

__all__ = [
    "REVIEW_STORE",
    "WHOLE_TEXT",
    "Answer",
    "Conflict",
    "CorrectionStore",
    "Corrections",
    "Decision",
    "RefusedValue",
    "checked_value",
    "corrected",
    "read_corrections",
    "write_corrections_csv",
]

REVIEW_STORE = "review.sqlite"
_BUSY_SECONDS = 10.0


class CorrectionStore:
    """The log of decisions in `out`; several processes may use it at the same time.

    Every method opens its own connection, so one store serves all threads. Raises OutputError when the
    disk or the database refuses.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / REVIEW_STORE
        is_new = not self.path.exists()
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(SCHEMA)
        if is_new:
            self._take_over(out)

    def decide(self, answers: Sequence[Answer], who: str) -> int:
        """Store the `answers` of one screen, all or none, and return their batch.

        Raises Conflict when a cell has another version than its answer expects, RefusedValue when a value
        does not fit its column.
        """
        fitting = [_fitting(answer) for answer in answers]
        with self._writing() as connection:
            batch = next_batch(connection)
            append(connection, fitting, Stamp(who, batch))
        return batch

    def undo(self, who: str) -> tuple[Decision, ...]:
        """Take back the last screen of `who` that still stands; returns the restoring decisions.

        Empty when there is nothing to take back. Raises Conflict when somebody else has decided about one
        of its cells since.
        """
        with self._writing() as connection:
            taken_back = last_batch(connection, who)
            if not taken_back:
                return ()
            stamp = Stamp(who, next_batch(connection), undoes=taken_back[0].batch)
            return append(connection, [restoring(connection, one) for one in taken_back], stamp)

    def versions(self, doc_id: str) -> dict[str, int]:
        """Column -> how many decisions there are about it."""
        query = 'SELECT "column", MAX(version) FROM decisions WHERE doc_id = ? GROUP BY "column"'
        with self._connection() as connection:
            return dict(connection.execute(query, (doc_id,)).fetchall())

    def of(self, doc_id: str) -> dict[str, Decision]:
        """Column -> the decision that counts, for one document."""
        with self._connection() as connection:
            return {one.column: one for one in decisions_in_force(connection, doc_id)}

    def read(self) -> Corrections:
        """All decisions that count."""
        with self._connection() as connection:
            return corrections_of(connection)

    def log(self) -> tuple[Decision, ...]:
        """Every decision ever stored, oldest first."""
        with self._connection() as connection:
            return tuple(decisions(connection))

    def _take_over(self, out: Path) -> None:
        """Rows that people wrote into corrections.csv by hand become the first decisions."""
        for who, answers in answers_by_hand(out).items():
            with self._writing() as connection:
                numbered = [replace(one, expected_version=version_of(connection, one)) for one in answers]
                append(connection, [_fitting(one) for one in numbered], Stamp(who, next_batch(connection)))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)) as one:
                yield one
        except sqlite3.Error as error:
            hint = "Check the folder and that the disk has room, then try again"
            raise OutputError(f"cannot use the review store {self.path}: {error}", hint=hint) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")  # one writer at a time: versions are read and raised
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def read_corrections(out: Path, until: int | None = None) -> Corrections:
    """All decisions that count in the folder of a run; none when nobody reviewed it yet.

    With `until` those that counted when the log ended at this place (`Corrections.last`). Raises InputError
    when the store is damaged.
    """
    path = out / REVIEW_STORE
    if not path.exists():
        return Corrections({})
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as connection:
            return corrections_of(connection, until)
    except sqlite3.Error as error:
        hint = "Put a copy of the file back, or move it away to go on without corrections"
        raise InputError(f"cannot read the review store {path}: {error}", hint=hint) from error


def write_corrections_csv(out: Path) -> None:
    """Write corrections.csv from the store: the decisions that count, by document and column.

    Without a store the file is left alone. Raises OutputError, InputError.
    """
    if (out / REVIEW_STORE).exists():
        write_csv(out, read_corrections(out))


def _fitting(answer: Answer) -> Answer:
    """`answer` with its value checked; a cell that follows from the whole can only be confirmed."""
    if answer.verdict == "unreadable":
        return replace(answer, value="")
    if answer.verdict != "corrected":
        schema_of("documents").column(answer.column)
        return replace(answer, value=answer.machine_value)
    return replace(answer, value=checked_value(answer.column, answer.value))
