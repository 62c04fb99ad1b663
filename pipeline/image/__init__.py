"""Image cleanup: one page image in, an upright grey page ready for OCR and the way back out."""

import cv2

from pipeline.image.clean import NOISE_STEP, clean
from pipeline.image.digest import picture_digest
from pipeline.image.geometry import map_box
from pipeline.image.inks import Inks, Layers, black_layer, separate, survey_inks
from pipeline.image.mend import binarized
from pipeline.image.seals import Seal, find_seal
from pipeline.image.strips import Strip, stack_strips
from pipeline.image.unsealing import without_seal

# Each worker is a process of its own; threads inside them would fight for the same cores.
cv2.setNumThreads(1)

__all__ = [
    "NOISE_STEP",
    "Inks",
    "Layers",
    "Seal",
    "Strip",
    "binarized",
    "black_layer",
    "clean",
    "find_seal",
    "map_box",
    "picture_digest",
    "separate",
    "stack_strips",
    "survey_inks",
    "without_seal",
]
