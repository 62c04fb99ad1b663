"""Tesseract as a library (tesserocr) inside this process: no start, no files, no models loaded twice.

On real scans a page costs three fifths of what the program takes, a line a tenth. The wheel brings its own
Tesseract; the language models are those of the installed program.
"""

from __future__ import annotations

import os
import time
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import MissingDependency, OcrError
from pipeline.model import Line, PageImage
from pipeline.ocr import tesseract_program
from pipeline.ocr.tsv import read_lines

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

_VARIABLES = {
    # The library's remarks would go to the standard error of whoever runs it.
    "debug_file": os.devnull,
}


class TesseractLibrary:
    """Tesseract in this process with one language model and page segmentation mode; not for two threads."""

    def __init__(self, language: str = "vie", psm: int = 3) -> None:
        self.language = language
        self.psm = psm

    @property
    def name(self) -> str:
        return f"tesseract {version()} {self.language}"

    def read(self, image: PageImage, timeout_seconds: float) -> tuple[Line, ...]:
        """See `Engine.read`. Finding the lines of a page cannot be interrupted, reading them can."""
        height, width = image.pixels.shape[:2]
        pixels = image.pixels if image.pixels.ndim == 2 else image.pixels[:, :, ::-1]
        depth = 1 if pixels.ndim == 2 else pixels.shape[2]
        api = _api(self.language)
        api.SetPageSegMode(self.psm)
        api.SetImageBytes(np.ascontiguousarray(pixels).tobytes(), width, height, depth, depth * width)
        api.SetSourceResolution(tesseract_program.told_dpi(image.dpi))
        start = time.monotonic()
        try:
            if not api.Recognize(max(1, round(1000 * timeout_seconds))):
                if time.monotonic() - start >= timeout_seconds:
                    raise OcrError(f"tesseract took longer than {timeout_seconds:g} s", code="timeout")
                raise OcrError("tesseract failed on this picture")
            return tuple(read_lines(api.GetTSVText(0).splitlines(), width, height))
        except UnicodeDecodeError as error:
            raise OcrError("tesseract answered with bytes that are not UTF-8") from error
        finally:
            api.Clear()


def is_usable() -> bool:
    """Whether tesserocr is installed and the program's language models are found."""
    return find_spec("tesserocr") is not None and tesseract_program.models_folder() is not None


@cache
def version() -> str:
    """Version of the Tesseract inside tesserocr."""
    from tesserocr import tesseract_version  # noqa: PLC0415

    return str(tesseract_version()).split("\n", 1)[0].removeprefix("tesseract ").strip()


@cache
def _api(language: str) -> PyTessBaseAPI:
    """One engine a language and process, whatever the page segmentation mode."""
    from tesserocr import LeptLogLevel, PyTessBaseAPI, set_leptonica_log_level  # noqa: PLC0415

    set_leptonica_log_level(LeptLogLevel.NONE)
    known = tesseract_program.languages()
    for one in language.split("+"):
        if one not in known:
            hint = tesseract_program.INSTALL_HINT.format(language=one)
            raise MissingDependency(f"tesseract has no language `{one}`", hint=hint)
    folder = tesseract_program.models_folder()
    return PyTessBaseAPI(path=f"{folder}{os.sep}", lang=language, variables=_VARIABLES)
