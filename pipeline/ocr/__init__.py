"""OCR engines behind one small Protocol, and the reading order of an administrative page."""

from pipeline.ocr.engine import Engine
from pipeline.ocr.engines import engine
from pipeline.ocr.evidence import Evidence, judge
from pipeline.ocr.reading_order import order_lines
from pipeline.ocr.reread import merge_readings, names_in, signature_zone
from pipeline.ocr.second_look import SECOND_SIZE, better_lines, unsure_lines
from pipeline.ocr.splinters import without_splinters

__all__ = [
    "SECOND_SIZE",
    "Engine",
    "Evidence",
    "better_lines",
    "engine",
    "judge",
    "merge_readings",
    "names_in",
    "order_lines",
    "signature_zone",
    "unsure_lines",
    "without_splinters",
]
