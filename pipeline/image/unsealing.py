"""Print that a black seal covers: of a grey or 1-bit scan the seal is taken away by its tone and its shape.

Colour is the better witness (see `inks`); this is for scans that have none. Three things tell the seal from
the print under it:

- its tone: on a grey scan, red ink is lighter than black print;
- its rings: seen from the centre they lie level, like the lines of a staff, and are taken out as those are:
  where a stroke crosses a ring, the stroke stays;
- its place: what lies inside the seal and in no line of text, or keeps to the belt in which the seal's own
  words run, is the seal's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.seals import MM_PER_INCH, Seal
from pipeline.model import BBox

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

AROUND = 1.3  # times the radius: outside of it nothing is touched
OUTSIDE_MM = 22.0  # no ring is larger
INSIDE_MM = 8.5  # nearer to the centre there are emblems, no rings
TURNS = 720  # directions in which the outline is measured
REACHES_MM = (0.9, 0.5, 0.3)  # how far from the last outline the next one is looked for
RING_INK = 0.55  # share of a circle that is inked
WIDEST_RING_MM = 2.2  # two rings that have run together
CROSSING_MM = 0.35  # a stroke stands out of a ring by so much
LIGHTER = 25  # grey levels between the seal and the print, from which its tone tells it
ROW_ABOVE, ROW_BELOW = 0.15, 0.15  # of a word's height: room for marks and tails
LEAST_IN_ROW = 0.35  # of a shape lies in a line of text
LEAST_BELT_MM = 2.0  # room for words
BELT_INK = 0.35  # of the most inked circle in the belt of words
LEAST_IN_BELT = 0.5  # of the belt's width: letters of the seal fill it, dots and marks do not


@dataclass(frozen=True, slots=True)
class _Round:
    """The round as seen from its centre: `angle` 0..1 and `reach` (in pixels of a true circle) a pixel."""

    angle: NDArray[np.float32]
    reach: NDArray[np.float32]
    outline: Floats  # factor by which the outline lies farther out than a circle, for TURNS directions
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the seal is drawn: where its outermost ring ends, and from where to where its words reach."""

    rim: int
    belt: tuple[int, int]


def without_seal(grey: Grey, seal: Seal, dpi: float, rows: Sequence[BBox]) -> Grey:
    """`grey` with the ink of `seal` painted over with paper; `rows` are words of print beside the seal."""
    reach = AROUND * max(seal.radius, OUTSIDE_MM / MM_PER_INCH * dpi / AROUND)
    left, top = max(0, int(seal.x - reach)), max(0, int(seal.y - reach))
    right, bottom = int(seal.x + reach) + 1, int(seal.y + reach) + 1
    part = grey[top:bottom, left:right]
    paper = np.uint8(np.percentile(grey[::4, ::4], 75))
    own = Seal(seal.x - left, seal.y - top, seal.radius, seal.support)
    part = _darker(grey, part, own, dpi)
    ink = _ink(part)
    around = _round(ink, own, dpi)
    rings, plan = _rings(ink, around, dpi)
    shapes = np.asarray((ink > 0) & ~rings)
    gone = rings
    beside = [box for box in rows if np.hypot(box.center_x - seal.x, box.center_y - seal.y) > seal.radius]
    in_rows = _in_rows(shapes.shape, [_moved(box, left, top) for box in beside])
    if in_rows.any():
        gone = gone | _strange(shapes, in_rows, around.reach, plan)
    # The grey seam of what is taken away goes too, but not that of what stays.
    seam = cv2.dilate(gone.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    clean = grey.copy()
    clean[top:bottom, left:right] = np.where(seam & ~((ink > 0) & ~gone), paper, part)
    return clean


def _ink(grey: Grey) -> Grey:
    return np.asarray(cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1], dtype=np.uint8)


