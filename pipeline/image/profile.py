"""Rows of ink of a small picture, at any angle: what skew and orientation are measured by.

Projection profiles (W. Postl, 1986): rows of level text alternate between ink and paper, so the row
sums of the page turned by the right angle vary most.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.measures import HEIGHT, WIDTH, labelled_shapes
from pipeline.image.resize import smaller

BLOCK = 31  # pixels of the neighbourhood (0.4 inch at 75 dpi) that ink is darker than
DARKER = 15
WORK_X_HEIGHT = 6.75  # px; about 75 dpi
LONGEST_SHAPE = 9.0  # x-heights; what is longer is a rule, a frame or a picture
HIGHEST_SHAPE = 5.5

Sums = NDArray[np.int32]


def local_ink(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Ink (1) on paper (0) of a picture at about 75 dpi, without big dark areas and without the edges."""
    ink = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, BLOCK, DARKER)
    margin_y, margin_x = (max(1, side // 40) for side in ink.shape)
    ink[:margin_y] = ink[-margin_y:] = 0
    ink[:, :margin_x] = ink[:, -margin_x:] = 0
    return np.asarray(ink, dtype=np.uint8)


def ink_of_letters(grey: NDArray[np.uint8], x_height: float) -> NDArray[np.uint8]:
    """A small binary picture (ink 1, paper 0) of shapes no longer than a word, letters WORK_X_HEIGHT high."""
    ink = local_ink(smaller(grey, WORK_X_HEIGHT / x_height))
    labels, shapes = labelled_shapes(ink)
    is_letter = (shapes[:, WIDTH] < LONGEST_SHAPE * WORK_X_HEIGHT) & (
        shapes[:, HEIGHT] < HIGHEST_SHAPE * WORK_X_HEIGHT
    )
    is_letter[0] = False  # the paper
    return is_letter.astype(np.uint8)[labels]


def running_sums(ink: NDArray[np.uint8]) -> Sums:
    """Ink of each row to the left of each column, one column a row of the result: (width + 1, height)."""
    return np.asarray(np.diff(cv2.integral(cv2.transpose(ink)), axis=1), dtype=np.int32)


def row_sums(sums: Sums, angle_degrees: float) -> NDArray[np.int64]:
    """Ink of each row after a turn by `angle_degrees` counter-clockwise (by shearing the columns).

    Neighbouring columns that move by the same number of rows move together, as one difference of `sums`.
    The first and the last row are empty.
    """
    columns, height = sums.shape
    shifts = np.round(-np.tan(np.radians(angle_degrees)) * np.arange(columns - 1)).astype(np.int64)
    shifts -= shifts.min()
    starts = np.concatenate(([0], np.flatnonzero(np.diff(shifts)) + 1, [columns - 1]))
    rows = np.zeros(height + int(shifts.max()) + 2, dtype=np.int64)
    for start, end in pairwise(starts):
        top = int(shifts[start]) + 1
        rows[top : top + height] += sums[end] - sums[start]
    return rows


def variation(sums: Sums, angle_degrees: float) -> float:
    """Sum of squared steps between neighbouring rows after a turn by `angle_degrees`."""
    return float(np.sum(np.diff(row_sums(sums, angle_degrees)).astype(np.float64) ** 2))


def best_angle(sums: Sums, angles: Iterable[float]) -> tuple[float, float]:
    """The angle at which rows vary most, and how much they do."""
    score, angle = max((variation(sums, float(angle)), -float(angle)) for angle in angles)
    return -angle, score
