"""Tesseract through pytesseract: one `image_to_data` call a page, nothing read twice.

The image is handed over as an uncompressed PGM/PPM file: encoding and decoding a PNG of a 300-dpi
page costs a tenth of the reading time.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytesseract
from numpy.typing import NDArray

from pipeline.errors import MissingDependency, OcrError
from pipeline.model import BBox, Line, PageImage, Word

INSTALL_HINT = "Install it: apt-get install tesseract-ocr tesseract-ocr-{language}"
# Tesseract's own threads double the processor time of a page (measured: 1.58 s against 3.18 s).
os.environ["OMP_THREAD_LIMIT"] = "1"


class Tesseract:
    """The `tesseract` program with one language model and page segmentation mode."""

    def __init__(self, language: str = "vie", psm: int = 3) -> None:
        self.language = language
        self.psm = psm

    @property
    def name(self) -> str:
        return f"tesseract {version()} {self.language}"

    def read(self, image: PageImage, timeout_seconds: float) -> tuple[Line, ...]:
        """See `Engine.read`."""
        height, width = image.pixels.shape[:2]
        with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
            path = Path(folder) / "page.pnm"
            write_pnm(path, image.pixels)
            rows = self._rows(path, image.dpi, timeout_seconds)
        return tuple(_lines(rows, width, height))

    def _rows(self, path: Path, dpi: float, timeout_seconds: float) -> list[list[str]]:
        config = f"--psm {self.psm} --dpi {max(70, round(dpi))}"
        try:
            table = pytesseract.image_to_data(
                str(path), lang=self.language, config=config, timeout=timeout_seconds
            )
        except pytesseract.TesseractNotFoundError as error:
            hint = INSTALL_HINT.format(language=self.language)
            raise MissingDependency("tesseract is not installed", hint=hint) from error
        except pytesseract.TesseractError as error:
            if "load any languages" in str(error) or "loading language" in str(error):
                hint = INSTALL_HINT.format(language=self.language)
                message = f"tesseract has no language `{self.language}`"
                raise MissingDependency(message, hint=hint) from error
            raise OcrError(f"tesseract failed: {str(error)[:300]}") from error
        except RuntimeError as error:  # pytesseract's word for a timeout
            raise OcrError(f"tesseract took longer than {timeout_seconds:g} s", code="timeout") from error
        except UnicodeDecodeError as error:
            raise OcrError("tesseract answered with bytes that are not UTF-8") from error
        return [line.split("\t") for line in str(table).splitlines()[1:]]


@cache
def version() -> str:
    """Version of the installed tesseract. Raises MissingDependency when there is none."""
    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit) as error:
        hint = INSTALL_HINT.format(language="vie")
        raise MissingDependency("tesseract is not installed", hint=hint) from error


@cache
def languages() -> tuple[str, ...]:
    """Languages tesseract can read. Raises MissingDependency when it is not installed."""
    version()
    return tuple(sorted(pytesseract.get_languages(config="")))


def write_pnm(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write grey or BGR pixels as binary PGM or PPM."""
    height, width = pixels.shape[:2]
    kind, data = ("P5", pixels) if pixels.ndim == 2 else ("P6", pixels[:, :, ::-1])
    with path.open("wb") as file:
        file.write(f"{kind} {width} {height} 255\n".encode())
        file.write(np.ascontiguousarray(data).tobytes())


def _lines(rows: list[list[str]], width: int, height: int) -> Iterator[Line]:
    """Words of one (block, paragraph, line) in a row of Tesseract's TSV belong together."""
    key: tuple[str, ...] = ()
    words: list[Word] = []
    for row in rows:
        if len(row) < 12 or row[0] != "5":
            continue
        if tuple(row[1:5]) != key:
            if words:
                yield Line(tuple(words))
            key, words = tuple(row[1:5]), []
        word = _word(row, width, height)
        if word:
            words.append(word)
    if words:
        yield Line(tuple(words))


def _word(row: list[str], width: int, height: int) -> Word | None:
    text = "".join(row[11:]).strip()
    if not text:
        return None
    left, top, wide, high = (int(cell) for cell in row[6:10])
    box = BBox(
        min(max(left, 0), width),
        min(max(top, 0), height),
        min(max(left + wide, 0), width),
        min(max(top + high, 0), height),
    )
    return Word(text, box, min(1.0, max(0.0, float(row[10]) / 100)))
