"""Put edits of several passes together into one list that replays on the first source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.model import Edit, RestoredText, Span, apply_edits


def restored(source: str, edits: Iterable[Edit]) -> RestoredText:
    """The result of applying `edits` to `source`."""
    kept = tuple(edits)
    return RestoredText(source, apply_edits(source, kept), kept)


def then(first: RestoredText, edits: Sequence[Edit]) -> RestoredText:
    """`first` with `edits` (spans count in `first.text`) applied on top; spans count in `first.source`.

    Edits of both passes that touch become one edit whose rule names both.
    """
    if not edits:
        return first
    if not first.edits:
        return restored(first.source, edits)
    return restored(first.source, _merged(first, edits))


def _merged(first: RestoredText, edits: Sequence[Edit]) -> list[Edit]:
    # Work in coordinates of `first.text`, where both passes have a place.
    placed = [(start, end, edit, 0) for start, end, edit in _in_text(first.edits)]
    placed += [(edit.span.start, edit.span.end, edit, 1) for edit in edits]
    placed.sort(key=lambda item: (item[0], item[1]))
    groups: list[list[tuple[int, int, Edit, int]]] = []
    reach = -1
    for item in placed:
        if groups and item[0] < reach:
            groups[-1].append(item)
        else:
            groups.append([item])
        reach = max(reach, item[1])
    return [edit for group in groups if (edit := _joined(first, group)) is not None]


def _in_text(edits: Iterable[Edit]) -> list[tuple[int, int, Edit]]:
    placed = []
    shift = 0
    for edit in edits:
        start = edit.span.start + shift
        placed.append((start, start + len(edit.after), edit))
        shift += len(edit.after) - len(edit.before)
    return placed


def _joined(first: RestoredText, group: list[tuple[int, int, Edit, int]]) -> Edit | None:
    start, end = min(item[0] for item in group), max(item[1] for item in group)
    later = [edit for _, _, edit, late in group if late]
    if not later:
        return group[0][2]
    span = first.source_span(Span(start, end))
    before = first.source[span.start : span.end]
    moved = [Edit(Span(e.span.start - start, e.span.end - start), e.before, e.after, e.rule) for e in later]
    after = apply_edits(first.text[start:end], moved)
    if after == before:
        return None
    rules = dict.fromkeys(edit.rule for _, _, edit, _ in group)
    surest = min(later, key=lambda edit: edit.margin)
    return Edit(span, before, after, "+".join(rules), surest.margin, surest.alternatives)
