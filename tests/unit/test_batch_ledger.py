"""The ledger: what it remembers of files and contents, and what it lists."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import DocumentRow, FileDigest, Finished, Problem, State
from pipeline.batch.ledger_schema import LEDGER, MIGRATIONS, ledger_errors, migrate
from pipeline.errors import OutputError
from pipeline.source import discover


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    (tmp_path / "out").mkdir()
    with Ledger(tmp_path / "out") as opened:
        yield opened


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def digest_of(path: Path) -> FileDigest:
    status = path.stat()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return FileDigest(sha256, status.st_size, *times, status.st_ino, status.st_dev)


def scan(ledger: Ledger, *folders: Path) -> int:
    """Look at `folders` and read what is new: each file becomes one document of one page."""
    number = ledger.begin_scan()
    ledger.see(number, discover(folders))
    ledger.end_scan(number, [folder for folder in folders if folder.is_dir()])
    for row in ledger.paths(number):
        if not row.sha256:
            content = ledger.identified(row.path_id, digest_of(row.path))
            if content.state is State.PENDING:
                finish(ledger, content.sha256)
    return number


def finish(ledger: Ledger, sha256: str, mark: str = "mark") -> None:
    ledger.start(sha256, mark)
    ledger.finish(sha256, Finished((DocumentRow(sha256[:16], 1, ("text:1",)),), "a letter", 0.5))


def listed(ledger: Ledger) -> list[str]:
    return [row.relative for row in ledger.listed_files()]


# --- paths ------------------------------------------------------------------------------------------


def test_a_file_that_looks_as_it_did_keeps_its_content(ledger: Ledger, folder: Path) -> None:
    write(folder / "a.txt", "one")
    scan(ledger, folder)
    number = ledger.begin_scan()
    ledger.see(number, discover([folder]))
    assert [bool(row.sha256) for row in ledger.paths(number)] == [True]


def test_a_file_rewritten_with_the_same_size_and_time_is_read_again(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    scan(ledger, folder)
    before = path.stat()
    time.sleep(0.02)  # the clock of the file system is coarse
    path.write_text("two", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    number = ledger.begin_scan()
    ledger.see(number, discover([folder]))
    assert [row.sha256 for row in ledger.paths(number)] == [""]


def test_replaced_content_is_no_longer_listed(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    scan(ledger, folder)
    write(path, "another")
    scan(ledger, folder)
    assert [row.document.doc_id for row in ledger.listed_documents()] == [digest_of(path).sha256[:16]]


def test_a_vanished_file_stays_listed_until_its_content_lies_elsewhere(ledger: Ledger, folder: Path) -> None:
    write(folder / "a.txt", "one")
    write(folder / "b.txt", "two")
    scan(ledger, folder)
    (folder / "a.txt").unlink()
    scan(ledger, folder)
    assert listed(ledger) == ["a.txt", "b.txt"]
    (folder / "b.txt").rename(folder / "c.txt")
    scan(ledger, folder)
    assert listed(ledger) == ["a.txt", "c.txt"]


def test_a_scan_of_one_folder_says_nothing_of_another(ledger: Ledger, folder: Path) -> None:
    write(folder / "x/a.txt", "one")
    write(folder / "xy/b.txt", "two")
    scan(ledger, folder)
    (folder / "xy/b.txt").unlink()
    scan(ledger, folder / "x")
    assert all(row.is_present for row in ledger.listed_files())


def test_equal_names_below_different_folders_show_one_folder_more(ledger: Ledger, folder: Path) -> None:
    write(folder / "2020/a.txt", "one")
    write(folder / "2021/a.txt", "two")
    write(folder / "2021/b.txt", "three")
    scan(ledger, folder / "2020")
    scan(ledger, folder / "2021")
    assert sorted(listed(ledger)) == ["2020/a.txt", "2021/a.txt", "b.txt"]


def test_names_that_stay_equal_get_a_number(ledger: Ledger, folder: Path) -> None:
    for year in ("2020", "2021"):
        write(folder / year / "x/a.txt", year)
        scan(ledger, folder / year / "x")
    assert sorted(listed(ledger)) == ["x/a.txt", "x/a.txt~2"]


def test_folders_sort_before_names_that_begin_alike(ledger: Ledger, folder: Path) -> None:
    for name in ("a b.txt", "a/z.txt", "a-1.txt"):
        write(folder / name, name)
    scan(ledger, folder)
    assert listed(ledger) == [found.relative for found in discover([folder])]


def test_the_original_is_the_first_path_that_exists(ledger: Ledger, folder: Path) -> None:
    first, second = write(folder / "a.txt", "one"), write(folder / "b.txt", "one")
    sha256 = digest_of(first).sha256
    scan(ledger, folder)
    assert ledger.original(sha256) == first
    first.unlink()
    assert ledger.original(sha256) == second
    second.unlink()
    assert ledger.original(sha256) is None
    assert ledger.original("0" * 64) is None


def test_a_file_the_program_moved_keeps_its_name_in_the_tables(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    scan(ledger, folder)
    target = folder / "done/a-2.txt"
    target.parent.mkdir()
    path.rename(target)
    ledger.moved(path, target)
    assert listed(ledger) == ["a.txt"]
    assert ledger.original(digest_of(target).sha256) == target


def test_a_path_that_is_not_utf8_is_kept(ledger: Ledger, folder: Path) -> None:
    path = folder / os.fsdecode(b"\xff.txt")
    path.write_text("one", encoding="utf-8")
    scan(ledger, folder)
    assert ledger.original(digest_of(path).sha256) == path


# --- contents ---------------------------------------------------------------------------------------


def test_identical_files_are_one_content_listed_twice(ledger: Ledger, folder: Path) -> None:
    write(folder / "a.txt", "one")
    write(folder / "b.txt", "one")
    number = scan(ledger, folder)
    assert listed(ledger) == ["a.txt", "b.txt"]
    assert [row.path.relative for row in ledger.listed_documents()] == ["a.txt"]
    tally = ledger.tally(number, "mark")
    assert (tally.files, tally.documents, tally.duplicates, tally.older) == (2, 1, 1, 0)
    assert ledger.tally(number, "a newer mark").older == 1


def test_an_interruption_is_no_attempt(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    number = ledger.begin_scan()
    ledger.see(number, discover([folder]))
    (row,) = ledger.paths(number)
    sha256 = ledger.identified(row.path_id, digest_of(path)).sha256
    ledger.start(sha256, "mark")
    assert ledger.roll_back() == 1
    content = ledger.content(sha256)
    assert content and (content.state, content.attempts) == (State.PENDING, 0)


def test_failures_count_and_are_told_of_every_path(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    write(folder / "b.txt", "one")
    scan(ledger, folder)
    sha256 = digest_of(path).sha256
    ledger.start(sha256, "mark")
    ledger.fail(sha256, Problem("crash", "page 1", "{file} went wrong"), not_before=5.0)
    content = ledger.content(sha256)
    assert content and (content.state, content.attempts, content.not_before) == (State.FAILED, 1, 5.0)
    ledger.quarantine(sha256, [Problem("crash", "open", "{file} went wrong")])
    told = [(one.path, one.message) for one in ledger.listed_failures()]
    assert told == [("a.txt", "a.txt went wrong"), ("b.txt", "b.txt went wrong")]
    assert listed(ledger) == []
    assert ledger.reasons() == (("crash", 1),)
    assert ledger.status().contents == {State.QUARANTINED: 1}


def test_what_goes_well_at_last_has_no_problem_any_more(ledger: Ledger, folder: Path) -> None:
    path = write(folder / "a.txt", "one")
    scan(ledger, folder)
    sha256 = digest_of(path).sha256
    ledger.quarantine(sha256, [Problem("crash", "open", "it went wrong")])
    finish(ledger, sha256)
    assert list(ledger.listed_failures()) == []
    assert listed(ledger) == ["a.txt"]


def test_a_path_that_gives_no_content_has_its_reason(ledger: Ledger, folder: Path) -> None:
    write(folder / "a.txt", "")
    number = ledger.begin_scan()
    ledger.see(number, discover([folder]))
    (row,) = ledger.paths(number)
    ledger.unreadable(row.path_id, Problem("empty", "open", "{file} is empty"))
    assert [one.message for one in ledger.listed_failures()] == ["a.txt is empty"]
    status = ledger.status()
    assert (status.files, status.files_waiting, status.files_unreadable) == (1, 0, 1)


def test_versions_are_kept_by_fingerprint(ledger: Ledger) -> None:
    ledger.note_versions("mark", {"sohoa": "1.0", "settings": {"psm": 3}})
    assert ledger.versions("mark") == {"sohoa": "1.0", "settings": {"psm": 3}}
    assert ledger.versions("unknown") is None


# --- the file ---------------------------------------------------------------------------------------


def test_the_ledger_can_be_read_while_it_is_written(ledger: Ledger, folder: Path, tmp_path: Path) -> None:
    write(folder / "a.txt", "one")
    scan(ledger, folder)
    with ledger._transaction() as run:
        run("DELETE FROM documents", ())
        with Ledger(tmp_path / "out") as reader:
            assert len(list(reader.listed_documents())) == 1


def test_a_ledger_is_brought_up_to_date_step_by_step(tmp_path: Path) -> None:
    path = tmp_path / LEDGER
    later = (*MIGRATIONS, "ALTER TABLE contents ADD COLUMN note TEXT NOT NULL DEFAULT 'x';")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path)
        connection.execute("INSERT INTO contents (sha256, bytes, state) VALUES ('ab', 1, 'done')")
        migrate(connection, path, later)
        migrate(connection, path, later)  # nothing left to do
        assert connection.execute("SELECT state, note FROM contents").fetchone() == ("done", "x")
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)


def test_a_step_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / LEDGER
    broken = (*MIGRATIONS, "CREATE TABLE more (a);\nINSERT INTO nowhere VALUES (1);")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, broken)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'more'").fetchall()


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(OutputError, match="newer"):
        Ledger(tmp_path)


def test_a_damaged_ledger_is_told_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(b"no database" * 100)
    with pytest.raises(OutputError) as caught:
        Ledger(tmp_path)
    assert "move it away" in caught.value.hint


def test_a_full_disk_is_an_output_error_and_nothing_is_half_written(ledger: Ledger, folder: Path) -> None:
    write(folder / "a.txt", "one")
    scan(ledger, folder)
    connection = ledger._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    problems = [Problem("crash", f"page {number}", "x" * 500) for number in range(200)]
    sha256 = digest_of(folder / "a.txt").sha256
    with pytest.raises(OutputError) as caught:
        ledger.quarantine(sha256, problems)
    assert "space" in caught.value.hint
    assert listed(ledger) == ["a.txt"]


def test_a_broken_rule_of_the_schema_is_a_bug_and_not_the_disks_fault(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError), ledger_errors(tmp_path):
        raise sqlite3.IntegrityError("UNIQUE")
