"""From toneless or garbled text to Vietnamese an archivist can trust; every change is an Edit.

The package can be called like a function, because `from pipeline import restore` finds the package:

>>> from pipeline import restore
>>> restore("Uy ban nhan dan tinh").text
'Ủy ban nhân dân tỉnh'
"""

from __future__ import annotations

import sys
from types import ModuleType

from pipeline.config import Settings
from pipeline.model import RestoredText
from pipeline.restore.mode import ModeDecision, detect_mode
from pipeline.restore.restoration import KEEP_MARGIN, REVIEW_MARGIN, doubtful, restore_page, restore_text

__all__ = [
    "KEEP_MARGIN",
    "REVIEW_MARGIN",
    "ModeDecision",
    "detect_mode",
    "doubtful",
    "restore_page",
    "restore_text",
]


class _CallablePackage(ModuleType):
    def __call__(self, text: str, mode: str = "auto", settings: Settings | None = None) -> RestoredText:
        return restore_text(text, mode, settings)


sys.modules[__name__].__class__ = _CallablePackage
