"""`evaluate handwriting`: reading a folder of labelled slots and counting."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import InputError
from pipeline.evaluate import handwriting
from pipeline.model import BBox, SlotReading

HEAD = "file,slot,label,kind,box_x0,box_y0,box_x1,box_y1,crop_x0,crop_y0,crop_x1,crop_y1,doubtful"


def labels(folder: Path, *rows: str) -> Path:
    for row in rows:
        Image.new("RGB", (100, 60), (10, 20, 30)).save(folder / row.split(",")[0])
    path = folder / "labels.csv"
    path.write_text("\n".join((HEAD, *rows)), encoding="utf-8")
    return path


def row(name: str, slot: str, label: str, kind: str, doubtful: int = 0) -> str:
    return f"{name}.png,{slot},{label},{kind},1030,510,1070,550,1000,500,1100,560,{doubtful}"


def reader(answers: dict[str, tuple[tuple[str, float], ...]]):
    def read(pixels: np.ndarray, box: BBox, dpi: float, kind: str) -> SlotReading:
        assert box == BBox(30, 10, 70, 50) and dpi == 300
        assert tuple(pixels[0, 0]) == (30, 20, 10), "pixels are BGR"
        return SlotReading(kind, box, "handwritten", answers[kind])

    return read


def is_sure(reading: SlotReading) -> bool:
    return reading.readings[0][1] >= 0.9


def test_figures_count_hands_and_print_apart(tmp_path):
    path = labels(
        tmp_path,
        row("a", "number", "574", "handwritten"),
        row("b", "day", "05", "handwritten"),
        row("c", "month", "4", "printed"),
        row("d", "month", "5", "printed", doubtful=1),
    )
    answers = {"number": (("514", 0.6), ("574", 0.4)), "day": (("5", 0.95),), "month": (("4", 0.99),)}
    figures = handwriting.score(handwriting.read_labelled(path, reader(answers), is_sure))
    assert figures["number_exact"] == 0 and figures["number_top3"] == 1
    assert figures["day_exact"] == 1 and figures["printed_exact"] == 1
    assert figures["sure_share"] == pytest.approx(0.6667) and figures["sure_right"] == 1
    assert figures["calibration"][0] == {"confidence": 0.6, "right": 0.0, "slots": 1}
    assert figures["reject_curve"][-1] == {"at_least": 0.99, "accepted": 0.3333, "right": 1.0}


def test_unlabelled_slots_are_read_but_not_counted(tmp_path):
    path = labels(tmp_path, row("a", "day", "", ""))
    slots = handwriting.read_labelled(path, reader({"day": (("7", 0.9),)}), is_sure)
    assert slots[0].reading == "7" and handwriting.score(slots) == {}


def test_the_command_writes_readings_and_figures(tmp_path):
    path = labels(tmp_path, row("a", "number", "30C", "stamped"))
    answers = {"number": (("30c", 0.97), ("30", 0.02), ("39", 0.005), ("36", 0.001))}
    out, kept = tmp_path / "readings.csv", tmp_path / "figures.json"
    handwriting.run(path, out, kept, read=reader(answers), is_sure=is_sure)
    with out.open(encoding="utf-8", newline="") as lines:
        (written,) = csv.DictReader(lines)
    assert written == {
        "file": "a.png",
        "reading": "30c",
        "alternatives": "30c;30;39",
        "confidence": "0.9700",
        "sure": "true",
    }
    assert json.loads(kept.read_text())["number_exact"] == 1


def test_a_missing_table_or_crop_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        handwriting.read_labelled(tmp_path / "none.csv", reader({}), is_sure)
    path = labels(tmp_path, row("a", "day", "1", "printed"))
    (tmp_path / "a.png").unlink()
    with pytest.raises(InputError, match=r"a\.png"):
        handwriting.read_labelled(path, reader({}), is_sure)


def test_a_box_that_is_no_number_is_an_input_error(tmp_path):
    path = labels(tmp_path, row("a", "day", "1", "printed").replace("1030", "left"))
    with pytest.raises(InputError, match=r"a\.png"):
        handwriting.read_labelled(path, reader({}), is_sure)
