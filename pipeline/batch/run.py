"""`sohoa run`: a list of files and folders in, a folder of checked tables out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline import __version__
from pipeline.batch.collect import RunResult, TableOptions, make_output_folder, write_results
from pipeline.batch.pool import WorkerPool
from pipeline.batch.schedule import Keep, Schedule
from pipeline.batch.tasks import DocumentDone, done
from pipeline.config import Settings
from pipeline.document import engine_name, fingerprint
from pipeline.errors import InputError
from pipeline.export import RunManifest, evidence_file, load_document, write_run_manifest
from pipeline.model import Document, Failure
from pipeline.source import FoundFile, SourceFile, discover

Report = Callable[[FoundFile, DocumentDone | Failure, int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: `jobs` worker processes; `only_changed` keeps documents an equal program made before;
    `calendar` also writes anniversaries.ics."""

    out: Path
    jobs: int = 1
    only_changed: bool = False
    excel_bom: bool = False
    calendar: bool = False


def run(
    paths: Sequence[Path], settings: Settings, options: RunOptions, report: Report = lambda *_: None
) -> RunResult:
    """Read every document under `paths` and write the tables to `options.out`.

    `report` hears of each outcome with how many files are finished of how many. One bad file never stops
    the rest: it becomes a Failure. Raises InputError when there is nothing to read, MissingDependency
    when the OCR engine is not installed, OutputError when the results cannot be written.
    """
    started = datetime.now(UTC)
    files = discover(paths, exclude=options.out)
    if not files:
        named = ", ".join(str(path) for path in paths)
        raise InputError(f"no documents under {named}", code="nothing_found", hint="Name a file or folder")
    versions = {"sohoa": __version__, "engine": engine_name(settings), "fingerprint": fingerprint(settings)}
    make_output_folder(options.out)
    outcomes: dict[FoundFile, list[DocumentDone | Failure]] = {found: [] for found in files}
    finished = 0
    with WorkerPool(options.jobs, settings.worker_memory_bytes) as workers:
        schedule = Schedule(workers, settings, options.out, _keeper(settings, options))
        for found, outcome in schedule.run(files):
            finished += not outcomes[found]
            outcomes[found].append(outcome)
            report(found, outcome, finished, len(files))
    tables = TableOptions(settings.review_threshold, options.excel_bom, options.calendar)
    result = write_results(options.out, files, outcomes, tables)
    manifest = RunManifest(started, datetime.now(UTC), versions, settings, result.counts())
    write_run_manifest(options.out, manifest)
    return result


def _keeper(settings: Settings, options: RunOptions) -> Keep:
    mark = fingerprint(settings)

    def keep(source: SourceFile) -> DocumentDone | None:
        if not options.only_changed:
            return None
        try:
            documents = _made_before(source, options.out)
        except InputError:
            return None  # never made, or made by a version that wrote another format
        is_equal = all(document.fingerprint == mark for document in documents)
        return replace(done(source, documents), was_kept=True) if is_equal else None

    return keep


def _made_before(source: SourceFile, out: Path) -> tuple[Document, ...]:
    """The documents of a file from their evidence: as many as have all its pages between them.

    Raises InputError when one is missing.
    """
    documents = [load_document(evidence_file(out, source.doc_id))]
    while sum(len(document.pages) for document in documents) < source.page_count:
        doc_id = f"{source.doc_id}-{len(documents) + 1}"
        documents.append(load_document(evidence_file(out, doc_id)))
    return tuple(documents)
