"""Prepare one page image for OCR: cut out the sheet, turn it upright, mend, deskew, bring to a good size.

What is done follows from measures of the page; an ordinary page passes as it is. Each step is recorded
with its evidence, and the map back to the scan is kept, so that every word found on the clean page can be
shown on the original.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image import geometry
from pipeline.image.measures import Measures, measure
from pipeline.image.mend import mended
from pipeline.image.sheet import cut, find_sheet
from pipeline.image.skew import skew_degrees
from pipeline.model import CleanPage, Homography, PageImage, Step

LEAST_SKEW_DEGREES = 0.3  # Tesseract reads smaller ones as well, and turning softens thin strokes
GOOD_DPI = 300.0
LEAST_DPI = 220.0  # below this Tesseract loses diacritics (x-height under 15 px at 13 pt)
MOST_DPI = 420.0
X_HEIGHT = 27.0  # px of 14-point print at 300 dpi, the size Tesseract reads best
LIKELY_X_HEIGHT = (0.55, 2.6)  # times what the resolution promises: small print to titles in capitals
SURE_LETTERS = 200  # so many show their size for certain
SEAL_SATURATION = 60  # red ink of a seal against paper and black print, 0..255

Grey = NDArray[np.uint8]


def clean(image: PageImage, *, quarter_turns: int = 0) -> CleanPage:
    """The page as grey pixels ready for OCR, turned by `quarter_turns` x 90 degrees clockwise first.

    >>> clean(PageImage(1, np.full((100, 80), 255, np.uint8), 300.0)).steps
    ()
    """
    steps: list[Step] = []
    grey = _without_red(image.pixels, steps)
    to_scan = geometry.IDENTITY
    sheet = find_sheet(image.pixels)
    if sheet:
        grey, to_scan = cut(grey, sheet), sheet.to_picture
        steps.append(
            Step("cut_sheet", (("share", round(sheet.share, 4)), ("keystone", round(sheet.keystone, 4))))
        )
    if quarter_turns % 4:
        height, width = grey.shape
        grey = np.ascontiguousarray(np.rot90(grey, -quarter_turns))
        to_scan = geometry.compose(to_scan, geometry.invert(geometry.turn(width, height, quarter_turns)))
        steps.append(Step("turn", (("degrees_clockwise", 90.0 * (quarter_turns % 4)),)))
    measures = measure(grey)
    if measures.is_blank:
        return CleanPage(PageImage(image.page_number, grey, image.dpi), tuple(steps), to_scan, is_blank=True)
    dpi = _true_dpi(image.dpi, measures, steps)
    grey = mended(grey, measures, steps)
    angle = skew_degrees(grey, dpi)
    if abs(angle) < LEAST_SKEW_DEGREES:
        angle = 0.0
    else:
        steps.append(Step("deskew", (("angle_degrees", round(angle, 3)),)))
    scale = _scale(dpi)
    if scale != 1.0:
        steps.append(Step("resize", (("factor", round(scale, 4)),)))
    if angle or scale != 1.0:
        # Turned and resized at once: every resampling costs sharpness.
        grey, forward = _warp(grey, angle, scale)
        to_scan = geometry.compose(to_scan, geometry.invert(forward))
    page = PageImage(image.page_number, grey, dpi * scale)
    return CleanPage(page, tuple(steps), to_scan, measures.letters)


def _true_dpi(dpi: float, measures: Measures, steps: list[Step]) -> float:
    """The resolution the file tells, or the one its letters show when the two do not fit at all."""
    shown = GOOD_DPI * measures.x_height / X_HEIGHT
    if measures.letters < SURE_LETTERS or LIKELY_X_HEIGHT[0] < shown / dpi < LIKELY_X_HEIGHT[1]:
        return dpi
    steps.append(Step("resolution", (("told_dpi", round(dpi, 1)), ("x_height", round(measures.x_height, 1)))))
    return shown


def _without_red(pixels: NDArray[np.uint8], steps: list[Step]) -> Grey:
    """Grey pixels; of a colour page the red channel, in which red seals vanish and blue ink stays."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = cv2.split(pixels)
    reddish = cv2.subtract(red, cv2.max(blue, green)) > SEAL_SATURATION
    share = float(np.count_nonzero(reddish)) / reddish.size
    steps.append(Step("red_channel", (("red_share", round(share, 5)),)))
    return np.asarray(red, dtype=np.uint8)


def _warp(grey: Grey, angle_degrees: float, scale: float) -> tuple[Grey, Homography]:
    """Turn the page counter-clockwise by `angle_degrees` and resize it; corners are kept, paper fills up."""
    if scale < 1 or not angle_degrees:
        # Made smaller by averaging, which a warp does not do.
        way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)
        sized = geometry.scaling(scale)
        if not angle_degrees:
            return grey, sized
        turned, forward = _warp(grey, angle_degrees, 1.0)
        return turned, geometry.compose(forward, sized)
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_degrees, scale)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(width * cos + height * sin + 0.5), int(width * sin + height * cos + 0.5)
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    paper = int(np.percentile(grey[:: max(1, height // 200), :: max(1, width // 200)], 90))
    pixels = cv2.warpAffine(
        grey, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    )
    return np.asarray(pixels, dtype=np.uint8), geometry.homography(matrix)


def _scale(dpi: float) -> float:
    return GOOD_DPI / dpi if dpi < LEAST_DPI or dpi > MOST_DPI else 1.0
