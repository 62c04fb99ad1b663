"""From the outcomes of a run to its tables: the evidence on disk is read back, linked and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.tasks import DocumentDone
from pipeline.errors import OutputError
from pipeline.export import FileSeen, evidence_file, load_document, write_document_files, write_tables
from pipeline.export.calendar import CALENDAR, read_citations, write_calendar
from pipeline.extract.links.join import link
from pipeline.model import Document, Failure
from pipeline.source import FoundFile

Outcomes = Mapping[FoundFile, Sequence[DocumentDone | Failure]]


@dataclass(slots=True)
class RunResult:
    """What a run did. `files` counts inputs; `kept` documents came from an earlier run."""

    files: int = 0
    documents: int = 0
    pages: int = 0
    kept: int = 0
    duplicates: int = 0
    failures: list[Failure] = field(default_factory=list)
    calendar_events: int | None = None  # None: no calendar was asked for

    def counts(self) -> dict[str, int]:
        """The figures of the run by name."""
        return {
            "files": self.files,
            "documents": self.documents,
            "pages": self.pages,
            "kept": self.kept,
            "duplicates": self.duplicates,
            "failures": len(self.failures),
        }

    def sentence(self, out: Path) -> str:
        """The run told to a person."""
        parts = [f"{self.documents} documents ({self.pages} pages) from {self.files} files"]
        parts += [f"{self.kept} kept from an earlier run"] if self.kept else []
        parts += [f"{self.duplicates} files of identical content"] if self.duplicates else []
        parts += [f"{len(self.failures)} failures, see failures.csv"] if self.failures else []
        if self.calendar_events is not None:
            place = f" in {CALENDAR}" if self.calendar_events else f", so no {CALENDAR}"
            parts += [f"{self.calendar_events} dated anniversaries{place}"]
        return f"{'; '.join(parts)}; tables in {out}"


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How tables are written: cells below `review_threshold` (0..1) are named for review."""

    review_threshold: float
    excel_bom: bool = False
    calendar: bool = False


def write_results(
    out: Path, files: Sequence[FoundFile], outcomes: Outcomes, options: TableOptions
) -> RunResult:
    """Write the tables of a run to `out`, documents in the order of `files`.

    The order in which files finished leaves no trace: of identical files the first gives the path.
    Raises OutputError.
    """
    done = [(found, one) for found in files for one in outcomes[found] if isinstance(one, DocumentDone)]
    failures = [one for found in files for one in outcomes[found] if isinstance(one, Failure)]
    ids = {outcome.sha256: outcome.doc_ids for _, outcome in done if outcome.doc_ids}
    first: dict[str, FoundFile] = {}
    for found, outcome in done:
        first.setdefault(outcome.sha256, found)
    originals = [(found, doc_id) for sha256, found in first.items() for doc_id in ids.get(sha256, ())]
    write_tables(
        out,
        _linked(out, originals),
        [_seen(found, outcome, ids.get(outcome.sha256, ())) for found, outcome in done],
        failures,
        review_threshold=options.review_threshold,
        excel_bom=options.excel_bom,
    )
    citations = read_citations(out, options.review_threshold)
    return RunResult(
        files=len(files),
        documents=len(originals),
        pages=sum(outcome.pages for _, outcome in done),
        kept=sum(len(outcome.doc_ids) for _, outcome in done if outcome.was_kept),
        duplicates=sum(not outcome.doc_ids for _, outcome in done),
        failures=failures,
        calendar_events=write_calendar(out, citations) if options.calendar else None,
    )


def make_output_folder(out: Path) -> None:
    """Create `out`. Raises OutputError when that is impossible."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot create {out}: {error.strerror}", hint="Choose another --out") from error


def _seen(found: FoundFile, outcome: DocumentDone, doc_ids: Sequence[str]) -> FileSeen:
    return FileSeen(
        path=found.relative,
        doc_id=doc_ids[0] if doc_ids else "",
        source_sha256=outcome.sha256,
        size_bytes=outcome.bytes,
        modified=_modified(found.path),
    )


def _modified(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    except OSError:
        return ""  # it vanished after it was read


def _linked(out: Path, originals: Sequence[tuple[FoundFile, str]]) -> Iterator[Document]:
    """Documents from their evidence, in order, with what the batch as a whole tells about each.

    Only fields and records of all documents are held at once; pages are read again one by one.
    """
    for document in link(tuple(_light(out, found, doc_id) for found, doc_id in originals)):
        yield replace(document, pages=load_document(evidence_file(out, document.doc_id)).pages)


def _light(out: Path, found: FoundFile, doc_id: str) -> Document:
    document = load_document(evidence_file(out, doc_id))
    if document.source_file != found.relative:
        document = replace(document, source_file=found.relative)
        write_document_files(out, document)
    return replace(document, pages=())
