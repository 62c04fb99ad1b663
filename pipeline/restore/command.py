"""What `sohoa restore` prints: restored text, or the edits as JSON lines, or a side-by-side difference."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.restore.restoration import restore_text


def run(text: str, mode: str = "auto", *, explain: bool = False, diff: bool = False) -> Iterator[str]:
    """Lines for stdout, without their newline: one for each line of `text` unless `explain` or `diff`."""
    yield from restore_text(text, mode).text.split("\n")
