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

from pipeline.model import BBox, Homography

IDENTITY: Homography = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


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


def map_box(forward: Homography, box: BBox, limits: tuple[int, int]) -> BBox:
    """The upright box around the mapped corners, cut to `limits` = (width, height)."""
    corners: Sequence[tuple[float, float]] = [
        apply(forward, x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)
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
