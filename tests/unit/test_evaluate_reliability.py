"""`evaluate fields`: counts by column, the reliability table, JSON and the diagram."""

import json
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import InputError, OutputError
from pipeline.evaluate import diagram, reliability, rules
from pipeline.evaluate.fields import Cell
from pipeline.evaluate.reliability import Bin, Rated
from pipeline.evaluate.rules import Ruled
from pipeline.export import write_tables
from pipeline.model import Document, Field


def rated(confidence: float | None, *, right: bool = True, sure: bool = True, column: str = "place") -> Rated:
    return Rated(Cell("a.pdf", column, "Huế", "Huế" if right else "Hué", right, sure), confidence)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Tables of one document of which the place is right, the type wrong and the signer missing."""
    cells = (
        Field("place", "Huế", confidence=0.95, rule="before_date"),
        Field("doc_type", "Quyết định", confidence=0.45, rule="title"),
    )
    one = Document("a" * 16, "scans/a.pdf", "a" * 64, "1", (), cells)
    write_tables(tmp_path / "out", [one], [], [])
    return tmp_path / "out"


def truth(folder: Path, content: object) -> Path:
    path = folder / "truth.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


TRUE = [{"file": "a.pdf", "place": "Huế", "doc_type": "Chỉ thị", "signer_name": "Lê Văn A"}]


def test_the_command_prints_and_keeps_the_figures(
    tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bins = reliability.run(truth(tmp_path, TRUE), output, tmp_path / "figures.json")
    assert [(one.low, one.cells, one.right) for one in bins] == [(0.4, 1, 0.0), (0.9, 1, 1.0)]
    kept = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert kept["columns"]["place"] == {"cells": 1, "right": 1, "sure": 1, "sure_right": 1}
    assert kept["columns"]["doc_type"] == {"cells": 1, "right": 0, "sure": 0, "sure_right": 0}
    assert kept["columns"]["all"]["cells"] == 3
    assert kept["without_confidence"] == 1
    assert kept["calibration_error"] == pytest.approx((0.45 + 0.05) / 2)
    assert kept["sure_right_held_out"] == pytest.approx(0.95)
    printed = capsys.readouterr().out
    assert "0.9 to 1.0" in printed and "0.4 to 0.5" in printed and "0.2500" in printed


def test_a_confidence_on_an_edge_opens_the_upper_bin_and_one_closes_the_last() -> None:
    bins = reliability.reliability([rated(0.7), rated(0.3), rated(0.29), rated(1.0), rated(0.0)])
    assert [(one.low, one.cells) for one in bins] == [(0.0, 1), (0.2, 1), (0.3, 1), (0.7, 1), (0.9, 1)]


def test_a_bin_tells_mean_confidence_and_share_right() -> None:
    (one,) = reliability.reliability([rated(0.92), rated(0.96, right=False), rated(0.94), rated(None)])
    assert one == Bin(0.9, 1.0, 3, 0.94, 0.6667)


def test_the_calibration_error_weighs_bins_by_their_cells() -> None:
    bins = (Bin(0.0, 0.1, 1, 0.05, 1.0), Bin(0.9, 1.0, 3, 0.95, 1.0))
    assert reliability.calibration_error(bins) == pytest.approx((0.95 + 3 * 0.05) / 4)
    assert reliability.calibration_error(()) == 0


def test_columns_without_truth_are_left_out() -> None:
    counts = reliability.by_column([rated(0.9), rated(0.9, right=False, sure=False)])
    assert list(counts) == ["place", "all"]
    assert counts["place"] == reliability.ColumnScore(cells=2, right=1, sure=1, sure_right=1)


@pytest.mark.parametrize("content", [{"a": 1}, [1], [{"place": "Huế"}], [], [{"file": "a.pdf"}]])
def test_a_truth_of_another_form_or_without_cells_is_an_input_error(
    tmp_path: Path, output: Path, content: object
) -> None:
    with pytest.raises(InputError, match=r"truth\.json"):
        reliability.run(truth(tmp_path, content), output)


def test_a_truth_that_is_not_there_is_an_input_error(tmp_path: Path, output: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        reliability.run(tmp_path / "nowhere.json", output)


def test_missing_tables_are_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="sohoa run"):
        reliability.run(truth(tmp_path, TRUE), tmp_path / "none")


def test_the_diagram_shows_bars_as_high_as_the_share_right(tmp_path: Path) -> None:
    bins = (Bin(0.2, 0.3, 4, 0.25, 0.0), Bin(0.9, 1.0, 8, 0.95, 0.5))
    diagram.draw(bins, tmp_path / "diagram.png")
    with Image.open(tmp_path / "diagram.png") as image:
        assert (image.format, image.size) == ("PNG", diagram.SIZE)
        pixels = image.convert("RGB")
    left, top, right, bottom = diagram.PLOT
    column = left + round(0.92 * (right - left))
    blue = Image.new("RGB", (1, 1), diagram.SURE).getpixel((0, 0))
    half = (top + bottom) // 2
    assert pixels.getpixel((column, half + 4)) == blue
    assert pixels.getpixel((column, half - 4)) != blue


def test_the_same_bins_give_the_same_picture(tmp_path: Path) -> None:
    for name in ("one", "two"):
        diagram.draw((Bin(0.9, 1.0, 8, 0.95, 0.5),), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_diagram_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"d\.png"):
        diagram.draw((), tmp_path / "no" / "d.png")


def ruled(file: str, confidence: float, *, right: bool = True, sure: bool = True) -> Ruled:
    return Ruled(Cell(file, "place", "Huế", "Huế" if right else "Hué", right, sure), "one", confidence)


def test_a_rule_is_judged_by_the_other_documents_drawn_towards_its_confidence() -> None:
    cells = [ruled("a", 0.9), ruled("b", 0.9), ruled("c", 0.9, right=False)]
    (score,) = rules.by_rule(cells)
    assert (score.cells, score.right, score.wrong_sure) == (3, 2, 1)
    good, bad = (1 + 4 * 0.9) / 6, (2 + 4 * 0.9) / 6
    assert score.held_out == pytest.approx((2 * good + bad) / 3, abs=1e-4)
    assert rules.held_out_share(cells) == pytest.approx((2 * good + bad) / 3)


def test_a_rule_of_one_document_earns_nothing_with_it() -> None:
    (score,) = rules.by_rule([ruled("a", 0.7), ruled("a", 0.7)])
    assert score.held_out == 0.7
    assert rules.held_out_share([ruled("a", 0.7, sure=False)]) == 0.0
