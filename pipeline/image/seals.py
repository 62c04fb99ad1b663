"""Round seals by their shape: two or more circles about one centre, 25 to 42 mm wide.

Votes along the gradient (C. Kimme, D. Ballard, J. Sklansky, 1975): every edge point of a ring says where
the centre must be. A ring counts as found when edges point to its centre almost all the way round; letters
and signatures give a quarter to four tenths of a circle, seals seven tenths and more.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Numbers = NDArray[np.float32]

MM_PER_INCH = 25.4
WORK_DPI = 100.0
LEAST_RADIUS_MM, MOST_RADIUS_MM = 12.0, 21.5
LEAST_SUPPORT = 0.68
SECTORS = 120
FEWEST_EDGES = 200
STRONG_EDGE = 60.0  # of the Sobel operator; ink on paper gives several hundred
RADIAL = 0.95  # cosine between an edge's gradient and the way to the centre
REACHES = (6.0, 4.0, 3.0, 2.0, 2.0)  # pixels by which a gradient may miss the centre, one fit after the other


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal: centre and radius of its clearest ring in pixels, and the share of the circle seen."""

    x: float
    y: float
    radius: float
    support: float


@dataclass(frozen=True, slots=True)
class _Edges:
    """Places of edge points and the unit vectors of their gradients."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    across: Numbers
    down: Numbers


def find_seal(grey: Grey, dpi: float) -> Seal | None:
    """The clearest round seal in `grey` (dark ink on light paper), or None; about 0.1 s a signature block."""
    scale = min(1.0, WORK_DPI / dpi)
    small = grey
    if scale < 1:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    edges = _edges(small)
    if len(edges.x) < FEWEST_EDGES:
        return None
    unit = dpi * scale / MM_PER_INCH
    radii = np.arange(int(LEAST_RADIUS_MM * unit), int(MOST_RADIUS_MM * unit) + 2)
    x, y = _centred(edges, _elected(edges, radii, small.shape), radii)
    radius, support = _ring(edges, (x, y), radii)
    if support < LEAST_SUPPORT:
        return None
    return Seal(x / scale, y / scale, radius / scale, support)


def _edges(small: Grey) -> _Edges:
    soft = cv2.GaussianBlur(small, (0, 0), 0.8)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(across, down)
    is_edge = strength > max(STRONG_EDGE, 0.25 * float(np.percentile(strength, 99)))
    y, x = np.nonzero(is_edge)
    way = np.stack([across[is_edge], down[is_edge]]) / strength[is_edge]
    return _Edges(x, y, *way.astype(np.float32))


def _elected(edges: _Edges, radii: NDArray[np.int64], shape: tuple[int, ...]) -> tuple[int, int]:
    """The centre for which most edge points vote, over all radii, to two pixels."""
    height, width = shape[0] // 2 + 1, shape[1] // 2 + 1
    most, elected = -1.0, (0, 0)
    for radius in radii:
        votes = np.zeros((height, width), np.float32)
        for side in (-int(radius), int(radius)):
            x = np.round((edges.x + side * edges.across) / 2).astype(np.int64)
            y = np.round((edges.y + side * edges.down) / 2).astype(np.int64)
            is_in = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            cells = np.bincount(y[is_in] * width + x[is_in], minlength=height * width)
            votes += cells.reshape(height, width).astype(np.float32)
        near = cv2.blur(votes, (3, 3)) / float(radius)
        best = int(near.argmax())
        if near.flat[best] > most:
            most, elected = float(near.flat[best]), (2 * (best % width), 2 * (best // width))
    return elected


def _centred(edges: _Edges, around: tuple[int, int], radii: NDArray[np.int64]) -> tuple[float, float]:
    """The point near `around` through which the gradients of all rings run, by least squares."""
    x, y = float(around[0]), float(around[1])
    for reach in REACHES:
        right, low = edges.x - x, edges.y - y
        distance = np.hypot(right, low)
        is_ring = np.abs(right * edges.down - low * edges.across) < reach
        is_ring &= (distance > radii[0] - 2) & (distance < radii[-1] + 2)
        beside = np.stack([-edges.down[is_ring], edges.across[is_ring]], axis=1)
        there = beside[:, 0] * edges.x[is_ring] + beside[:, 1] * edges.y[is_ring]
        x, y = (float(one) for one in np.linalg.lstsq(beside, there, rcond=None)[0])
    return x, y


def _ring(edges: _Edges, centre: tuple[float, float], radii: NDArray[np.int64]) -> tuple[int, float]:
    """Radius of the ring around `centre` that is seen in most directions, and the share of them."""
    right, low = edges.x - centre[0], edges.y - centre[1]
    distance = np.hypot(right, low)
    is_ring = np.abs(right * edges.across + low * edges.down) > RADIAL * distance
    is_ring &= (distance > radii[0] - 2) & (distance < radii[-1] + 2)
    angle = np.arctan2(low[is_ring], right[is_ring]) / (2 * np.pi) + 0.5
    sector = np.minimum((angle * SECTORS).astype(np.int64), SECTORS - 1)
    nearest = np.round(distance[is_ring]).astype(np.int64) - int(radii[0]) + 2
    seen = np.zeros((len(radii) + 4, SECTORS), bool)
    seen[nearest, sector] = True
    # One pixel to either side: copiers draw rings out a little.
    support = (seen[1:-3] | seen[2:-2] | seen[3:-1]).mean(axis=1)
    best = int(support.argmax())
    return int(radii[0]) + best, float(support[best])
