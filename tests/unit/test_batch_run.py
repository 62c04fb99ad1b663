"""What a run reads, keeps, tries again and sets aside."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as TaskTimeout
from pathlib import Path
from typing import Any

import pytest
from fakes.workers import InlineWorkers

from pipeline.batch import run as batch
from pipeline.batch.collect import TableOptions, refresh_tables
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import PathRow, State
from pipeline.batch.run import RunOptions, RunResult
from pipeline.batch.tasks import DocumentDone
from pipeline.config import Settings
from pipeline.errors import InputError, MissingDependency, OcrError, OutputError
from pipeline.model import Failure

SETTINGS = Settings(retry_pause_seconds=0.001)
LETTER = "SỞ NỘI VỤ\nSố: {number}/QĐ-SNV\n"
CRASH = OcrError("the worker process died", code="crash")

Outcomes = list[tuple[str, DocumentDone | Failure]]
RunBatch = Callable[..., RunResult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    for number, name in enumerate(("a.txt", "b.txt", "c.txt"), 1):
        (path / name).write_text(LETTER.format(number=number), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path, folder: Path) -> RunBatch:
    def start(
        workers: InlineWorkers | None = None,
        paths: Sequence[Path] = (),
        settings: Settings = SETTINGS,
        report: Callable[[PathRow, DocumentDone | Failure, int, int], None] = lambda *_: None,
        **options: Any,
    ) -> RunResult:
        chosen = RunOptions(tmp_path / "out", **options)
        begin = (workers or InlineWorkers()).start
        return batch.run(paths or [folder], settings, chosen, report, begin)

    return start


def read(workers: InlineWorkers) -> list[str]:
    """Names of the files whose pages were read, in order."""
    return [name for task, name in workers.calls if task == "read_page"]


def states(out: Path) -> dict[State, int]:
    with Ledger(out) as ledger:
        return dict(ledger.status().contents)


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("*.csv")}


# --- a second run -----------------------------------------------------------------------------------


def test_a_second_run_keeps_what_is_done(run: RunBatch, tmp_path: Path) -> None:
    first = run()
    before = tables(tmp_path / "out")
    workers = InlineWorkers()
    second = run(workers)
    assert (first.kept, second.kept, read(workers)) == (0, 3, [])
    assert tables(tmp_path / "out") == before


def test_a_new_file_alone_is_read(run: RunBatch, folder: Path) -> None:
    run()
    (folder / "d.txt").write_text(LETTER.format(number=9), encoding="utf-8")
    workers = InlineWorkers()
    assert run(workers).tally.documents == 4
    assert read(workers) == ["d.txt"]


def test_what_another_version_made_is_kept_until_it_is_asked_for(run: RunBatch) -> None:
    run()
    newer = Settings(retry_pause_seconds=0.001, psm=6)
    workers = InlineWorkers()
    result = run(workers, settings=newer)
    assert (result.kept, result.tally.older, read(workers)) == (3, 3, [])
    assert "3 of them by another version" in result.sentence(Path("out"))
    result = run(workers, settings=newer, only_changed=True)
    assert (result.kept, result.tally.older, len(read(workers))) == (0, 0, 3)
    assert run(settings=newer, only_changed=True).kept == 3


def test_again_reads_everything(run: RunBatch) -> None:
    run()
    workers = InlineWorkers()
    assert run(workers, again=True).kept == 0
    assert len(read(workers)) == 3


def test_a_document_whose_evidence_is_gone_is_read_again(run: RunBatch, tmp_path: Path) -> None:
    run()
    before = tables(tmp_path / "out")
    next((tmp_path / "out/evidence").iterdir()).unlink()
    workers = InlineWorkers()
    assert run(workers).kept == 2
    assert len(read(workers)) == 1
    assert tables(tmp_path / "out") == before


def test_damaged_evidence_is_told_and_read_again_by_the_next_run(run: RunBatch, tmp_path: Path) -> None:
    run()
    before = tables(tmp_path / "out")
    next((tmp_path / "out/evidence").iterdir()).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="Run the document again"):
        run()
    run()
    assert tables(tmp_path / "out") == before


def test_documents_of_earlier_runs_over_other_paths_stay(run: RunBatch, folder: Path, tmp_path: Path) -> None:
    run(paths=[folder / "a.txt"])
    result = run(paths=[folder / "b.txt", folder / "c.txt"])
    assert (result.tally.documents, result.tables.documents) == (2, 3)
    assert "tables of 3 documents" in result.sentence(tmp_path)
    apart = tables(tmp_path / "out")
    other = RunOptions(tmp_path / "other")
    batch.run([folder], SETTINGS, other, start_workers=InlineWorkers().start)
    assert tables(tmp_path / "other") == apart


def test_identical_files_are_read_once(run: RunBatch, folder: Path) -> None:
    for name in ("z.txt", "0.txt"):
        (folder / name).write_bytes((folder / "b.txt").read_bytes())
    workers = InlineWorkers()
    result = run(workers)
    assert (result.tally.files, result.tally.documents, result.tally.duplicates) == (5, 3, 2)
    assert len(read(workers)) == 3
    assert run(again=True).tally.duplicates == 2


# --- trouble ----------------------------------------------------------------------------------------


def test_a_crash_is_tried_again_and_the_others_do_not_notice(run: RunBatch, tmp_path: Path) -> None:
    workers = InlineWorkers({("read_page", "b.txt"): [CRASH, TaskTimeout()]})
    result = run(workers)
    assert (result.tally.documents, result.tally.failures) == (3, 0)
    assert read(workers).count("b.txt") == 3
    assert states(tmp_path / "out") == {State.DONE: 3}


@pytest.mark.parametrize("stage", ["open_content", "read_page", "finish_document"])
def test_what_goes_on_failing_is_set_aside_with_its_reason(run: RunBatch, tmp_path: Path, stage: str) -> None:
    workers = InlineWorkers({(stage, "b.txt"): [CRASH] * 9})
    told: Outcomes = []
    result = run(workers, report=lambda found, outcome, *_: told.append((found.relative, outcome)))
    assert workers.calls.count((stage, "b.txt")) == SETTINGS.max_attempts
    assert states(tmp_path / "out") == {State.DONE: 2, State.QUARANTINED: 1}
    assert [(one.path, one.code) for _, one in told if isinstance(one, Failure)] == [("b.txt", "crash")]
    assert result.tally.failures == 1
    assert b"b.txt,crash," in tables(tmp_path / "out")["failures.csv"]


def test_what_was_set_aside_is_left_until_asked_for_or_the_program_changes(run: RunBatch) -> None:
    broken = {("read_page", "b.txt"): [CRASH] * 3}
    run(InlineWorkers(broken))
    workers = InlineWorkers()
    result = run(workers)
    assert (read(workers), result.tally.failures, result.tally.documents) == ([], 1, 2)
    assert run(workers, retry_failed=True).tally.failures == 0
    assert read(workers) == ["b.txt"]


def test_a_setting_that_changes_the_reading_gives_what_was_set_aside_another_chance(run: RunBatch) -> None:
    run(InlineWorkers({("read_page", "b.txt"): [CRASH] * 3}))
    workers = InlineWorkers()
    newer = Settings(retry_pause_seconds=0.001, psm=6)
    assert run(workers, settings=newer).tally.failures == 0
    assert read(workers) == ["b.txt"]


def test_input_that_cannot_be_read_is_not_tried_twice(run: RunBatch, tmp_path: Path) -> None:
    refused = InputError("b.txt is encrypted", code="encrypted")
    workers = InlineWorkers({("open_content", "b.txt"): [refused] * 9})
    run(workers)
    assert workers.calls.count(("open_content", "b.txt")) == 1
    assert states(tmp_path / "out")[State.QUARANTINED] == 1


def test_a_bug_in_one_document_is_set_aside_at_once(run: RunBatch, tmp_path: Path) -> None:
    result = run(InlineWorkers({("finish_document", "b.txt"): [ZeroDivisionError("a bug")] * 9}))
    assert (result.tally.documents, result.tally.failures) == (2, 1)
    assert b"b.txt,bug,document,ZeroDivisionError" in tables(tmp_path / "out")["failures.csv"]


def test_a_file_with_one_bad_page_keeps_the_others(run: RunBatch, folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").write_text("một\fhai\fba\n", encoding="utf-8")
    result = run(InlineWorkers({("read_page", "b.txt"): [InputError("no", code="damaged")]}))
    assert (result.tally.documents, result.tally.pages, result.tally.failures) == (3, 5, 1)
    assert states(tmp_path / "out") == {State.DONE: 3}
    assert run(retry_failed=True).tally.failures == 0


def test_attempts_are_bounded_by_document_and_not_by_page(run: RunBatch, folder: Path) -> None:
    (folder / "b.txt").write_text("một\fhai\fba\n", encoding="utf-8")
    workers = InlineWorkers({("read_page", "b.txt"): [CRASH] * 99})
    run(workers)
    assert read(workers).count("b.txt") == 3 + SETTINGS.max_attempts - 1


def test_a_file_that_takes_too_long_stops_in_time(run: RunBatch, folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").write_text("\f".join(str(number) for number in range(50)), encoding="utf-8")
    workers = InlineWorkers()
    run(workers, settings=Settings(max_document_seconds=0.0))
    assert read(workers).count("b.txt") < 20
    assert b"b.txt,too_slow," in tables(tmp_path / "out")["failures.csv"]


def test_a_missing_program_is_nobodys_fault_and_the_next_run_tries_again(
    run: RunBatch, tmp_path: Path
) -> None:
    missing = MissingDependency("poppler is not installed")
    result = run(InlineWorkers({("open_content", "b.txt"): [missing]}))
    assert result.tally.failures == 1
    assert states(tmp_path / "out") == {State.DONE: 2, State.FAILED: 1}
    workers = InlineWorkers()
    assert run(workers).tally.failures == 0
    assert read(workers) == ["b.txt"]


def test_identical_files_share_their_failure(run: RunBatch, folder: Path) -> None:
    (folder / "bb.txt").write_bytes((folder / "b.txt").read_bytes())
    refused = [InputError("it is encrypted", code="encrypted")] * 2
    workers = InlineWorkers({("open_content", name): list(refused) for name in ("b.txt", "bb.txt")})
    assert run(workers).tally.failures == 2
    assert sum(task == "open_content" and name[0] == "b" for task, name in workers.calls) == 1


# --- the end of a run -------------------------------------------------------------------------------


def test_an_interrupted_run_puts_back_what_it_was_reading(run: RunBatch, tmp_path: Path) -> None:
    def stop(_found: PathRow, _outcome: object, finished: int, _total: int) -> None:
        if finished == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(report=stop)
    assert State.RUNNING not in states(tmp_path / "out")
    assert not (tmp_path / "out/documents.csv").exists()
    result = run()
    assert result.tally.documents == 3
    assert result.kept >= 1


def test_a_full_disk_stops_the_run_and_the_next_one_completes_it(
    run: RunBatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="free some space"):
        run()
    assert not list((tmp_path / "out").rglob("*.part"))
    result = run()
    assert (result.kept, result.tally.documents) == (1, 3)


def test_unfinished_files_of_a_killed_run_are_taken_away(run: RunBatch, tmp_path: Path) -> None:
    run()
    for name in ("documents.csv.part", "evidence/ab.json.part"):
        (tmp_path / "out" / name).write_text("half", encoding="utf-8")
    run()
    assert not list((tmp_path / "out").rglob("*.part"))


def test_refreshed_tables_are_those_of_the_run(run: RunBatch, tmp_path: Path) -> None:
    run()
    before = tables(tmp_path / "out")
    (tmp_path / "out/documents.csv").unlink()
    refreshed = refresh_tables(tmp_path / "out", TableOptions(SETTINGS.review_threshold))
    assert refreshed.documents == 3
    assert tables(tmp_path / "out") == before


def test_documents_a_file_no_longer_gives_are_taken_away(run: RunBatch, tmp_path: Path) -> None:
    run()
    evidence = sorted((tmp_path / "out/evidence").iterdir())
    extra = evidence[0].with_name(f"{evidence[0].stem}-2.json")
    extra.write_bytes(evidence[0].read_bytes())
    with Ledger(tmp_path / "out") as ledger:
        connection = ledger._connection
        connection.execute(
            "INSERT INTO documents SELECT sha256, 2, doc_id || '-2', pages, digests FROM documents"
            " WHERE doc_id = ?",
            (evidence[0].stem,),
        )
    run(again=True)
    assert not extra.exists()
