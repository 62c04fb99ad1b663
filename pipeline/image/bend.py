"""Curved pages: how far lines of text bow on photos of books and folded sheets, and the page made flat.

Each strip of the page is a little higher or lower than the strip beside it: by how much, row by row, is where
their profiles of ink agree best. A smooth surface is laid through these slopes, so neither single lines nor
letters have to be followed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.geometry import POWERS, bend_terms, drop
from pipeline.image.profile import WORK_X_HEIGHT, ink_of_letters, running_sums, variation
from pipeline.model import BBox, Bend

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]

STRIPS = 16
WINDOW = 96  # rows that are compared at once, about five lines
REACH = 9  # rows up and down in which the next strip is looked for: less than half a line
ALIKE = 0.6  # correlation of two strips that show the same lines
FEWEST_PLACES = 60  # where two strips agree; a full page has 280
TURNS = 8  # of the fit; each trusts outliers less
LEAST_BOW = 0.5  # x-heights; of 88 flat pages two have more than 0.4
LEAST_GAIN = 1.4  # times the variation of rows, once the page is flat; those two have less than 0.8


@dataclass(frozen=True, slots=True)
class Bow:
    """A measured bend: `height` is the greatest bow of a line in x-heights, `gain` how many times more the
    rows of the page vary without it."""

    bend: Bend
    height: float
    gain: float


def find_bow(grey: Grey, x_height: float) -> Bow | None:
    """The bend of a level page with letters `x_height` px high; None for a page as flat as pages are."""
    ink = ink_of_letters(grey, x_height)
    slopes = _slopes(running_sums(ink))
    if len(slopes) < FEWEST_PLACES:
        return None
    bend = _fitted(slopes)
    height = _height(bend) / WORK_X_HEIGHT
    if height < LEAST_BOW:
        return None
    flat = flattened(ink, bend, cv2.INTER_NEAREST)
    gain = variation(running_sums(flat), 0.0) / max(variation(running_sums(ink), 0.0), 1.0)
    return Bow(_scaled(bend, grey.shape[1] / ink.shape[1]), height, gain) if gain >= LEAST_GAIN else None


def flattened(grey: Grey, bend: Bend, way: int = cv2.INTER_CUBIC) -> Grey:
    """`grey` without its bend."""
    height, width = grey.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    across, down = np.meshgrid(x, y)
    fine = cv2.resize(
        drop(bend, across[::8, ::8], down[::8, ::8]).astype(np.float32), (width + 7 & ~7, height + 7 & ~7)
    )
    flat = cv2.remap(grey, across, down + fine[:height, :width], way, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, dtype=np.uint8)


def _slopes(sums: NDArray[np.int32]) -> Floats:
    """How steep lines are: a row (x, y, rows down a column to the right, weight) for each sure place."""
    edges = np.linspace(0, len(sums) - 1, STRIPS + 1).round().astype(int)
    strips = cv2.GaussianBlur(np.diff(sums[edges], axis=0).astype(np.float32), (5, 1), 1.0)
    height = strips.shape[1]
    near = np.pad(strips, ((0, 0), (REACH, REACH)))[1:]
    alike = np.stack(
        [_correlation(strips[:-1], near[:, shift : shift + height]) for shift in range(2 * REACH + 1)]
    )
    rows = np.arange(WINDOW // 2, height - WINDOW // 2, WINDOW // 3)
    alike = alike[:, :, rows]
    best = np.clip(alike.argmax(axis=0), 1, 2 * REACH - 1)
    before, peak, after = (np.take_along_axis(alike, best[None] + step, 0)[0] for step in (-1, 0, 1))
    is_sure = (peak > ALIKE) & (peak >= before) & (peak >= after)
    between = (before - after) / np.minimum(2 * (before - 2 * peak + after), -1e-6)
    slope = (best - REACH + between) / (edges[1] - edges[0])
    x, y = np.meshgrid(edges[1:-1], rows, indexing="ij")
    return np.stack([one[is_sure] for one in (x, y, slope, peak)], axis=1).astype(np.float64)


def _correlation(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Correlation of each row of `left` with that of `right`, in windows around each column."""

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(values, (WINDOW, 1), borderType=cv2.BORDER_CONSTANT), dtype=np.float32)

    both = mean(left * right) - mean(left) * mean(right)
    spread = (mean(left * left) - mean(left) ** 2) * (mean(right * right) - mean(right) ** 2)
    return np.asarray(both / np.sqrt(np.maximum(spread, 1.0)), dtype=np.float32)


def _fitted(slopes: Floats) -> Bend:
    """The smooth bend whose slopes these are, by least squares that trust outliers little."""
    x, y, slope, weight = slopes.T
    region = BBox(int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)
    terms = bend_terms(region, x, y, slopes=True)
    trust = weight
    coefficients = np.zeros(2 * POWERS)
    for _ in range(TURNS):
        weighed = terms * trust[:, None]
        # The small weight on the diagonal keeps terms out that nothing on the page asks for.
        coefficients = np.linalg.solve(
            terms.T @ weighed + 1e-5 * len(x) * np.eye(2 * POWERS) / region.width**2, weighed.T @ slope
        )
        rest = np.abs(slope - terms @ coefficients)
        spread = 1.5 * float(np.median(rest)) + 0.5 / region.width
        trust = weight / (1 + (rest / (2 * spread)) ** 2) ** 2
    return Bend(region, tuple(float(one) for one in coefficients))


def _height(bend: Bend) -> float:
    """The most a line departs from a straight one, in rows."""
    region = bend.region
    x = np.linspace(region.left, region.right, 33)
    heights = []
    for row in np.linspace(region.top, region.bottom, 9):
        drops = drop(bend, x, np.full_like(x, row))
        heights.append(float(np.ptp(drops - np.polyval(np.polyfit(x, drops, 1), x))))
    return max(heights)


def _scaled(bend: Bend, factor: float) -> Bend:
    """`bend` of a picture for the same picture `factor` times as large."""
    left, top, right, bottom = (
        round(factor * side)
        for side in (bend.region.left, bend.region.top, bend.region.right, bend.region.bottom)
    )
    return Bend(BBox(left, top, right, bottom), tuple(factor * one for one in bend.coefficients))
