"""OCR engines behind one small Protocol, and the reading order of an administrative page."""

from pipeline.ocr.engine import Engine
from pipeline.ocr.reading_order import order_lines
from pipeline.ocr.tesseract import Tesseract

__all__ = ["Engine", "Tesseract", "order_lines"]
