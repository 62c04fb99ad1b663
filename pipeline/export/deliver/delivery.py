"""Make the deliverables of a finished run: from its tables and evidence, without reading a page again.

Whatever cannot be delivered becomes a Problem with its reason; it never stops the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.errors import InputError, MissingDependency, OutputError, PipelineError, UsageError
from pipeline.export.calendar import CALENDAR, read_citations, write_calendar
from pipeline.export.cells import clean, guard
from pipeline.export.deliver.alto import alto
from pipeline.export.deliver.archive import ArchiveOptions, Payload, check_standard, write_archive
from pipeline.export.deliver.bagit import sha256_of
from pipeline.export.deliver.columnar import write_parquet, write_sqlite
from pipeline.export.deliver.folders import Delivered, fresh_folder, read_manifest, write_manifest
from pipeline.export.deliver.hocr import hocr
from pipeline.export.deliver.jsonl import write_jsonl
from pipeline.export.deliver.naming import check_pattern, names, safe
from pipeline.export.deliver.pdf import write_pdf
from pipeline.export.deliver.pdf_layer import CoverBox
from pipeline.export.deliver.reading import Finished
from pipeline.export.deliver.records import DEFAULT_GROUPING, STANDARDS
from pipeline.export.deliver.workbook import PdfLink, write_workbook
from pipeline.export.writing import PendingFile, write_file
from pipeline.model import Document

PROBLEMS = "problems.csv"
_HEADER = ("doc_id", "source_file", "format", "code", "message")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the originals are asked for: `find_original` tells where a document's file lies now, `cover_box`
    where the scan that covers a PDF page lies on it."""

    find_original: Callable[[Document], Path | None]
    cover_box: CoverBox


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """`into` is the folder for all formats; the other settings are those of `sohoa export`."""

    into: Path
    pattern: str = ""
    without_secret: bool = False
    review_threshold: float = 0.6
    archive: ArchiveOptions = field(default_factory=lambda: ArchiveOptions(STANDARDS[0], DEFAULT_GROUPING))


@dataclass(frozen=True, slots=True)
class Problem:
    """A document that could not be delivered in a format, and why."""

    doc_id: str
    source_file: str
    format: str
    code: str
    message: str


