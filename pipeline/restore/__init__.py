"""From toneless or garbled text to Vietnamese an archivist can trust; every change is an Edit."""

from pipeline.restore.mode import ModeDecision, detect_mode
from pipeline.restore.restoration import restore_page, restore_text

__all__ = ["ModeDecision", "detect_mode", "restore_page", "restore_text"]
