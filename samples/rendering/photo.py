"""A page taken with a phone: perspective, a desk, a lamp and the shadow of a hand."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from rendering.page import Page
from rendering.scan import Pixels, inked
from rendering.source import Decree

_CORNERS = ((0.075, 0.045), (0.935, 0.060), (0.965, 0.955), (0.040, 0.945))  # of the sheet in the photo


def photographed(page: Page, decree: Decree) -> Image.Image:
    """The page lying on a desk, taken from not quite above, under a lamp at the right."""
    scan = decree.scan
    rng = random.Random(f"photo of {decree.stem}")
    generator = np.random.default_rng(rng.getrandbits(32))
    paper = inked(page, scan, rng)
    paper = ImageChops.multiply(paper, Image.new("RGB", paper.size, scan.paper))
    width, height = int(paper.width * 1.12), int(paper.height * 1.10)
    matrix = _perspective([(x * width, y * height) for x, y in _CORNERS], paper.size)
    kind = Image.Transform.PERSPECTIVE
    sheet = paper.transform((width, height), kind, matrix, Image.Resampling.BICUBIC)
    cover = Image.new("L", paper.size, 255).transform((width, height), kind, matrix)
    photo = Image.composite(sheet, _shaded(_desk(width, height, generator), cover), cover)
    pixels = np.asarray(photo.filter(ImageFilter.GaussianBlur(scan.blur)), dtype=np.float32)
    grain = generator.standard_normal((height, width, 1), dtype=np.float32) * np.float32(scan.noise)
    pixels = pixels * _lamp(width, height) + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _shaded(desk: Image.Image, cover: Image.Image) -> Image.Image:
    """The desk with the shadow that the sheet throws to the right and below."""
    moved = ImageChops.offset(cover, int(desk.width * 0.008), int(desk.height * 0.007))
    shadow = moved.filter(ImageFilter.GaussianBlur(14)).point([value * 3 // 5 for value in range(256)])
    return Image.composite(Image.new("RGB", desk.size, (34, 24, 18)), desk, shadow)


def _lamp(width: int, height: int) -> Pixels:
    """Light falling off to the left and below, and the soft shadow of a hand across one corner."""
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    light = np.float32(0.80) + np.float32(0.18) * x - np.float32(0.10) * y
    edge = (x + np.float32(0.6) * (1 - y) - np.float32(0.52)) / np.float32(0.10)
    shadow = np.float32(0.80) + np.float32(0.20) / (1 + np.exp(-np.clip(edge, -20, 20)))
    lamp: Pixels = (light * shadow * np.array([1.02, 1.0, 0.95])).astype(np.float32)
    return lamp


def _desk(width: int, height: int, generator: np.random.Generator) -> Image.Image:
    grain = generator.random((1, width // 3), dtype=np.float32).repeat(height // 60, axis=0)
    grain += generator.random((height // 60, width // 3), dtype=np.float32) * np.float32(0.3)
    veins = Image.fromarray((grain / 1.3 * 60).astype(np.uint8))
    veins = veins.resize((width, height), Image.Resampling.BICUBIC)
    base = np.asarray(veins, dtype=np.float32)[:, :, None] * 0.7 + np.array([112, 78, 52], dtype=np.float32)
    return Image.fromarray(base.astype(np.uint8))


def _perspective(target: list[tuple[float, float]], size: tuple[int, int]) -> tuple[float, ...]:
    """Coefficients that map points of the photo to points of the paper."""
    source = ((0, 0), (size[0], 0), size, (0, size[1]))
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    return tuple(round(float(value), 9) for value in solved)
