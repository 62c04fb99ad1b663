"""Which engine reads: Tesseract as a library where it is installed, else the program."""

from __future__ import annotations

from functools import lru_cache

from pipeline.ocr import tesseract_library
from pipeline.ocr.engine import Engine
from pipeline.ocr.tesseract_library import TesseractLibrary
from pipeline.ocr.tesseract_program import TesseractProgram


@lru_cache(maxsize=8)
def engine(language: str, psm: int, *, in_process: bool) -> Engine:
    """The OCR engine for `language` in page segmentation mode `psm`; the program unless `in_process`."""
    if in_process and tesseract_library.is_usable():
        return TesseractLibrary(language, psm)
    return TesseractProgram(language, psm)
