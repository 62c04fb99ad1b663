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

    `doc_ids` are the documents found in the file, in order; `summary` is one line for people.
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
    """Put a file's pages together, extract the fields and write evidence and texts under `out`.

    A file may hold several documents; each has its own evidence and texts.
    """
    documents = assemble(source, source_file, readings, settings)
    for document in documents:
        write_document_files(out, document)
    return done(source, documents)


def done(source: SourceFile, documents: Sequence[Document]) -> DocumentDone:
    """The short result of `documents` (at least one), all that `source` holds."""
    more = f"; {len(documents)} documents" if len(documents) > 1 else ""
    return DocumentDone(
        sha256=source.sha256,
        bytes=source.bytes,
        doc_ids=tuple(document.doc_id for document in documents),
        summary=summarize(documents[0]) + more,
        pages=sum(len(document.pages) for document in documents),
    )


def summarize(document: Document) -> str:
    """One line of a log: type, number, date and signer as far as they are known.

    >>> summarize(Document("ab", "a.pdf", "ab", "1", (), ()))
    '? ? ?'
    """
    shown = [document.value(name) or "?" for name in ("doc_type", "number_symbol", "issue_date")]
    signer = document.value("signer_name")
    return " ".join(shown) + (f" ({signer})" if signer else "")
