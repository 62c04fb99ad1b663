import os
import unicodedata
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.source import SUFFIXES, discover


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def relatives(*paths: Path, exclude: Path | None = None) -> list[str]:
    return [found.relative for found in discover(paths, exclude=exclude)]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_known_suffix_is_found_in_folders_in_any_case(tmp_path: Path, suffix: str) -> None:
    touch(tmp_path / f"a{suffix}")
    touch(tmp_path / f"b{suffix.upper()}")
    assert relatives(tmp_path) == [f"a{suffix}", f"b{suffix.upper()}"]


def test_other_files_are_read_only_when_named_themselves(tmp_path: Path) -> None:
    note = touch(tmp_path / "note.md")
    assert relatives(tmp_path) == []
    assert relatives(note) == ["note.md"]


def test_paths_in_folders_are_relative_with_slashes_and_in_stable_order(tmp_path: Path) -> None:
    for name in ("b/1.pdf", "a/2.pdf", "a/1.pdf", "0.pdf"):
        touch(tmp_path / name)
    assert relatives(tmp_path) == ["0.pdf", "a/1.pdf", "a/2.pdf", "b/1.pdf"]


def test_decomposed_vietnamese_names_are_given_composed(tmp_path: Path) -> None:
    name = "Quyết định số 1.pdf"
    file = touch(tmp_path / unicodedata.normalize("NFD", name))
    (found,) = discover([tmp_path])
    assert found.relative == name
    assert found.path == file


def test_each_file_comes_once_when_paths_overlap(tmp_path: Path) -> None:
    file = touch(tmp_path / "sub" / "a.pdf")
    assert relatives(tmp_path, tmp_path / "sub", file) == ["sub/a.pdf"]


def test_hidden_files_and_folders_are_left_out_of_folders(tmp_path: Path) -> None:
    touch(tmp_path / ".a.pdf")
    touch(tmp_path / ".git" / "b.pdf")
    assert relatives(tmp_path) == []
    assert relatives(tmp_path / ".a.pdf") == [".a.pdf"]


def test_links_in_folders_are_not_followed_but_a_named_link_is(tmp_path: Path) -> None:
    touch(tmp_path / "real" / "a.pdf")
    (tmp_path / "real" / "loop").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "b.pdf").symlink_to(tmp_path / "real" / "a.pdf")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    assert relatives(tmp_path / "real") == ["a.pdf"]
    assert relatives(link) == ["a.pdf"]


def test_the_excluded_folder_is_not_searched(tmp_path: Path) -> None:
    touch(tmp_path / "out" / "a.pdf")
    touch(tmp_path / "b.pdf")
    assert relatives(tmp_path, exclude=tmp_path / "out") == ["b.pdf"]


def test_a_missing_path_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        discover([tmp_path / "nothing"])
    assert caught.value.code == "not_found"


@pytest.mark.parametrize("name", [b"line\nfeed.pdf", b"tab\there.pdf", b"latin\xe9.pdf"])
def test_odd_names_become_printable_text_and_keep_their_real_path(tmp_path: Path, name: bytes) -> None:
    real = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118
    with open(real, "wb") as stream:  # noqa: PTH123
        stream.write(b"x")
    (found,) = discover([tmp_path])
    assert "\N{REPLACEMENT CHARACTER}" in found.relative
    assert found.relative.encode("utf-8").decode().isprintable()
    assert found.path.read_bytes() == b"x"


def test_a_folder_that_may_not_be_listed_is_itself_returned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "a.pdf")
    shut = tmp_path / "shut"
    shut.mkdir()
    real_scandir = os.scandir

    def scandir(path: str) -> object:
        if Path(path) == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert relatives(tmp_path) == ["a.pdf", "shut"]


def test_files_of_equal_name_in_two_given_folders_stay_apart(tmp_path: Path) -> None:
    for name in ("2023", "2024"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    found = discover([tmp_path / "2023", tmp_path / "2024"])
    assert [file.relative for file in found] == ["2023/a.txt", "2024/a.txt"]


def test_names_that_print_alike_stay_apart(tmp_path: Path) -> None:
    for name in ("Số.txt", "S\u006f\u0302\u0301.txt"):  # composed and decomposed
        (tmp_path / name).write_text(name)
    found = discover([tmp_path])
    assert len(found) == 2
    assert len({file.relative for file in found}) == 2
