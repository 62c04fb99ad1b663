"""The red round seal of an office and the registry's stamp for incoming papers; no State emblem."""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from rendering.handwriting import digits_tile
from rendering.page import font

RED = (205, 32, 42)
STAMP_BLUE = (58, 66, 150)
PEN_BLUE = (28, 52, 158)


def seal_tile(lines: tuple[str, ...], diameter: float, rng: random.Random) -> Image.Image:
    """A seal: `lines[0]` runs over the top of the ring, `lines[1]` along its foot, a star in the middle."""
    size = int(diameter * 2)
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    center = size / 2
    for part, width in ((0.985, 0.022), (0.925, 0.008), (0.60, 0.010)):
        radius = center * part
        box = (center - radius, center - radius, center + radius, center + radius)
        draw.ellipse(box, outline=255, width=max(2, int(size * width)))
    pixels = size * 0.085
    _around(mask, lines[0], center * 0.76, pixels, is_top=True)
    _around(mask, lines[1], center * 0.76, pixels, is_top=False)
    for side in (-1, 1):
        draw.polygon(_star(center + side * center * 0.77, center + center * 0.12, center * 0.07), fill=255)
    draw.polygon(_star(center, center, center * 0.42), fill=255)
    small = mask.resize((size // 2, size // 2), Image.Resampling.BOX)
    tile = Image.new("RGBA", small.size, (*RED, 0))
    tile.putalpha(_worn(small, rng))
    return tile.rotate(rng.uniform(-9, 9), Image.Resampling.BICUBIC)


def arrival_tile(lines: tuple[str, ...], dpi: float, rng: random.Random) -> Image.Image:
    """The stamp `ĐẾN`: office, number and date of arrival; number and date are in the registrar's hand."""
    unit = dpi / 72
    width, height = int(130 * unit), int(66 * unit)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((1, 1, width - 2, height - 2), outline=255, width=max(2, int(1.3 * unit)))
    draw.line((0, 17 * unit, width, 17 * unit), fill=255, width=max(1, int(unit)))
    draw.line((41 * unit, 17 * unit, 41 * unit, height), fill=255, width=max(1, int(unit)))
    draw.text((65 * unit, 9 * unit), lines[0], font=font("bold", 8.6 * unit), fill=255, anchor="mm")
    draw.text((21 * unit, 42 * unit), "ĐẾN", font=font("bold", 15 * unit), fill=255, anchor="mm")
    face = font("regular", 10 * unit)
    for row, label in enumerate(("Số: ................", "Ngày: .............", "Chuyển: ..........")):
        draw.text((44 * unit, (29 + 14.5 * row) * unit), label, font=face, fill=255, anchor="ls")
    tile = Image.new("RGBA", mask.size, (*STAMP_BLUE, 0))
    tile.putalpha(_worn(mask, rng))
    for row, text in enumerate(lines[1:3]):
        height_px = 11 * unit
        ink = digits_tile(text, height_px, rng, PEN_BLUE)
        tile.alpha_composite(ink, (int(66 * unit), max(0, int((29 + 14.5 * row) * unit - height_px * 1.45))))
    return tile.rotate(rng.uniform(-1.5, 2.5), Image.Resampling.BICUBIC, expand=True)


def _around(mask: Image.Image, text: str, radius: float, pixels: float, *, is_top: bool) -> None:
    """Letters along a circle: clockwise over the top, counter-clockwise along the foot."""
    face = font("bold", pixels)
    widths = [face.getlength(sign) + pixels * 0.12 for sign in text]
    angle = -sum(widths) / 2 / radius
    center = mask.width / 2
    for sign, width in zip(text, widths, strict=True):
        turn = angle + width / 2 / radius
        angle += width / radius
        x = center + radius * math.sin(turn)
        y = center - radius * math.cos(turn) * (1 if is_top else -1)
        letter = Image.new("L", (int(pixels * 2.4), int(pixels * 2.4)), 0)
        middle = pixels * 1.2
        ImageDraw.Draw(letter).text((middle, middle + pixels * 0.34), sign, font=face, fill=255, anchor="ms")
        turned = letter.rotate(math.degrees(-turn if is_top else turn), Image.Resampling.BICUBIC)
        _lighten(mask, turned, (int(x - middle), int(y - middle)))


def _lighten(mask: Image.Image, part: Image.Image, at: tuple[int, int]) -> None:
    box = (at[0], at[1], at[0] + part.width, at[1] + part.height)
    mask.paste(ImageChops.lighter(mask.crop(box), part), box)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.40
        angle = math.pi * index / 5
        corners.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return corners


def _worn(mask: Image.Image, rng: random.Random) -> Image.Image:
    """Uneven ink: patches where the rubber touched less."""
    noise = np.random.default_rng(rng.getrandbits(32)).random((mask.height // 6 + 1, mask.width // 6 + 1))
    patches = Image.fromarray((noise * 255).astype(np.uint8)).resize(mask.size, Image.Resampling.BICUBIC)
    patches = patches.filter(ImageFilter.GaussianBlur(2))
    patches = patches.point([min(255, 120 + value) for value in range(256)])
    return ImageChops.multiply(mask, patches)
