"""Render PDF pages with poppler."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError, MissingDependency
from pipeline.source.guard import POPPLER_HINT, hostile, timed_out
from pipeline.source.pictures import quiet, to_pixels

_VERSION_TIMEOUT_SECONDS = 10
POINTS_PER_INCH = 72.0
PREVIEW_LONG_SIDE = 700  # about 60 dpi on A4: small print still shows as ink


def render(
    path: Path, page_number: int, dpi: float, *, timeout_seconds: float, in_grey: bool = False
) -> NDArray[np.uint8]:
    """Page `page_number` as it is shown (crop box, rotation, annotations) at `dpi`.

    Returns grey (H, W) or BGR (H, W, 3). Raises MissingDependency, InputError `timeout`, `damaged`.
    """
    # Imported late: text files and pictures are read without it.
    from pdf2image import convert_from_path, exceptions  # noqa: PLC0415

    try:
        with hostile(path, "page"), quiet():
            images = convert_from_path(
                path.absolute(),
                # not a size: of turned pages, poppler takes width for height
                dpi=dpi,  # type: ignore[arg-type]  # handed on as text
                first_page=page_number,
                last_page=page_number,
                use_cropbox=True,
                grayscale=in_grey,
                timeout=max(1, round(timeout_seconds)),
            )
            if images:
                return to_pixels(images[0])
    except exceptions.PDFInfoNotInstalledError as error:
        raise MissingDependency("pdftoppm is not installed", hint=POPPLER_HINT) from error
    except exceptions.PDFPopplerTimeoutError as error:
        raise timed_out(path, timeout_seconds) from error
    except (exceptions.PDFPageCountError, exceptions.PDFSyntaxError) as error:
        raise InputError(f"{path}: the file is damaged", code="damaged", hint="Save it again") from error
    raise InputError(
        f"{path}: page {page_number} cannot be shown", code="damaged", hint="Scan or save it again"
    )


def preview_dpi(width_points: float, height_points: float) -> float:
    """Resolution of a small picture of a page of that size."""
    return PREVIEW_LONG_SIDE * POINTS_PER_INCH / max(width_points, height_points)


def fitted(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """`pixels` cut or filled with white to an exact size: renderers round sizes their own way."""
    missing = (max(0, height - pixels.shape[0]), max(0, width - pixels.shape[1]))
    padding = [(0, missing[0]), (0, missing[1])] + [(0, 0)] * (pixels.ndim - 2)
    padded = np.pad(pixels, padding, constant_values=255) if any(missing) else pixels
    return np.ascontiguousarray(padded[:height, :width])


def poppler_version() -> str:
    """Version of the installed poppler programs. Raises MissingDependency."""
    try:
        told = subprocess.run(
            ("pdftotext", "-v"), capture_output=True, text=True, timeout=_VERSION_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingDependency("pdftotext is not installed", hint=POPPLER_HINT) from error
    words = (told.stderr or told.stdout).split()
    return words[2] if len(words) > 2 else "of unknown version"
