"""The ledger's file as the other ledger modules use it: transactions and questions."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.batch.ledger_schema import LEDGER, connect, ledger_errors

Run = Callable[[str, Sequence[Any]], sqlite3.Cursor]


class LedgerFile:
    """OUT/ledger.sqlite, opened; made when it is not there. Methods raise OutputError."""

    def __init__(self, out: Path) -> None:
        self.file = out / LEDGER
        self._connection = connect(self.file)
        self._lock = threading.RLock()  # the threads of one process share the connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing is lost when this is never called."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Run]:
        """All statements of the block or none; commits at its end."""
        with self._lock, ledger_errors(self.file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite rolls back by itself when the disk is full.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock, ledger_errors(self.file):
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row:
        return self._all(statement, values)[0]

    def _maybe_one(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        return next(iter(self._all(statement, values)), None)
