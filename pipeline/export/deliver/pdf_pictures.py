"""A PDF around the pictures of a TIFF, JPEG or PNG file, each picture as it is stored.

img2pdf embeds JPEG and fax data without touching them and everything else without loss.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf

from pipeline.errors import InputError, MissingDependency

POINTS_PER_INCH = 72.0
Size = tuple[float, float]


def pdf_of_pictures(path: Path, sizes: Mapping[int, Size]) -> pikepdf.Pdf:
    """The pages of picture file `path`; `sizes` are width and height in points by page number (1-based),
    as shown. Pages it does not name get the size their file tells.

    Raises InputError when the file cannot be embedded, MissingDependency.
    """
    try:
        import img2pdf  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependency(
            "img2pdf is not installed", hint='Type: make extras, or pip install "sohoa[export]"'
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = _convert(img2pdf, path, sizes)
        return pikepdf.open(io.BytesIO(data))
    except (img2pdf.ImageOpenError, OSError, ValueError, NotImplementedError, SyntaxError) as error:
        raise InputError(f"{path}: the picture cannot be put into a PDF: {error}", code="picture") from error


def _convert(img2pdf: Any, path: Path, sizes: Mapping[int, Size]) -> bytes:
    page_number = 0

    def layout(width_px: int, height_px: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        nonlocal page_number
        page_number += 1
        own = (width_px * POINTS_PER_INCH / dpi[0], height_px * POINTS_PER_INCH / dpi[1])
        width, height = sizes.get(page_number, own)
        if (width > height) != (own[0] > own[1]):  # the picture is stored on its side and turned by /Rotate
            width, height = height, width
        return width, height, width, height

    options = {"layout_fun": layout, "rotation": img2pdf.Rotation.ifvalid, "nodate": True}
    data = path.read_bytes()
    try:
        return bytes(img2pdf.convert(data, **options))
    except img2pdf.AlphaChannelError:
        page_number = 0
        return bytes(img2pdf.convert(_over_white(data), **options))


def _over_white(data: bytes) -> bytes:
    """The same picture as PNG, its transparent parts over white as a reader of files shows them."""
    from PIL import Image  # noqa: PLC0415

    with Image.open(io.BytesIO(data)) as image:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        written = io.BytesIO()
        Image.alpha_composite(white, coloured).convert("RGB").save(written, "PNG", dpi=image.info.get("dpi"))
        return written.getvalue()
