"""Inks apart: what is printed in black, without red seals and blue pens."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import geometry
from pipeline.model import BBox, CleanPage, PageImage


def black_layer(scan: PageImage, cleaned: CleanPage, zone: BBox) -> PageImage:
    """The part `zone` of the clean page (in its pixels), taken from the scan with coloured ink gone.

    Black ink is dark in every channel, red and blue ink bright in at least one, so the brightest channel
    keeps the print alone. A grey scan has one layer only.
    """
    pixels = scan.pixels
    black = (
        pixels if pixels.ndim == 2 else cv2.max(cv2.max(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
    )
    on_clean = geometry.invert(cleaned.to_scan)
    into_zone = geometry.compose(geometry.moving(-zone.left, -zone.top), on_clean)
    warped = cv2.warpPerspective(
        black,
        geometry.matrix(into_zone),
        (zone.width, zone.height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return PageImage(scan.page_number, np.asarray(warped, dtype=np.uint8), cleaned.image.dpi)
