"""What a laid-out page consists of. Coordinates are points (1/72 inch) from the top left of the paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 595.28
HEIGHT = 841.89
MM = 72 / 25.4

_FAMILIES = (
    ("/usr/share/fonts/truetype/croscore", "Tinos"),
    ("/usr/share/fonts/truetype/liberation2", "LiberationSerif"),
    ("/usr/share/fonts/truetype/liberation", "LiberationSerif"),
)
_SUFFIX = {"regular": "Regular", "bold": "Bold", "italic": "Italic", "bold_italic": "BoldItalic"}
_MEASURE = 400  # px; large, so that hinting does not show in the widths


class FontMissing(RuntimeError):
    """No font with the metrics of Times New Roman and the Vietnamese letters is installed."""


@dataclass(frozen=True, slots=True)
class Run:
    """A word or phrase set in one style, standing on `baseline`."""

    text: str
    x: float
    baseline: float
    style: str
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    width: float
    thickness: float = 0.7


@dataclass(frozen=True, slots=True)
class Ink:
    """Something written or stamped over the print: `digits`, `signature`, `seal`, `arrival`."""

    kind: str
    x: float
    y: float
    text: tuple[str, ...]
    size: float = 14.0


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line as a reader sees it, for the ground truth; `typed` leaves out what was written by hand."""

    text: str
    typed: str
    role: str
    column: int
    baseline: float


@dataclass(slots=True)
class Page:
    """One page under construction."""

    number: int
    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    inks: list[Ink] = field(default_factory=list)
    lines: list[PrintedLine] = field(default_factory=list)


@cache
def font_file(style: str) -> Path:
    """The file of the serif face `style`.

    Liberation Serif before version 2 lacks most Vietnamese letters, so each candidate is asked for one.
    Raises FontMissing when no candidate serves.
    """
    for folder, family in _FAMILIES:
        path = Path(folder) / f"{family}-{_SUFFIX[style]}.ttf"
        if path.is_file() and _has_vietnamese(path):
            return path
    raise FontMissing(
        "No serif font with Vietnamese letters found. Install the Debian package fonts-croscore (Tinos) "
        "or fonts-liberation2 (Liberation Serif 2)."
    )


def _has_vietnamese(path: Path) -> bool:
    font = ImageFont.truetype(str(path), 40, layout_engine=ImageFont.Layout.BASIC)
    return _picture(font, "ệ") != _picture(font, "\uffff")


def _picture(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    canvas = Image.new("L", (80, 80))
    ImageDraw.Draw(canvas).text((10, 10), letter, font=font, fill=255)
    return canvas.tobytes()


@cache
def font(style: str, pixels: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels; the plain layout engine gives the same widths everywhere."""
    return ImageFont.truetype(str(font_file(style)), pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def text_width(text: str, style: str, size: float) -> float:
    """Width in points of `text` set at `size` points."""
    return font(style, _MEASURE).getlength(text) * size / _MEASURE
