"""What `sohoa restore` prints: restored text, the edits as JSON lines, or a side-by-side difference."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.config import Settings
from pipeline.model import Edit, RestoredText, apply_edits
from pipeline.restore.legacy import decode_legacy
from pipeline.restore.mode import line_modes
from pipeline.restore.restoration import REVIEW_MARGIN, restore_text

_RED, _GREEN, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"


def run(
    text: str,
    mode: str = "auto",
    *,
    explain: bool = False,
    diff: bool = False,
    settings: Settings | None = None,
) -> Iterator[str]:
    """Lines for stdout without their newline: one for each line of `text` unless `explain` or `diff`.

    A newline at the end of `text` ends its last line and opens no other.

    `explain` gives JSON lines: first one for each stretch with its mode and the reason, then one for each
    edit. `diff` gives "before | after" for the lines that changed, coloured; doubtful ones are yellow.
    """
    result = restore_text(text, mode, settings)
    if explain:
        yield from _explained(result, mode)
    elif diff:
        yield from _differences(result)
    else:
        lines = result.text.split("\n")
        yield from lines if lines[-1] else lines[:-1]


def _explained(result: RestoredText, mode: str) -> Iterator[str]:
    decoded = apply_edits(result.source, decode_legacy(result.source))
    for start, _, decision in line_modes(decoded, mode):
        line = decoded.count("\n", 0, start) + 1
        row = {
            "line": line,
            "mode": decision.mode,
            "reason": decision.reason,
            "figures": dict(decision.figures),
        }
        yield json.dumps(row, ensure_ascii=False)
    for edit in result.edits:
        row = {
            "line": result.source.count("\n", 0, edit.span.start) + 1,
            "start": edit.span.start,
            "end": edit.span.end,
            "before": edit.before,
            "after": edit.after,
            "rule": edit.rule,
            "margin": round(edit.margin, 2),
            "alternatives": list(edit.alternatives),
            "review": edit.margin < REVIEW_MARGIN,
        }
        yield json.dumps(row, ensure_ascii=False)


def _differences(result: RestoredText) -> Iterator[str]:
    """Edits never cross a line end, so each line is shown with its own edits."""
    lines = result.source.split("\n")
    width = max((len(line) for line in lines), default=0)
    offset = 0
    for number, line in enumerate(lines, 1):
        edits = [edit for edit in result.edits if offset <= edit.span.start <= offset + len(line)]
        if edits:
            left = _painted(line, edits, offset, before=True)
            padding = " " * (width - len(line))
            yield f"{number:>5} {left}{padding} | {_painted(line, edits, offset, before=False)}"
        offset += len(line) + 1


def _painted(line: str, edits: list[Edit], offset: int, *, before: bool) -> str:
    parts, end = [], 0
    for edit in edits:
        start = edit.span.start - offset
        colour = _YELLOW if edit.margin < REVIEW_MARGIN else _RED if before else _GREEN
        parts += [line[end:start], colour, edit.before if before else edit.after, _PLAIN]
        end = edit.span.end - offset
    return "".join(parts) + line[end:]
