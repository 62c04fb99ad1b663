"""The picture of a PDF page that is to be read by OCR: its embedded scan where possible, else rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.model import PageImage
from pipeline.pdf_space import Box
from pipeline.source.pdf_page import PdfPage, Placement
from pipeline.source.pictures import MOST_USEFUL_DPI, WORKING_DPI, shrink_fine
from pipeline.source.raster import POINTS_PER_INCH, preview_dpi, render
from pipeline.source.scan_image import (
    adds_ink,
    as_shown,
    darkest,
    decode,
    is_plain,
    looks_like,
    red,
)

Channel = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
_LEAST_LAYER_SHARE = 0.05  # smaller pictures (seals, logos) do not set the resolution of a page
_LEAST_LAYERED_DPI = 200.0  # what lies over a coarse scan (typed numbers) needs this much to be read
_JUST_BELOW = 1 - 1e-5  # poppler rounds sizes up: a picture's own resolution must not give a pixel more
_WITHIN = 0.99  # of the pixel limit, for the same reason
_GREY_SPREAD = 12  # colour channels of a grey page differ by less


@dataclass(frozen=True, slots=True)
class Sheet:
    """One PDF page under examination; `preview` is a small BGR rendering, `scale` its pixels a point."""

    path: Path
    page_number: int
    page: PdfPage
    preview: NDArray[np.uint8]

    @property
    def scale(self) -> float:
        return int(self.preview.shape[1]) / self.page.width

    def seen(self, channel: Channel, picture: NDArray[np.uint8], cover: Placement) -> NDArray[np.uint8]:
        """One channel of `picture`, small and in its place like the preview."""
        return as_shown(channel(picture), self.preview.shape[:2], self.page, cover)


def make_sheet(path: Path, page_number: int, page: PdfPage, settings: Settings) -> Sheet:
    """Render the preview. Raises MissingDependency, InputError."""
    dpi = preview_dpi(page.width, page.height)
    preview = render(path, page_number, dpi, timeout_seconds=settings.page_timeout_seconds)
    return Sheet(path, page_number, page, preview)


def page_picture(
    sheet: Sheet, words: Sequence[Box], stamps: Sequence[Box], settings: Settings
) -> tuple[PageImage, tuple[str, ...]]:
    """The picture of the page and notes on how it was made.

    `words` and `stamps` are the places of the text layer's words and of the signature captions: words that
    were typed over a scan must be in the picture, captions and seals may be missing from it.
    Raises InputError, MissingDependency.
    """
    cover = sheet.page.cover
    if cover is None:
        return _rendered(sheet, float(settings.raster_dpi), "no single picture covers it", settings)
    picture = cover_picture(sheet, cover)
    if picture is None:
        why = "its picture is coded or placed unusually"
        return _rendered(sheet, cover.dpi, why, settings)
    if not looks_like(sheet.seen(red, picture, cover), red(sheet.preview)):
        return _rendered(sheet, _layered_dpi(sheet.page), "its picture alone looks different", settings)
    if _is_written_over(sheet, cover, picture, words=words, stamps=stamps):
        return _rendered(sheet, _layered_dpi(sheet.page), "something is written over the scan", settings)
    pixels, dpi, notes = shrink_fine(picture, cover.dpi)
    return PageImage(sheet.page_number, pixels, dpi), ("embedded scan", *notes)


def _is_written_over(
    sheet: Sheet, cover: Placement, picture: NDArray[np.uint8], *, words: Sequence[Box], stamps: Sequence[Box]
) -> bool:
    """Whether ink was put over the scan: typed words of any colour, or pictures that are no red seals."""
    page = sheet.page
    over = page.over(cover)
    if page.is_drawn_over(cover) or any(page.share(one) >= _LEAST_LAYER_SHARE for one in over):
        return True
    witness = sheet.preview.copy()
    for left, top, right, bottom in stamps:  # captions are known already
        rows = slice(max(0, int(top * sheet.scale) - 1), max(0, int(bottom * sheet.scale) + 2))
        columns = slice(max(0, int(left * sheet.scale) - 1), max(0, int(right * sheet.scale) + 2))
        witness[rows, columns] = 255
    for boxes, channel in ((words, darkest), ([*(one.box for one in over), *page.marks], red)):
        if boxes:
            shown, seen = sheet.seen(channel, picture, cover), channel(witness)
            if any(adds_ink(shown, seen, box, sheet.scale) for box in boxes):
                return True
    return False


def cover_picture(sheet: Sheet, cover: Placement) -> NDArray[np.uint8] | None:
    """The decoded covering picture as displayed, or None when only poppler can show it."""
    if not is_plain(sheet.page, cover):
        return None
    try:
        return decode(sheet.path, cover)
    except InputError:
        return None  # poppler forgives more


def _layered_dpi(page: PdfPage) -> float:
    """Resolution for a page of several layers: that of the finest large picture, within reason."""
    finest = max(
        placement.dpi for placement in page.placements if page.share(placement) >= _LEAST_LAYER_SHARE
    )
    return min(float(WORKING_DPI), max(_LEAST_LAYERED_DPI, finest))


def _rendered(sheet: Sheet, dpi: float, why: str, settings: Settings) -> tuple[PageImage, tuple[str, ...]]:
    dpi = dpi if dpi <= MOST_USEFUL_DPI else float(WORKING_DPI)
    wanted = sheet.page.width * sheet.page.height * (dpi / POINTS_PER_INCH) ** 2
    dpi *= min(1.0, (_WITHIN * settings.max_page_pixels / wanted) ** 0.5)
    pixels = render(
        sheet.path,
        sheet.page_number,
        dpi * _JUST_BELOW,
        timeout_seconds=settings.page_timeout_seconds,
        in_grey=_is_grey(sheet.preview),
    )
    real = int(pixels.shape[1]) * POINTS_PER_INCH / sheet.page.width
    return PageImage(sheet.page_number, pixels, real), (f"rendered at {real:.0f} dpi: {why}",)


def _is_grey(preview: NDArray[np.uint8]) -> bool:
    if preview.ndim == 2:
        return True
    spread = preview.max(axis=2).astype(np.int16) - preview.min(axis=2)
    return int(spread.max(initial=0)) < _GREY_SPREAD
