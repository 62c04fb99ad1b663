"""Deliverables of a finished run: searchable PDF/A, ALTO, hOCR, Excel, Parquet, SQLite, JSON Lines, a bag."""

from pipeline.export.deliver.archive import ArchiveOptions
from pipeline.export.deliver.delivery import (
    FORMATS,
    PROBLEMS,
    Delivery,
    DeliveryOptions,
    Problem,
    Sources,
    deliver,
)

__all__ = [
    "FORMATS",
    "PROBLEMS",
    "ArchiveOptions",
    "Delivery",
    "DeliveryOptions",
    "Problem",
    "Sources",
    "deliver",
]
