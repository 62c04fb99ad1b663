"""What `sohoa restore` prints."""

from __future__ import annotations

import json

import pytest

from pipeline.restore.command import run

TEXT = "Uy ban nhan dan tinh\nban hanh quyet dinh so 12/QD-UBND\n"


def test_one_line_for_each_line_and_nothing_else() -> None:
    assert list(run(TEXT, "stripped")) == ["Ủy ban nhân dân tỉnh", "ban hành quyết định số 12/QD-UBND"]


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("\n", 1), ("tinh", 1), ("tinh\n\n", 2), ("tinh\n\ntinh", 3)]
)
def test_lines_are_counted_like_the_shell_does(text: str, lines: int) -> None:
    assert len(list(run(text))) == lines


def test_explained_edits_are_json_with_the_mode_first() -> None:
    rows = [json.loads(line) for line in run(TEXT, explain=True)]
    assert rows[0]["mode"] == "stripped"
    assert rows[0]["reason"]
    edit = next(row for row in rows if row.get("before") == "quyet")
    assert (edit["after"], edit["line"], edit["rule"]) == ("quyết", 2, "stripped")
    assert edit["margin"] > 0
    assert TEXT[edit["start"] : edit["end"]] == "quyet"


def test_the_difference_shows_changed_lines_in_colour() -> None:
    lines = list(run("Uy ban nhan dan tinh\n123\n", "stripped", diff=True))
    assert len(lines) == 1
    assert "\x1b[31mnhan\x1b[0m" in lines[0]
    assert "\x1b[32mnhân\x1b[0m" in lines[0]