def _darker(grey: Grey, part: Grey, seal: Seal, dpi: float) -> Grey:
    """`part` with what is as light as the seal made paper, where the seal is lighter than the print."""
    core = cv2.erode(_ink(part), np.ones((3, 3), np.uint8)) > 0
    y, x = np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    ring = core & (np.abs(np.hypot(x - seal.x, y - seal.y) - seal.radius) < 0.5 / MM_PER_INCH * dpi)
    print_ = cv2.erode(_ink(grey), np.ones((3, 3), np.uint8)) > 0
    if np.count_nonzero(ring) < 100 or np.count_nonzero(print_) < 100:
        return part
    light, dark = float(np.percentile(part[ring], 25)), float(np.percentile(grey[print_], 25))
    if light - dark < LIGHTER:
        return part
    levels = np.arange(256)
    above = dark + (levels - dark) * (255 - dark) / (0.8 * (light - dark))
    table = np.where(levels < dark, levels, np.clip(above, 0, 255)).astype(np.uint8)
    return np.asarray(cv2.LUT(part, table), dtype=np.uint8)


def _round(ink: Grey, seal: Seal, dpi: float) -> _Round:
    y, x = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    angle = np.arctan2(y - seal.y, x - seal.x) / (2 * np.pi) % 1.0
    outline = _outline(ink, seal, dpi)
    factor = np.append(outline, outline[0])
    stretched = np.interp(angle.ravel(), np.linspace(0, 1, TURNS + 1), factor).reshape(angle.shape)
    reach = np.hypot(x - seal.x, y - seal.y) / stretched
    return _Round(angle.astype(np.float32), reach.astype(np.float32), outline, seal.x, seal.y)


def _outline(ink: Grey, seal: Seal, dpi: float) -> Floats:
    """By how much the ring lies farther out than a circle, a direction: moved, oval, or drawn out."""
    turns = np.arange(TURNS) * (2 * np.pi / TURNS)
    waves = np.stack([np.ones(TURNS), *(wave(k * turns) for k in (1, 2) for wave in (np.cos, np.sin))], 1)
    radius = np.full(TURNS, seal.radius)
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), max(1.0, dpi / 200)), dtype=np.uint8)
    for reach_mm in REACHES_MM:
        reach = max(2, round(reach_mm / MM_PER_INCH * dpi))
        offsets = np.arange(-reach, reach + 1)
        seen = _seen_from(soft, (seal.x, seal.y), turns, radius[:, None] + offsets)
        level = cv2.blur(np.vstack([seen[-8:], seen, seen[:8]]), (1, 9))[8:-8]
        is_ink = level.max(axis=1) > 100
        if np.count_nonzero(is_ink) < TURNS // 4:
            break  # too little of a ring to follow
        found, weight = radius + offsets[level.argmax(axis=1)], is_ink.astype(np.float64)
        for _ in range(6):
            fit = waves @ np.linalg.lstsq(waves * weight[:, None], found * weight, rcond=None)[0]
            weight = is_ink / (1 + ((found - fit) / (1 + 0.1 * reach)) ** 2)
        radius = fit
    return np.asarray(radius / radius.mean(), dtype=np.float64)


def _seen_from(picture: Grey, centre: tuple[float, float], turns: NDArray[Any], radii: NDArray[Any]) -> Grey:
    """The picture along `radii` (turns, n) in the directions `turns` (radians)."""
    x = (centre[0] + radii * np.cos(turns)[:, None]).astype(np.float32)
    y = (centre[1] + radii * np.sin(turns)[:, None]).astype(np.float32)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderValue=0), dtype=np.uint8)


