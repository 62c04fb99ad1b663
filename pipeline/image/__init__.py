"""Image cleanup: one page image in, an upright grey page ready for OCR and the way back out."""

from pipeline.image.clean import clean
from pipeline.image.geometry import map_box
from pipeline.image.layers import black_layer
from pipeline.image.skew import lines_run_down

__all__ = ["black_layer", "clean", "lines_run_down", "map_box"]
