"""A short digest of how a page looks, alike for pictures that look alike."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image.resize import halved
from pipeline.model import PageImage

_SIDE = 32  # pixels of the thumbnail; finer detail is lost when a picture is saved again
_WAVES = 8  # lowest frequencies kept in each direction: 64 bits


def picture_digest(image: PageImage) -> str:
    """16 hex digits: the signs of the lowest frequencies of a grey page (perceptual hash over the DCT).

    Saving a picture again, in another format or at another resolution, changes few of the 64 bits;
    other pages differ in many (the measured distances stand in tests/unit/test_batch_near_duplicates.py).
    """
    near = halved(image.pixels, 8 * _SIDE / min(image.pixels.shape))
    small = cv2.resize(near, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[:_WAVES, :_WAVES]
    bits = (waves > np.median(waves)).ravel()
    return np.packbits(bits).tobytes().hex()
