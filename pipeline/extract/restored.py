"""Values that restoration had a hand in: a restored name is a proposal, not a reading.

"A restored form is given, its raw form is kept beside, and the column is named for review": a name has no
grammar that could confirm its tones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.extract.cells import Cells
from pipeline.model import DocumentText, Edit, Field, RestoredText, Span

NAMES = ("signer_name",)
WORDS = ("subject", "issuer", "issuer_parent", "place", "addressees")
DOUBTFUL_CONFIDENCE = 0.5
UNSURE_MARGIN = 2.0  # natural log; of drawn pages 40 of 42 such edits above it were right
VOUCHED = "header_left_column_listed"  # the dictionaries give the marks of such a name, restoration does not
KEPT_BY_RULE = ("unicode", "handwriting")  # prefixes of rules that change no letter by guess


def doubt_restored(document: DocumentText, cells: Cells) -> None:
    """Lower the confidence of fields whose words restoration changed, and keep the words as read.

    Names are doubted after any change of letters, other fields after an unsure one.
    """
    for index, field in enumerate(cells.fields):
        if field.span is None or not field.value or field.name not in NAMES + WORDS or field.rule == VOUCHED:
            continue
        changed = [edit for edit in _edits(document, field.span) if not edit.rule.startswith(KEPT_BY_RULE)]
        unsure = [edit for edit in changed if edit.margin < UNSURE_MARGIN]
        if not (changed if field.name in NAMES else unsure):
            continue
        cells.fields[index] = _doubted(document, field)
        if field.name in NAMES:
            cells.doubt("signer_low", "the name was restored, not read", field.name, field.page_number)


def _doubted(document: DocumentText, field: Field) -> Field:
    assert field.span is not None
    return replace(
        field,
        confidence=min(field.confidence, DOUBTFUL_CONFIDENCE),
        raw=as_read(document, field.span),
        rule=f"{field.rule}_restored",
    )


def _edits(document: DocumentText, span: Span) -> Iterator[Edit]:
    for start, restored in _pages(document, span):
        source = restored.source_span(_inside(span, start, len(restored.text)))
        for edit in restored.edits:
            touches = edit.span.start < source.end and edit.span.end > source.start
            if touches and edit.before != edit.after:
                yield edit


def as_read(document: DocumentText, span: Span) -> str:
    """The words from which characters `span` of the clean text were restored."""
    parts = []
    for start, restored in _pages(document, span):
        source = restored.source_span(_inside(span, start, len(restored.text)))
        parts.append(restored.source[source.start : source.end])
    return " ".join(" ".join(parts).split())


def _pages(document: DocumentText, span: Span) -> Iterator[tuple[int, RestoredText]]:
    offset = 0
    for page in document.pages:
        length = len(page.restored.text)
        if span.start < offset + length and span.end > offset:
            yield offset, page.restored
        offset += length + 1


def _inside(span: Span, start: int, length: int) -> Span:
    return Span(max(0, span.start - start), min(length, span.end - start))
