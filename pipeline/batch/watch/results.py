"""What became of a file that was handed on, and who reads: the seam between the watch and the batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pipeline.model import Failure
from pipeline.source import FoundFile, relative_name


class Fate(StrEnum):
    """`done`: it gave documents, now or before; `failed`: it gave none and never will as it is; `again`: what
    went wrong may pass."""

    DONE = "done"
    FAILED = "failed"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one file. `failures` are those of the file or of single pages; `is_news` is false for
    what an earlier look, run or an identical file had found out; `sha256` is empty when it was not read."""

    found: FoundFile
    fate: Fate
    sha256: str = ""
    doc_ids: tuple[str, ...] = ()
    summary: str = ""
    failures: tuple[Failure, ...] = ()
    is_news: bool = True


class Reader(Protocol):
    """Reads files and keeps the books of them. Every method raises PipelineError."""

    def read(self, files: Sequence[FoundFile]) -> Iterator[Result]:
        """One result a file, in any order."""

    def unread(self, result: Result) -> Collection[Path]:
        """What was read of a content cannot be trusted: strike it out; returns the files to read again."""

    def known(self, folder: Path, present: Collection[Path]) -> Collection[Path]:
        """The first look below `folder` found `present`: which of it is known. What else was there before
        has vanished."""

    def unfinished(self, folder: Path) -> Collection[Path]:
        """Files below `folder` that must be read again, because their results on disk were lost."""

    def vanished(self, paths: Iterable[Path]) -> None:
        """These files are no longer there."""

    def moved(self, old: Path, new: Path) -> None:
        """A file lies at `new` now."""

    def refresh(self) -> str:
        """Write all tables anew; returns a sentence on them."""


def find(path: Path, root: Path) -> FoundFile:
    """The file at `path` under the name that tables show below `root`."""
    return FoundFile(path, relative_name(path, root))
