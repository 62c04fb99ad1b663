"""Ways to spoil a clean page of 300 dpi: light, resolution, skew, noise, photos, curls, faxes, turns."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

DPI = 300
CEILING = 0.02

Picture = Image.Image
Spoil = Callable[[Picture, np.random.Generator], Picture]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to spoil a page, and the resolution written into the file."""

    spoil: Spoil
    dpi: int = DPI
    ceiling: float = CEILING


def _pixels(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(picture, dtype=np.float32)


def _picture(pixels: NDArray[Any]) -> Picture:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def shadow(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """Light falling off towards one side, and the dark valley along a book's spine."""
    width, height = picture.size
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    slope = 1 - random_numbers.uniform(0.35, 0.45) * x - 0.15 * y
    valley = 1 - 0.45 * np.exp(-(((x - random_numbers.uniform(0.5, 0.8)) / 0.08) ** 2))
    return _picture(_pixels(picture) * slope * valley)


def low_resolution(picture: Picture, _: np.random.Generator) -> Picture:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


def turned(degrees: float) -> Spoil:
    def spoil(picture: Picture, _: np.random.Generator) -> Picture:
        return picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(250, 250, 248))

    return spoil


def righted_by(degrees: int) -> Spoil:
    def spoil(picture: Picture, _: np.random.Generator) -> Picture:
        return picture.rotate(degrees, expand=True)

    return spoil


def noise(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """Grain of a bad sensor, and black and white specks."""
    pixels = _pixels(picture) * 0.85 + 25
    pixels += random_numbers.normal(0, 22, pixels.shape[:2]).astype(np.float32)[:, :, None]
    dice = random_numbers.random(pixels.shape[:2])
    pixels[dice < 0.004] = 20
    pixels[dice > 0.996] = 255
    return _picture(pixels)


def jpeg(picture: Picture, _: np.random.Generator) -> Picture:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def worst(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """Everything at once: shadow, skew, 150 dpi, grain, JPEG 30."""
    small = low_resolution(turned(2.5)(shadow(picture, random_numbers), random_numbers), random_numbers)
    pixels = _pixels(small)
    pixels += random_numbers.normal(0, 8, pixels.shape[:2]).astype(np.float32)[:, :, None]
    return jpeg(_picture(pixels), random_numbers)


def photo(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """The sheet on a dark desk, taken from not quite above, in uneven light."""
    return _photographed(picture, Image.new("L", picture.size, 255), random_numbers)


def blurred_photo(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """A photo out of focus."""
    return photo(picture, random_numbers).filter(ImageFilter.GaussianBlur(1.5))


def curved_photo(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """A photo of a sheet that curls up at its left side, as pages of a bound file do, and hangs through."""
    edge = 120
    wide = Image.new("RGB", (picture.width, picture.height + 2 * edge), "white")
    wide.paste(picture, (0, edge))
    cover = Image.new("L", wide.size, 0)
    cover.paste(255, (0, edge, picture.width, edge + picture.height))
    rows = random_numbers.uniform(60, 90)
    return _photographed(_curved(wide, rows), _curved(cover, rows), random_numbers)


def _curved(picture: Picture, rows: float) -> Picture:
    """The picture with its columns moved up and down, up to about `rows`, less at the foot of the page."""
    pixels = _pixels(picture)
    height, width = pixels.shape[:2]
    x, y = np.arange(width) / width, np.arange(height)[:, None]
    rise = rows * (np.exp(-x / 0.2) + 0.8 * np.sin(np.pi * x) - 0.5) * (1.2 - 0.5 * y / height)
    places = (y + rise).clip(0, height - 1.001)
    above = places.astype(int)
    share = (places - above).astype(np.float32)
    if pixels.ndim == 3:
        above, share = above[:, :, None], share[:, :, None]
    upper, lower = (np.take_along_axis(pixels, above + step, axis=0) for step in (0, 1))
    return _picture(upper + (lower - upper) * share)


def _photographed(picture: Picture, cover: Picture, random_numbers: np.random.Generator) -> Picture:
    """`picture` where `cover` is white, on a dark desk, seen from not quite above."""
    width, height = int(picture.width * 1.15), int(picture.height * 1.12)
    corners = [(0.12, 0.06), (0.90, 0.04), (0.96, 0.93), (0.05, 0.96)]
    matrix = _perspective([(x * width, y * height) for x, y in corners], picture.size)
    seen, size = Image.Transform.PERSPECTIVE, (width, height)
    sheet = picture.transform(size, seen, matrix, Image.Resampling.BICUBIC)
    cover = cover.transform(size, seen, matrix, Image.Resampling.BILINEAR)
    grain = random_numbers.normal(0, 6, (height, width)).astype(np.float32)[:, :, None]
    desk = _picture(np.array([58, 66, 84], dtype=np.float32) + 2 * grain)
    pixels = _pixels(Image.composite(sheet, desk, cover).filter(ImageFilter.GaussianBlur(0.8)))
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    light = np.asarray([0.98, 0.96, 0.90], dtype=np.float32) * (0.72 + 0.26 * x - 0.18 * y)
    small = _picture(pixels * light + grain).resize((width * 2 // 3, height * 2 // 3), Image.Resampling.BOX)
    return jpeg(small, random_numbers)


def faint(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """Washed-out print: thin strokes, a quarter of the contrast, a little grain."""
    thin = Image.blend(picture, picture.filter(ImageFilter.MaxFilter(3)), 0.5)
    pixels = 245 - 0.25 * (255 - _pixels(thin))
    return _picture(pixels + random_numbers.normal(0, 3, pixels.shape[:2]).astype(np.float32)[:, :, None])


def black_copy(picture: Picture, _: np.random.Generator) -> Picture:
    """A copy in black and white, in which the seal is as black as the print below it."""
    return picture.convert("L").point([255 * (value > 170) for value in range(256)]).convert("1")


def bed(picture: Picture, _: np.random.Generator) -> Picture:
    """A sheet put askew on a larger black scanner bed."""
    canvas = Image.new("RGB", (int(picture.width * 1.25), int(picture.height * 1.12)), (12, 12, 14))
    mask = Image.new("L", picture.size, 255).rotate(1.7, Image.Resampling.BICUBIC, expand=True)
    canvas.paste(picture.rotate(1.7, Image.Resampling.BICUBIC, expand=True), (150, 90), mask)
    return canvas


def show_through(picture: Picture, _: np.random.Generator) -> Picture:
    """Thin paper: the page's own text, mirrored, shimmers through."""
    ghost = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(2.5))
    pixels = _pixels(picture) * 0.95
    return _picture(pixels * (255 - 0.38 * (255 - _pixels(ghost))) / 255)


def fax(picture: Picture, random_numbers: np.random.Generator) -> Picture:
    """1-bit, 200 dpi, with specks and ragged edges."""
    small = picture.convert("L").resize(
        (picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.BOX
    )
    pixels = _pixels(small) + random_numbers.normal(0, 28, (small.height, small.width)).astype(np.float32)
    ink = pixels < 140
    dice = random_numbers.random(ink.shape)
    ink[dice < 0.002] = True
    return _picture(np.where(ink, 0, 255).astype(np.float32)).convert("1")


def hollow(picture: Picture, _: np.random.Generator) -> Picture:
    """1-bit with outlined strokes, as an edge-sharpening copier leaves them."""
    grey = picture.convert("L").resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    ink = np.asarray(grey, dtype=np.uint8) < 150
    core = np.asarray(Image.fromarray(~ink).convert("L").filter(ImageFilter.MaxFilter(7))) < 128
    outline = _picture(np.where(ink & ~core, 0, 255).astype(np.float32))
    size = (picture.width, picture.height)
    return (
        outline.resize(size, Image.Resampling.BOX)
        .point([255 * (value > 128) for value in range(256)])
        .convert("1")
    )


KINDS: dict[str, Kind] = {
    "clean": Kind(lambda picture, _: picture),
    "shadow": Kind(shadow),
    "150 dpi": Kind(low_resolution, 150),
    "skew 2.5": Kind(turned(2.5)),
    "skew 8": Kind(turned(-8)),
    "noise": Kind(noise),
    "jpeg 30": Kind(jpeg),
    "worst": Kind(worst, 150),
    "photo": Kind(photo, 72),
    # Of these two the engine may lose a whole line.
    "blurred photo": Kind(blurred_photo, 72, 0.03),
    "curved photo": Kind(curved_photo, 72, 0.03),
    "bed": Kind(bed),
    "show-through": Kind(show_through),
    "faint": Kind(faint),
    "fax": Kind(fax, 200),
    "black copy": Kind(black_copy),
    "hollow": Kind(hollow),
    "turned 90": Kind(righted_by(90)),
    "turned 180": Kind(righted_by(180)),
    "turned 270": Kind(righted_by(270)),
}


def _perspective(target: list[tuple[float, float]], size: tuple[int, int]) -> tuple[float, ...]:
    """Coefficients that map points of the photo to points of the sheet of `size`."""
    corners = ((0, 0), (size[0], 0), size, (0, size[1]))
    rows, values = [], []
    for (x, y), (u, v) in zip(target, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    return tuple(float(value) for value in solved)
