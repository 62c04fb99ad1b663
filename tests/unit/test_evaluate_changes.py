"""The gained/lost report: what it calls better, what it keeps, what it does not write down."""

import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.evaluate import changes, quality
from pipeline.evaluate.fields import Cell

SECRET = "một tệp riêng.pdf"


def cell(column: str = "place", *, right: bool = True, sure: bool = True, file: str = "a.pdf") -> Cell:
    return Cell(file, column, "Huế", "Huế" if right else "Hué", right, sure)


@pytest.mark.parametrize(
    ("right", "sure", "expected"),
    [
        (True, True, "right"),
        (True, False, "right"),
        (False, False, "doubtful"),
        (False, True, "wrong"),
    ],
)
def test_a_wrong_cell_that_is_named_for_review_is_only_doubtful(
    right: bool, sure: bool, expected: str
) -> None:
    assert changes.verdict(cell(right=right, sure=sure)) == expected


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("wrong", cell(), "gained"),
        ("doubtful", cell(), "gained"),
        ("wrong", cell(right=False, sure=False), "gained"),
        ("right", cell(right=False), "lost"),
        ("right", cell(right=False, sure=False), "lost"),
        ("doubtful", cell(right=False), "lost"),
    ],
)
def test_every_step_up_is_gained_and_every_step_down_is_lost(before: str, now: Cell, kind: str) -> None:
    first, last = changes.changes("samples", [now], {"a.pdf": {"place": before}})
    assert first == f"{kind:6}  samples  a.pdf  place  {before} -> {changes.verdict(now)}"
    assert last.startswith("samples: 1 cells gained, 0" if kind == "gained" else "samples: 0 cells gained, 1")


def test_an_equal_result_is_one_line() -> None:
    (line,) = changes.changes("samples", [cell()], {"a.pdf": {"place": "right"}})
    assert line == "samples: 0 cells gained, 0 lost, 0 new, 0 gone"


def test_cells_of_one_side_only_are_counted_and_not_compared() -> None:
    (line,) = changes.changes("samples", [cell("issuer", right=False)], {"b.pdf": {"place": "right"}})
    assert line == "samples: 0 cells gained, 0 lost, 1 new, 1 gone"


def test_file_names_of_other_sets_are_not_written_but_shown(tmp_path: Path) -> None:
    kept = tmp_path / "cells.json"
    changes.write_verdicts(kept, {"scans": [cell(file=SECRET)], "samples": [cell(right=False)]}, {})
    written = kept.read_text(encoding="utf-8")
    assert SECRET not in written and "Huế" not in written and "Hué" not in written
    assert "a.pdf" in written
    (key,) = json.loads(written)["scans"]
    assert len(key) == 8 and int(key, 16) >= 0
    lines = list(
        changes.changes("scans", [cell(file=SECRET, right=False)], changes.read_verdicts(kept)["scans"])
    )
    assert lines[0] == f"lost    scans  {SECRET}  place  right -> wrong"


def test_only_measured_sets_are_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "cells.json"
    before: dict[str, changes.Verdicts] = {
        "scans": {"01234567": {"place": "right"}},
        "samples": {"old.pdf": {"place": "right"}},
    }
    changes.write_verdicts(kept, {"samples": [cell()]}, before)
    assert changes.read_verdicts(kept) == {
        "samples": {"a.pdf": {"place": "right"}},
        "scans": {"01234567": {"place": "right"}},
    }


def test_the_order_of_cells_leaves_no_trace(tmp_path: Path) -> None:
    cells = [cell("place"), cell("issuer"), cell(file="0.pdf")]
    for name, order in (("one", cells), ("two", cells[::-1])):
        changes.write_verdicts(tmp_path / name, {"samples": order}, {})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_no_earlier_result_is_no_error(tmp_path: Path) -> None:
    assert changes.read_verdicts(tmp_path / "none.json") == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"samples": 1}', '{"samples": {"a": {"place": "good"}}}'])
def test_a_damaged_result_is_an_input_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cells.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="--update-cells"):
        changes.read_verdicts(path)


def test_the_report_changes_the_accepted_result_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "cells.json"
    quality.show_changes({"samples": (cell(),)}, kept, update=False)
    assert not kept.exists()
    assert "--update-cells" in capsys.readouterr().out
    quality.show_changes({"samples": (cell(),)}, kept, update=True)
    accepted = kept.read_bytes()
    capsys.readouterr()
    quality.show_changes({"samples": (cell(right=False),)}, kept, update=False)
    assert capsys.readouterr().out.startswith("lost    samples  a.pdf  place  right -> wrong\n")
    assert kept.read_bytes() == accepted
