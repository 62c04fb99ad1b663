"""What every OCR engine offers. One page image in, words with boxes and confidences out."""

from __future__ import annotations

from typing import Protocol

from pipeline.model import Line, PageImage


class Engine(Protocol):
    """An OCR engine, ready to read pages one after the other in one process."""

    @property
    def name(self) -> str:
        """Engine, version and model, e.g. `tesseract 5.3.0 vie`."""

    def read(self, image: PageImage, timeout_seconds: float) -> tuple[Line, ...]:
        """Lines in the engine's reading order; boxes in pixels of `image`.

        Raises OcrError when the engine fails or does not answer in time, MissingDependency when it is
        not installed.
        """
