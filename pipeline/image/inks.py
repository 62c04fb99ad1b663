"""Inks apart: black print, red seals and stamps, blue pens, each in a layer of its own.

Ink lets a share of the light through in each channel (Beer and Lambert's law), so what lies on top of one
another adds up in the logarithms of brightness, and a pixel is solved for how much of each ink it holds
(A. Ruifrok, D. Johnston, 2001). The colours of paper and inks are measured on the page itself: scanners
differ, and so do seals. JPEG files keep colour in half the detail of brightness, so a black stroke beside
red looks reddish: how much red and blue there is comes from colour, and what they do not explain of the
brightness is black.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.image import geometry
from pipeline.image.measures import light_map
from pipeline.model import BBox, CleanPage, PageImage

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Colour = tuple[float, float, float]  # blue, green, red: shares of the light that a full stroke lets through

SAMPLE_SIDE = 900  # pixels of the longer side of the picture on which inks are looked for: 3 a millimetre
LEAST_SHARE = 2e-4  # of the page: a short signature; scattered pixels are the fringes of a scanner
LEAST_COLOUR = 22  # of 255, averaged over some pixels
FULL_COLOUR = 45  # of 255, at the pixel itself
FULL_STROKE = 60  # the colour of an ink is that of its pixels above this percentile of saturation
DARKEST = 15  # of 255; below, the noise of JPEG makes any colour
MOST_INK = 1.2  # times a full stroke: pressed harder, or drawn twice
LEAST_INK = 0.1  # of a full stroke; the noise of JPEG colours black print as much
GAIN = (
    1.5  # print grows darker: where an engine looks for letters it splits paper from the darkest ink, a pen's
)
SEAM = 0.2  # optical density that is left along a coloured stroke
STRIP = 512  # rows at a time: a page in floating point takes 100 MB
_LUMINANCE: tuple[float, float, float] = (0.114, 0.587, 0.299)  # of blue, green, red (ITU-R BT.601)
_DENSITY = (-np.log(np.maximum(np.arange(256), DARKEST) / 255)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Inks:
    """The inks of a colour page. `paper` is a small picture of the bare paper under its light; `red` and
    `blue` are None where the page has no such ink, `red_share` and `blue_share` the shares of its area."""

    paper: Pixels
    red: Colour | None
    blue: Colour | None
    red_share: float
    blue_share: float


@dataclass(frozen=True, slots=True)
class Layers:
    """The inks of a picture apart: uint8 as large as the picture, paper 255. A missing ink is None."""

    black: Grey
    red: Grey | None
    blue: Grey | None


def survey_inks(pixels: Pixels) -> Inks | None:
    """The inks of a page, uint8 BGR; None for a grey page. About 30 ms at 300 dpi."""
    if pixels.ndim == 2:
        return None
    step = max(1, round(max(pixels.shape[:2]) / SAMPLE_SIDE))
    height, width = (side // step for side in pixels.shape[:2])
    whole = pixels[: height * step, : width * step]
    small = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    paper = np.dstack([light_map(np.ascontiguousarray(small[:, :, channel])) for channel in range(3)])
    bare = np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    flat, sharp = _flat(small, bare), _flat(np.ascontiguousarray(whole[::step, ::step]), bare)
    shares: list[float] = []
    colours: list[Colour | None] = []
    # Over a millimetre the red and blue fringes of a scanner cancel out, the ink of a pen does not.
    around = np.asarray(cv2.blur(flat, (3, 3)), dtype=np.uint8)
    for colouring in (_redness, _blueness):
        is_ink = (colouring(around) > LEAST_COLOUR) & (colouring(flat) > LEAST_COLOUR)
        shares.append(float(np.count_nonzero(is_ink)) / is_ink.size)
        strength = colouring(sharp)
        is_full = is_ink & (strength > FULL_COLOUR)
        enough = np.count_nonzero(is_full) >= LEAST_SHARE * is_ink.size
        colours.append(_colour(sharp[is_full], strength[is_full]) if enough else None)
    return Inks(paper, colours[0], colours[1], shares[0], shares[1])


def separate(pixels: Pixels, inks: Inks, box: BBox | None = None) -> Layers:
    """The layers of a page whose inks were surveyed, or of its part `box`.

    >>> paper = np.full((60, 60, 3), 255, np.uint8)
    >>> bool((separate(paper, survey_inks(paper)).black == 255).all())
    True
    """
    height, width = pixels.shape[:2]
    box = box or BBox(0, 0, width, height)
    solved = _Solver(inks)
    black = np.empty((box.height, box.width), np.uint8)
    coloured = [np.empty_like(black) for _ in solved.luminances]
    for top in range(0, box.height, STRIP):
        bottom = min(box.height, top + STRIP)
        part = pixels[box.top + top : box.top + bottom, box.left : box.right]
        place = BBox(box.left, box.top + top, box.right, box.top + bottom)
        flat = _flat(part, _paper(inks.paper, (width, height), place))
        black[top:bottom], amounts = solved.layers(flat)
        for layer, amount in zip(coloured, amounts, strict=True):
            layer[top:bottom] = amount
    left = iter(coloured)
    red = next(left) if inks.red else None
    return Layers(black, red, next(left) if inks.blue else None)


def black_layer(scan: PageImage, cleaned: CleanPage, zone: BBox, inks: Inks | None) -> PageImage:
    """The part `zone` of the clean page (in its pixels), taken from the scan with coloured ink gone.

    Without `inks`, and on a page that has neither red nor blue, it is the brightest channel: black is dark
    in every one of them.
    """
    height, width = scan.pixels.shape[:2]
    box = geometry.map_box(cleaned.to_scan, zone, (width, height), cleaned.bend)
    part = scan.pixels[box.top : box.bottom, box.left : box.right]
    if inks is not None and (inks.red or inks.blue):
        part = separate(scan.pixels, inks, box).black
    elif part.ndim == 3:
        part = np.asarray(part.max(axis=2), dtype=np.uint8)
    x, y = geometry.places_on_scan(cleaned, zone)
    moved = cv2.remap(
        part,
        x - np.float32(box.left),
        y - np.float32(box.top),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return PageImage(scan.page_number, np.asarray(moved, dtype=np.uint8), cleaned.image.dpi)


class _Solver:
    """Solves pixels for the inks of one page."""

    def __init__(self, inks: Inks) -> None:
        colours = [np.array(colour, np.float32) for colour in (inks.red, inks.blue) if colour]
        densities = [np.ones(3, np.float32), *(_density(colour) for colour in colours)]
        self._unmix = np.linalg.pinv(np.stack(densities, axis=1)).astype(np.float32)
        weights = np.array(_LUMINANCE, np.float32)
        self.luminances = [float(_density(weights @ colour)) for colour in colours]

    def layers(self, flat: Pixels) -> tuple[Grey, list[Grey]]:
        """The black layer and those of the coloured inks, for a picture of which the paper is 255."""
        amounts = cv2.transform(cv2.LUT(flat, _DENSITY), self._unmix)
        brightness = cv2.transform(flat, np.array([_LUMINANCE], np.float32))
        black = np.asarray(cv2.LUT(brightness, _DENSITY), dtype=np.float32)
        coloured: list[Grey] = []
        for index, luminance in enumerate(self.luminances, start=1):
            amount = np.clip(amounts[:, :, index], 0, MOST_INK).astype(np.float32)
            amount[amount < LEAST_INK] = 0
            coloured.append(_layer(amount))
            # Colour is blurred by a pixel and more, brightness is not.
            wide = cv2.dilate(amount, np.ones((3, 3), np.uint8))
            black = black - luminance * wide - np.where(wide > 0, np.float32(SEAM), np.float32(0))
        return np.asarray(255 * cv2.exp(-GAIN * np.maximum(black, 0)), dtype=np.uint8), coloured


def _layer(amount: Floats) -> Grey:
    return np.asarray(255 * (1 - np.minimum(amount, 1)), dtype=np.uint8)


def _density(share: Floats) -> Floats:
    """Optical density of ink that lets `share` of the light through."""
    return np.asarray(-np.log(np.clip(share, DARKEST / 255, 1.0)), dtype=np.float32)


def _flat(pixels: Pixels, paper: Pixels) -> Pixels:
    """`pixels` on white paper under even light."""
    return np.asarray(cv2.divide(pixels, np.maximum(paper, np.uint8(1)), scale=255), dtype=np.uint8)


def _paper(paper: Pixels, size: tuple[int, int], box: BBox) -> Pixels:
    """The paper in `box` of a page of `size` (width, height)."""
    across, down = paper.shape[1] / size[0], paper.shape[0] / size[1]
    x = ((np.arange(box.left, box.right) + 0.5) * across - 0.5).astype(np.float32)
    y = ((np.arange(box.top, box.bottom) + 0.5) * down - 0.5).astype(np.float32)
    grid = np.meshgrid(x, y)
    found = cv2.remap(paper, grid[0], grid[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, dtype=np.uint8)


def _redness(flat: Pixels) -> NDArray[np.int16]:
    """How red each pixel is, 0..255: red, and as a seal's ink may be, pink or towards orange."""
    blue, green, red = (flat[:, :, channel].astype(np.int16) for channel in range(3))
    return np.asarray(np.minimum(red - green, red - blue + 20), dtype=np.int16)


def _blueness(flat: Pixels) -> NDArray[np.int16]:
    """How blue each pixel is, 0..255, violet as well."""
    blue, green, red = (flat[:, :, channel].astype(np.int16) for channel in range(3))
    return np.asarray(np.minimum(blue - red, blue - green + 10), dtype=np.int16)


def _colour(full: Pixels, saturation: NDArray[np.int16]) -> Colour:
    """The colour of full strokes, from pixels (n, 3) of one ink."""
    core = full[saturation >= np.percentile(saturation, FULL_STROKE)]
    blue, green, red = (float(share) for share in np.median(core, axis=0) / 255)
    return blue, green, red
