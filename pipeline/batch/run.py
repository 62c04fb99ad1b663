"""`sohoa run`: a list of files and folders in, a folder of checked tables out.

A run that was interrupted, killed or stopped by a full disk is resumed by typing the same command again: what
was finished stays, the rest is read. An interrupted run ends within seconds, puts what it was reading back
into the ledger and leaves the tables of the last whole run as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch.collect import TableOptions, Tables, collect, make_output_folder
from pipeline.batch.desk import Desk, clean_up
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import PathRow, Tally
from pipeline.batch.lock import run_lock
from pipeline.batch.policy import Policy
from pipeline.batch.pool import WorkerPool, Workers
from pipeline.batch.schedule import Schedule
from pipeline.batch.tasks import DocumentDone
from pipeline.config import Settings
from pipeline.document import engine_name, fingerprint, versions
from pipeline.errors import InputError, OutputError
from pipeline.export import RunManifest, write_run_manifest
from pipeline.export.calendar import CALENDAR
from pipeline.messages import told
from pipeline.model import Failure
from pipeline.source import discover, join_sequences

JOINED = "joined"  # the folder of the lists that stand for joined pages, below the output folder

Report = Callable[[PathRow, DocumentDone | Failure, int, int], None]
StartWorkers = Callable[[int, Settings], Workers]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: `jobs` worker processes; the next three say what is read again (see `policy`); `calendar`
    also writes anniversaries.ics; `join` makes one file of page images named in sequence."""

    out: Path
    jobs: int = 1
    only_changed: bool = False
    retry_failed: bool = False
    again: bool = False
    excel_bom: bool = False
    calendar: bool = False
    join: bool = False

    def tables(self, settings: Settings) -> TableOptions:
        """How the tables are written."""
        return TableOptions(settings.review_threshold, self.excel_bom, self.calendar)

    def policy(self, settings: Settings) -> Policy:
        """Which contents are read."""
        return Policy(fingerprint(settings), self.only_changed, self.retry_failed, self.again)


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did: `tally` of the files it was given, `kept` documents among them that were there before,
    the `tables` of the whole set, and seconds by stage, those of all workers together."""

    tally: Tally
    kept: int
    tables: Tables
    stages: Mapping[str, float] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The figures of the run by name."""
        return {
            "files": self.tally.files,
            "documents": self.tally.documents,
            "pages": self.tally.pages,
            "kept": self.kept,
            "duplicates": self.tally.duplicates,
            "failures": self.tally.failures,
        }

    def sentence(self, out: Path) -> str:
        """The run told to a person, in the language of the locale."""
        tally, tables = self.tally, self.tables
        parts = [told(f"{tally.documents} documents ({tally.pages} pages) from {tally.files} files")]
        parts += [told(f"{self.kept} kept from an earlier run")] if self.kept else []
        if tally.older:
            parts += [told(f"{tally.older} of them by another version: see --only-changed")]
        parts += [told(f"{tally.duplicates} files of identical content")] if tally.duplicates else []
        if tables.near_duplicates:
            parts += [told(f"{tables.near_duplicates} documents show the same pages as another one")]
        parts += [told(f"{tally.failures} failures, see failures.csv")] if tally.failures else []
        if tables.calendar_events is not None:
            events = tables.calendar_events
            found = f"{events} dated anniversaries in {CALENDAR}"
            parts += [told(found) if events else told(f"no dated anniversaries, so no {CALENDAR}")]
        is_part = tables.documents != tally.documents
        whole = f"tables of {tables.documents} documents in {out}"
        return "; ".join([*parts, told(whole) if is_part else told(f"tables in {out}")])


