"""The ledger's file: its tables, how an older one is brought up to date, and what SQLite's errors mean."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import OutputError

LEDGER = "ledger.sqlite"
BUSY_SECONDS = 30.0  # how long a reader or writer waits for another one

_FIRST = """
CREATE TABLE versions (
    fingerprint TEXT PRIMARY KEY,   -- pipeline.document.fingerprint
    parts       TEXT NOT NULL       -- JSON: program, engine, dictionaries, settings
) WITHOUT ROWID;

CREATE TABLE contents (
    sha256      TEXT PRIMARY KEY,
    bytes       INTEGER NOT NULL,
    state       TEXT NOT NULL
                CHECK (state IN ('pending', 'running', 'done', 'failed', 'quarantined')),
    attempts    INTEGER NOT NULL DEFAULT 0,     -- attempts that failed for a passing reason
    not_before  REAL NOT NULL DEFAULT 0,        -- seconds since 1970; a failed content waits until then
    fingerprint TEXT NOT NULL DEFAULT '',      -- what made the result, or met the failure
    summary     TEXT NOT NULL DEFAULT '',
    started     REAL,                           -- seconds since 1970
    finished    REAL,
    seconds     REAL                            -- working time of the last attempt, all workers together
) WITHOUT ROWID;
CREATE INDEX contents_by_state ON contents (state, not_before);
CREATE INDEX contents_by_finish ON contents (finished) WHERE state = 'done';

CREATE TABLE paths (
    path_id     INTEGER PRIMARY KEY,
    absolute    BLOB NOT NULL UNIQUE,           -- as the file system spells it
    relative    TEXT NOT NULL,                  -- below the folder that was named, for tables
    sort_key    TEXT NOT NULL,                  -- relative, so written that folders sort as people expect
    scan        INTEGER NOT NULL,               -- the last scan that met it
    is_present  INTEGER NOT NULL,
    arrived     REAL NOT NULL,                  -- seconds since 1970 when it was first met
    sha256      TEXT REFERENCES contents,       -- NULL: not read yet, or changed since
    bytes       INTEGER,
    mtime_ns    INTEGER,
    ctime_ns    INTEGER,
    inode       INTEGER,
    device      INTEGER
);
CREATE INDEX paths_by_content ON paths (sha256, is_present, sort_key, absolute);
CREATE INDEX paths_by_scan ON paths (scan, sort_key, absolute);
CREATE INDEX paths_by_name ON paths (sort_key, absolute);
CREATE INDEX paths_by_relative ON paths (relative);

CREATE TABLE documents (
    sha256      TEXT NOT NULL REFERENCES contents,
    ordinal     INTEGER NOT NULL,               -- 1-based place in the file
    doc_id      TEXT NOT NULL UNIQUE,
    pages       INTEGER NOT NULL,
    digests     TEXT NOT NULL,                  -- one a page, parted by blanks; see PageReading.digest
    PRIMARY KEY (sha256, ordinal)
) WITHOUT ROWID;

CREATE TABLE problems (
    sha256      TEXT REFERENCES contents,       -- of a content, or
    path_id     INTEGER REFERENCES paths,       -- of a path that gave no content
    ordinal     INTEGER NOT NULL,
    code        TEXT NOT NULL,
    stage       TEXT NOT NULL,
    message     TEXT NOT NULL                   -- {file} stands for the path
);
CREATE VIEW listed AS
    SELECT * FROM paths WHERE is_present OR (sha256 IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM paths AS other WHERE other.sha256 = paths.sha256 AND other.is_present));
CREATE INDEX problems_by_content ON problems (sha256, ordinal);
CREATE INDEX problems_by_path ON problems (path_id);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)
"""Script i brings a ledger of version i to version i + 1; a published script is never changed."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the ledger at `path`, made or brought up to date where needed.

    WAL lets others read while a run writes. `synchronous = NORMAL` survives a killed process whole; a power
    cut may take the last commits, whose documents are then read again. Raises OutputError.
    """
    with ledger_errors(path):
        # Only the thread that writes takes the lock; readers of the review page come from other threads.
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def migrate(connection: sqlite3.Connection, path: Path, scripts: Sequence[str] = MIGRATIONS) -> None:
    """Bring a ledger to version `len(scripts)`, each step whole or not at all.

    Raises OutputError when a newer program wrote it.
    """
    if _version(connection) > len(scripts):
        raise OutputError(
            f"{path} was written by a newer sohoa", hint="Install that one, or choose another --out"
        )
    while _version(connection) < len(scripts):
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = _version(connection)  # another process may have been faster
            if version < len(scripts):
                for statement in _statements(scripts[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a full, read-only or damaged disk into an OutputError with the next step."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a bug of ours, not the disk's
    except (sqlite3.DatabaseError, OSError) as error:
        raise OutputError(f"cannot write the ledger {path}: {error}", hint=_hint(error)) from error


def _hint(error: BaseException) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"):
        return "The disk is full or failing: free some space, then run again"
    if name in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
        return "It is damaged: move it away and run again, every document is then read anew"
    if name.startswith("SQLITE_BUSY"):
        return "Another program holds it: wait for that one, then run again"
    return "Check the folder, then run again"


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit before each script."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
