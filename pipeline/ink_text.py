"""Write what was read from ink into the text, in its place.

Tesseract turns a handwritten `574` between `Số:` and `/UBND` into noise. Once the number and the date of a
document are decided, the noise goes and the reading stands in the text as an edit of rule `handwriting`;
the text as read is kept beside. Only slots that hold ink of a pen or a stamp are touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import regex

from pipeline.model import Edit, Field, PageReading, Record, RestoredText, Span

RULE = "handwriting"
INKED = ("handwritten", "stamped")
Found = TypeVar("Found", Field, Record)

# Blanks but no line break: an edit never changes the lines of a page.
_NUMBER_LABEL = regex.compile(r"^[^\p{L}\d\n]*[S$§5][^\s:.;/\d]{0,2}[ \t]*[:.;]?[ \t]*")
_DATE = regex.compile(
    r"n\p{L}{1,2}[yvỷỳý](?P<day>[^\n]{0,10}?)th\p{L}{1,3}g(?P<month>[^\n]{0,10}?)(?=\s*n\p{L}m\b)",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Insert:
    """Characters `span` of the document's text become `after`."""

    span: Span
    after: str
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InkedDocument:
    """Pages, fields and records of a document after its ink was written into the text."""

    pages: tuple[PageReading, ...]
    fields: tuple[Field, ...]
    records: tuple[Record, ...]


def write_ink(
    pages: Sequence[PageReading], fields: Sequence[Field], records: Sequence[Record]
) -> InkedDocument:
    """Put the decided number and date into the page texts; spans of fields and records follow.

    `pages` are all pages of the document, in the order in which their texts were joined by form feeds.
    """
    text = "\f".join(page.restored.text for page in pages)
    inserts = sorted(_inserts(text, {field.name: field for field in reversed(fields)}), key=_start)
    if not inserts:
        return InkedDocument(tuple(pages), tuple(fields), tuple(records))
    return InkedDocument(
        tuple(_edited(pages, inserts)),
        tuple(_followed(field, inserts) for field in fields),
        tuple(_followed(record, inserts) for record in records),
    )


# --- what goes where ------------------------------------------------------------------------------


def _inserts(text: str, fields: dict[str, Field]) -> Iterator[Insert]:
    number, kind = fields.get("number"), fields.get("number_kind")
    if number and number.value and number.span and kind and kind.value in INKED:
        yield from _number(text, number)
    date, kind = fields.get("issue_date"), fields.get("day_kind")
    if date and len(date.value) == len("2025-02-04") and date.span and kind and kind.value in INKED:
        yield from _date(text, date)


def _number(text: str, field: Field) -> Iterator[Insert]:
    assert field.span is not None
    line = text[field.span.start : field.span.end]
    if field.value in line:
        return
    label = _NUMBER_LABEL.match(line)
    at = line.find(field.raw, label.end() if label else 0) if field.raw else -1
    if field.raw and at < 0:
        return  # the noise is not where the extractor saw it: better no edit than a wrong one
    if not field.raw and label is None:
        return
    start = at if field.raw else (label.end() if label else 0)
    where = Span(field.span.start + start, field.span.start + start + len(field.raw))
    if "\n" not in text[where.start : where.end]:
        yield Insert(where, field.value, field.alternatives)


def _date(text: str, field: Field) -> Iterator[Insert]:
    assert field.span is not None
    _, month, day = field.value.split("-")
    found = _DATE.search(text, field.span.start, field.span.end + len(" năm"))
    if found is None:
        return
    # Nghị định 30/2020, Appendix I: days below 10 and months 1 and 2 have a leading zero.
    wanted = {"day": f" {day} ", "month": f" {month if int(month) <= 2 else int(month)}"}
    for group, value in wanted.items():
        as_read = found.group(group)
        is_glued = not as_read.startswith(" ")
        if is_glued or as_read.strip().lstrip("0") != value.strip().lstrip("0"):
            end = found.end(group)
            blank = "" if value[-1] == " " or text[end : end + 1].isspace() else " "
            yield Insert(Span(*found.span(group)), value + blank)


# --- applying -------------------------------------------------------------------------------------


def _start(insert: Insert) -> int:
    return insert.span.start


def _edited(pages: Sequence[PageReading], inserts: Sequence[Insert]) -> Iterator[PageReading]:
    offset = 0
    for page in pages:
        restored, length = page.restored, len(page.restored.text)
        # From the last to the first, so that earlier places keep their offsets.
        for insert in reversed(inserts):
            if offset <= insert.span.start and insert.span.end <= offset + length:
                local = Span(insert.span.start - offset, insert.span.end - offset)
                restored = _with_edit(restored, local, insert)
        yield replace(page, restored=restored)
        offset += length + 1


def _with_edit(restored: RestoredText, span: Span, insert: Insert) -> RestoredText:
    """`restored` with one more edit; edits it touches become part of it."""
    source = restored.source_span(span)
    touched = [
        edit for edit in restored.edits if edit.span.start < source.end and edit.span.end > source.start
    ]
    start, end = span.start, span.end
    for edit in touched:
        place = _place(restored, edit)
        start, end = min(start, place.start), max(end, place.end)
    source = restored.source_span(Span(start, end)) if touched else source
    after = restored.text[start : span.start] + insert.after + restored.text[span.end : end]
    edit = Edit(
        source, restored.source[source.start : source.end], after, RULE, alternatives=insert.alternatives
    )
    kept = [one for one in restored.edits if one not in touched]
    edits = tuple(sorted((*kept, edit), key=lambda one: (one.span.start, one.span.end)))
    text = restored.text[:start] + after + restored.text[end:]
    return RestoredText(restored.source, text, edits)


def _place(restored: RestoredText, wanted: Edit) -> Span:
    shift = 0
    for edit in restored.edits:
        if edit is wanted:
            return Span(edit.span.start + shift, edit.span.start + shift + len(edit.after))
        shift += len(edit.after) - len(edit.before)
    raise ValueError("the edit is not of this text")


def _followed(found: Found, inserts: Iterable[Insert]) -> Found:
    if found.span is None:
        return found
    start, end = found.span.start, found.span.end
    moved_start, moved_end = start, end
    for insert in inserts:
        longer = len(insert.after) - (insert.span.end - insert.span.start)
        if insert.span.end <= start:
            moved_start += longer
        if insert.span.end <= end:
            moved_end += longer
    return replace(found, span=Span(moved_start, max(moved_start, moved_end)))
