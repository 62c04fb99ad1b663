"""Where the sheet of paper lies in a picture that shows more: a photo of a desk, a black scanner bed.

A sheet is a large bright area with four straight sides and a sharp step in brightness along them. A shadow
across a page has no sharp sides, and a page that fills its picture has no outside: both are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image import geometry
from pipeline.model import Homography

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left

WORK_SIDE = 500  # pixels of the longer side on which the sheet is looked for
LEAST_SHARE = 0.25  # of the picture is sheet
MOST_SHARE = 0.97
LEAST_STEP = 0.2  # the outside is darker than the sheet beside it by this share
LEAST_SHARP = 0.85  # of the length of the sides shows the step
LEAST_FULL = 0.94  # of the four-cornered shape is bright
REACH = 4  # pixels inside and outside of a side that are compared
INSET = 1.5  # pixels by which the cut lies inside the sides, so that no dark edge is left


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet found in a picture: `to_picture` maps its pixels, `width` x `height`, to the picture's.

    `share` is how much of the picture it covers, `keystone` how far it is from a parallelogram (0.0: seen
    straight from above; 0.1: opposite sides differ by a tenth).
    """

    to_picture: Homography
    width: int
    height: int
    share: float
    keystone: float


def find_sheet(pixels: NDArray[np.uint8]) -> Sheet | None:
    """The sheet in `pixels`, uint8 grey or BGR, or None where the picture is all page."""
    scale = min(1.0, WORK_SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    # Every third pixel of a 300-dpi page is enough, and saves most of the time.
    thinned = cv2.resize(pixels, (2 * width, 2 * height), interpolation=cv2.INTER_NEAREST)
    small = cv2.resize(thinned, (width, height), interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        # Paper is bright in every colour, a wooden desk only in red.
        blue, green, red = cv2.split(small)
        small = cv2.min(blue, cv2.min(green, red))
    work = np.asarray(cv2.medianBlur(small, 3), dtype=np.uint8)
    corners = _corners(work)
    if corners is None or not _has_sharp_sides(work, corners):
        return None
    middle = corners.mean(axis=0)
    away = corners - middle
    corners = (middle + away * (1 - INSET / np.abs(away).min())) / scale
    return _sheet(corners.astype(np.float32), pixels.shape)


def cut(grey: Grey, sheet: Sheet) -> Grey:
    """The sheet alone, seen straight from above."""
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (sheet.width, sheet.height)
    warped = cv2.warpPerspective(
        grey, geometry.matrix(sheet.to_picture), size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _corners(small: Grey) -> Points | None:
    """Corners of the largest bright area, if it is four-cornered and neither too small nor everything."""
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(largest) / small.size
    hull = cv2.convexHull(largest)
    if not LEAST_SHARE < share < MOST_SHARE:
        return None
    for tolerance in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True).reshape(-1, 2)
        if len(corners) == 4 and cv2.contourArea(largest) > LEAST_FULL * cv2.contourArea(corners):
            return _ordered(corners.astype(np.float32))
    return None


def _ordered(corners: Points) -> Points:
    """Top left first, then clockwise as one sees it."""
    middle = corners.mean(axis=0)
    around = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    corners = corners[around]
    return np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0)


def _has_sharp_sides(small: Grey, corners: Points) -> bool:
    """Whether brightness steps down along the sides; sides on the picture's own edge do not count."""
    height, width = small.shape
    middle = corners.mean(axis=0)
    sharp = seen = 0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1.0)
        outwards = np.array([along[1], -along[0]])
        if np.dot(outwards, (start + end) / 2 - middle) < 0:
            outwards = -outwards
        points = start + (end - start) * np.linspace(0.05, 0.95, 60)[:, None]
        inside, outside = (np.round(points + side * outwards).astype(int) for side in (-REACH, REACH))
        in_picture = (outside >= 0).all(axis=1) & (outside[:, 0] < width) & (outside[:, 1] < height)
        inside, outside = inside[in_picture], outside[in_picture]
        light = small[inside[:, 1], inside[:, 0]].astype(float)
        dark = small[outside[:, 1], outside[:, 0]].astype(float)
        seen += len(light)
        sharp += int(np.count_nonzero(dark < (1 - LEAST_STEP) * light))
    return seen >= 60 and sharp >= LEAST_SHARP * seen


def _sheet(corners: Points, shape: tuple[int, ...]) -> Sheet:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = round(float(sides[0] + sides[2]) / 2), round(float(sides[1] + sides[3]) / 2)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    rows = cv2.getPerspectiveTransform(target, corners)
    keystone = max(abs(float(sides[0] - sides[2])) / width, abs(float(sides[1] - sides[3])) / height)
    area = float(cv2.contourArea(corners))
    return Sheet(geometry.homography(rows), width, height, area / (shape[0] * shape[1]), keystone)
