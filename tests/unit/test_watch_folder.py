"""What a look sees, what it refuses and says so, and when a file has come to rest."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.watch.folder import Look, Rules, Stamp, Waiting, batch_of, in_batches, look, observe


def put(root: Path, relative: str, content: str = "x") -> Path:
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def names(root: Path, seen: Look) -> set[str]:
    return {path.relative_to(root).as_posix() for path in seen.files}


def test_files_of_all_subfolders_are_seen(tmp_path: Path) -> None:
    for relative in ("a.pdf", "hộp 1/b.TIF", "hộp 1/tập 2/c.txt"):
        put(tmp_path, relative)
    assert names(tmp_path, look(tmp_path, Rules())) == {"a.pdf", "hộp 1/b.TIF", "hộp 1/tập 2/c.txt"}


def test_unfinished_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    for relative in (".a.pdf", "~a.pdf", "a.pdf.part", "b.tmp", ".trash/c.pdf", "Thumbs.db"):
        put(tmp_path, relative)
    assert look(tmp_path, Rules()) == Look({}, {})


def test_patterns_of_the_user_match_names_paths_and_whole_folders(tmp_path: Path) -> None:
    for relative in ("nháp/a.pdf", "nháp-1.pdf", "bản/b.pdf", "c.pdf"):
        put(tmp_path, relative)
    rules = Rules(("nháp*", "bản/*"))
    assert names(tmp_path, look(tmp_path, rules)) == {"c.pdf"}


def test_links_pipes_and_foreign_kinds_are_refused_with_a_reason(tmp_path: Path) -> None:
    real = put(tmp_path, "a.pdf")
    (tmp_path / "link.pdf").symlink_to(real)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.pdf")
    put(tmp_path, "thư.docx")
    seen = look(tmp_path, Rules())
    assert names(tmp_path, seen) == {"a.pdf"}
    assert {path.name: reason for path, reason in seen.refused.items()} == {
        "link.pdf": "symbolic_link",
        "loop": "symbolic_link",
        "pipe.pdf": "not_a_file",
        "thư.docx": "unsupported",
    }


def test_its_own_output_is_never_seen(tmp_path: Path) -> None:
    put(tmp_path, "out/text/a.txt")
    put(tmp_path, "a.pdf")
    rules = Rules(own=(tmp_path / "out", tmp_path / "not there"))
    assert names(tmp_path, look(tmp_path, rules)) == {"a.pdf"}


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        look(tmp_path / "gone", Rules())


def test_names_that_are_no_utf8_do_not_blind_the_look(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt")).write_text("x", encoding="utf-8")
    put(tmp_path, "b.txt")
    assert len(look(tmp_path, Rules()).files) == 2


FILE = Path("a.pdf")


@pytest.mark.parametrize("changed", [Stamp(2, 1, 1), Stamp(1, 2, 1), Stamp(1, 1, 2)])
def test_any_change_starts_the_wait_again(changed: Stamp) -> None:
    waiting = observe({FILE: Waiting(Stamp(1, 1, 1), 0)}, {FILE: changed}, now=9)
    assert waiting[FILE].since == 9


def test_a_file_that_vanished_waits_no_more() -> None:
    assert observe({FILE: Waiting(Stamp(1, 1, 1), 0)}, {}, now=9) == {}


@given(
    st.lists(st.tuples(st.integers(1, 10), st.integers(0, 2)), min_size=1, max_size=30), st.integers(1, 15)
)
def test_a_quiet_file_was_the_same_for_all_the_seconds(steps: list[tuple[int, int]], seconds: int) -> None:
    now, waiting, history = 0, {}, []
    for gap, size in steps:
        now += gap
        waiting = observe(waiting, {FILE: Stamp(size, 0, 0)}, now)
        history.append((now, size))
        within = {one for time, one in history if time >= now - seconds}
        if waiting[FILE].is_quiet(now, seconds):
            assert within == {size}


def test_subfolders_are_batches() -> None:
    assert list(in_batches(["h1/a.pdf", "b.pdf", "h1/t2/c.pdf", "h2/d.pdf"])) == ["h1", ".", "h2"]
    assert batch_of("h1/t2/c.pdf") == "h1"
