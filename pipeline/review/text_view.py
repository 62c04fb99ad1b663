"""The restored text of a page cut into pieces, so that what was restored can be shown with its original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ink_text import RULE as HANDWRITING
from pipeline.model import Edit, PageReading
from pipeline.restore import doubtful


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some characters of a page. `kind` is `plain`, `restored` or `doubtful`; `original` is what was read."""

    text: str
    kind: str = "plain"
    original: str = ""
    rule: str = ""


def text_pieces(reading: PageReading) -> tuple[TextPiece, ...]:
    """The restored text of `reading` in pieces that join to it."""
    return tuple(_pieces(reading))


def _pieces(reading: PageReading) -> Iterator[TextPiece]:
    restored = reading.restored
    in_doubt = set(doubtful(restored))
    position = shift = 0
    for edit in restored.edits:
        start = edit.span.start + shift
        shift += len(edit.after) - len(edit.before)
        kind = _kind(edit, is_doubtful=edit in in_doubt)
        if kind == "plain" or not edit.after:
            continue
        if start > position:
            yield TextPiece(restored.text[position:start])
        yield TextPiece(edit.after, kind, edit.before, edit.rule)
        position = start + len(edit.after)
    if position < len(restored.text):
        yield TextPiece(restored.text[position:])


def _kind(edit: Edit, *, is_doubtful: bool) -> str:
    if is_doubtful and edit.rule != HANDWRITING:  # numbers and dates are asked for as cells
        return "doubtful"
    return "plain" if edit.before == edit.after else "restored"