def _rings(ink: Grey, around: _Round, dpi: float) -> tuple[Mask, _Plan]:
    """The ink of the rings without the strokes that cross them; and how the seal is drawn."""
    unit = dpi / MM_PER_INCH
    count, far = round(2 * np.pi * OUTSIDE_MM * unit), round(OUTSIDE_MM * unit)
    turns = np.arange(count) * (2 * np.pi / count)
    factor = np.interp(turns / (2 * np.pi), np.arange(TURNS) / TURNS, around.outline, period=1.0)
    seen = _seen_from(ink, (around.x, around.y), turns, factor[:, None] * np.arange(far)) > 127
    share = seen.mean(axis=0)
    rings = np.zeros_like(seen)
    bands = _bands(share, unit)
    pad = max(1, round(dpi / 200))
    for first, last in bands:
        length = last - first + 2 * pad + max(3, round(CROSSING_MM * unit))
        crossing = cv2.morphologyEx(seen.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        band = slice(max(0, first - pad), last + pad)
        rings[:, band] |= seen[:, band] & (crossing[:, band] == 0)
    back = cv2.remap(
        rings.astype(np.uint8),
        around.reach,
        around.angle * np.float32(count - 1),
        cv2.INTER_NEAREST,
        borderValue=0,
    )
    rim = bands[-1][1] + pad if bands else 0
    return np.asarray((back > 0) & (ink > 0)), _Plan(rim, _belt(share, bands, unit))


def _bands(share: Floats, unit: float) -> list[tuple[int, int]]:
    """First and last reach of each ring, from the share of each circle that is ink."""
    is_ring = share > RING_INK
    is_ring[: int(INSIDE_MM * unit)] = False
    return [(a, b) for a, b in _runs(is_ring) if b - a <= WIDEST_RING_MM * unit]


def _belt(share: Floats, bands: Sequence[tuple[int, int]], unit: float) -> tuple[int, int]:
    """From where to where the words of the seal reach: the inked part of its outermost wide gap."""
    if not bands:
        return 0, 0
    starts = [round(0.6 * bands[0][0]), *(last for _, last in bands)]
    gaps = [(start, first) for start, (first, _) in zip(starts, bands, strict=False)]
    inner, outer = next((gap for gap in reversed(gaps) if gap[1] - gap[0] > LEAST_BELT_MM * unit), (0, 0))
    rim = max(2, (outer - inner) // 16)
    between = share[inner + rim : outer - rim]
    runs = _runs(between > BELT_INK * between.max(initial=0.0))
    first, last = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    return inner + rim + first, inner + rim + last


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where `flags` are set: first index and the one after the last, a run."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in steps.reshape(-1, 2)]


def _in_rows(shape: tuple[int, ...], rows: Sequence[BBox]) -> Mask:
    is_row = np.zeros(shape, bool)
    for box in rows:
        first = max(0, round(box.top - ROW_ABOVE * box.height))
        is_row[first : max(0, round(box.bottom + ROW_BELOW * box.height))] = True
    return is_row


def _strange(shapes: Mask, in_rows: Mask, reach: NDArray[np.float32], plan: _Plan) -> Mask:
    """What inside the seal belongs to no line of text."""
    inside = shapes & (reach < plan.rim)
    _, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)
    flat = labels.ravel().astype(np.int64)
    count = int(flat.max()) + 1
    share = np.bincount(flat, weights=in_rows.ravel(), minlength=count) / np.bincount(flat, minlength=count)
    nearest, farthest = np.full(count, np.inf), np.zeros(count)
    np.minimum.at(nearest, flat, reach.ravel())
    np.maximum.at(farthest, flat, reach.ravel())
    first, last = plan.belt
    spare = 0.15 * (last - first)
    is_seals = (nearest > first - spare) & (farthest < last + spare)
    is_seals &= farthest - nearest > LEAST_IN_BELT * (last - first)
    is_strange = is_seals | (share < LEAST_IN_ROW)
    is_strange[0] = False  # the paper
    return np.asarray(is_strange[labels] | (inside & ~in_rows))


def _moved(box: BBox, left: int, top: int) -> BBox:
    return BBox(
        max(0, box.left - left), max(0, box.top - top), max(0, box.right - left), max(0, box.bottom - top)
    )
