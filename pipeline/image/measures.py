"""How good a page picture is: light, contrast, grain, specks, letters. Cheap enough for every page.

All measures are taken of a reduced picture of at most 2.2 million pixels (about 150 dpi of A4) and of a
window in the middle at full size; about 15 ms a page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image.resize import smaller

Grey = NDArray[np.uint8]

WORK_PIXELS = 2.2e6
LIGHT_SIDE = 200  # pixels of the longer side of the map of light
WINDOW = 500  # half the side of the window for grain, in pixels
FEWEST_LETTERS = 40
SPECK_AREA = 3  # pixels of the reduced picture
DARK, FAINT = 150, 180  # brightness of ink on paper of 255; what shines through from the back is brighter
FEWEST_DARK, FEWEST_FAINT = 3, 15  # letter-like shapes on a page that is not blank
# Print may be fainter still; it is told from what shines through, and from dust, by these.
SHARP = 0.5  # of its contrast is the step at a letter's edge: print has 0.6 and more, a ghost 0.45
LEAST_CONTRAST = 20
DUSTY = 1.5  # specks a letter: faint print has fewer, empty pages 3 and more
MOST_LETTERS = 8000  # of 88 real pages none has more than 3,400; below grain a page's letters still stand out
WIDTH, HEIGHT, AREA = 2, 3, 4  # columns of OpenCV's statistics of shapes


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of one page; lengths in pixels of the picture, light 0..255.

    `paper` is the usual brightness of the paper and `gradient` the share by which it falls from the
    brightest to the darkest part of the page; `ink` the mean brightness of the ink where the paper is made
    255; `grain` the standard deviation of the noise; `letters` how many letter-like shapes there are,
    `x_height` their usual height (0.0 when there are too few); `specks` the number of tiny shapes a
    letter; `dark_letters` and `faint_letters` how many letter-like shapes are at most that bright, and
    `is_faint_print` says that there are none of them, but sharp letters of less contrast.
    """

    paper: float
    gradient: float
    ink: float
    grain: float
    letters: int
    x_height: float
    specks: float
    dark_letters: int
    faint_letters: int
    is_faint_print: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written; specks, punch holes and what shines through do not count."""
        return not (
            self.dark_letters >= FEWEST_DARK or self.faint_letters >= FEWEST_FAINT or self.is_faint_print
        )

    @property
    def is_noise(self) -> bool:
        """Whether the page is full of specks of all sizes, as a broken scanner makes them, and no letters."""
        return self.letters > MOST_LETTERS and self.specks > DUSTY


def measure(grey: Grey) -> Measures:
    """Measure `grey`, uint8 (height, width), dark ink on light paper."""
    height, width = grey.shape
    work = smaller(grey, (WORK_PIXELS / (height * width)) ** 0.5)
    scale = work.shape[0] / height
    light = light_map(work)
    low, usual, high = np.percentile(_inner(light), (5, 50, 95))
    flat = _inner(divided(work, light, 255.0))
    level, black = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = np.asarray(black, dtype=np.uint8)
    shapes = _shapes(ink)
    letters = shapes[_are_letters(shapes)]
    measures = Measures(
        paper=float(usual),
        gradient=float((high - low) / max(high, 1.0)),
        ink=float(flat[ink > 0].mean()) if ink.any() else 255.0,
        grain=_grain(grey),
        letters=len(letters),
        x_height=_x_height(letters) / scale,
        specks=float(np.count_nonzero(shapes[:, AREA] <= SPECK_AREA)) / max(1, len(letters)),
        dark_letters=len(letters) if level <= DARK else _count_letters(flat, DARK),
        faint_letters=len(letters) if level <= FAINT else _count_letters(flat, FAINT),
    )
    return replace(measures, is_faint_print=measures.is_blank and _is_print(measures, flat, ink))


def _is_print(measures: Measures, flat: Grey, ink: Grey) -> bool:
    """Whether shapes too faint for ink are letters all the same."""
    if measures.letters < FEWEST_LETTERS or measures.specks > DUSTY or measures.ink > 255 - LEAST_CONTRAST:
        return False
    edges = cv2.morphologyEx(ink, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))[1:, 1:] > 0
    steps = cv2.max(cv2.absdiff(flat[1:, 1:], flat[:-1, 1:]), cv2.absdiff(flat[1:, 1:], flat[1:, :-1]))
    contrast = float(flat[ink == 0].mean()) - measures.ink
    return float(np.percentile(np.asarray(steps)[edges], 75)) > SHARP * contrast


def light_map(grey: Grey) -> Grey:
    """A small picture of the light on the paper: what is left when the writing is closed over."""
    small = smaller(grey, LIGHT_SIDE / max(grey.shape))
    # 9 px of 200: wider than a line of letters is high, narrower than a shadow.
    closed = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.medianBlur(closed, 5), dtype=np.uint8)


def divided(grey: Grey, light: Grey, paper: float) -> Grey:
    """`grey` as it would look in even light: divided by the map of light, paper at `paper`."""
    height, width = grey.shape
    even = cv2.resize(cv2.GaussianBlur(light, (0, 0), 2), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(even, np.uint8(1)), scale=paper), dtype=np.uint8)


def labelled_shapes(ink: Grey) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The number of the shape on each pixel of `ink`, and of each shape left, top, width, height, area.

    Shape 0 is the paper.
    """
    # The blockwise algorithm (C. Grana, 2010) finds the same shapes in a third of the usual one's time.
    _, labels, shapes, _ = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_BBDT)
    return np.asarray(labels, dtype=np.int32), np.asarray(shapes, dtype=np.int32)


