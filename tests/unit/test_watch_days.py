"""A day's folder holds exactly the rows of what arrived on it, cell for cell as in the whole set."""

import csv
from pathlib import Path

import pytest

from pipeline.batch.watch.days import Arrival, write_days
from pipeline.export import FileSeen, write_tables
from pipeline.export.load import load_tables
from pipeline.model import Document, Failure


@pytest.fixture
def out(tmp_path: Path) -> Path:
    documents = [Document(f"{n:016x}", f"{n}.txt", f"{n:064x}", "1", (), ()) for n in (1, 2)]
    files = [FileSeen(f"{n}.txt", f"{n:016x}", f"{n:064x}") for n in (1, 2)]
    twin = FileSeen("=twin.txt", f"{1:016x}", f"{1:064x}")
    write_tables(tmp_path, documents, [*files, twin], [Failure("bad.pdf", "damaged", "open", "broken")])
    return tmp_path


ARRIVALS = (
    Arrival("1.txt", (f"{1:016x}",), "2026-01-01"),
    Arrival("2.txt", (f"{2:016x}",), "2026-01-02"),
    Arrival("=twin.txt", (f"{1:016x}",), "2026-01-02"),
    Arrival("bad.pdf", (), "2026-01-02"),
)


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_each_day_has_its_rows(out: Path) -> None:
    write_days(out, ARRIVALS, {"2026-01-01", "2026-01-02"})
    first, second = out / "days/2026-01-01", out / "days/2026-01-02"
    assert column(first / "documents.csv", "source_file") == ["1.txt"]
    assert column(second / "documents.csv", "source_file") == ["1.txt", "2.txt"], (
        "what came again came then too"
    )
    assert column(second / "files.csv", "path") == ["2.txt", "'=twin.txt"]
    assert (column(first / "failures.csv", "path"), column(second / "failures.csv", "path")) == (
        [],
        ["bad.pdf"],
    )


def test_only_the_days_asked_for_are_written(out: Path) -> None:
    write_days(out, ARRIVALS, {"2026-01-01"})
    assert [path.name for path in (out / "days").iterdir()] == ["2026-01-01"]


def test_more_days_than_files_may_be_open_at_once(out: Path) -> None:
    arrivals = [
        Arrival("1.txt", (f"{1:016x}",), f"2026-{n // 28 + 1:02}-{n % 28 + 1:02}") for n in range(130)
    ]
    write_days(out, arrivals, {one.day for one in arrivals})
    assert len(list((out / "days").iterdir())) == 130


def test_a_day_can_be_loaded_like_the_whole_set(out: Path) -> None:
    write_days(out, ARRIVALS, {"2026-01-02"}, excel_bom=True)
    assert len(load_tables(out / "days/2026-01-02")["documents"]) == 2
