"""The rows of the review store: an append-only log of decisions in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.export.decisions import Answer, Conflict, Corrections, Decision

SCHEMA = """
CREATE TABLE IF NOT EXISTS decisions (
    sequence INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL,
    "column" TEXT NOT NULL,
    machine_value TEXT NOT NULL,
    value TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'corrected', 'unreadable', 'withdrawn')),
    who TEXT NOT NULL,
    "when" TEXT NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    batch INTEGER NOT NULL,
    was_sure INTEGER NOT NULL,
    undoes INTEGER NOT NULL,
    UNIQUE (doc_id, "column", version)
) STRICT;
CREATE INDEX IF NOT EXISTS decisions_of_batch ON decisions (batch);
"""
_COLUMNS = tuple(one.name for one in fields(Decision))
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_OF_CELL = f'SELECT {_NAMES} FROM decisions WHERE doc_id = ? AND "column" = ?'
_LAST = f"""
SELECT {_NAMES} FROM decisions AS one
WHERE version = (SELECT MAX(version) FROM decisions
                 WHERE doc_id = one.doc_id AND "column" = one."column" AND sequence <= ?)
"""


class Stamp:
    """Who decides, when and in which batch; one stamp for all answers of a screen."""

    def __init__(self, who: str, batch: int, undoes: int = 0) -> None:
        self.who = who
        self.batch = batch
        self.undoes = undoes
        self.when = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def append(connection: sqlite3.Connection, answers: Iterable[Answer], stamp: Stamp) -> tuple[Decision, ...]:
    """Add `answers` to the log, all or none. Raises Conflict when one expects another version."""
    answers = tuple(answers)
    foreign = [one for one in answers if version_of(connection, one) != one.expected_version]
    if foreign:
        newest = (decisions(connection, _cell(one))[-1:] for one in foreign)
        raise Conflict(tuple(decision for found in newest for decision in found))
    added = tuple(
        Decision(
            doc_id=one.doc_id,
            column=one.column,
            machine_value=one.machine_value,
            value=one.value,
            verdict=one.verdict,
            who=stamp.who,
            when=stamp.when,
            note=one.note,
            version=one.expected_version + 1,
            batch=stamp.batch,
            was_sure=one.was_sure,
            undoes=stamp.undoes,
        )
        for one in answers
    )
    places = ", ".join("?" * len(_COLUMNS))
    connection.executemany(
        f"INSERT INTO decisions ({_NAMES}) VALUES ({places})", [astuple(one) for one in added]
    )
    return added


def restoring(connection: sqlite3.Connection, taken_back: Decision) -> Answer:
    """What restores the cell of `taken_back` to what counted before it."""
    history = decisions(connection, _cell(taken_back))
    is_in_force = _in_force(history, len(history)) == taken_back.version
    former = _in_force(history, taken_back.version - 1)
    kept = history[former - 1] if former else replace(taken_back, verdict="withdrawn", note="")
    return Answer(
        doc_id=kept.doc_id,
        column=kept.column,
        machine_value=kept.machine_value,
        value=kept.value,
        verdict=kept.verdict,
        # Somebody else's later decision makes this one too old to be taken back.
        expected_version=len(history) if is_in_force else taken_back.version,
        note=kept.note,
        was_sure=kept.was_sure,
    )


def _in_force(history: Sequence[Decision], version: int) -> int:
    """Which version of a cell counted once it had `version` ones; 0 is the machine's value."""
    while version and (undone := history[version - 1].undoes):
        version = next(one.version for one in history if one.batch == undone) - 1
    return version


def _cell(one: Answer | Decision) -> tuple[str, str]:
    return one.doc_id, one.column


def version_of(connection: sqlite3.Connection, one: Answer) -> int:
    """How many decisions there are about the cell of `one`."""
    query = 'SELECT COALESCE(MAX(version), 0) FROM decisions WHERE doc_id = ? AND "column" = ?'
    return int(connection.execute(query, _cell(one)).fetchone()[0])


def decisions(connection: sqlite3.Connection, cell: tuple[str, str] | None = None) -> list[Decision]:
    """Every decision, oldest first; those about one cell (doc_id, column) by their version."""
    where = f"{_OF_CELL} ORDER BY version" if cell else f"SELECT {_NAMES} FROM decisions ORDER BY sequence"
    return [_decision_of(row) for row in connection.execute(where, cell or ())]


def decisions_in_force(
    connection: sqlite3.Connection, doc_id: str = "", *, until: int | None = None
) -> list[Decision]:
    """The decisions that count, of one document or of all; withdrawn ones are left out.

    With `until` those that counted when the log ended at this place.
    """
    end = last_place(connection) if until is None else until
    query, values = (f"{_LAST} AND doc_id = ?", (end, doc_id)) if doc_id else (_LAST, (end,))
    rows = connection.execute(query, values)
    return [one for one in map(_decision_of, rows) if one.verdict != "withdrawn"]


def last_place(connection: sqlite3.Connection) -> int:
    """The place in the log of the newest decision, 0 when there is none."""
    return int(connection.execute("SELECT COALESCE(MAX(sequence), 0) FROM decisions").fetchone()[0])


def last_batch(connection: sqlite3.Connection, who: str) -> list[Decision]:
    """The decisions of the last screen of `who` that was not taken back."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM decisions WHERE batch = (SELECT MAX(batch) FROM decisions"
        " WHERE who = ? AND undoes = 0 AND batch NOT IN (SELECT undoes FROM decisions))",
        (who,),
    )
    return [_decision_of(row) for row in rows]


def next_batch(connection: sqlite3.Connection) -> int:
    """A number for the next screen."""
    return int(connection.execute("SELECT COALESCE(MAX(batch), 0) + 1 FROM decisions").fetchone()[0])


def corrections_of(connection: sqlite3.Connection, until: int | None = None) -> Corrections:
    """The decisions that count, as the rest of the program asks for them; `until` as above."""
    end = last_place(connection) if until is None else until
    found: dict[str, dict[str, Decision]] = {}
    for one in decisions_in_force(connection, until=end):
        found.setdefault(one.doc_id, {})[one.column] = one
    return Corrections(found, end)


def _decision_of(row: Sequence[Any]) -> Decision:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Decision(**values | {"was_sure": bool(values["was_sure"])})
