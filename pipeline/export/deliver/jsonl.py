"""Everything known of each document as JSON Lines: one document a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from pipeline.errors import InputError
from pipeline.export.deliver.reading import Finished
from pipeline.export.evidence import SCHEMA_VERSION
from pipeline.export.writing import PendingFile

DOCUMENTS = "documents.jsonl"
Skip = Callable[[str, InputError], None]


def write_jsonl(folder: Path, finished: Finished, skip: Skip) -> Path:
    """Write documents.jsonl; returns its path. Raises OutputError, InputError.

    A document without readable evidence is left out, and `skip` hears of it.

    A line holds `row` (of documents.csv, typed), `tables` (the rows of each child table) and `document` (the
    evidence: pages, words, boxes, edits, fields, issues), all three with what the batch told and people
    corrected.
    """
    path = folder / DOCUMENTS
    with PendingFile(path) as file:
        for line in _lines(finished, skip):
            file.write(line + "\n")
        file.commit()
    return path


def _lines(finished: Finished, skip: Skip) -> Iterator[str]:
    for row, tables in finished.rows_of_documents():
        try:
            document = finished.document(str(row["doc_id"]))
        except InputError as error:
            skip(str(row["doc_id"]), error)
            continue
        values = {
            "schema_version": SCHEMA_VERSION,
            "row": row,
            "tables": tables,
            # Its records are the rows above; once is enough.
            "document": replace(document, records=()),
        }
        yield msgspec.json.encode(values).decode()
