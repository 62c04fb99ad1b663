"""Some lines of a page in a picture of their own, one below the other, to be read a second time at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.model import BBox, PageImage

PAD = 0.15  # of a line's height: marks may stand out of the box the engine gave
GAP = 24  # px of paper between two strips and around them


@dataclass(frozen=True, slots=True)
class Strip:
    """Where the part `box` of a page lies in the picture: `top` to `bottom`, GAP from the left, resized."""

    box: BBox
    top: int
    bottom: int
    factor: float

    def to_page(self, box: BBox) -> BBox:
        """`box` of the picture in pixels of the page, kept inside the strip."""
        left, right = (self.box.left + round((x - GAP) / self.factor) for x in (box.left, box.right))
        top, bottom = (self.box.top + round((y - self.top) / self.factor) for y in (box.top, box.bottom))
        x = sorted(min(max(one, self.box.left), self.box.right) for one in (left, right))
        y = sorted(min(max(one, self.box.top), self.box.bottom) for one in (top, bottom))
        return BBox(x[0], y[0], x[1], y[1])


def stack_strips(
    image: PageImage, boxes: Sequence[BBox], factor: float
) -> tuple[PageImage, tuple[Strip, ...]]:
    """The parts `boxes` of `image`, resized by `factor`, below one another on white; and where each lies."""
    height, width = image.pixels.shape[:2]
    parts: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = []
    strips: list[Strip] = []
    top = GAP
    for box in boxes:
        pad = round(PAD * box.height)
        wide = BBox(
            max(0, box.left - pad),
            max(0, box.top - pad),
            min(width, box.right + pad),
            min(height, box.bottom + pad),
        )
        part = image.pixels[wide.top : wide.bottom, wide.left : wide.right]
        part = np.asarray(
            cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
        parts.append(part)
        strips.append(Strip(wide, top, top + part.shape[0], factor))
        top += part.shape[0] + GAP
    paper = np.full((top, max(part.shape[1] for part in parts) + 2 * GAP), 255, dtype=np.uint8)
    for strip, part in zip(strips, parts, strict=True):
        paper[strip.top : strip.bottom, GAP : GAP + part.shape[1]] = part
    return PageImage(image.page_number, paper, image.dpi * factor), tuple(strips)
