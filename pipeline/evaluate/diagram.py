"""The reliability diagram as PNG: share right over confidence, the diagonal, and the cells of each bin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.evaluate.reliability import Bin
from pipeline.export.writing import output_errors

SIZE = (720, 900)  # px
PLOT = (90, 60, 690, 660)  # px: left, top, right, bottom of confidence and share 0..1
COUNTS = (90, 720, 690, 830)  # px: the bars that say how many
SURE, GAP, INK, GRID = "#3b6ea5", "#c8452f", "#222222", "#d9d9d9"
_TEXT = 18  # px
_STEPS = 5  # marks on an axis


def draw(bins: Sequence[Bin], path: Path) -> None:
    """Draw `bins` to the PNG `path`; same bins, same picture. Raises OutputError.

    Blue bars are the share right; red lines lead from a bar to the mean confidence of its bin.
    """
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_TEXT)
    _axes(pen, font)
    most = max((one.cells for one in bins), default=1)
    for one in bins:
        _bar(pen, one)
        _count(pen, font, one, most)
    pen.line((_x(0), _y(0), _x(1), _y(1)), fill=INK, width=2)
    with output_errors(path):
        image.save(path, "PNG")


def _bar(pen: ImageDraw.ImageDraw, one: Bin) -> None:
    pen.rectangle((_x(one.low) + 3, _y(one.right), _x(one.high) - 3, _y(0)), fill=SURE)
    middle = (_x(one.low) + _x(one.high)) // 2
    pen.line((middle, _y(one.right), middle, _y(one.confidence)), fill=GAP, width=4)


def _count(
    pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, one: Bin, most: int
) -> None:
    _, top, _, bottom = COUNTS
    height = round((bottom - top) * one.cells / most)
    pen.rectangle((_x(one.low) + 3, bottom - height, _x(one.high) - 3, bottom), fill=GRID, outline=INK)
    middle = (_x(one.low) + _x(one.high)) // 2
    pen.text((middle, bottom - height - 4), str(one.cells), fill=INK, font=font, anchor="mb")


def _axes(pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:
    for step in range(_STEPS + 1):
        share = step / _STEPS
        pen.line((_x(0), _y(share), _x(1), _y(share)), fill=GRID)
        pen.text((_x(0) - 8, _y(share)), f"{share:.1f}", fill=INK, font=font, anchor="rm")
        pen.text((_x(share), _y(0) + 8), f"{share:.1f}", fill=INK, font=font, anchor="mt")
    pen.rectangle(PLOT, outline=INK)
    left, _, right, bottom = COUNTS
    pen.line((left, bottom, right, bottom), fill=INK)
    pen.text((left, 30), "share of cells that are right", fill=INK, font=font, anchor="lm")
    pen.text((right, 30), "red: distance to the mean confidence", fill=GAP, font=font, anchor="rm")
    pen.text(
        ((left + right) // 2, bottom + 30), "confidence; cells in each bin", fill=INK, font=font, anchor="mm"
    )


def _x(confidence: float) -> int:
    return round(PLOT[0] + confidence * (PLOT[2] - PLOT[0]))


def _y(share: float) -> int:
    return round(PLOT[3] - share * (PLOT[3] - PLOT[1]))
