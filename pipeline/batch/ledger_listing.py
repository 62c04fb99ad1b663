"""What tables and status are made from: the ledger read in the order of the tables."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.batch.ledger_file import LedgerFile
from pipeline.batch.ledger_rows import DocumentRow, ListedDocument, PathRow, Problem, State, Status
from pipeline.model import Failure

BLOCK = 500  # rows fetched at a time, so that no reader stands open while others write


class LedgerListing(LedgerFile):
    """The reading half of the ledger; see `pipeline.batch.ledger` for what is listed."""

    def listed_files(self) -> Iterator[PathRow]:
        """Every path to list whose content is done, in the order of the tables, with distinct names."""
        return (path for path, state in self._listed() if state == State.DONE)

    def listed_documents(self) -> Iterator[ListedDocument]:
        """Every document to list, in the order of the tables; identical files give it once."""
        for path in self.listed_files():
            (first,) = self._one(_FIRST_PATH, (path.sha256,))
            if first == path.path_id:
                rows = self._all(DOCUMENTS, (path.sha256,))
                yield from (ListedDocument(path, DocumentRow.of(row)) for row in rows)

    def listed_failures(self) -> Iterator[Failure]:
        """What could not be read at every path to list: whole files and single pages."""
        for path, _ in self._listed():
            for row in self._all(_PROBLEMS_AT, (path.sha256 or None, path.path_id)):
                yield Problem.of(row).told(path)

    def listed_paths(self) -> Iterator[PathRow]:
        """Every path to list, whatever became of its content, in the order of the tables."""
        return (path for path, _ in self._listed())

    def at(self, path: Path) -> PathRow | None:
        """What is known of the file at `path` (absolute, without links)."""
        row = self._maybe_one("SELECT * FROM paths WHERE absolute = ?", (os.fsencode(path),))
        return PathRow.of(row) if row else None

    def below(self, folder: Path) -> tuple[PathRow, ...]:
        """Files below `folder` (absolute, without links) that were there when it was last looked at."""
        return tuple(PathRow.of(row) for row in self._all(_BELOW, _range(folder)))

    def unfinished(self, folder: Path) -> tuple[PathRow, ...]:
        """Files below `folder` (absolute, without links) whose content was read once and is to be read
        again."""
        return tuple(PathRow.of(row) for row in self._all(_UNFINISHED, _range(folder)))

    def status(self, *, since: float = 0.0) -> Status:
        """How many contents stand where, and what was finished since `since` (seconds since 1970).

        Counts rows, so its time grows slowly with the backlog.
        """
        counted = self._all("SELECT state, count(*) AS number FROM contents GROUP BY state")
        files, unread = self._one(
            "SELECT count(*), coalesce(sum(sha256 IS NULL), 0) FROM paths WHERE is_present"
        )
        (unreadable,) = self._one(_UNREADABLE)
        documents, pages = self._one(_FINISHED_SINCE, (since,))
        return Status(
            contents=Counter({State(row["state"]): row["number"] for row in counted}),
            files=files,
            files_waiting=unread - unreadable,
            files_unreadable=unreadable,
            documents_since=documents,
            pages_since=pages,
        )

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Codes of what keeps contents from being done, with how many, most frequent first."""
        rows = self._all(
            "SELECT code, count(DISTINCT sha256) AS number FROM problems JOIN contents USING (sha256)"
            " WHERE state IN ('failed', 'quarantined') GROUP BY code ORDER BY number DESC, code"
        )
        return tuple((row["code"], row["number"]) for row in rows)

    def _listed(self) -> Iterator[tuple[PathRow, str]]:
        """Paths to list with the state of their content, in the order of the tables.

        Files of equal relative path (from different folders) show one folder more of their path.
        """
        taken: set[str] = set()
        after: tuple[str, bytes] = ("", b"")
        while block := self._all(_LISTED, (*after, BLOCK)):
            for row in block:
                path = PathRow.of(row)
                if row["twins"] > 1:
                    path = path.named(self._distinct_name(path, taken))
                    taken.add(path.relative)
                yield path, row["state"] or ""
            after = (block[-1]["sort_key"], block[-1]["absolute"])

    def _distinct_name(self, path: PathRow, taken: set[str]) -> str:
        name = shown = path.longer_name()
        repeat = 1
        while shown in taken or self._maybe_one("SELECT 1 FROM paths WHERE relative = ?", (shown,)):
            repeat += 1
            shown = f"{name}~{repeat}"
        return shown


_LISTED = """
SELECT listed.*, state, (SELECT count(*) FROM listed AS other WHERE other.relative = listed.relative) AS twins
FROM listed LEFT JOIN contents USING (sha256)
WHERE (sort_key, absolute) > (?, ?) ORDER BY sort_key, absolute LIMIT ?
"""
_FIRST_PATH = "SELECT path_id FROM listed WHERE sha256 = ? ORDER BY sort_key, absolute LIMIT 1"
DOCUMENTS = "SELECT * FROM documents WHERE sha256 = ? ORDER BY ordinal"
_PROBLEMS_AT = """
SELECT * FROM problems WHERE sha256 = ? UNION ALL SELECT * FROM problems WHERE path_id = ? ORDER BY ordinal
"""
_UNREADABLE = """
SELECT count(DISTINCT path_id) FROM problems JOIN paths USING (path_id) WHERE is_present
"""
_FINISHED_SINCE = """
SELECT count(*), coalesce(sum(pages), 0) FROM contents JOIN documents USING (sha256)
WHERE state = 'done' AND finished >= ?
"""
_BELOW = "SELECT * FROM paths WHERE is_present AND absolute >= ? AND absolute < ?"
_UNFINISHED = """
SELECT paths.* FROM paths JOIN contents USING (sha256)
WHERE state = 'pending' AND absolute >= ? AND absolute < ?
"""


def _range(folder: Path) -> tuple[bytes, bytes]:
    """All paths below `folder` lie between these two."""
    start = os.fsencode(folder).rstrip(b"/")
    return start + b"/", start + b"0"  # the character after the slash
