"""What the ledger gives and takes: paths, contents, problems, in plain frozen types."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pipeline.model import Failure

FILE = "{file}"  # stands for the path in a stored message: one content may lie at several


class State(StrEnum):
    """Where a content stands; see `pipeline.batch.ledger`."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"


class FileDigest(NamedTuple):
    """A content and how the file looked when it was read; `ctime_ns` is 0 when that cannot be trusted."""

    sha256: str
    bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


class Problem(NamedTuple):
    """Why a file or one of its pages could not be read; `{file}` stands for its path in the message."""

    code: str
    stage: str
    message: str

    @staticmethod
    def of(row: sqlite3.Row) -> Problem:
        return Problem(row["code"], row["stage"], row["message"])

    @staticmethod
    def met(failure: Failure, path: Path) -> Problem:
        """`failure` met at `path`, in words that hold for every file of the same content."""
        message = failure.message.replace(str(path), FILE)
        return Problem(failure.code, failure.stage, message.encode("utf-8", "replace").decode("utf-8"))

    def told(self, path: PathRow) -> Failure:
        """The problem told of one of the paths."""
        return Failure(path.relative, self.code, self.stage, self.message.replace(FILE, path.relative))


@dataclass(frozen=True, slots=True)
class PathRow:
    """One place where a file lies. `sha256` is empty when it was never read, or changed since.

    `relative` is its name in the tables: below the folder the user named, with `/`. `mtime_ns` counts
    nanoseconds since 1970 and is 0 when unknown, `arrived` (first met) seconds. `is_present` is false for a
    file that vanished.
    """

    path_id: int
    path: Path
    relative: str
    sha256: str = ""
    bytes: int = 0
    mtime_ns: int = 0
    arrived: float = 0.0
    is_present: bool = True

    @staticmethod
    def of(row: sqlite3.Row) -> PathRow:
        return PathRow(
            path_id=row["path_id"],
            path=Path(os.fsdecode(row["absolute"])),
            relative=row["relative"],
            sha256=row["sha256"] or "",
            bytes=row["bytes"] or 0,
            mtime_ns=row["mtime_ns"] or 0,
            arrived=row["arrived"],
            is_present=bool(row["is_present"]),
        )

    def named(self, relative: str) -> PathRow:
        """The same place under another name."""
        return replace(self, relative=relative)

    def longer_name(self) -> str:
        """The name with one more folder in front.

        >>> PathRow(1, Path("/data/a/x.pdf"), "x.pdf").longer_name()
        'a/x.pdf'
        """
        folders = self.path.parts[1:]
        index = len(folders) - self.relative.count("/") - 2
        above = os.fsencode(folders[index]).decode("utf-8", "replace") if index >= 0 else ""
        return f"{above}/{self.relative}"


class DocumentRow(NamedTuple):
    """One document of a content. `digests` holds one `PageReading.digest` a page."""

    doc_id: str
    pages: int
    digests: tuple[str, ...]

    @staticmethod
    def of(row: sqlite3.Row) -> DocumentRow:
        return DocumentRow(row["doc_id"], row["pages"], tuple(row["digests"].split(" ")))


@dataclass(frozen=True, slots=True)
class Content:
    """What is known of a content; times are seconds since 1970, `finished` is 0 while it is not.

    `attempts` counts those that failed for a passing reason.
    """

    sha256: str
    bytes: int
    state: State
    attempts: int = 0
    not_before: float = 0.0
    finished: float = 0.0
    fingerprint: str = ""
    summary: str = ""
    documents: tuple[DocumentRow, ...] = ()

    @staticmethod
    def of(row: sqlite3.Row, documents: Sequence[sqlite3.Row]) -> Content:
        return Content(
            sha256=row["sha256"],
            bytes=row["bytes"],
            state=State(row["state"]),
            attempts=row["attempts"],
            not_before=row["not_before"],
            finished=row["finished"] or 0.0,
            fingerprint=row["fingerprint"],
            summary=row["summary"],
            documents=tuple(DocumentRow.of(one) for one in documents),
        )

    @property
    def doc_ids(self) -> tuple[str, ...]:
        return tuple(document.doc_id for document in self.documents)

    @property
    def pages(self) -> int:
        return sum(document.pages for document in self.documents)


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a content that was read: its documents in order, and the pages that failed."""

    documents: tuple[DocumentRow, ...]
    summary: str = ""
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()


class ListedDocument(NamedTuple):
    """A document to list, and the first path of its content."""

    path: PathRow
    document: DocumentRow


@dataclass(frozen=True, slots=True)
class Tally:
    """What the files of one scan gave: `documents` of `contents` that are done (`pages` of them all),
    `duplicates` further files of the same contents, `failures` rows in failures.csv, `older` documents made
    by another version, dictionary or setting than the one asked about."""

    files: int
    documents: int
    pages: int
    duplicates: int
    failures: int
    older: int


@dataclass(frozen=True, slots=True)
class Status:
    """How a backlog stands: contents by state, files met, and what was finished since a moment."""

    contents: Mapping[State, int]
    files: int
    files_waiting: int
    files_unreadable: int
    documents_since: int
    pages_since: int


def sort_key(relative: str) -> str:
    """A text that sorts like the folders and names of `relative`: `a/z` before `a b`.

    No printable character comes before U+0001, so a folder's own files stand together.
    """
    return relative.replace("/", "\x01")
