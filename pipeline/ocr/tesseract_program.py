"""The `tesseract` program through pytesseract: one `image_to_data` call a page, nothing read twice.

The image is handed over as an uncompressed PGM/PPM file: encoding and decoding a PNG of a 300-dpi
page costs a tenth of the reading time.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytesseract
from numpy.typing import NDArray

from pipeline.errors import MissingDependency, OcrError
from pipeline.model import Line, PageImage
from pipeline.ocr.tsv import read_lines

INSTALL_HINT = "Install it: apt-get install tesseract-ocr tesseract-ocr-{language}"
# Tesseract's own threads double the processor time of a page (measured: 1.58 s against 3.18 s).
os.environ["OMP_THREAD_LIMIT"] = "1"


class TesseractProgram:
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
        return tuple(read_lines(rows, width, height))

    def _rows(self, path: Path, dpi: float, timeout_seconds: float) -> list[str]:
        config = f"--psm {self.psm} --dpi {told_dpi(dpi)}"
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
        return str(table).splitlines()


@cache
def version() -> str:
    """Version of the installed tesseract. Raises MissingDependency when there is none."""
    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit) as error:
        hint = INSTALL_HINT.format(language="vie")
        raise MissingDependency("tesseract is not installed", hint=hint) from error


@cache
def models_folder() -> Path | None:
    """Where the program keeps its language models; None when it does not tell (before version 5)."""
    try:
        told = subprocess.run(
            [pytesseract.pytesseract.tesseract_cmd, "--list-langs"], capture_output=True, check=False
        ).stdout.decode(errors="replace")
    except OSError:
        return None
    folder = re.search(r'"(.+)"', told.partition("\n")[0])
    return Path(folder[1]) if folder and Path(folder[1]).is_dir() else None


def told_dpi(dpi: float) -> int:
    """`dpi` as Tesseract takes it: it refuses less than 70."""
    return max(70, round(dpi))


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
