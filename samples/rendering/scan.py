"""Turns laid-out pages into pictures that look scanned or photographed."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from rendering.handwriting import digits_tile, signature_tile
from rendering.page import HEIGHT, WIDTH, Ink, Page, font
from rendering.source import Decree, Scan
from rendering.stamps import PEN_BLUE, arrival_tile, seal_tile

Pixels = NDArray[np.float32]
_FINE = 3  # print is drawn this much finer, so that letters stand where the layout put them


def printed(page: Page, dpi: float) -> Image.Image:
    """The print alone: grey, white paper."""
    width, height = round(WIDTH * dpi / 72), round(HEIGHT * dpi / 72)
    unit = dpi / 72 * _FINE
    canvas = Image.new("L", (width * _FINE, height * _FINE), 255)
    draw = ImageDraw.Draw(canvas)
    for run in page.runs:
        face = font(run.style, run.size * unit)
        draw.text((run.x * unit, run.baseline * unit), run.text, font=face, fill=0, anchor="ls")
    for rule in page.rules:
        box = (rule.x * unit, rule.y * unit, (rule.x + rule.width) * unit, (rule.y + rule.thickness) * unit)
        draw.rectangle(box, fill=0)
    return canvas.reduce(_FINE)


def tile(ink: Ink, dpi: float, rng: random.Random) -> tuple[Image.Image, tuple[float, float]]:
    """The picture of one ink mark and where its top left corner stands, in points."""
    unit = dpi / 72
    if ink.kind == "digits":
        height = ink.size * 1.12
        picture = digits_tile(ink.text[0], height * unit, rng, PEN_BLUE)
        return picture, (ink.x - height * 0.46, ink.y - height * 1.40 + rng.uniform(-1.4, 1.4))
    if ink.kind == "arrival":
        return arrival_tile(ink.text, dpi, rng), (ink.x, ink.y)
    if ink.kind == "seal":
        picture = seal_tile(ink.text, ink.size * unit, rng)
    else:
        picture = signature_tile(ink.text[0], ink.size * unit, PEN_BLUE)
    return picture, (ink.x - picture.width / unit / 2, ink.y - picture.height / unit / 2)


def inked(page: Page, scan: Scan, rng: random.Random) -> Image.Image:
    """Print and ink on white paper, as colours multiply where they cross."""
    toner = int(255 * (1 - scan.toner))
    black = printed(page, scan.dpi).point([toner + value * (255 - toner) // 255 for value in range(256)])
    canvas = Image.merge("RGB", (black, black, black))
    for ink in page.inks:
        picture, (x, y) = tile(ink, scan.dpi, rng)
        flat = Image.new("RGB", picture.size, (255, 255, 255))
        flat.paste(picture, mask=picture.getchannel("A"))
        at = (int(x * scan.dpi / 72), int(y * scan.dpi / 72))
        box = (at[0], at[1], at[0] + flat.width, at[1] + flat.height)
        canvas.paste(ImageChops.multiply(canvas.crop(box), flat), box)
    return canvas


def scanned(pages: list[Page], decree: Decree) -> list[Image.Image]:
    """Every page as the scanner of `decree.scan` gives it: RGB, grey or black and white."""
    rng = random.Random(f"scan of {decree.stem}")
    clean = [inked(page, decree.scan, rng) for page in pages]
    worn = []
    for index, picture in enumerate(clean):
        back = clean[index + 1] if index + 1 < len(clean) else None
        worn.append(_through_scanner(picture, back, decree.scan, rng))
    return worn


def _through_scanner(
    picture: Image.Image, back: Image.Image | None, scan: Scan, rng: random.Random
) -> Image.Image:
    if scan.show_through and back is not None:
        ghost = back.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(3))
        ghost = ghost.point([255 - int((255 - value) * scan.show_through) for value in range(256)] * 3)
        picture = ImageChops.multiply(picture, ghost)
    picture = ImageChops.multiply(picture, Image.new("RGB", picture.size, scan.paper))
    angle = scan.skew * rng.uniform(0.7, 1.2) * rng.choice((-1, 1))
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=scan.paper)
    if scan.punch:
        _punch(picture, scan.dpi)
    pixels = np.asarray(picture.filter(ImageFilter.GaussianBlur(scan.blur)), dtype=np.float32)
    pixels = _lit(pixels, scan, np.random.default_rng(rng.getrandbits(32)))
    out = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if scan.mode == "bilevel":
        return out.convert("L").point([255 if value > 165 else 0 for value in range(256)]).convert("1")
    return out.convert("L") if scan.mode == "grey" else out


def _lit(pixels: Pixels, scan: Scan, generator: np.random.Generator) -> Pixels:
    """Grain, specks, a slope of the light, and the dark edge of a lid that was not quite shut."""
    height, width = pixels.shape[:2]
    grain = generator.standard_normal((height, width, 1), dtype=np.float32) * np.float32(scan.noise)
    slope = np.linspace(0, generator.uniform(-4, 4), width, dtype=np.float32)[None, :, None]
    pixels = pixels + grain + slope
    for _ in range(int(generator.integers(6, 18))):
        x, y = int(generator.integers(3, width - 3)), int(generator.integers(3, height - 3))
        pixels[y : y + 2, x : x + int(generator.integers(1, 4))] *= np.float32(0.35)
    if scan.dark_edge:
        reach = int(width * 0.012)
        pixels[:, :reach] *= np.linspace(0.25, 1.0, reach, dtype=np.float32)[None, :, None]
    return pixels


def _punch(picture: Image.Image, dpi: float) -> None:
    draw = ImageDraw.Draw(picture)
    radius = dpi * 0.11
    for height in (0.36, 0.64):
        x, y = dpi * 0.42, picture.height * height
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(196, 194, 190))
