"""Pages of TIFF, JPEG and PNG files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.model import PageImage
from pipeline.source.guard import hostile

# Every picture's declared size is checked against max_page_pixels before it is decoded, which is both
# stricter and kinder than Pillow's own limit for the whole process.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = ("TIFF", "JPEG", "PNG", "MPO")
_PLAUSIBLE_DPI = (50.0, 1200.0)
_PLACEHOLDER_DPI = (72, 96)  # what programs write that do not know; nobody scans so coarsely
_A4_INCHES = (8.27, 11.69)
MOST_USEFUL_DPI = 400
WORKING_DPI = 300


def count_frames(path: Path, settings: Settings) -> int:
    """Number of pages of a picture file; stops counting just above `max_pages`.

    Raises InputError `too_many_pixels` when a page declares too large a size, `damaged`.
    """
    with _opened(path) as image:
        frames = 0
        for frames in range(1, settings.max_pages + 2):
            check_pixels(path, image.width, image.height, settings)
            if image.format != "TIFF" or not _seek(image, frames):
                break
        return frames


def load_picture(path: Path, page_number: int, settings: Settings) -> tuple[PageImage, tuple[str, ...]]:
    """Page `page_number` of a picture file, upright as its EXIF orientation tells, and notes.

    Raises InputError as `count_frames` does.
    """
    with _opened(path) as image:
        if page_number > 1 and not _seek(image, page_number - 1):
            raise InputError(f"{path} has no page {page_number}", code="damaged")
        check_pixels(path, image.width, image.height, settings)
        told = _told_dpi(image)
        upright = _exif_upright(image)
        pixels = to_pixels(upright)
    height, width = pixels.shape[:2]
    dpi, notes = (told, ()) if told else _guess_dpi(width, height)
    pixels, dpi, shrunk = shrink_fine(pixels, dpi)
    return PageImage(page_number, pixels, dpi), notes + shrunk


def check_pixels(path: Path, width: int, height: int, settings: Settings) -> None:
    """Raise InputError `too_many_pixels` when a picture of this size must not be decoded."""
    if width * height > settings.max_page_pixels:
        raise InputError(
            f"{path}: a picture of {width} x {height} pixels is larger than {settings.max_page_pixels}",
            code="too_many_pixels",
            hint="Scan it with fewer dpi or raise max_page_pixels",
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of picture libraries about odd files to ourselves: what matters is checked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[Image.Image]:
    path = source if isinstance(source, Path) else Path("picture")
    with hostile(path, "picture"), quiet(), Image.open(source, formats=_FORMATS) as image:
        yield image


def _seek(image: Image.Image, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


# --- pixels ---------------------------------------------------------------------------------------


def to_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels of any Pillow image as grey (H, W) or BGR (H, W, 3); transparent parts over white."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _sixteen_bits(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        image = Image.alpha_composite(white, coloured).convert("RGB")
    if image.mode in ("1", "L"):
        return np.array(image.convert("L"), dtype=np.uint8)
    colours = image if image.mode == "RGB" else image.convert("RGB")
    # Pillow turns the channels round ten times as fast as NumPy.
    pixels = np.frombuffer(bytearray(colours.tobytes("raw", "BGR")), dtype=np.uint8)
    return pixels.reshape(colours.height, colours.width, 3)


def _sixteen_bits(image: Image.Image) -> NDArray[np.uint8]:
    values = np.asarray(image, dtype=np.float32)
    most = float(values.max(initial=0.0))
    divisor = 257.0 if most > 255 else 1.0  # 65,535 becomes 255; a few files hold 8 bits in 16
    return np.asarray(np.clip(values / divisor, 0, 255), dtype=np.uint8)


def _exif_upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (ValueError, TypeError, KeyError, SyntaxError, OSError):
        image.load()  # unreadable EXIF data says nothing about the way up; unreadable pixels raise here
        return image


def shrink_fine(pixels: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], float, tuple[str, ...]]:
    """Bring a scan of more than 400 dpi down to 300: finer pixels cost time and tell nothing more."""
    if dpi <= MOST_USEFUL_DPI:
        return pixels, dpi, ()
    height, width = pixels.shape[:2]
    ratio = WORKING_DPI / dpi
    size = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    return resize(pixels, size), float(WORKING_DPI), (f"scaled from {dpi:.0f} to {WORKING_DPI} dpi",)


def resize(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """`pixels` at `size` (width, height), each new pixel the mean of the area it covers."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))


# --- resolution -----------------------------------------------------------------------------------


def _told_dpi(image: Image.Image) -> float:
    """Resolution as the file tells it, 0.0 when it does not or the value cannot be right."""
    try:
        values = [float(value) for value in image.info.get("dpi", ())]
    except (ValueError, TypeError, ZeroDivisionError):
        return 0.0
    low, high = _PLAUSIBLE_DPI
    is_plausible = len(values) == 2 and all(low <= value <= high for value in values)
    if not is_plausible or all(round(value) in _PLACEHOLDER_DPI for value in values):
        return 0.0
    return sum(values) / 2


def _guess_dpi(width: int, height: int) -> tuple[float, tuple[str, ...]]:
    inches = _A4_INCHES[0] if width <= height else _A4_INCHES[1]
    dpi = max(width / inches, 1.0)
    return dpi, (f"no resolution in the file: {dpi:.0f} dpi assumed, as for an A4 page",)
