"""From the ledger to the tables: the evidence on disk is read back, linked, corrected and written.

Tables are a pure function of the ledger, the evidence and people's corrections; which worker finished
first, or how often a run was interrupted, leaves no trace in them. So are the batch's verdicts, which are
written with them for all who read evidence later (`pipeline.export.settled`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import ListedDocument, PathRow
from pipeline.batch.lock import run_lock
from pipeline.batch.near_duplicates import issue, near_duplicates
from pipeline.decision import link_batch
from pipeline.errors import InputError, OutputError
from pipeline.export import FileSeen, evidence_file, write_document_files, write_tables
from pipeline.export.batch_verdicts import VERDICTS, Writing, batch_verdict, line
from pipeline.export.calendar import read_citations, write_calendar
from pipeline.export.corrections import Corrections, read_corrections, write_corrections_csv
from pipeline.export.evidence import load_reading
from pipeline.export.settled import settled
from pipeline.export.writing import PendingFile
from pipeline.extract.links import trace, with_verdict
from pipeline.model import Document

_WAIT_SECONDS = 10.0  # for a run that is about to end


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How tables are written: cells below `review_threshold` (0..1) are named for review."""

    review_threshold: float
    excel_bom: bool = False
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """What was written: `documents` rows, how many have a near duplicate, and the events of the calendar
    (None when none was asked for)."""

    documents: int
    near_duplicates: int
    calendar_events: int | None


def refresh_tables(out: Path, options: TableOptions) -> Tables:
    """Write all tables of `out` anew, with what people have corrected since.

    Raises UsageError `busy` when a run is working there, InputError when evidence is damaged, OutputError.
    """
    with run_lock(out, wait_seconds=_WAIT_SECONDS), Ledger(out) as ledger:
        return collect(out, ledger, options)


def collect(out: Path, ledger: Ledger, options: TableOptions) -> Tables:
    """`refresh_tables` for who holds the folder's lock and its ledger already."""
    collection = _Collection(out, ledger)
    with PendingFile(out / VERDICTS) as verdicts:
        verdicts.write(line(Writing(collection.corrections.last, options.review_threshold)))
        write_tables(
            out,
            collection.documents(verdicts),
            (_seen(path, ledger) for path in ledger.listed_files()),
            ledger.listed_failures(),
            review_threshold=options.review_threshold,
            excel_bom=options.excel_bom,
            beside=(verdicts,),
        )
    write_corrections_csv(out)
    citations = read_citations(out, options.review_threshold)
    return Tables(
        documents=collection.count,
        near_duplicates=len(collection.alike),
        calendar_events=write_calendar(out, citations) if options.calendar else None,
    )


def make_output_folder(out: Path) -> None:
    """Create `out`. Raises OutputError when that is impossible."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot create {out}: {error.strerror}", hint="Choose another --out") from error


class _Collection:
    """The documents of a set, read twice: for what they tell of each other, and for their rows.

    Only small parts of all documents are held at once; pages and words are read again one by one.
    """

    def __init__(self, out: Path, ledger: Ledger) -> None:
        self._out = out
        self._ledger = ledger
        self.corrections: Corrections = read_corrections(out)
        # Nothing is told against a person's word, and what people wrote is a witness for the others.
        traces = [
            trace(settled(self._read(one)[0], None, self.corrections)) for one in ledger.listed_documents()
        ]
        self._told = {verdict.doc_id: verdict for verdict in link_batch(traces)}
        del traces
        rows = (listed.document for listed in ledger.listed_documents())
        self.alike = near_duplicates(rows, self._text)
        self.count = 0

    def documents(self, verdicts: PendingFile) -> Iterator[Document]:
        """The documents as they count; what the batch told of each goes into `verdicts`."""
        for listed in self._ledger.listed_documents():
            self.count += 1
            document, mark = self._read(listed)
            verdict = batch_verdict((document, mark), self._judged(document))
            verdicts.write(line(verdict))
            yield settled(document, verdict, self.corrections)

    def _judged(self, document: Document) -> Document:
        """A document as it was read, with what the others tell of it."""
        document = with_verdict(document, self._told[document.doc_id])
        if others := self.alike.get(document.doc_id):
            document = replace(document, issues=(*document.issues, issue(others)))
        return document

    def _read(self, listed: ListedDocument) -> tuple[Document, str]:
        """A document from its evidence, under its name in the tables, with the mark of its reading."""
        path = evidence_file(self._out, listed.document.doc_id)
        try:
            document, mark = load_reading(path)
        except InputError:
            self._ledger.reopen(listed.path.sha256)  # the next run reads it anew
            raise
        if document.source_file == listed.path.relative:
            return document, mark
        write_document_files(self._out, replace(document, source_file=listed.path.relative))
        return load_reading(path)

    def _text(self, doc_id: str) -> str:
        return (self._out / "text" / f"{doc_id}.txt").read_text(encoding="utf-8", errors="replace")


def _seen(path: PathRow, ledger: Ledger) -> FileSeen:
    content = ledger.content(path.sha256)
    return FileSeen(
        path=path.relative,
        doc_id=content.doc_ids[0] if content else "",
        source_sha256=path.sha256,
        size_bytes=path.bytes,
        modified=datetime.fromtimestamp(path.mtime_ns // 1_000_000_000, UTC).isoformat(timespec="seconds"),
    )
