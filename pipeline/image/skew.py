"""How far the text of a page leans, and whether its lines run down instead of across.

Projection profiles (W. Postl, 1986): rows of level text alternate between ink and paper, so the row
sums of the page turned by the right angle vary most.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WORK_DPI = 75.0
MOST_DEGREES = 8.0
COARSE_DEGREES = 0.5
FINE_DEGREES = 0.05
WIDE_DEGREES = 30.0  # searched only where no usual angle stands out
STANDS_OUT = 4.0  # times the median: level text has 10 and more


def skew_degrees(grey: NDArray[np.uint8], dpi: float) -> float:
    """Angle by which the page must be turned counter-clockwise to be level; 0.0 for an empty page.

    `grey` is uint8 (height, width), dark ink on light paper.
    """
    ink = text_ink(grey, dpi)
    if np.count_nonzero(ink) < 200:
        return 0.0
    coarse = np.arange(-MOST_DEGREES, MOST_DEGREES + COARSE_DEGREES, COARSE_DEGREES)
    scores = [_variation(ink, float(angle)) for angle in coarse]
    best = float(coarse[int(np.argmax(scores))])
    is_last = abs(best) > MOST_DEGREES - COARSE_DEGREES
    if is_last or max(scores) < STANDS_OUT * float(np.median(scores)):
        wide = _best(ink, np.arange(-WIDE_DEGREES, WIDE_DEGREES + COARSE_DEGREES, COARSE_DEGREES))
        best = wide if _variation(ink, wide) > 1.3 * max(scores) else best
    fine = np.arange(best - COARSE_DEGREES, best + COARSE_DEGREES, FINE_DEGREES)
    angle = _best(ink, fine)
    # A page whose text is level in no direction (a photo, a form of rules) must not be turned.
    return angle if _variation(ink, angle) > 1.05 * _variation(ink, 0.0) else 0.0


def lines_run_down(grey: NDArray[np.uint8], dpi: float) -> bool:
    """Whether the page lies on its side: its columns alternate between ink and paper, not its rows."""
    ink = text_ink(grey, dpi)
    across, down = (
        max(_variation(side, float(angle)) for angle in np.arange(-MOST_DEGREES, MOST_DEGREES + 1, 1.0))
        for side in (ink, np.ascontiguousarray(ink.T))
    )
    return down > 1.5 * across


def text_ink(grey: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """A small binary picture (ink 1, paper 0) at about 75 dpi, without big dark areas and edges."""
    scale = min(1.0, WORK_DPI / dpi)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    block = max(3, round(WORK_DPI * 0.4) | 1)
    ink = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 15)
    margin_y, margin_x = (max(1, side // 40) for side in ink.shape)
    ink[:margin_y] = ink[-margin_y:] = 0
    ink[:, :margin_x] = ink[:, -margin_x:] = 0
    return np.asarray(ink, dtype=np.uint8)


def _best(ink: NDArray[np.uint8], angles: NDArray[np.float64]) -> float:
    scores = [_variation(ink, float(angle)) for angle in angles]
    return float(angles[int(np.argmax(scores))])


def _variation(ink: NDArray[np.uint8], angle_degrees: float) -> float:
    """Sum of squared steps between neighbouring row sums after a turn (by shearing the columns)."""
    ys, xs = np.nonzero(ink)
    if not len(ys):
        return 0.0
    shifted = np.round(ys - np.tan(np.radians(angle_degrees)) * xs).astype(np.int64)
    sums = np.bincount(shifted - shifted.min())
    return float(np.sum(np.diff(sums.astype(np.float64)) ** 2))
