"""Seals, stamps and pens drawn over print, for tests of ink separation."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

BLACK: Colour = (35, 32, 30)
RED: Colour = (60, 45, 205)
BLUE: Colour = (160, 70, 40)
NAME = "Nguyen Van Anh"


def stamped(page: Pixels, picture: Pixels, colour: Colour) -> Pixels:
    """`page` (BGR) with the ink of `picture` (0 paper .. 255 ink) over it, as inks darken one another."""
    share = (255 - picture.astype(np.float32)[:, :, None] * (1 - np.array(colour, np.float32) / 255)) / 255
    return np.asarray(np.round(page * share), np.uint8)


def print_of(size: tuple[int, int], at: tuple[int, int], text: str = NAME) -> Pixels:
    """Bold print as ink."""
    picture = np.zeros(size, np.uint8)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_COMPLEX, 1.4, 255, 4, cv2.LINE_AA)
    return picture


def seal_of(size: tuple[int, int], centre: tuple[int, int], radius: int) -> Pixels:
    """A seal as ink: two outer rings, one inner, words between them and a star."""
    picture = np.zeros(size, np.uint8)
    for share, width in ((1.0, 7), (0.93, 3), (0.62, 3)):
        cv2.circle(picture, centre, round(share * radius), 255, width, cv2.LINE_AA)
    for turn in np.arange(0, 2 * np.pi, 0.26):
        x, y = (centre[0] + 0.77 * radius * np.cos(turn), centre[1] + 0.77 * radius * np.sin(turn))
        cv2.putText(picture, "H", (round(x) - 9, round(y) + 9), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 3)
    points = [
        (centre[0] + reach * radius * np.sin(turn), centre[1] - reach * radius * np.cos(turn))
        for turn, reach in zip(np.arange(10) * np.pi / 5, [0.4, 0.16] * 5, strict=True)
    ]
    cv2.fillPoly(picture, [np.array(points, np.int32)], (255,))
    return picture


def signature_of(size: tuple[int, int], at: tuple[int, int]) -> Pixels:
    """A pen's strokes as ink."""
    picture = np.zeros(size, np.uint8)
    x = np.arange(0, 330)
    points = np.stack([at[0] + x, at[1] - 50 * np.sin(x / 22) - x // 6], 1)
    cv2.polylines(picture, [points.astype(np.int32)], False, (255,), 6, cv2.LINE_AA)
    return picture


def jpeg(page: Pixels, quality: int = 75) -> Pixels:
    """`page` as a JPEG keeps it: colour in half the detail."""
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
