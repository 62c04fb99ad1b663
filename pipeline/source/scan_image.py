"""The picture that covers a scanned PDF page, at its own resolution and the right way up.

A rendered preview of the page is the witness: the picture is used only when both look the same. That
catches unusual ways of painting (masks, inverted values, clipping, layers) without knowing them one by one,
and dark ink that was put over the scan later, such as a typed number; such pages are rendered.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from pipeline.config import Settings
from pipeline.pdf_space import Box
from pipeline.source.guard import hostile
from pipeline.source.pdf_page import PdfPage, Placement
from pipeline.source.pictures import check_pixels, quiet, resize, to_pixels

_CODED_BY_PILLOW = {"/DCTDecode": "JPEG", "/JPXDecode": "JPEG2000"}
_MOST_SHEAR = 0.002  # of the width: 1 pixel in 500
_MOST_OVERHANG = 0.02  # share of the picture that may lie outside the page
_MOST_STRETCH = 0.05  # difference between the resolutions across and down
_CELL = 20  # pixels of a preview: about a third of an inch
_CELL_DIFFERENCE = 32.0  # grey levels
_MOST_DIFFERENT_CELLS = 0.01
_DARK = 130  # printed and written ink in the red channel of a preview; red seals are lighter
_FEWEST_ADDED = 6  # pixels of the preview: two digits of print
_ADDED_RATIO = 2.5  # to the ink already there: renderers make thin strokes more or less dark
_ADDED_DEPTH = 100  # grey levels a pixel: ink on white has more, a sharper rendering takes it from beside
_MOST_UNPACKED_BYTES = 200_000_000


def check_images(path: Path, page: PdfPage, settings: Settings) -> None:
    """Raise InputError `too_many_pixels` when a picture on the page must not be decoded.

    Coded streams are asked themselves: the dictionary may tell less than the decoder would unpack.
    """
    for image in (*(placement.image for placement in page.placements), *page.others):
        declared = Placement(image, (1, 0, 0, 1, 0, 0)).size
        check_pixels(path, *declared, settings)
        if coded := _coded(image):
            check_pixels(path, *coded.size, settings)


def is_plain(page: PdfPage, placement: Placement) -> bool:
    """Whether the picture lies straight, unstretched and inside the page."""
    a, b, c, d, _, _ = placement.matrix
    largest = max(abs(a), abs(b), abs(c), abs(d))
    is_straight = max(min(abs(a), abs(b)), min(abs(c), abs(d))) <= _MOST_SHEAR * largest
    left, top, right, bottom = placement.box
    inside = page.share(placement) * page.width * page.height
    across, down = placement.resolutions
    return (
        is_straight
        and inside >= (1 - _MOST_OVERHANG) * (right - left) * (bottom - top)
        and abs(across - down) <= _MOST_STRETCH * max(across, down)
    )


def decode(path: Path, placement: Placement) -> NDArray[np.uint8] | None:
    """The picture as displayed, grey or BGR; None when it is coded in a way left to poppler.

    Raises InputError `damaged`.
    """
    with hostile(path, "page"), quiet():
        image = _coded(placement.image)
        if image is None and _filters(placement.image) == ("/CCITTFaxDecode",):
            image = pikepdf.PdfImage(placement.image).as_pil_image()
        if image is None or image.mode not in ("1", "L", "RGB"):
            return None
        return _turn(to_pixels(image), placement)


def as_shown(
    picture: NDArray[np.uint8], shape: tuple[int, int], page: PdfPage, placement: Placement
) -> NDArray[np.uint8]:
    """Grey `picture` where it lies on an else white page of `shape` (height, width)."""
    height, width = shape
    shown = np.full(shape, 255, dtype=np.uint8)
    left, top, right, bottom = (round(edge * width / page.width) for edge in placement.box)
    small = resize(picture, (max(1, right - left), max(1, bottom - top)))
    x, y = max(0, left), max(0, top)
    part = small[y - top : height - top, x - left : width - left]
    shown[y : y + part.shape[0], x : x + part.shape[1]] = part
    return shown


def looks_like(shown: NDArray[np.uint8], preview: NDArray[np.uint8]) -> bool:
    """Whether a picture (see `as_shown`) is what the preview of its page shows, the same way up.

    Compared by cells, because renderers differ in single pixels.
    """
    differences = np.abs(_cell_means(shown) - _cell_means(preview))
    return float((differences > _CELL_DIFFERENCE).mean()) <= _MOST_DIFFERENT_CELLS


def adds_ink(shown: NDArray[np.uint8], preview: NDArray[np.uint8], box: Box, scale: float) -> bool:
    """Whether the preview has dark ink inside `box` (points; `scale` pixels each) that `shown` has not."""
    left, top, right, bottom = (max(0, round(edge * scale)) for edge in box)
    area = (slice(top, bottom + 1), slice(left, right + 1))
    before = int((shown[area] < _DARK).sum())
    after = int((preview[area] < _DARK).sum())
    darkening = int(shown[area].sum(dtype=np.int64)) - int(preview[area].sum(dtype=np.int64))
    return after > _ADDED_RATIO * before + _FEWEST_ADDED and darkening > _ADDED_DEPTH * (after - before)


def red(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The red channel of BGR pixels, in which red seals fade; or the grey values."""
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 2])


def darkest(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The darkest channel of BGR pixels, in which ink of any colour shows; or the grey values."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = (pixels[:, :, channel] for channel in range(3))
    return np.minimum(np.minimum(blue, green), red)  # thirty times as fast as a minimum along the last axis


def _cell_means(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = (max(_CELL, side - side % _CELL) for side in grey.shape)
    padded = np.pad(
        grey, ((0, max(0, height - grey.shape[0])), (0, max(0, width - grey.shape[1]))), mode="edge"
    )
    cells = padded[:height, :width].reshape(height // _CELL, _CELL, width // _CELL, _CELL)
    return np.asarray(cells.mean(axis=(1, 3), dtype=np.float32))


def _turn(pixels: NDArray[np.uint8], placement: Placement) -> NDArray[np.uint8]:
    """Turn stored pixels so that they stand as displayed: row 0 is at the top of the unit square."""
    a, b, c, d, _, _ = placement.matrix
    if abs(a) < abs(b):  # rows run down the page
        pixels = pixels.swapaxes(0, 1)
        runs_right, runs_down = -c > 0, b > 0
    else:
        runs_right, runs_down = a > 0, -d > 0
    pixels = pixels if runs_right else pixels[:, ::-1]
    return np.ascontiguousarray(pixels if runs_down else pixels[::-1])


def _coded(image: pikepdf.Stream) -> Image.Image | None:
    """The picture of a JPEG or JPEG 2000 stream, opened but not decoded."""
    filters = _filters(image)
    form = _CODED_BY_PILLOW.get(filters[-1]) if filters else None
    if form is None or filters[:-1] not in ((), ("/FlateDecode",)):
        return None
    data = image.read_raw_bytes()
    try:
        if len(filters) > 1:
            data = zlib.decompressobj().decompress(data, _MOST_UNPACKED_BYTES)
        return Image.open(io.BytesIO(data), formats=(form,))
    except (OSError, SyntaxError, ValueError, zlib.error):
        return None  # poppler may still make something of it


def _filters(image: pikepdf.Stream) -> tuple[str, ...]:
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        return tuple(str(one) for one in filters)
    return (str(filters),) if filters is not None else ()