def run(
    paths: Sequence[Path],
    settings: Settings,
    options: RunOptions,
    report: Report = lambda *_: None,
    start_workers: StartWorkers = WorkerPool,
) -> RunResult:
    """Read every document under `paths` that is not read yet, and write the tables to `options.out`.

    `report` hears of each outcome with how many files are finished of how many. One bad file never stops
    the rest: it becomes a Failure. The tables hold all documents of the folder's ledger, also those of
    earlier runs over other paths. Raises InputError when there is nothing to read, MissingDependency when the
    OCR engine is not installed, UsageError when another run holds the folder, OutputError when the results
    cannot be written.
    """
    started = datetime.now(UTC)
    files = discover(paths, exclude=options.out)
    if not files:
        named = ", ".join(str(path) for path in paths)
        raise InputError(f"no documents under {named}", code="nothing_found", hint="Name a file or folder")
    if options.join:
        make_output_folder(options.out)
        files = join_sequences(files, options.out / JOINED)
    mark = fingerprint(settings)
    with opened_desk(settings, options) as desk:
        ledger = desk.ledger
        scan = ledger.begin_scan()
        ledger.see(scan, files)
        ledger.end_scan(scan, [path for path in paths if path.is_dir()])
        del files  # from here on the ledger knows them
        with start_workers(options.jobs, settings) as workers:
            told_so_far = _counted(report, ledger.tally(scan).files)
            made, stages = read_files(desk, workers, ledger.paths(scan), told_so_far)
        begun = time.monotonic()
        tables = collect(options.out, ledger, options.tables(settings))
        stages["tables"] = time.monotonic() - begun
        tally = ledger.tally(scan, mark)
    result = RunResult(tally, tally.documents - made, tables, stages)
    told = {"sohoa": versions(settings)["sohoa"], "engine": engine_name(settings), "fingerprint": mark}
    manifest = RunManifest(started, datetime.now(UTC), told, settings, result.counts())
    write_run_manifest(options.out, manifest)
    return result


@contextmanager
def opened_desk(settings: Settings, options: RunOptions) -> Iterator[Desk]:
    """The output folder, held alone and in order; what was being read when the block ends is put back.

    Raises MissingDependency when the OCR engine is not installed, UsageError, OutputError.
    """
    policy = options.policy(settings)
    parts = versions(settings)
    make_output_folder(options.out)
    with run_lock(options.out), Ledger(options.out) as ledger:
        clean_up(options.out)
        ledger.roll_back()  # of a run that was killed
        ledger.note_versions(policy.fingerprint, parts)
        try:
            yield Desk(options.out, ledger, settings, policy)
        finally:
            with suppress(OutputError):  # where the disk is full, the next run does it
                ledger.roll_back()


def profile(result: RunResult) -> list[str]:
    """The seconds of `result` by stage as lines of a table, the longest first."""
    total = sum(result.stages.values())
    pages = max(1, result.tally.pages)
    lines = [f"{'stage':10} {'seconds':>9} {'share':>7} {'ms a page':>10}"]
    for name, seconds in sorted(result.stages.items(), key=lambda one: -one[1]):
        lines.append(f"{name:10} {seconds:9.2f} {seconds / total:7.1%} {1000 * seconds / pages:10.1f}")
    return lines


def read_files(
    desk: Desk,
    workers: Workers,
    files: Iterable[PathRow],
    tell: Callable[[PathRow, DocumentDone | Failure], None] = lambda *_: None,
) -> tuple[int, dict[str, float]]:
    """Read `files`, whose contents the ledger may know; returns how many documents were made, and the seconds
    of all workers by stage.

    `tell` hears of each outcome. Raises OutputError when the results cannot be written.
    """
    made = 0
    schedule = Schedule(desk, workers)
    for found, outcome in schedule.run(files):
        made += len(outcome.documents) if isinstance(outcome, DocumentDone) and outcome.is_new else 0
        tell(found, outcome)
    return made, dict(schedule.stages)


def _counted(report: Report, total: int) -> Callable[[PathRow, DocumentDone | Failure], None]:
    """`report`, told how many files are finished; the failed pages of a file do not count again."""
    finished = 0
    last = 0

    def tell(found: PathRow, outcome: DocumentDone | Failure) -> None:
        nonlocal finished, last
        finished += found.path_id != last
        last = found.path_id
        report(found, outcome, finished, total)

    return tell
