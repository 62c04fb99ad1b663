"""The ledger: what is known of every file and every content of an output folder, in OUT/ledger.sqlite.

A *content* is what a file holds, named by its SHA-256: it is read once, wherever and however often it lies.
A *path* is where it lies. A content is

    pending ──> running ──> done
                   │  ^
                   v  │ after not_before
                 failed ──> quarantined        (quarantined at once when trying again cannot help)

Tables are a pure function of the ledger, the evidence files and people's corrections. They list every
content that is done and lies at some path, of this run and of earlier ones. A path that vanished stays
listed (an archive's table must not shrink because a share is not mounted), unless its content now lies
somewhere else. Content that was replaced at its only path is no longer listed; its evidence stays.

One process writes (see `pipeline.batch.lock`), others may read at the same time. Every operation takes
the same time however long the backlog is, but `see` and `end_scan`, which go over the files found.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.batch.ledger_file import Run
from pipeline.batch.ledger_listing import BLOCK, DOCUMENTS, LedgerListing
from pipeline.batch.ledger_rows import (
    Content,
    FileDigest,
    Finished,
    PathRow,
    Problem,
    Tally,
    sort_key,
)
from pipeline.source import FoundFile


class Ledger(LedgerListing):
    """The ledger of output folder `out`, which must exist; made when it is not there.

    Use as a context manager. Every method raises OutputError when the disk refuses.
    """

    # --- paths ------------------------------------------------------------------------------------

    def begin_scan(self) -> int:
        """A number for one look at the input folders, larger than all before."""
        (last,) = self._one("SELECT coalesce(max(scan), 0) FROM paths")
        return int(last) + 1

    def see(self, scan: int, files: Iterable[FoundFile]) -> None:
        """Note that `files` were found by `scan`.

        A file whose size, times, inode and device are those of the last look keeps its content and need not
        be hashed again. That errs only when someone rewrites a file in place with the same size and sets back
        the clock too (a program can set the modification time, but not the change time); `--again` reads
        everything anew. A file hashed within two seconds of its last change is never trusted.
        """
        with self._transaction() as run:
            for found in files:
                run(_SEE, _seen(scan, found))

    def end_scan(self, scan: int, folders: Sequence[Path]) -> None:
        """Mark the paths below `folders` that `scan` did not meet as vanished."""
        with self._transaction() as run:
            for folder in folders:
                low = os.fsencode(os.path.join(os.path.realpath(folder), ""))  # noqa: PTH118 - ends in a slash
                high = low[:-1] + bytes([low[-1] + 1])
                run(
                    "UPDATE paths SET is_present = 0 WHERE absolute >= ? AND absolute < ? AND scan < ?",
                    (low, high, scan),
                )

    def vanished(self, paths: Iterable[Path]) -> None:
        """Mark files (absolute paths without links) that are no longer there."""
        with self._transaction() as run:
            for path in paths:
                run("UPDATE paths SET is_present = 0 WHERE absolute = ?", (os.fsencode(path),))

    def paths(self, scan: int) -> Iterator[PathRow]:
        """The paths `scan` met, in the order of the tables; the ledger may change meanwhile."""
        after: tuple[str, bytes] = ("", b"")
        while block := self._all(_PATHS_OF_SCAN, (scan, *after, BLOCK)):
            yield from (PathRow.of(row) for row in block)
            after = (block[-1]["sort_key"], block[-1]["absolute"])

    def tally(self, scan: int, fingerprint: str = "") -> Tally:
        """What the files `scan` met gave so far; `older` counts what `fingerprint` did not make."""
        (files,) = self._one("SELECT count(*) FROM paths WHERE scan = ?", (scan,))
        done, contents = self._one(_DONE_IN_SCAN, (scan,))
        documents, pages, older = self._one(_DOCUMENTS_IN_SCAN, (fingerprint, scan))
        (failures,) = self._one(_FAILURES_IN_SCAN, (scan, scan))
        return Tally(files, documents, pages, done - contents, failures, older)

    def identified(self, path_id: int, digest: FileDigest) -> Content:
        """Note what a path holds; returns the content, `pending` when it was never met before."""
        with self._transaction() as run:
            run("INSERT OR IGNORE INTO contents (sha256, bytes, state) VALUES (?, ?, 'pending')", digest[:2])
            run(_IDENTIFIED, (*digest, path_id))
            run("DELETE FROM problems WHERE path_id = ?", (path_id,))
        content = self.content(digest.sha256)
        assert content is not None
        return content

    def unreadable(self, path_id: int, problem: Problem) -> None:
        """Note why a path gave no content at all (no permission, empty, ...); every run tries it again."""
        with self._transaction() as run:
            run("UPDATE paths SET sha256 = NULL WHERE path_id = ?", (path_id,))
            run("DELETE FROM problems WHERE path_id = ?", (path_id,))
            run(_PROBLEM, (None, path_id, 1, *problem))

    def moved(self, old: Path, new: Path) -> None:
        """A file was moved by the program itself: it lies at `new`, its name in the tables stays."""
        where = (os.fsencode(os.path.realpath(place)) for place in (new, old))
        with self._transaction() as run:
            run("UPDATE OR REPLACE paths SET absolute = ?, is_present = 1 WHERE absolute = ?", tuple(where))

    def original(self, source_sha256: str) -> Path | None:
        """Where a content lies now: the first of its paths that exists, or None."""
        return next((place.path for place in self.places(source_sha256) if place.path.is_file()), None)

    def places(self, sha256: str) -> tuple[PathRow, ...]:
        """Where a content lies or lay, in the order of the tables, vanished files last."""
        query = "SELECT * FROM paths WHERE sha256 = ? ORDER BY is_present DESC, sort_key, absolute"
        return tuple(PathRow.of(row) for row in self._all(query, (sha256,)))

    # --- contents ---------------------------------------------------------------------------------

    def content(self, sha256: str) -> Content | None:
        """What is known of a content, or None when it was never met."""
        row = self._maybe_one("SELECT * FROM contents WHERE sha256 = ?", (sha256,))
        if row is None:
            return None
        documents = self._all(DOCUMENTS, (sha256,))
        return Content.of(row, documents)

    def problems(self, sha256: str) -> tuple[Problem, ...]:
        """Why a content failed or was quarantined, or which of its pages could not be read."""
        rows = self._all("SELECT * FROM problems WHERE sha256 = ? ORDER BY ordinal", (sha256,))
        return tuple(Problem.of(row) for row in rows)

    def start(self, sha256: str, fingerprint: str, *, afresh: bool = False) -> None:
        """A content is being read now. `afresh` forgets the attempts that failed before."""
        with self._transaction() as run:
            run(
                "UPDATE contents SET state = 'running', fingerprint = ?, started = ?, finished = NULL,"
                " seconds = NULL, attempts = CASE WHEN ? THEN 0 ELSE attempts END WHERE sha256 = ?",
                (fingerprint, time.time(), afresh, sha256),
            )

    def fail(self, sha256: str, problem: Problem, *, not_before: float = 0.0, counts: bool = True) -> None:
        """An attempt failed for a passing reason; it may be tried again from `not_before` (seconds since
        1970). With `counts` the attempt is counted; it is not when the machine was to blame."""
        with self._transaction() as run:
            run(
                "UPDATE contents SET state = 'failed', attempts = attempts + ?, not_before = ?, finished = ?"
                " WHERE sha256 = ?",
                (counts, not_before, time.time(), sha256),
            )
            _replace_problems(run, sha256, (problem,))

    def finish(self, sha256: str, finished: Finished) -> None:
        """A content is done: its documents, and the pages that could not be read."""
        with self._transaction() as run:
            run(
                "UPDATE contents SET state = 'done', summary = ?, finished = ?, seconds = ?, not_before = 0"
                " WHERE sha256 = ?",
                (finished.summary, time.time(), finished.seconds, sha256),
            )
            run("DELETE FROM documents WHERE sha256 = ?", (sha256,))
            for ordinal, (doc_id, pages, digests) in enumerate(finished.documents, 1):
                run(_DOCUMENT, (sha256, ordinal, doc_id, pages, " ".join(digests)))
            _replace_problems(run, sha256, finished.problems)

    def quarantine(self, sha256: str, problems: Sequence[Problem]) -> None:
        """Set a content aside with its reasons: trying again cannot help, or was tried often enough.

        What an earlier version made of it stays on the disk and is no longer listed.
        """
        with self._transaction() as run:
            run(
                "UPDATE contents SET state = 'quarantined', finished = ?, not_before = 0 WHERE sha256 = ?",
                (time.time(), sha256),
            )
            _replace_problems(run, sha256, problems)

    def reopen(self, sha256: str) -> None:
        """What is on disk of a content cannot be used: it is to be read anew."""
        with self._transaction() as run:
            run("UPDATE contents SET state = 'pending' WHERE sha256 = ?", (sha256,))

    def strike(self, sha256: str) -> tuple[Path, ...]:
        """Forget a content whose reading cannot be trusted; returns the files that seemed to hold it."""
        held = tuple(place.path for place in self.places(sha256) if place.is_present)
        with self._transaction() as run:
            run("UPDATE paths SET sha256 = NULL WHERE sha256 = ?", (sha256,))
            for table in ("documents", "problems", "contents"):
                run(f"DELETE FROM {table} WHERE sha256 = ?", (sha256,))
        return held

    def roll_back(self) -> int:
        """Put contents that were being read when a run ended back to pending; returns how many.

        The interruption does not count as an attempt: it was not the document's fault.
        """
        with self._transaction() as run:
            return run("UPDATE contents SET state = 'pending' WHERE state = 'running'", ()).rowcount

    def note_versions(self, fingerprint: str, parts: Mapping[str, Any]) -> None:
        """What a fingerprint stands for: versions of program, engine and dictionaries, and the settings."""
        with self._transaction() as run:
            run(
                "INSERT OR REPLACE INTO versions (fingerprint, parts) VALUES (?, ?)",
                (fingerprint, json.dumps(parts, ensure_ascii=False, sort_keys=True)),
            )

    def versions(self, fingerprint: str) -> dict[str, Any] | None:
        """What `note_versions` noted of a fingerprint, or None."""
        row = self._maybe_one("SELECT parts FROM versions WHERE fingerprint = ?", (fingerprint,))
        return dict(json.loads(row["parts"])) if row else None


# A file that looks as it did keeps its content.
_SEE = """
INSERT INTO paths (
    absolute, relative, sort_key, scan, arrived, bytes, mtime_ns, ctime_ns, inode, device, is_present)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (absolute) DO UPDATE SET
    sha256 = CASE WHEN (bytes, mtime_ns, ctime_ns, inode, device) = (excluded.bytes, excluded.mtime_ns,
        excluded.ctime_ns, excluded.inode, excluded.device) THEN sha256 END,
    relative = excluded.relative, sort_key = excluded.sort_key, scan = excluded.scan, is_present = 1
