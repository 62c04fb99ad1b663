"""Restored words on their places: what the text layer, hOCR and ALTO are made of.

A restored text is the text as read plus edits. Here each word of the restored text finds the words as read
it came from, and so its box on the scan. Words that an edit joined share the box around them; a word that
an edit split is shared out by the number of letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model import BBox, Edit, Line, PageReading, Span, Word, apply_edits


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """One restored word. `read` is what stood there before restoration, `rules` are those that changed it.

    `bbox` counts in pixels of the original scan; `confidence` (0..1) is that of the reading.
    """

    text: str
    read: str
    bbox: BBox
    confidence: float
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """The restored words of one line of one column, left to right."""

    words: tuple[PlacedWord, ...]

    @property
    def bbox(self) -> BBox:
        box = BBox.union(word.bbox for word in self.words)
        assert box is not None  # a placed line has words
        return box


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring words as read that edits tie together; `span` counts in the page's text as read."""

    words: tuple[Word, ...]
    span: Span
    edits: tuple[Edit, ...] = ()


def placed_lines(reading: PageReading) -> tuple[PlacedLine, ...]:
    """The lines of `reading` in restored words; lines without a word or a box are left out.

    The words of line i joined by blanks are line i of the restored text.
    """
    restored = reading.restored.text.split("\n")
    found: list[PlacedLine] = []
    start = 0
    edits = list(reversed(reading.restored.edits))
    for index, line in enumerate(reading.page.lines):
        end = start + len(line.text)
        own: list[Edit] = []
        while edits and edits[-1].span.start <= end:
            own.append(edits.pop())
        wanted = restored[index].split() if index < len(restored) else []
        words = _words(line, start, own, wanted)
        if words:
            found.append(PlacedLine(words))
        start = end + 1
    return tuple(found)


def _words(line: Line, start: int, edits: Sequence[Edit], wanted: list[str]) -> tuple[PlacedWord, ...]:
    try:
        words = tuple(word for group in _groups(line, start, edits) for word in _restored(group))
    except ValueError:  # an edit reaches over the end of the line
        words = ()
    if [word.text for word in words] == wanted:
        return words
    rules = tuple(dict.fromkeys(edit.rule for edit in edits))
    return tuple(replace(word, rules=rules) for word in _shared_out(line.words, wanted))


def _groups(line: Line, start: int, edits: Sequence[Edit]) -> Iterator[_Group]:
    group: _Group | None = None
    for word in line.words:
        span = Span(start, start + len(word.text))
        start = span.end + 1
        if group and any(_ties(edit, group.span.end, span.start) for edit in edits):
            group = _Group((*group.words, word), Span(group.span.start, span.end))
            continue
        if group:
            yield _with_edits(group, edits)
        group = _Group((word,), span)
    if group:
        yield _with_edits(group, edits)


def _ties(edit: Edit, left_end: int, right_start: int) -> bool:
    """Whether the edit changes the blank between two words."""
    return edit.span.start <= left_end and edit.span.end >= right_start


def _with_edits(group: _Group, edits: Sequence[Edit]) -> _Group:
    inside = (one for one in edits if one.span.start >= group.span.start and one.span.end <= group.span.end)
    return replace(group, edits=tuple(inside))


def _restored(group: _Group) -> tuple[PlacedWord, ...]:
    source = " ".join(word.text for word in group.words)
    if not group.edits:
        return _shared_out(group.words, source.split())
    first = group.span.start
    moved = (replace(edit, span=Span(edit.span.start - first, edit.span.end - first)) for edit in group.edits)
    rules = tuple(dict.fromkeys(edit.rule for edit in group.edits))
    wanted = apply_edits(source, moved).split()
    return tuple(replace(word, rules=rules) for word in _shared_out(group.words, wanted))


def _shared_out(words: Sequence[Word], wanted: Sequence[str]) -> tuple[PlacedWord, ...]:
    """The texts `wanted` on the places of `words`: one by one where the numbers agree, else by length.

    Words that stand unchanged at the beginning or end of `words` keep their own boxes.
    """
    boxed = [word for word in words if word.bbox]
    if len(words) == len(wanted) == len(boxed):
        return tuple(
            PlacedWord(text, word.text, word.bbox, word.confidence)
            for text, word in zip(wanted, words, strict=True)
            if word.bbox
        )
    if len(words) > 1 and wanted:
        if words[0].text == wanted[0]:
            return _shared_out(words[:1], wanted[:1]) + _shared_out(words[1:], wanted[1:])
        if words[-1].text == wanted[-1]:
            return _shared_out(words[:-1], wanted[:-1]) + _shared_out(words[-1:], wanted[-1:])
    box = BBox.union(word.bbox for word in boxed if word.bbox)
    if box is None or not wanted:
        return ()
    read = " ".join(word.text for word in words)
    confidence = min(word.confidence for word in words)
    letters = sum(len(text) for text in wanted) + len(wanted) - 1
    found: list[PlacedWord] = []
    offset = 0
    for text in wanted:
        left = box.left + box.width * offset // letters
        right = box.left + box.width * (offset + len(text)) // letters
        found.append(PlacedWord(text, read, BBox(left, box.top, right, box.bottom), confidence))
        offset += len(text) + 1
    return tuple(found)
