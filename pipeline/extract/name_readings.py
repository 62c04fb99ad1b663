"""What was read of a name: its syllables on the page, and the same name where the document has it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.extract.letters import words_key
from pipeline.extract.name_evidence import Reading
from pipeline.extract.pieces import Piece
from pipeline.model import BBox, DocumentText, PageReading, Span

RESTORED_CONFIDENCE = 0.5  # of a syllable that restoration changed: a guess, not a reading
TYPED_CONFIDENCE = 1.0
TEXT_FILE_CONFIDENCE = 0.975  # typed, or read long ago by an engine that left no confidences
_EDGE = regex.compile(r"^[^\p{L}]+|[^\p{L}]+$")
_CAPITALISED = regex.compile(r"\p{Lu}\p{Ll}{1,6}(?:[ \n]\p{Lu}\p{Ll}{1,6}){1,7}+(?!\p{L})")
_FARTHEST = 2  # letters in which a spoilt reading of the name may differ from another


def name_readings(
    document: DocumentText, piece: Piece, name: str, witnesses: Iterable[str]
) -> list[list[Reading]]:
    """The readings of each syllable of `name`, which stands in `piece`: that on the page first.

    `witnesses` are names printed by the program that signed the file; typed text of the document that
    has the same name again is found here.
    """
    spans = _spans(document, piece, name.split())
    found = [[reading] for reading in _on_page(document, piece, spans)]
    for readings, span in zip(found, spans, strict=True):
        readings.extend(_rivals(document, span, readings[0].text))
    again = [(one, TYPED_CONFIDENCE) for one in witnesses if _is_same(one, name)]
    again += _elsewhere(document, piece, name)
    for other, confidence in again[:2]:
        for readings, text in zip(found, other.split(), strict=True):
            readings.append(Reading(_cased(text), confidence))
    return found


def _is_same(one: str, name: str) -> bool:
    """The same person in the same document: equal letters, or a last syllable alike and little else wrong."""
    left, right = words_key(one), words_key(name)
    if len(left.split()) != len(right.split()):
        return False
    alike = left.split()[-1] == right.split()[-1]
    return left == right or (alike and Levenshtein.distance(left, right, score_cutoff=_FARTHEST) <= _FARTHEST)


def _cased(text: str) -> str:
    return text if not text.isalpha() else text[:1].upper() + text[1:].lower()


# --- on the page --------------------------------------------------------------------------------------


def _spans(document: DocumentText, piece: Piece, syllables: Sequence[str]) -> list[Span]:
    pattern = r"[^\p{L}\d]+".join(regex.escape(one) for one in syllables)
    match = regex.search(pattern, piece.text)
    start = piece.span.start + (match.start() if match else 0)
    spans = []
    for one in syllables:
        start = document.text.find(one, start, piece.span.end)
        spans.append(Span(start, start + len(one)) if start >= 0 else piece.span)
        start = spans[-1].end
    return spans


def _on_page(document: DocumentText, piece: Piece, spans: Sequence[Span]) -> list[Reading]:
    texts = [document.text[span.start : span.end] for span in spans]
    readings = [
        Reading(_cased(text), _confidence(document, span)) for text, span in zip(texts, spans, strict=True)
    ]
    if any(one.confidence <= RESTORED_CONFIDENCE for one in readings) and not piece.bbox:
        # A text that another engine read has no confidences; where it spoilt one syllable, none is safe.
        return [replace(one, confidence=min(one.confidence, RESTORED_CONFIDENCE)) for one in readings]
    return readings


def _rivals(document: DocumentText, span: Span, text: str) -> Iterator[Reading]:
    """The same syllable in another reading of its place."""
    number, _, box = document.locate(span)
    page = next((one.page for one in document.pages if one.page.page_number == number), None)
    words = (word for line in page.rivals for word in line.words) if page and box else ()
    for word in words:
        other = _EDGE.sub("", word.text)
        if box and word.bbox and _is_same_place(word.bbox, box) and words_key(other) == words_key(text):
            yield Reading(_cased(other), word.confidence)


def _is_same_place(one: BBox, other: BBox) -> bool:
    beside = min(one.right, other.right) - max(one.left, other.left)
    above = min(one.bottom, other.bottom) - max(one.top, other.top)
    return beside > 0.5 * min(one.width, other.width) and above > 0.5 * min(one.height, other.height)


def _confidence(document: DocumentText, span: Span) -> float:
    """The lowest confidence of the words under `span`, lower still where restoration changed them."""
    offset = 0
    for page in document.pages:
        length = len(page.restored.text)
        if span.start < offset + length:
            source = page.restored.source_span(Span(span.start - offset, min(span.end - offset, length)))
            changed = any(
                edit.span.start < source.end and edit.span.end > source.start and edit.before != edit.after
                for edit in page.restored.edits
            )
            read = min(_word_confidences(page, source), default=0.0)
            if page.text_source == "text_file":
                read = min(read, TEXT_FILE_CONFIDENCE)
            return min(read, RESTORED_CONFIDENCE) if changed else read
        offset += length + 1
    return 0.0


def _word_confidences(page: PageReading, source: Span) -> Iterator[float]:
    offset = 0
    for line in page.page.lines:
        length = max(0, len(line.text))
        if offset + length > source.start and offset < source.end:
            start = offset
            for word in line.words:
                if start < source.end and start + len(word.text) > source.start:
                    yield word.confidence
                start += len(word.text) + 1
        offset += length + 1


# --- elsewhere ----------------------------------------------------------------------------------------


def _elsewhere(document: DocumentText, piece: Piece, name: str) -> Iterator[tuple[str, float]]:
    """`name` as it stands outside `piece`, with the confidence it was read with there."""
    count = len(name.split())
    for match in _CAPITALISED.finditer(document.text):
        words = list(regex.finditer(r"\S+", match[0]))[-count:]
        again = " ".join(word[0] for word in words)
        span = Span(match.start() + words[0].start(), match.end())
        apart = span.end <= piece.span.start or span.start >= piece.span.end
        if apart and _is_same(again, name):
            yield again, _confidence(document, span)