def _shapes(ink: Grey) -> NDArray[np.int32]:
    """Connected shapes of `ink` without the paper, one a row."""
    return labelled_shapes(ink)[1][1:]


def _are_letters(shapes: NDArray[np.int32]) -> NDArray[np.bool_]:
    wide, high, area = (shapes[:, column] for column in (WIDTH, HEIGHT, AREA))
    shape = (high >= 4) & (high < 150) & (wide < 3 * high) & (5 * wide > high) & (area * 7 > high * wide)
    # Punch holes are round and full; print of that size has room inside its strokes.
    hole = (high > 20) & (area > 0.7 * high * wide) & (np.abs(high - wide) < 0.25 * high)
    return np.asarray(shape & ~hole, dtype=np.bool_)


def _count_letters(flat: Grey, level: int) -> int:
    return int(np.count_nonzero(_are_letters(_shapes((flat <= level).astype(np.uint8)))))


def _x_height(letters: NDArray[np.int32]) -> float:
    """The usual height of a letter without ascender and marks, 0.0 for too few letters."""
    if len(letters) < FEWEST_LETTERS:
        return 0.0
    high, area = letters[:, HEIGHT], letters[:, AREA]
    # Big letters and letters grown together with their marks weigh most by area, small marks are most by
    # number: the usual letter is the most frequent height from 0.6 of the former.
    by_area = np.convolve(np.bincount(high, weights=area), (0.5, 1.0, 0.5), "same")
    tallest = int(np.argmax(by_area))
    counts = np.convolve(np.bincount(high), (0.5, 1.0, 0.5), "same")
    least = int(0.6 * tallest)
    return float(least + np.argmax(counts[least : tallest + 2]))


def _grain(grey: Grey) -> float:
    """Noise of a window in the middle (J. Immerkaer, 1996, with the median instead of the mean)."""
    height, width = grey.shape
    y, x = height // 2, width // 2
    window = grey[max(0, y - WINDOW) : y + WINDOW, max(0, x - WINDOW) : x + WINDOW]
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    ripple = np.abs(cv2.filter2D(window, cv2.CV_32F, kernel))
    return float(np.median(ripple[::2, ::2])) / (6 * 0.6745)


def _inner(grey: Grey) -> Grey:
    """Without the outer thirtieth, where lids and beds throw their shadows."""
    margin_y, margin_x = (side // 30 for side in grey.shape)
    return grey[margin_y : grey.shape[0] - margin_y, margin_x : grey.shape[1] - margin_x]
