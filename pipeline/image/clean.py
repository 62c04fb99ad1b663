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
from pipeline.image.bend import find_bow, flattened
from pipeline.image.measures import Measures, measure
from pipeline.image.mend import mended
from pipeline.image.orientation import find_orientation
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
SEAL_SAMPLE = 8  # one row and column in eight shows how much of a page is red

LEAST_SIDE = 8  # px: nothing can stand on a narrower sliver
NOISE_STEP = "noise"  # of a page that is not read because it shows nothing else
QUARTER_TURNS = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}

Grey = NDArray[np.uint8]


def clean(image: PageImage, *, quarter_turns: int | None = None) -> CleanPage:
    """The page as grey pixels ready for OCR, turned by `quarter_turns` x 90 degrees clockwise.

    Without `quarter_turns` the page is turned as its lines of text ask for.

    >>> clean(PageImage(1, np.full((100, 80), 255, np.uint8), 300.0)).steps
    ()
    """
    steps: list[Step] = []
    if min(image.pixels.shape[:2]) < LEAST_SIDE:
        sliver = PageImage(image.page_number, np.full(image.pixels.shape[:2], 255, np.uint8), image.dpi)
        return CleanPage(sliver, (), geometry.IDENTITY, is_blank=True)
    grey, to_scan = _sheet(image.pixels, steps)
    measures = measure(grey)
    if measures.is_noise:
        shapes = ("shapes", float(measures.letters))
        steps.append(Step(NOISE_STEP, (shapes, ("specks_a_shape", round(measures.specks, 2)))))
    if measures.is_blank or measures.is_noise:
        return CleanPage(PageImage(image.page_number, grey, image.dpi), tuple(steps), to_scan, is_blank=True)
    turns = _turns(quarter_turns, grey, measures.x_height or X_HEIGHT * image.dpi / GOOD_DPI, steps)
    if turns:
        height, width = grey.shape
        grey = np.asarray(cv2.rotate(grey, QUARTER_TURNS[turns]), dtype=np.uint8)
        to_scan = geometry.compose(to_scan, geometry.invert(geometry.turn(width, height, turns)))
        # Lying letters have another height.
        measures = measure(grey) if turns % 2 else measures
    dpi = _true_dpi(image.dpi, measures, steps)
    grey = mended(grey, measures, steps)
    scale = _scale(dpi)
    grey, forward = _level(grey, dpi, scale, steps)
    to_scan = geometry.compose(to_scan, geometry.invert(forward))
    bow = find_bow(grey, (measures.x_height or X_HEIGHT * dpi / GOOD_DPI) * scale)
    if bow:
        grey = flattened(grey, bow.bend)
        steps.append(Step("flatten", (("bow", round(bow.height, 2)), ("gain", round(bow.gain, 2)))))
    page = PageImage(image.page_number, grey, dpi * scale)
    return CleanPage(page, tuple(steps), to_scan, turns, measures.letters, bend=bow.bend if bow else None)


def _sheet(pixels: NDArray[np.uint8], steps: list[Step]) -> tuple[Grey, Homography]:
    """The sheet of paper in grey, cut out where the picture shows more; and the map back to the picture."""
    grey = _without_red(pixels, steps)
    sheet = find_sheet(pixels)
    if sheet is None:
        return grey, geometry.IDENTITY
    evidence = (("share", round(sheet.share, 4)), ("keystone", round(sheet.keystone, 4)))
    steps.append(Step("cut_sheet", evidence))
    return cut(grey, sheet), sheet.to_picture


def _turns(asked: int | None, grey: Grey, x_height: float, steps: list[Step]) -> int:
    """By how many quarter turns clockwise to turn the page: as `asked`, or as its lines of text show."""
    found = find_orientation(grey, x_height) if asked is None else None
    turns = (found.quarter_turns if found else asked or 0) % 4
    if turns:
        evidence = (("margin", round(found.margin, 3)), ("bands", float(found.bands))) if found else ()
        steps.append(Step("turn", (("degrees_clockwise", 90.0 * turns), *evidence)))
    return turns


def _level(grey: Grey, dpi: float, scale: float, steps: list[Step]) -> tuple[Grey, Homography]:
    """The page turned so that its lines are level, and resized by `scale`; and the map there."""
    angle = skew_degrees(grey, dpi)
    if abs(angle) < LEAST_SKEW_DEGREES:
        angle = 0.0
    else:
        steps.append(Step("deskew", (("angle_degrees", round(angle, 3)),)))
    if scale != 1.0:
        steps.append(Step("resize", (("factor", round(scale, 4)),)))
    # Turned and resized at once: every resampling costs sharpness.
    return _warp(grey, angle, scale) if angle or scale != 1.0 else (grey, geometry.IDENTITY)


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
    blue, green, red = cv2.split(pixels[::SEAL_SAMPLE, ::SEAL_SAMPLE])
    reddish = cv2.subtract(red, cv2.max(blue, green)) > SEAL_SATURATION
    share = float(np.count_nonzero(reddish)) / reddish.size
    steps.append(Step("red_channel", (("red_share", round(share, 5)),)))
    return np.asarray(cv2.extractChannel(pixels, 2), dtype=np.uint8)


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
