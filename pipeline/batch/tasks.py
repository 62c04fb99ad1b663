"""What a worker process is asked to do; every function here is importable by name.

Workers only read the input and give back what they found. The process that owns the ledger writes.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.batch.ledger_rows import DocumentRow, FileDigest
from pipeline.config import Settings
from pipeline.document import assemble
from pipeline.errors import InputError
from pipeline.export import document_files
from pipeline.model import Document, Failure, PageReading
from pipeline.source import SourceFile, open_file
from pipeline.timing import taken

# The stage that gets the seconds of a task which no stage inside it measured.
_STAGES = {"identify": "identify", "open_content": "open", "finish_document": "assemble"}
_RACY_NS = 2_000_000_000  # a change this shortly before the look may have left the times as they were


@dataclass(frozen=True, slots=True)
class DocumentDone:
    """What became of a file, in short; everything else is in the ledger and the evidence.

    `documents` are those found in the file, in order; `summary` is one line for people. `is_new` when they
    were read just now from this file, and neither kept nor read from another file of the same content.
    """

    documents: tuple[DocumentRow, ...]
    summary: str = ""
    is_new: bool = True

    @property
    def doc_ids(self) -> tuple[str, ...]:
        return tuple(document.doc_id for document in self.documents)


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """A file put together: the short result, and (path below the output folder, text) to write in order."""

    done: DocumentDone
    files: tuple[tuple[str, str], ...]


class Timed(NamedTuple):
    """What a task gave, the seconds it worked, and those of its stages by name."""

    value: Any
    seconds: float
    stages: dict[str, float]


def timed(task: Callable[..., Any], *args: Any) -> Timed:
    """Run `task(*args)` and time it where it runs: waiting for a worker is no work."""
    taken()  # what a task that failed left
    started = time.monotonic()
    value = task(*args)
    seconds = time.monotonic() - started
    stages = taken()
    rest = _STAGES.get(task.__name__, "other")
    stages[rest] = stages.get(rest, 0.0) + seconds - sum(stages.values())
    return Timed(value, seconds, stages)


def identify(path: Path, settings: Settings) -> FileDigest:
    """Which content lies at `path`, and how the file looks.

    Raises InputError for what cannot be read at all: `not_found`, `not_a_file`, `no_permission`, `empty`,
    `too_large`, and `changed` when somebody writes to it meanwhile.
    """
    if not _is_readable(path, settings):
        open_file(path, settings)  # tells what is wrong with it
    with path.open("rb") as stream:
        before = os.fstat(stream.fileno())
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError(f"{path} changed while it was read", code="changed", hint="Run again")
    is_settled = time.time_ns() - after.st_ctime_ns > _RACY_NS
    ctime_ns = after.st_ctime_ns if is_settled else 0
    return FileDigest(sha256, after.st_size, after.st_mtime_ns, ctime_ns, after.st_ino, after.st_dev)


def _is_readable(path: Path, settings: Settings) -> bool:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    is_fitting = stat.S_ISREG(status.st_mode) and 0 < status.st_size <= settings.max_file_bytes
    return is_fitting and os.access(path, os.R_OK)


def open_content(path: Path, sha256: str, settings: Settings) -> SourceFile:
    """`open_file`, for the content `sha256`. Raises what that does, and InputError `changed`."""
    source = open_file(path, settings)
    if source.sha256 != sha256:
        raise InputError(f"{path} changed while it was read", code="changed", hint="Run again")
    return source


def finish_document(
    source: SourceFile,
    source_file: str,
    readings: Sequence[PageReading | Failure],
    settings: Settings,
) -> DocumentFiles:
    """Put a file's pages together and extract the fields.

    A file may hold several documents; each has its own evidence and texts.
    """
    documents = assemble(source, source_file, readings, settings)
    return DocumentFiles(done(documents), tuple(file for one in documents for file in document_files(one)))


def done(documents: Sequence[Document]) -> DocumentDone:
    """The short result of `documents` (at least one), all of one file."""
    more = f"; {len(documents)} documents" if len(documents) > 1 else ""
    rows = tuple(
        DocumentRow(one.doc_id, len(one.pages), tuple(page.digest for page in one.pages)) for one in documents
    )
    return DocumentDone(rows, summarize(documents[0]) + more)


def summarize(document: Document) -> str:
    """One line of a log: type, number, date and signer as far as they are known.

    >>> summarize(Document("ab", "a.pdf", "ab", "1", (), ()))
    '? ? ?'
    """
    shown = [document.value(name) or "?" for name in ("doc_type", "number_symbol", "issue_date")]
    signer = document.value("signer_name")
    return " ".join(shown) + (f" ({signer})" if signer else "")
