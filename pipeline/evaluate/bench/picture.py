"""The comparison as a PNG: time and errors of each contender as bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.export.writing import output_errors

WIDTH, ROW, TOP, LABELS, GAP = 900, 34, 64, 250, 40  # px
BAR, INK, OURS, OTHERS = 22, "#222222", "#3b6ea5", "#b8b8b8"
_TEXT = 17  # px


def draw(titles: tuple[str, str], rows: Sequence[tuple[str, float, float]], path: Path) -> None:
    """Draw for each row (name, left value, right value) two bars under `titles`; the last name is ours.

    Names that begin with "sohoa" are coloured. Raises OutputError.
    """
    image = Image.new("RGB", (WIDTH, TOP + ROW * len(rows) + 16), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_TEXT)
    width = (WIDTH - LABELS - 2 * GAP - 60) // 2
    columns = ([row[1] for row in rows], [row[2] for row in rows])
    for column, (title, values) in enumerate(zip(titles, columns, strict=True)):
        left = LABELS + column * (width + GAP + 40)
        pen.text((left, 30), title, fill=INK, font=font, anchor="lm")
        most = max(values, default=1) or 1
        for index, (row, value) in enumerate(zip(rows, values, strict=True)):
            middle = TOP + ROW * index + ROW // 2
            right = left + round((width - 50) * value / most)
            colour = OURS if row[0].startswith("sohoa") else OTHERS
            pen.rectangle((left, middle - BAR // 2, right, middle + BAR // 2), fill=colour)
            pen.text((right + 6, middle), f"{value:.2f}", fill=INK, font=font, anchor="lm")
    for index, row in enumerate(rows):
        pen.text((LABELS - 12, TOP + ROW * index + ROW // 2), row[0], fill=INK, font=font, anchor="rm")
    with output_errors(path):
        image.save(path, "PNG")
