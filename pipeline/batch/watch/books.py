"""What the watch asks of the ledger, and tells it, beyond what a run needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import PathRow
from pipeline.batch.watch.days import Arrival


class Books(Ledger):
    """The ledger of an output folder in the hands of a watch. Methods raise OutputError."""

    def at(self, path: Path) -> PathRow | None:
        """What is known of the file at `path` (absolute, without links)."""
        row = self._maybe_one("SELECT * FROM paths WHERE absolute = ?", (os.fsencode(path),))
        return PathRow.of(row) if row else None

    def below(self, folder: Path) -> Iterator[PathRow]:
        """Files below `folder` that were there when it was last looked at."""
        low, high = _range(folder)
        rows = self._all(f"SELECT * FROM paths WHERE is_present AND {_BELOW}", (low, high))
        return (PathRow.of(row) for row in rows)

    def unfinished(self, folder: Path) -> list[PathRow]:
        """Files below `folder` whose content was read once and is to be read again."""
        low, high = _range(folder)
        rows = self._all(
            f"SELECT paths.* FROM paths JOIN contents USING (sha256) WHERE state = 'pending' AND {_BELOW}",
            (low, high),
        )
        return [PathRow.of(row) for row in rows]

    def vanished(self, paths: Iterable[Path]) -> None:
        """These files are no longer there."""
        with self._transaction() as run:
            for path in paths:
                run("UPDATE paths SET is_present = 0 WHERE absolute = ?", (os.fsencode(path),))

    def strike(self, sha256: str) -> list[Path]:
        """Forget a content whose reading cannot be trusted; returns the files that seemed to hold it."""
        rows = self._all("SELECT absolute FROM paths WHERE sha256 = ? AND is_present", (sha256,))
        with self._transaction() as run:
            run("UPDATE paths SET sha256 = NULL WHERE sha256 = ?", (sha256,))
            for table in ("documents", "problems", "contents"):
                run(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))
        return [Path(os.fsdecode(row["absolute"])) for row in rows]

    def arrivals(self) -> Iterator[tuple[Arrival, float]]:
        """Every file of the tables with the local day on which it was first met, and when its content was
        finished (seconds since 1970, 0 for never)."""
        for path, _ in self._listed():
            content = self.content(path.sha256) if path.sha256 else None
            day = datetime.fromtimestamp(path.arrived).date().isoformat()
            doc_ids = content.doc_ids if content else ()
            yield Arrival(path.relative, doc_ids, day), content.finished if content else 0.0


_BELOW = "absolute >= ? AND absolute < ?"


def _range(folder: Path) -> tuple[bytes, bytes]:
    """All paths below `folder` lie between these two."""
    start = os.fsencode(folder).rstrip(b"/")
    return start + b"/", start + b"0"  # the character after the slash
