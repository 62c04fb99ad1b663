"""What a worker process is asked to do; every function here is importable by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.document import assemble
from pipeline.export import write_document_files
from pipeline.model import Document, Failure, PageReading
from pipeline.source import SourceFile


@dataclass(frozen=True, slots=True)
class DocumentDone:
    """What the parent keeps of a finished file; everything else is in the evidence on disk.

    `doc_ids` are the documents found in the file; `summary` is one line for people.
    """

    sha256: str
    bytes: int
    doc_ids: tuple[str, ...]
    summary: str = ""
    pages: int = 0
    was_kept: bool = False


def finish_document(
    source: SourceFile,
    source_file: str,
    readings: Sequence[PageReading | Failure],
    settings: Settings,
    out: Path,
) -> DocumentDone:
    """Put a file's pages together, extract its fields and write its evidence and texts under `out`."""
    document = assemble(source, source_file, readings, settings)
    write_document_files(out, document)
    return done(source, document)


def done(source: SourceFile, document: Document) -> DocumentDone:
    """The short result of `document`, made from `source`."""
    return DocumentDone(
        sha256=source.sha256,
        bytes=source.bytes,
        doc_ids=(document.doc_id,),
        summary=summarize(document),
        pages=len(document.pages),
    )


def summarize(document: Document) -> str:
    """One line of a log: type, number, date and signer as far as they are known.

    >>> summarize(Document("ab", "a.pdf", "ab", "1", (), ()))
    '? ? ?'
    """
    shown = [document.value(name) or "?" for name in ("doc_type", "number_symbol", "issue_date")]
    signer = document.value("signer_name")
    return " ".join(shown) + (f" ({signer})" if signer else "")