"""
_IDENTIFIED = """
UPDATE paths SET sha256 = ?, bytes = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, device = ? WHERE path_id = ?
"""
_PATHS_OF_SCAN = """
SELECT * FROM paths WHERE scan = ? AND (sort_key, absolute) > (?, ?) ORDER BY sort_key, absolute LIMIT ?
"""
_DONE_IN_SCAN = """
SELECT count(*), count(DISTINCT sha256) FROM paths JOIN contents USING (sha256)
WHERE scan = ? AND state = 'done'
"""
_DOCUMENTS_IN_SCAN = """
SELECT count(*), coalesce(sum(pages), 0), coalesce(sum(fingerprint <> ?), 0)
FROM documents JOIN contents USING (sha256)
WHERE state = 'done' AND sha256 IN (SELECT sha256 FROM paths WHERE scan = ?)
"""
_FAILURES_IN_SCAN = """
SELECT (SELECT count(*) FROM paths JOIN problems USING (sha256) WHERE scan = ?)
     + (SELECT count(*) FROM paths JOIN problems USING (path_id) WHERE scan = ?)
"""
_DOCUMENT = "INSERT INTO documents (sha256, ordinal, doc_id, pages, digests) VALUES (?, ?, ?, ?, ?)"
_PROBLEM = """
INSERT INTO problems (sha256, path_id, ordinal, code, stage, message) VALUES (?, ?, ?, ?, ?, ?)
"""


def _replace_problems(run: Run, sha256: str, problems: Sequence[Problem]) -> None:
    run("DELETE FROM problems WHERE sha256 = ?", (sha256,))
    for ordinal, problem in enumerate(problems, 1):
        run(_PROBLEM, (sha256, None, ordinal, *problem))


def _seen(scan: int, found: FoundFile) -> tuple[Any, ...]:
    real = os.path.realpath(found.path)
    try:
        status = Path(real).stat()
        looks: tuple[int | None, ...] = (
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
            status.st_dev,
        )
    except OSError:
        looks = (None,) * 5  # opening it will tell the trouble
    return os.fsencode(real), found.relative, sort_key(found.relative), scan, time.time(), *looks