@dataclass(slots=True)
class Delivery:
    """What an export did: `sentences` tell it, one a format."""

    documents: int = 0
    left_out: int = 0
    sentences: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def deliver(out: Path, formats: Sequence[str], options: DeliveryOptions, sources: Sources) -> Delivery:
    """Make `formats` of the finished run in `out`, each in its own folder below `options.into`.

    problems.csv there lists what could not be delivered. Raises UsageError for an unknown format or
    pattern, InputError when the tables cannot be read, OutputError, MissingDependency.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"there is no format {unknown[0]!r}", hint=f"Choose of {', '.join(FORMATS)}")
    for pattern in filter(None, (options.pattern, options.archive.grouping)):
        check_pattern(pattern)
    if "archive" in formats:
        check_standard(options.archive)
    work = _Work(Finished(out, options.without_secret), options, sources)
    work.done.documents = len(work.finished.documents)
    work.done.left_out = len(work.finished.left_out)
    wanted = {*formats, *(("pdf",) if "archive" in formats else ())}  # a parcel is made of PDFs
    for name, make in FORMATS.items():
        if name in wanted:
            with fresh_folder(options.into / name) as folder:
                work.done.sentences.append(f"{name}: {make(work, folder)}")
    _write_problems(options.into, work.done.problems)
    return work.done


@dataclass
class _Work:
    """One export under way."""

    finished: Finished
    options: DeliveryOptions
    sources: Sources
    done: Delivery = field(default_factory=Delivery)

    @cached_property
    def names(self) -> dict[str, str]:
        return names(self.finished.documents, self.options.pattern)

    @property
    def pdfs(self) -> dict[str, Path]:
        """The PDFs that stand delivered, also those of an earlier export."""
        shown = self.names
        delivered = read_manifest(self.options.into / "pdf")
        return {doc_id: path for doc_id, path in delivered.items() if doc_id in shown}

    def original(self, document: Document) -> Path:
        """The file of `document`, still the one that was read. Raises InputError."""
        path = self.sources.find_original(document)
        if path is None:
            hint = "Name the folder it lies in with --originals"
            raise InputError(f"{document.source_file} was not found", hint=hint, code="original_missing")
        try:
            digest = sha256_of(path)
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}", code="unreadable") from error
        if digest != document.source_sha256:
            hint = "Run sohoa on it again"
            raise InputError(f"{path} has changed since it was read", hint=hint, code="original_changed")
        return path

    def each(
        self, name: str, make: Callable[[Document, Mapping[str, str], str], Delivered]
    ) -> list[Delivered]:
        """`make` for every document; what cannot be made is noted."""
        found: list[Delivered] = []
        for row in self.finished.documents:
            try:
                document = self.finished.document(row["doc_id"])
                found.append(make(document, row, self.names[row["doc_id"]]))
            except (OutputError, MissingDependency):
                raise  # the next document would meet it too
            except Exception as error:  # a bug met in one document must not stop the others
                self.note(row, name, error)
        return found

    def note(self, row: Mapping[str, str], name: str, error: Exception) -> None:
        """Remember that a document could not be delivered."""
        code = error.code if isinstance(error, PipelineError) else "bug"
        message = str(error) if isinstance(error, PipelineError) else f"{type(error).__name__}: {error}"
        self.done.problems.append(Problem(row["doc_id"], row["source_file"], name, code, message))


# --- the formats ----------------------------------------------------------------------------------


def _pdf(work: _Work, folder: Path) -> str:
    def make(document: Document, row: Mapping[str, str], name: str) -> Delivered:
        path = folder / f"{name}.pdf"
        if _is_text(document):
            raise InputError(f"{document.source_file} is a text file: it has no pages", code="no_pages")
        source = (work.original(document), work.sources.cover_box)
        written = write_pdf(path, document, row, source)
        return Delivered(path, document.doc_id, "true" if written.is_pdfa else "false", written.note)

    files = work.each("pdf", make)
    write_manifest(folder, files)
    valid = sum(one.pdfa == "true" for one in files)
    return f"{len(files)} searchable PDFs, {valid} of them PDF/A-2b"


def _marked_up(name: str, suffix: str, write: Callable[[Document, Mapping[str, str]], str]) -> Make:
    def make_all(work: _Work, folder: Path) -> str:
        def make(document: Document, row: Mapping[str, str], stem: str) -> Delivered:
            if _is_text(document):
                raise InputError(f"{document.source_file} is a text file: it has no pages", code="no_pages")
            path = folder / f"{stem}{suffix}"
            write_file(path, write(document, row))
            return Delivered(path, document.doc_id)

        files = work.each(name, make)
        write_manifest(folder, files)
        return f"{len(files)} documents"

    return make_all


def _jsonl(work: _Work, folder: Path) -> str:
    rows = {row["doc_id"]: row for row in work.finished.documents}
    skipped: list[str] = []

    def skip(doc_id: str, error: InputError) -> None:
        skipped.append(doc_id)
        work.note(rows[doc_id], "jsonl", error)

    write_manifest(folder, [Delivered(write_jsonl(folder, work.finished, skip))])
    return f"{len(rows) - len(skipped)} documents"


def _parquet(work: _Work, folder: Path) -> str:
    paths = write_parquet(folder, work.finished)
    write_manifest(folder, [Delivered(path) for path in paths])
    return f"{len(paths)} tables"


def _sqlite(work: _Work, folder: Path) -> str:
    path = write_sqlite(folder, work.finished)
    write_manifest(folder, [Delivered(path)])
    return f"all tables in {path.name}"


def _xlsx(work: _Work, folder: Path) -> str:
    first = {row["doc_id"]: int(row["source_pages"].partition("-")[0]) for row in work.finished.documents}
    links = {doc_id: PdfLink(f"../pdf/{path.name}", first[doc_id]) for doc_id, path in work.pdfs.items()}
    path = write_workbook(folder, work.finished, links)
    write_manifest(folder, [Delivered(path)])
    return f"all tables in {path.name}"


def _archive(work: _Work, folder: Path) -> str:
    rows = work.finished.documents
    payload = {doc_id: Payload(path, path.name) for doc_id, path in work.pdfs.items()}
    originals: dict[str, Payload] = {}
    for row in rows:
        doc_id = row["doc_id"]
        if doc_id in payload and not _is_signed(row):
            continue
        try:
            path = work.original(work.finished.document(doc_id))
        except InputError as error:
            work.note(row, "archive", error)
            continue
        kept = originals if doc_id in payload else payload
        kept[doc_id] = Payload(path, f"{work.names[doc_id]}.{safe(path.suffix.lower())}")
    count = write_archive(folder, rows, work.options.archive, (payload, originals))
    return f"{len(payload)} documents in {count} files (hồ sơ)"


def _is_signed(row: Mapping[str, str]) -> bool:
    """Whether the original is a digitally signed PDF: its copy with a text layer has lost the signature."""
    return row["signature_status"] == "digital" and row["source_file"].lower().endswith(".pdf")


def _ics(work: _Work, folder: Path) -> str:
    citations = (
        one
        for one in read_citations(work.finished.out, work.options.review_threshold)
        if one.ann_id.rpartition("-")[0] not in work.finished.left_out
    )
    count = write_calendar(folder, citations)
    write_manifest(folder, [Delivered(folder / CALENDAR)] if count else [])
    return f"{count} dated anniversaries" + (f" in {CALENDAR}" if count else f", so no {CALENDAR}")


def _is_text(document: Document) -> bool:
    return all(reading.text_source == "text_file" for reading in document.pages)


Make = Callable[[_Work, Path], str]
FORMATS: dict[str, Make] = {
    "pdf": _pdf,
    "alto": _marked_up("alto", ".alto.xml", alto),
    "hocr": _marked_up("hocr", ".hocr.html", hocr),
    "jsonl": _jsonl,
    "parquet": _parquet,
    "sqlite": _sqlite,
    "xlsx": _xlsx,
    "archive": _archive,
    "ics": _ics,
}


def _write_problems(into: Path, problems: Sequence[Problem]) -> None:
    with PendingFile(into / PROBLEMS) as file:
        file.write_row(_HEADER)
        for one in problems:
            row = (one.doc_id, one.source_file, one.format, one.code, one.message)
            file.write_row([guard(clean(cell)) for cell in row])
        file.commit()
