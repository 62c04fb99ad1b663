"""Work on a Dask cluster gives the tables of one machine, and trouble with the cluster is told."""

from pathlib import Path

import pytest
from conftest import call, run_on

pytest.importorskip("distributed", reason='distributed is not installed: pip install "sohoa[cluster]"')

LETTER = "SỞ NỘI VỤ\nSố: {0}/QĐ-SNV\nSơn Lĩnh, ngày {0} tháng 5 năm 2024\nQUYẾT ĐỊNH\nVề việc khen thưởng\n"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(1, 9):
        (folder / f"{number}.txt").write_text(LETTER.format(number), encoding="utf-8")
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    return folder


def test_a_cluster_gives_the_same_tables_as_one_machine(scans: Path, tmp_path: Path) -> None:
    alone = run_on(tmp_path / "alone", [scans], "--jobs", "1")
    together = run_on(tmp_path / "together", [scans], "--cluster", "local:2")
    assert (alone.code, together.code) == (8, 8), together.stderr
    tables = sorted(path.name for path in alone.out.glob("*.csv"))
    assert len(tables) > 8
    for name in tables:
        assert (together.out / name).read_bytes() == (alone.out / name).read_bytes(), name


@pytest.mark.parametrize(
    ("address", "word"), [("local:no", "local:2"), ("tcp://127.0.0.1:1", "dask scheduler")]
)
def test_a_cluster_that_is_not_there_is_a_usage_error(
    scans: Path, tmp_path: Path, address: str, word: str
) -> None:
    done = call("run", scans, "--out", tmp_path / "out", "--cluster", address)
    assert done.returncode == 2, done.stderr
    assert word in done.stderr
