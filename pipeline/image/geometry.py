"""Affine maps between a scan and its cleaned image, as six numbers (a, b, c, d, e, f).

x' = a x + b y + c and y' = d x + e y + f.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.model import BBox

Affine = tuple[float, float, float, float, float, float]
IDENTITY: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def compose(after: Affine, before: Affine) -> Affine:
    """The map that does `before` first and `after` second."""
    a, b, c, d, e, f = after
    g, h, i, j, k, m = before
    return (a * g + b * j, a * h + b * k, a * i + b * m + c, d * g + e * j, d * h + e * k, d * i + e * m + f)


def invert(affine: Affine) -> Affine:
    """The way back. Raises ZeroDivisionError for a map that flattens the plane."""
    a, b, c, d, e, f = affine
    det = a * e - b * d
    return (e / det, -b / det, (b * f - c * e) / det, -d / det, a / det, (c * d - a * f) / det)


def apply(affine: Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = affine
    return a * x + b * y + c, d * x + e * y + f


def map_box(affine: Affine, box: BBox, limits: tuple[int, int]) -> BBox:
    """The upright box around the mapped corners, cut to `limits` = (width, height)."""
    corners: Sequence[tuple[float, float]] = [
        apply(affine, x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)
    ]
    width, height = limits
    left = min(max(0, math.floor(min(x for x, _ in corners) + 1e-6)), width)
    top = min(max(0, math.floor(min(y for _, y in corners) + 1e-6)), height)
    right = max(left, min(width, math.ceil(max(x for x, _ in corners) - 1e-6)))
    bottom = max(top, min(height, math.ceil(max(y for _, y in corners) - 1e-6)))
    return BBox(left, top, right, bottom)


def turn(width: int, height: int, quarter_turns: int) -> Affine:
    """The map of a turn by `quarter_turns` x 90 degrees clockwise of a width x height image."""
    match quarter_turns % 4:
        case 1:
            return (0.0, -1.0, float(height), 1.0, 0.0, 0.0)
        case 2:
            return (-1.0, 0.0, float(width), 0.0, -1.0, float(height))
        case 3:
            return (0.0, 1.0, 0.0, -1.0, 0.0, float(width))
    return IDENTITY
