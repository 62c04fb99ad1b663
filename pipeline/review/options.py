"""What a review needs from outside its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.model import Document


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """`out` is the folder of a finished run; `find_original` gives the scan of a document or None;
    `refresh` writes all tables again with the corrections in them. `reviewer` is asked for when empty."""

    out: Path
    settings: Settings
    find_original: Callable[[Document], Path | None]
    refresh: Callable[[], object]
    reviewer: str = ""
