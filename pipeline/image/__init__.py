"""Image cleanup: one page image in, an upright grey page ready for OCR and the way back out."""

from pipeline.image.clean import clean
from pipeline.image.digest import picture_digest
from pipeline.image.geometry import map_box
from pipeline.image.layers import black_layer
from pipeline.image.mend import binarized
from pipeline.image.skew import lines_run_down
from pipeline.image.strips import Strip, stack_strips

__all__ = [
    "Strip",
    "binarized",
    "black_layer",
    "clean",
    "lines_run_down",
    "map_box",
    "picture_digest",
    "stack_strips",
]
