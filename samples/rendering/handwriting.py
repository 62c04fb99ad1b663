"""Pen strokes: digits from our own stroke templates, and signatures made of loops. Blue, with jitter."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

Point = tuple[float, float]
_OVERSAMPLE = 4

# Variants of each digit: strokes parted by `|`, points of a box 0..100 with y down; drawn for this project.
_DIGITS = {
    "0": ("58,6 30,14 20,48 32,90 58,95 78,62 74,22 54,5",),
    "1": ("34,30 50,14 58,3 56,45 52,99", "55,3 52,50 48,99"),
    "2": (
        "20,26 36,5 64,6 74,28 56,58 18,96 48,92 86,95",
        "24,20 46,3 72,14 68,42 34,84 22,92 36,80 58,94 84,88",
    ),
    "3": (
        "22,13 50,3 72,18 62,38 42,47 66,54 78,75 56,97 20,90",
        "22,8 48,6 76,5 58,28 44,44 72,54 74,84 46,99 18,88",
    ),
    "4": (
        "56,4 38,36 16,66 48,65 86,60 | 66,36 63,66 58,100",
        "30,8 24,34 24,56 52,56 82,50 | 72,6 68,52 62,100",
    ),
    "5": ("32,6 28,26 25,47 50,40 74,54 74,80 48,99 18,90 | 31,7 54,7 82,2",),
    "6": ("68,5 42,26 25,60 32,90 56,97 74,76 60,56 38,62 27,80",),
    "7": ("18,12 44,9 80,6 62,40 46,72 38,100", "18,14 46,8 80,7 60,44 44,100 | 36,54 56,51 76,48"),
    "8": ("68,20 50,3 28,17 40,42 68,66 66,92 42,98 26,82 42,55 66,34 69,18",),
    "9": (
        "72,24 50,4 26,22 32,46 56,47 73,26 70,60 54,100",
        "70,26 48,5 28,26 38,46 60,40 72,22 70,64 50,96 26,92",
    ),
    "/": ("70,-4 48,50 24,108",),
}
_ADVANCE = 0.62  # of the height


def digits_tile(text: str, height: float, rng: random.Random, colour: tuple[int, int, int]) -> Image.Image:
    """`text` (digits, `/`) as handwriting `height` pixels tall: RGBA, with a margin of half the height."""
    scale = height * _OVERSAMPLE
    margin = scale * 0.5
    canvas = Image.new("L", (int(margin * 2 + scale * _ADVANCE * len(text)), int(margin * 2 + scale)), 0)
    slant, x, width = rng.uniform(0.06, 0.22), margin, scale * rng.uniform(0.085, 0.115)
    for sign in text:
        strokes = _strokes(rng.choice(_DIGITS[sign]))
        size = scale * rng.uniform(0.92, 1.06)
        lift = rng.uniform(-0.04, 0.04) * scale
        for stroke in strokes:
            placed = [_place(point, size, slant, rng) for point in stroke]
            _pen(canvas, [(x + px, margin + lift + py) for px, py in placed], width, rng)
        x += scale * _ADVANCE * rng.uniform(0.92, 1.05)
    return _tint(canvas, colour)


def signature_tile(name: str, width: float, colour: tuple[int, int, int]) -> Image.Image:
    """A scrawl that belongs to `name` (the same name always signs alike): RGBA, `width` pixels wide."""
    rng = random.Random(f"signature of {name}")
    scale = width * _OVERSAMPLE
    height = scale * 0.55
    canvas = Image.new("L", (int(scale), int(height)), 0)
    points = _flourish(rng, scale, height)
    _pen(canvas, points, scale * 0.015, rng)
    if rng.random() < 0.7:
        y = height * rng.uniform(0.74, 0.84)
        stroke = [(scale * 0.22, y), (scale * 0.55, y - height * 0.1), (scale * 0.97, y - height * 0.3)]
        _pen(canvas, stroke, scale * 0.012, rng)
    return _tint(canvas, colour)


def _flourish(rng: random.Random, scale: float, height: float) -> list[Point]:
    """A tall first loop, then smaller ones to the right, then a stroke that leaves the line."""
    points: list[Point] = []
    x, middle = scale * 0.2, height * 0.5
    loops = rng.randint(4, 6)
    for index in range(loops):
        tall = height * (0.40 if index == 0 else rng.uniform(0.10, 0.22))
        wide = scale * (0.10 if index == 0 else rng.uniform(0.03, 0.06))
        turn = rng.choice((0.8, 1.0, 1.2))
        for step in range(9):
            angle = math.pi * (0.5 + turn * step / 4.2)
            along = x + wide * math.cos(angle) + step * scale * 0.008
            points.append((along, middle - tall * math.sin(angle)))
        x += scale * rng.uniform(0.085, 0.12)
    points += [(x + scale * 0.08, middle - height * 0.2), (x + scale * 0.16, middle - height * 0.32)]
    return [(min(max(px, 8.0), scale - 8), py) for px, py in points]


def _strokes(drawn: str) -> list[list[Point]]:
    """`"1,2 3,4 | 5,6"` as strokes of points."""
    strokes = [[point.split(",") for point in stroke.split()] for stroke in drawn.split("|")]
    return [[(float(x), float(y)) for x, y in stroke] for stroke in strokes]


def _place(point: Point, size: float, slant: float, rng: random.Random) -> Point:
    x = (point[0] + rng.gauss(0, 2.4)) / 100 * size * 0.62
    y = (point[1] + rng.gauss(0, 2.4)) / 100 * size
    return x + slant * (size - y), y


def _pen(canvas: Image.Image, points: list[Point], width: float, rng: random.Random) -> None:
    draw = ImageDraw.Draw(canvas)
    path = _smooth(points)
    pressure = rng.uniform(0.85, 1.1)
    for index, (x, y) in enumerate(path):
        done = index / max(1, len(path) - 1)
        radius = width / 2 * pressure * (0.72 + 0.4 * math.sin(math.pi * min(1.0, done + 0.15)))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _smooth(points: list[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    ends = [points[0], *points, points[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        steps = max(8, int(math.dist(b, c) / 1.5))
        for t in (index / steps for index in range(steps)):
            out.append((_spline((a[0], b[0], c[0], d[0]), t), _spline((a[1], b[1], c[1], d[1]), t)))
    return out


def _spline(corners: tuple[float, float, float, float], t: float) -> float:
    a, b, c, d = corners
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def _tint(mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    small = mask.resize((mask.width // _OVERSAMPLE, mask.height // _OVERSAMPLE), Image.Resampling.BOX)
    tile = Image.new("RGBA", small.size, (*colour, 0))
    tile.putalpha(small)
    return tile
