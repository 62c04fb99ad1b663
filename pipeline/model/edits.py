"""Changes to a text that can be replayed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.geometry import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a text: characters `span` of the source read `before` and become `after`.

    `margin` is how much better `after` is than the best other reading (natural log; larger is surer).
    """

    span: Span
    before: str
    after: str
    rule: str
    margin: float = 0.0
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoredText:
    """`text` is `source` with `edits` applied; edits are in order and do not overlap."""

    source: str
    text: str
    edits: tuple[Edit, ...] = ()

    def source_span(self, span: Span) -> Span:
        """The characters of `source` from which characters `span` of `text` came."""
        return Span(
            _source_offset(self.edits, span.start, at_end=False),
            _source_offset(self.edits, span.end, at_end=True),
        )


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """Replay `edits` on `source`.

    Raises ValueError when an edit does not fit the source, overlaps or stands out of order.
    """
    parts: list[str] = []
    position = 0
    for edit in edits:
        if edit.span.start < position or source[edit.span.start : edit.span.end] != edit.before:
            raise ValueError(f"edit does not fit its source: {edit}")
        parts += (source[position : edit.span.start], edit.after)
        position = edit.span.end
    return "".join(parts) + source[position:]


def _source_offset(edits: tuple[Edit, ...], offset: int, *, at_end: bool) -> int:
    shift = 0  # source offset minus text offset, after the edits passed so far
    for edit in edits:
        start = edit.span.start - shift
        end = start + len(edit.after)
        if offset < start or (offset == start and at_end):
            break
        if offset < end or (offset == end and at_end and edit.after):
            return edit.span.end if at_end else edit.span.start
        shift += len(edit.before) - len(edit.after)
    return offset + shift
