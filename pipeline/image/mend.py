"""Mending of a spoiled page, each step only where its evidence is measured; ordinary pages pass untouched.

Thresholds stand far from both sides: of 90 pages of real scans none has a gradient above 0.03, grain above
1.0 or more specks than a third of its letters; pages spoiled by a shadow have 0.5, by noise 18, by
specks 1.3.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.measures import AREA, Measures, divided, labelled_shapes, light_map
from pipeline.model import PageImage, Step

Grey = NDArray[np.uint8]

UNEVEN_GRADIENT = 0.12
GRAINY = 5.0
SPECKLED = 0.6
LEAST_X_HEIGHT = 12.0  # below it a dot of a letter is as small as a speck
SPECK_SIDE = 0.11  # of the x-height: a dot below a letter is twice as wide
GRAIN_BLUR = 1.0 / 27.0  # standard deviation a pixel of x-height (1 px at 300 dpi and 14 points)
HOLLOW_X_HEIGHT = 18.0  # below it strokes are too thin to be hollow
HOLLOW_CORE = 0.7  # of the inside of closed strokes is ink: 0.8 and more in ordinary print
HOLLOW_BLUR = 1.8 / 27.0
WINDOW = 700


def mended(grey: Grey, measures: Measures, steps: list[Step]) -> Grey:
    """`grey` with even light and without specks, grain and hollow strokes, as far as `measures` ask for it.

    What is done is added to `steps` with its evidence.
    """
    if measures.gradient > UNEVEN_GRADIENT:
        steps.append(_step("divide_background", gradient=measures.gradient))
        grey = divided(grey, light_map(grey), 255.0)
    if measures.specks > SPECKLED and measures.x_height >= LEAST_X_HEIGHT:
        steps.append(_step("despeckle", specks_a_letter=measures.specks))
        grey = without_specks(grey, (SPECK_SIDE * measures.x_height) ** 2)
    if measures.grain > GRAINY and measures.x_height:
        steps.append(_step("denoise", grain=measures.grain))
        grey = _blurred(grey, GRAIN_BLUR * measures.x_height)
    if measures.x_height >= HOLLOW_X_HEIGHT:
        core = core_share(grey, measures.x_height)
        if core < HOLLOW_CORE:
            steps.append(_step("fill_strokes", ink_in_strokes=core))
            grey = _blurred(grey, HOLLOW_BLUR * measures.x_height)
    return grey


def binarized(image: PageImage) -> PageImage:
    """`image` in black and white by a threshold of its own for every place: a second look at a poor page."""
    side = max(15, round(image.dpi / 6) | 1)
    grey = cv2.GaussianBlur(image.pixels, (0, 0), image.dpi / 300)
    black = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, side, 12)
    return replace(image, pixels=np.asarray(black, dtype=np.uint8))


def without_specks(grey: Grey, largest_area: float) -> Grey:
    """`grey` with shapes of at most `largest_area` pixels painted over with paper."""
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    labels, shapes = labelled_shapes(np.asarray(ink, dtype=np.uint8))
    tiny = shapes[:, AREA] <= max(3.0, largest_area)
    tiny[0] = False  # the paper
    clean = grey.copy()
    clean[tiny[labels]] = np.uint8(np.percentile(grey[::8, ::8], 75))
    return clean


def core_share(grey: Grey, x_height: float) -> float:
    """Share of ink inside the closed strokes in the middle of the page; 1.0 where there are none."""
    y, x = grey.shape[0] // 2, grey.shape[1] // 2
    window = grey[max(0, y - WINDOW) : y + WINDOW, max(0, x - WINDOW) : x + WINDOW]
    _, ink = cv2.threshold(window, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    side = max(3, round(0.2 * x_height) | 1)
    closed = cv2.morphologyEx(
        ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    inside = cv2.distanceTransform(closed, cv2.DIST_L2, 3) >= max(1.5, 0.05 * x_height)
    return float(ink[inside].mean()) if inside.any() else 1.0


def _blurred(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), dtype=np.uint8)


def _step(name: str, **evidence: float) -> Step:
    return Step(name, tuple((key, round(value, 4)) for key, value in evidence.items()))
