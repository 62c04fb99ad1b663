"""How far the text of a page leans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.image.profile import best_angle, local_ink, running_sums, variation
from pipeline.image.resize import smaller

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
    ink = local_ink(smaller(grey, WORK_DPI / dpi))
    if np.count_nonzero(ink) < 200:
        return 0.0
    sums = running_sums(ink)
    coarse = np.arange(-MOST_DEGREES, MOST_DEGREES + COARSE_DEGREES, COARSE_DEGREES)
    scores = [variation(sums, float(angle)) for angle in coarse]
    best = float(coarse[int(np.argmax(scores))])
    is_last = abs(best) > MOST_DEGREES - COARSE_DEGREES
    if is_last or max(scores) < STANDS_OUT * float(np.median(scores)):
        wide, score = best_angle(
            sums, np.arange(-WIDE_DEGREES, WIDE_DEGREES + COARSE_DEGREES, COARSE_DEGREES)
        )
        best = wide if score > 1.3 * max(scores) else best
    angle, score = best_angle(sums, np.arange(best - COARSE_DEGREES, best + COARSE_DEGREES, FINE_DEGREES))
    # A page whose text is level in no direction (a photo, a form of rules) must not be turned.
    return angle if score > 1.05 * variation(sums, 0.0) else 0.0
