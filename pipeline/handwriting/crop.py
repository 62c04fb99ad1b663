"""Cut a slot out of the scan and make it what the digit network was trained on.

The network sees the red channel (a red seal vanishes, blue and black ink stay), a band of fixed physical
height around the centre of the printed line, divided by its background. Nothing is binarised, no digit is
segmented and no rule is stripped: morphology eats the 7s and the bars of 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model import BBox

HEIGHT = 48
"""Rows of the network's input."""
BAND = 104
"""Height of the band in pixels of a 300 dpi scan: tall handwriting and its swing fit in."""
SIDE = 52
"""Pixels (300 dpi) shown beside the slot: a cut digit is lost, a word beside it does no harm."""
WIDTH_STEP = 16
"""Widths are padded to a multiple of this, so that the network meets few shapes."""
FAINTEST = 0.2
"""Ink weaker than this share of the paper's brightness is not stretched to full black."""

_PAPER = 255


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a slot: extra pixels left and right, pixels down (300 dpi) and enlargement."""

    side: int = SIDE
    down: int = 0
    zoom: float = 1.0


def red_channel(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The channel in which red ink is as bright as paper; a grey image is given back as it is."""
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 2])


def slot_input(
    pixels: NDArray[np.uint8], box: BBox, dpi: float, view: View | None = None
) -> NDArray[np.float32]:
    """Ink (0 paper to 1 ink) of the slot in `box`, `HEIGHT` rows high and as wide as it is.

    `pixels` is the scan, grey or BGR; `box` counts in it. What lies outside the scan is paper.
    """
    view = view or View()
    unit = dpi / 300
    scale = HEIGHT / (BAND * unit) * view.zoom
    width = max(WIDTH_STEP, round((box.width + 2 * view.side * unit) * scale))
    center_y = box.center_y + view.down * unit
    shift = (-(box.left - view.side * unit) * scale, HEIGHT / 2 - center_y * scale)
    return normalize(_resample(pixels, scale, shift, width))


def _resample(
    pixels: NDArray[np.uint8], scale: float, shift: tuple[float, float], width: int
) -> NDArray[np.uint8]:
    """The part of `pixels` that fall into (HEIGHT, width) under x' = scale x + shift."""
    left, right = (round(-shift[0] / scale), round((width - shift[0]) / scale))
    top, bottom = (round(-shift[1] / scale), round((HEIGHT - shift[1]) / scale))
    # Cut first: the red channel of a whole page would be copied for every slot.
    inside = pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    if inside.size == 0:
        return np.full((HEIGHT, width), _PAPER, np.uint8)
    inside = red_channel(inside)
    missing = (
        max(0, -top),
        max(0, bottom - max(0, top) - inside.shape[0]),
        max(0, -left),
        max(0, right - max(0, left) - inside.shape[1]),
    )
    piece = _with_paper(inside, missing) if any(missing) else inside
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(piece, (width, HEIGHT), interpolation=method), np.uint8)


def _with_paper(inside: NDArray[np.uint8], missing: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """`inside` with as many rows of paper above and below and columns left and right as are missing."""
    paper = int(np.percentile(inside, 90))
    bordered = cv2.copyMakeBorder(inside, *missing, cv2.BORDER_CONSTANT, value=(paper,))
    return np.asarray(bordered, np.uint8)


def normalize(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Divide by the background and stretch: 0 is paper, 1 the darkest ink; faint pens become readable."""
    background = cv2.blur(cv2.dilate(grey, np.ones((11, 11), np.uint8)), (11, 11)).astype(np.float32)
    ink = np.clip(1.0 - grey / np.maximum(background, 1.0), 0.0, 1.0)
    darkest = max(FAINTEST, float(np.percentile(ink, 99)))
    return np.asarray(np.minimum(ink / darkest, 1.0), np.float32)


def stack(inputs: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Inputs of different widths as one (n, 1, HEIGHT, width) block, padded with paper on the right."""
    widest = max(one.shape[1] for one in inputs)
    width = -(-widest // WIDTH_STEP) * WIDTH_STEP
    block = np.zeros((len(inputs), 1, HEIGHT, width), np.float32)
    for index, one in enumerate(inputs):
        block[index, 0, :, : one.shape[1]] = one
    return block
