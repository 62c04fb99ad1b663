"""Originals are moved whole, never over another file, and never another file than the one that was read."""

from pathlib import Path

import pytest

from pipeline.batch.watch import moves
from pipeline.batch.watch.folder import Stamp
from pipeline.errors import InputError, OutputError


def put(path: Path, content: str = "x") -> Stamp:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return Stamp.of(path.stat())


def test_an_original_is_moved_with_its_folders(tmp_path: Path) -> None:
    stamp = put(tmp_path / "h1/a.pdf")
    moved = moves.move(tmp_path / "h1/a.pdf", tmp_path / "done/h1/a.pdf", stamp)
    assert moved == tmp_path / "done/h1/a.pdf"
    assert Stamp.of(moved.stat()) == stamp
    assert not (tmp_path / "h1/a.pdf").exists()


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    for expected in ("a.pdf", "a-2.pdf", "a-3.pdf"):
        stamp = put(tmp_path / "a.pdf", expected)
        moved = moves.move(tmp_path / "a.pdf", tmp_path / "done/a.pdf", stamp)
        assert moved.name == expected
    assert (tmp_path / "done/a.pdf").read_text(encoding="utf-8") == "a.pdf"


def test_a_file_that_was_replaced_stays(tmp_path: Path) -> None:
    stamp = put(tmp_path / "a.pdf", "old")
    put(tmp_path / "a.pdf", "newer")
    with pytest.raises(InputError) as caught:
        moves.move(tmp_path / "a.pdf", tmp_path / "done/a.pdf", stamp)
    assert caught.value.code == "replaced"
    assert (tmp_path / "a.pdf").read_text(encoding="utf-8") == "newer"
    assert not (tmp_path / "done").exists()


def test_a_file_replaced_at_the_last_moment_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = put(tmp_path / "a.pdf", "old")
    put(tmp_path / "a.pdf", "newer")
    monkeypatch.setattr(moves, "_check", lambda *_: None)
    with pytest.raises(InputError) as caught:
        moves.move(tmp_path / "a.pdf", tmp_path / "done/a.pdf", stamp)
    assert caught.value.code == "replaced"
    assert (tmp_path / "a.pdf").read_text(encoding="utf-8") == "newer"
    assert list((tmp_path / "done").iterdir()) == []


@pytest.mark.parametrize("is_checked", [True, False])
def test_a_file_that_vanished_leaves_no_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_checked: bool
) -> None:
    if not is_checked:
        monkeypatch.setattr(moves, "_check", lambda *_: None)
    with pytest.raises(InputError) as caught:
        moves.move(tmp_path / "a.pdf", tmp_path / "done/a.pdf", Stamp(1, 1, 1))
    assert caught.value.code == "not_found"
    assert not (tmp_path / "done/a.pdf").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    stamp = put(tmp_path / "a.pdf")
    put(tmp_path / "done")
    with pytest.raises(OutputError):
        moves.move(tmp_path / "a.pdf", tmp_path / "done/a.pdf", stamp)
    assert (tmp_path / "a.pdf").exists()


def test_the_reason_stands_beside_a_failed_file(tmp_path: Path) -> None:
    put(tmp_path / "failed/a.pdf")
    path = moves.write_reason(tmp_path / "failed/a.pdf", "it is encrypted")
    assert path.name == "a.pdf.error.txt"
    assert path.read_text(encoding="utf-8") == "it is encrypted\n"
