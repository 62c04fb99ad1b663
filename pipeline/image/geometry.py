"""Maps between a scan and its cleaned image: nine numbers, the rows of a 3 x 3 matrix (a homography).

x' = (a x + b y + c) / w and y' = (d x + e y + f) / w with w = g x + h y + i. Turning, moving and resizing
leave g = h = 0; a photo taken from one side needs them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model import BBox, Bend, CleanPage, Homography

IDENTITY: Homography = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
POWERS = 5  # of the horizontal direction in a bend

Floats = NDArray[np.float64]


def matrix(homography: Homography) -> NDArray[np.float64]:
    """The map as a (3, 3) array."""
    return np.array(homography, dtype=np.float64).reshape(3, 3)


def homography(rows: NDArray[Any]) -> Homography:
    """The map of a (2, 3) or (3, 3) array, scaled so that its last number is 1.

    Raises ZeroDivisionError for a map that flattens the plane.
    """
    if rows.shape == (2, 3):
        rows = np.vstack([rows, (0.0, 0.0, 1.0)])
    if abs(rows[2, 2]) < 1e-12:
        raise ZeroDivisionError("the map flattens the plane")
    a, b, c, d, e, f, g, h, i = (float(value) for value in (rows / rows[2, 2]).ravel())
    return a, b, c, d, e, f, g, h, i


def compose(after: Homography, before: Homography) -> Homography:
    """The map that does `before` first and `after` second."""
    return homography(matrix(after) @ matrix(before))


def invert(forward: Homography) -> Homography:
    """The way back. Raises ZeroDivisionError for a map that flattens the plane."""
    try:
        return homography(np.linalg.inv(matrix(forward)))
    except np.linalg.LinAlgError as error:
        raise ZeroDivisionError("the map flattens the plane") from error


def apply(forward: Homography, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f, g, h, i = forward
    w = g * x + h * y + i
    return (a * x + b * y + c) / w, (d * x + e * y + f) / w


def map_box(forward: Homography, box: BBox, limits: tuple[int, int], bend: Bend | None = None) -> BBox:
    """The upright box around the mapped corners, cut to `limits` = (width, height).

    With a `bend` its sides are curves first, of which the middle counts as well.
    """
    across = (box.left, box.center_x, box.right) if bend else (box.left, box.right)
    corners: Sequence[tuple[float, float]] = [
        apply(forward, x, y + (float(drop(bend, np.array(x), np.array(y))) if bend else 0.0))
        for x in across
        for y in (box.top, box.bottom)
    ]
    width, height = limits
    left = min(max(0, math.floor(min(x for x, _ in corners) + 1e-6)), width)
    top = min(max(0, math.floor(min(y for _, y in corners) + 1e-6)), height)
    right = max(left, min(width, math.ceil(max(x for x, _ in corners) - 1e-6)))
    bottom = max(top, min(height, math.ceil(max(y for _, y in corners) - 1e-6)))
    return BBox(left, top, right, bottom)


def scaling(factor: float) -> Homography:
    """Resizing by `factor` in both directions."""
    return (factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0)


def moving(right: float, down: float) -> Homography:
    return (1.0, 0.0, right, 0.0, 1.0, down, 0.0, 0.0, 1.0)


def turn(width: int, height: int, quarter_turns: int) -> Homography:
    """The map of a turn by `quarter_turns` x 90 degrees clockwise of a width x height image."""
    match quarter_turns % 4:
        case 1:
            return (0.0, -1.0, float(height), 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
        case 2:
            return (-1.0, 0.0, float(width), 0.0, -1.0, float(height), 0.0, 0.0, 1.0)
        case 3:
            return (0.0, 1.0, 0.0, -1.0, 0.0, float(width), 0.0, 0.0, 1.0)
    return IDENTITY


# --- curved pages -----------------------------------------------------------------------------------


def drop(bend: Bend, x: NDArray[Any], y: NDArray[Any]) -> Floats:
    """By how many pixels points (x, y) of the flat page lie lower on the bent one."""
    return np.asarray(bend_terms(bend.region, x, y) @ np.array(bend.coefficients), dtype=np.float64)


def bend_terms(region: BBox, x: NDArray[Any], y: NDArray[Any], *, slopes: bool = False) -> Floats:
    """The terms of the polynomial of a bend at (x, y), or their slopes along x; the last axis counts them.

    x and y run from -1 to 1 in `region`; the powers of x from 1 to POWERS, each alone and times y.
    """
    half = max(region.width / 2, 1.0)
    u = np.clip((np.asarray(x, dtype=np.float64) - region.center_x) / half, -1, 1)
    v = np.clip((np.asarray(y, dtype=np.float64) - region.center_y) / max(region.height / 2, 1.0), -1, 1)
    powers = range(1, POWERS + 1)
    rises = [power * u ** (power - 1) / half if slopes else u**power for power in powers]
    return np.stack([rise * tilt for rise in rises for tilt in (np.ones_like(v), v)], axis=-1)


def places_on_scan(page: CleanPage, zone: BBox) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel of the part `zone` of the clean page lies on the scan: x and y, for `cv2.remap`."""
    x, y = np.meshgrid(np.arange(zone.left, zone.right), np.arange(zone.top, zone.bottom))
    down = y + drop(page.bend, x, y) if page.bend else y
    a, b, c, d, e, f, g, h, i = page.to_scan
    w = g * x + h * down + i
    across = (a * x + b * down + c) / w
    return across.astype(np.float32), ((d * x + e * down + f) / w).astype(np.float32)
