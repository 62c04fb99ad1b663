"""Write the CSV set: one pass over the documents, row by row, nothing held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.datapackage import write_datapackage
from pipeline.export.rows import cells, document_rows
from pipeline.export.schema import tables
from pipeline.export.writing import PendingFile, sync_folder
from pipeline.model import Document, Failure

_KEPT = "corrections"  # written by people; a run only makes it when it is not there


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One path of the input. `doc_id` is the first document of its content, or empty.

    `modified` is ISO 8601 with a time zone, or empty.
    """

    path: str
    doc_id: str = ""
    source_sha256: str = ""
    size_bytes: int | None = None
    modified: str = ""


def write_tables(
    out: Path,
    documents: Iterable[Document],
    files: Iterable[FileSeen],
    failures: Iterable[Failure],
    *,
    review_threshold: float = 0.6,
    excel_bom: bool = False,
    beside: Sequence[PendingFile] = (),
) -> None:
    """Write every table and datapackage.json to `out`, in the order given; same input, same bytes.

    The tables replace older ones only when all of them are complete. corrections.csv is made when it
    is missing and never overwritten. `review_threshold` is the confidence (0..1) below which a cell is
    named in review_columns; `excel_bom` puts a byte order mark in front for Excel. The files `beside` them,
    complete when the last document is taken, are put in place together with the tables.

    Raises OutputError when the disk refuses, ValueError when a document does not fit the tables or its
    doc_id was there before.
    """
    made = [name for name in tables() if name != _KEPT or not (out / f"{_KEPT}.csv").exists()]
    with ExitStack() as stack:
        pending = {
            name: stack.enter_context(PendingFile(out / f"{name}.csv", byte_order_mark=excel_bom))
            for name in made
        }
        for name, file in pending.items():
            file.write_row(tables()[name].names)
        _write_documents(pending, documents, review_threshold)
        for seen in files:
            pending["files"].write_row(cells("files", _file_values(seen)))
        for failure in failures:
            pending["failures"].write_row(cells("failures", _failure_values(failure)))
        together = (*pending.values(), *beside)
        for file in together:
            file.finish()
        for file in together:
            file.commit()
    write_datapackage(out, excel_bom=excel_bom)
    sync_folder(out)


def _write_documents(
    pending: dict[str, PendingFile], documents: Iterable[Document], review_threshold: float
) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.doc_id in seen:
            raise ValueError(f"doc_id {document.doc_id} of {document.source_file!r} was there before")
        seen.add(document.doc_id)
        for table, row in document_rows(document, review_threshold):
            pending[table].write_row(row)


def _file_values(seen: FileSeen) -> dict[str, object]:
    return {
        "path": seen.path,
        "doc_id": seen.doc_id,
        "source_sha256": seen.source_sha256,
        "bytes": seen.size_bytes,
        "modified": seen.modified,
    }


def _failure_values(failure: Failure) -> dict[str, object]:
    return {
        "path": failure.path,
        "code": failure.code,
        "stage": failure.stage,
        "message": failure.message,
    }
