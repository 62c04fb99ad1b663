"""One document -> its rows in documents.csv and in every child table, as written cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline import __version__
from pipeline.export.cells import render
from pipeline.export.doubt import review
from pipeline.export.edits import box_cell, edit_values, without_marks
from pipeline.export.schema import schema_of
from pipeline.model import Document, DocumentText, Line, PageReading, Record

Cells = tuple[str, ...]
Values = Mapping[str, object]

# Columns of documents.csv that follow from the document as a whole; an extractor cannot set them.
DERIVED = frozenset(
    (
        "doc_id",
        "source_file",
        "source_sha256",
        "source_pages",
        "page_count",
        "text_file",
        "ocr_engine",
        "ocr_version",
        "pipeline_version",
        "mean_confidence",
        "needs_review",
        "review_columns",
        "review_reasons",
    )
)
# Tables an extractor may fill, and the column that numbers their rows.
_RECORD_IDS = {
    "dates": "date_id",
    "references": "ref_id",
    "anniversaries": "ann_id",
    "signers": "signer_id",
    "recipients": "recipient_id",
    "edits": "edit_id",
}


def document_rows(document: Document, review_threshold: float) -> Iterator[tuple[str, Cells]]:
    """(table, cells in column order) of every row `document` has.

    Raises ValueError when a field, record or issue names an unknown table or column, or holds a value
    that does not fit its column.
    """
    yield "documents", cells("documents", _document_values(document, review_threshold))
    counts = dict.fromkeys((*_RECORD_IDS, "fields"), 0)
    ids = _RECORD_IDS | {"fields": "field_id"}
    for table, values in _child_values(document):
        own: dict[str, object] = {"doc_id": document.doc_id}
        if table in ids:
            counts[table] += 1
            own[ids[table]] = f"{document.doc_id}-{ids[table].removesuffix('_id')}{counts[table]}"
        yield table, cells(table, {**values, **own})


def cells(table: str, values: Values) -> Cells:
    """`values` as written cells of one row of `table`. Raises ValueError as `document_rows` does."""
    schema = schema_of(table)
    for name in values:
        schema.column(name)
    return tuple(render(column, values.get(column.name)) for column in schema.columns)


def text_file(doc_id: str) -> str:
    """Path of a document's restored text, relative to the tables."""
    return f"text/{doc_id}.txt"


# --- documents.csv --------------------------------------------------------------------------------


def _document_values(document: Document, review_threshold: float) -> Values:
    given: dict[str, object] = {}
    for field in document.fields:
        if field.name in DERIVED:
            raise ValueError(f"documents.{field.name} is derived and cannot be given as a field")
        given.setdefault(field.name, field.value)
    columns, reasons = review(document, review_threshold)
    engines = [reading.page.engine.split() for reading in document.pages]
    return given | {
        "doc_id": document.doc_id,
        "source_file": document.source_file,
        "source_sha256": document.source_sha256,
        "source_pages": document.source_pages,
        "page_count": len(document.pages),
        "text_file": text_file(document.doc_id),
        "ocr_engine": _joined(words[0] for words in engines if words),
        "ocr_version": _joined(words[1] for words in engines if len(words) > 1),
        "pipeline_version": __version__,
        "mean_confidence": _mean_confidence(line for page in document.pages for line in page.page.lines),
        "needs_review": bool(columns),
        "review_columns": ";".join(columns),
        "review_reasons": ";".join(reasons),
    }


def _joined(names: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(names))


def _mean_confidence(lines: Iterable[Line]) -> float | None:
    """Mean over `lines`, each weighted by its letters; None where nothing was read."""
    total = weight = 0.0
    for line in lines:
        length = sum(len(word.text) for word in line.words)
        total += length * line.confidence
        weight += length
    return total / weight if weight else None


# --- child tables ---------------------------------------------------------------------------------


def _child_values(document: Document) -> Iterator[tuple[str, Values]]:
    for record in document.records:
        if record.table not in _RECORD_IDS:
            raise ValueError(f"records cannot go into the table {record.table!r}")
        yield record.table, _record_values(record)
    yield from (("fields", values) for values in _field_rows(document))
    offset = 0
    for reading in document.pages:
        yield "pages", _page_values(document, reading, offset)
        yield from (("edits", values) for values in edit_values(reading, offset))
        offset += len(reading.restored.text) + 1


def _record_values(record: Record) -> Values:
    values = dict(record.values)
    if record.table == "dates":
        values.setdefault("raw", record.raw)
    return values | {
        "page_number": record.page_number or None,
        "line_number": record.line_number or None,
        "bbox": box_cell(record.bbox),
        "raw_text": record.raw,
        "confidence": record.confidence,
        "method": record.rule,
        "char_start": record.span.start if record.span else None,
        "char_end": record.span.end if record.span else None,
    }


def _field_rows(document: Document) -> Iterator[Values]:
    text = DocumentText(document.pages)
    for field in document.fields:
        yield {
            "page_number": field.page_number or None,
            "line_number": (text.locate(field.span)[1] or None) if field.span else None,
            "bbox": box_cell(field.bbox),
            "raw_text": field.raw,
            "confidence": field.confidence,
            "method": field.rule,
            "char_start": field.span.start if field.span else None,
            "char_end": field.span.end if field.span else None,
            "column": field.name,
            "value": field.value,
            "value_normalised": without_marks(" ".join(field.value.casefold().split())),
            "rule": field.rule,
            "alternatives": " | ".join(field.alternatives),
        }


def _page_values(document: Document, reading: PageReading, offset: int) -> Values:
    page = reading.page
    confidence = _mean_confidence(page.lines)
    has_picture = page.width > 0 and page.height > 0
    return {
        "page_number": page.page_number,
        "bbox": f"0 0 {page.width} {page.height}" if has_picture else None,
        "confidence": confidence,
        "method": reading.text_source,
        "char_start": offset,
        "char_end": offset + len(reading.restored.text),
        "width_px": page.width or None,
        "height_px": page.height or None,
        "dpi": page.dpi or None,
        "rotation": reading.rotation,
        "ocr_confidence": confidence if reading.text_source == "ocr" else None,
        "text_file": text_file(document.doc_id),
    }
