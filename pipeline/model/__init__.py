"""The frozen data types that pass between the rooms; invariants only, no behaviour of a stage.

Coordinates are pixels of the *original* scan unless a docstring says otherwise. Text is NFC.
Offsets count Unicode code points.
"""

from pipeline.model.edits import Edit, RestoredText, apply_edits
from pipeline.model.geometry import BBox, Span
from pipeline.model.page import (
    Bend,
    CleanPage,
    Homography,
    Line,
    OcrPage,
    PageImage,
    PageReading,
    ScanPlace,
    SlotReading,
    Step,
    Word,
)
from pipeline.model.result import Document, Failure, Field, Issue, Record, as_pairs
from pipeline.model.text import PAGE_BREAK, DocumentText, TextLine

__all__ = [
    "PAGE_BREAK",
    "BBox",
    "Bend",
    "CleanPage",
    "Document",
    "DocumentText",
    "Edit",
    "Failure",
    "Field",
    "Homography",
    "Issue",
    "Line",
    "OcrPage",
    "PageImage",
    "PageReading",
    "Record",
    "RestoredText",
    "ScanPlace",
    "SlotReading",
    "Span",
    "Step",
    "TextLine",
    "Word",
    "apply_edits",
    "as_pairs",
]
