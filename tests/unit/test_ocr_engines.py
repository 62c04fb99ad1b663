"""The two ways to Tesseract read the same kind of lines, and fail with the same errors."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import MissingDependency, OcrError
from pipeline.model import PageImage
from pipeline.ocr import engine, tesseract_library
from pipeline.ocr.tesseract_library import TesseractLibrary
from pipeline.ocr.tesseract_program import TesseractProgram
from pipeline.ocr.tsv import read_lines

WORDS = ("CHI THI", "Can cu Luat to chuc", "ngay 12 thang 5")
ways = pytest.mark.parametrize("in_process", [True, False], ids=["library", "program"])


def page(*texts: str, number: int = 1) -> PageImage:
    picture = Image.new("L", (900, 120 + 90 * len(texts)), 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(44)
    for index, text in enumerate(texts):
        pen.text((80, 60 + 90 * index), text, fill=0, font=font)
    return PageImage(number, np.asarray(picture, np.uint8), 300.0)


@ways
def test_lines_come_with_boxes_on_the_picture(in_process: bool) -> None:
    lines = engine("vie", 6, in_process=in_process).read(page(*WORDS), 30.0)
    assert [len(line.words) for line in lines] == [2, 5, 4]
    for index, line in enumerate(lines):
        assert line.bbox is not None
        assert 60 <= line.bbox.left < line.bbox.right <= 900
        assert abs(line.bbox.center_y - (90 + 90 * index)) < 25
        assert 0.0 <= line.confidence <= 1.0


@ways
def test_colour_pictures_are_read_too(in_process: bool) -> None:
    grey = page("12345")
    colours = PageImage(1, np.stack([grey.pixels] * 3, axis=2), 300.0)
    reader = engine("vie", 6, in_process=in_process)
    assert [line.text for line in reader.read(colours, 30.0)] == [
        line.text for line in reader.read(grey, 30.0)
    ]


@ways
def test_an_empty_page_has_no_lines(in_process: bool) -> None:
    blank = PageImage(1, np.full((400, 300), 255, np.uint8), 300.0)
    assert engine("vie", 3, in_process=in_process).read(blank, 30.0) == ()


@ways
def test_too_little_time_is_told_as_such(in_process: bool) -> None:
    with pytest.raises(OcrError) as caught:
        engine("vie", 3, in_process=in_process).read(page(*WORDS * 8), 0.001)
    assert caught.value.code == "timeout"


@ways
def test_a_missing_language_names_the_package(in_process: bool) -> None:
    with pytest.raises(MissingDependency) as caught:
        engine("lao", 3, in_process=in_process).read(page("x"), 30.0)
    assert "apt-get install tesseract-ocr tesseract-ocr-lao" in caught.value.hint


def test_the_library_reads_after_it_ran_out_of_time() -> None:
    reader = TesseractLibrary("vie", 6)
    before = reader.read(page(*WORDS), 30.0)
    with pytest.raises(OcrError):
        reader.read(page(*WORDS * 8), 0.001)
    assert reader.read(page(*WORDS), 30.0) == before


def test_what_was_read_before_changes_nothing() -> None:
    pages = [page(*WORDS), page("KE HOACH 123/KH", "nam 2024"), page("Noi nhan", "Luu VT")]
    block, whole = TesseractLibrary("vie", 6), TesseractLibrary("vie", 3)
    there = [(block.read(one, 30.0), whole.read(one, 30.0)) for one in pages]
    back = [(block.read(one, 30.0), whole.read(one, 30.0)) for one in reversed(pages)]
    assert there == back[::-1]


def test_the_library_writes_nothing_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300), dtype=np.uint8)
    TesseractLibrary("vie", 3).read(PageImage(1, noise, 10.0), 30.0)
    TesseractLibrary("vie", 3).read(PageImage(1, noise[:3, :200], 300.0), 30.0)
    assert capfd.readouterr().err == ""


def test_the_program_reads_where_the_library_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(engine("vie", 12, in_process=True), TesseractLibrary)
    assert isinstance(engine("vie", 12, in_process=False), TesseractProgram)
    engine.cache_clear()
    monkeypatch.setattr(tesseract_library, "is_usable", lambda: False)
    assert isinstance(engine("vie", 12, in_process=True), TesseractProgram)
    engine.cache_clear()


def test_rows_of_words_become_lines() -> None:
    rows = [
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        "4\t1\t1\t1\t1\t0\t10\t10\t90\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t10\t40\t20\t96.5\tSố:",
        "5\t1\t1\t1\t1\t2\t55\t10\t45\t20\t12\t \t",
        "5\t1\t1\t1\t2\t1\t-5\t40\t400\t20\t130\t12/CT",
    ]
    lines = list(read_lines(rows, 100, 50))
    assert [line.text for line in lines] == ["Số:", "12/CT"]
    assert lines[0].words[0].confidence == pytest.approx(0.965)
    box = lines[1].bbox
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == (0, 40, 100, 50)
    assert lines[1].words[0].confidence == 1.0
