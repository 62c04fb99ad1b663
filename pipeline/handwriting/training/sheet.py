"""A picture of drawn slots with what the shipped network reads in them.

`python -m pipeline.handwriting.training.sheet samples/images/slots.png`

Only synthetic slots are shown, as the network sees them; real papers are not published.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.handwriting.beam import temper
from pipeline.handwriting.crop import HEIGHT, stack
from pipeline.handwriting.reader import Reader, collect, shipped_reader
from pipeline.handwriting.training.glyphs import FONT_FOLDER, load_supply
from pipeline.handwriting.training.synthetic import Sample, draw_slot

COLUMNS, ROWS = 6, 8
_WIDTH, _TALL, _ZOOM = 260, 130, 2
_GREEN, _RED, _GREY = (20, 120, 40), (190, 30, 30), (90, 90, 90)


def make_sheet(out: Path, *, seed: int = 5, hand_share: float = 0.75) -> tuple[int, int]:
    """Draw slots, read them, and write the sheet; returns how many were right and how many were shown."""
    random = np.random.default_rng(seed)
    supply, reader = load_supply(None), shipped_reader()
    sheet = Image.new("RGB", (COLUMNS * _WIDTH, ROWS * _TALL), "white")
    right = 0
    for index in range(COLUMNS * ROWS):
        style = "stroke" if random.random() < hand_share else ""
        sample = draw_slot(supply, random, style)
        tile, verdict = _tile(sample, reader)
        right += verdict
        sheet.paste(tile, ((index % COLUMNS) * _WIDTH, (index // COLUMNS) * _TALL))
    sheet.save(out)
    return right, COLUMNS * ROWS


def _tile(sample: Sample, reader: Reader) -> tuple[Image.Image, bool]:
    raw, _ = collect(reader.network(stack([sample.pixels])), sample.kind, reader.notes.networks)
    readings = temper(raw, reader.notes.temperature.get(sample.kind, 1.0))
    best, probability = readings[0] if readings else ("", 0.0)
    verdict = best.lstrip("0") == sample.label.lstrip("0")
    tile = Image.new("RGB", (_WIDTH, _TALL), "white")
    grey = np.round(255 * (1 - sample.pixels)).astype(np.uint8)
    shown = Image.fromarray(grey).resize((sample.pixels.shape[1] * _ZOOM, HEIGHT * _ZOOM))
    tile.paste(shown.crop((0, 0, min(shown.width, _WIDTH - 10), HEIGHT * _ZOOM)), (4, 26))
    draw = ImageDraw.Draw(tile)
    font = ImageFont.truetype(str(FONT_FOLDER / "truetype/croscore/Arimo-Regular.ttf"), 17)
    draw.text((4, 3), f"{best or 'blank'}  {probability:.2f}", fill=_GREEN if verdict else _RED, font=font)
    if not verdict:
        draw.text((120, 3), f"is {sample.label or 'blank'}", fill=_GREY, font=font)
    return tile, verdict


if __name__ == "__main__":
    print("{} of {} right".format(*make_sheet(Path(sys.argv[1]))))
