"""The door of the room: text or an OCR page in, `RestoredText` out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.config import Settings
from pipeline.model import Edit, OcrPage, RestoredText, Span
from pipeline.restore.channel import load_channel
from pipeline.restore.edits import restored, then
from pipeline.restore.garbled import garbled_readings, missing_spaces
from pipeline.restore.language_model import load_model
from pipeline.restore.lattice import decode
from pipeline.restore.legacy import decode_legacy
from pipeline.restore.lexicon import Lexicon, load_lexicon
from pipeline.restore.mode import line_modes
from pipeline.restore.orthography import compose, prefers_new_style
from pipeline.restore.places import add_places
from pipeline.restore.printed import UNRATED, Reader, stray_share
from pipeline.restore.readings import Readings, build_lattice
from pipeline.restore.rewriting import SUREST, Writer, edits
from pipeline.restore.stripped import stripped_readings
from pipeline.restore.tokens import BOUNDARY, COMMA, Token, tokens

# Natural log margins. Below KEEP the original stays and a doubt is recorded; below REVIEW a person
# should look.
KEEP_MARGIN = {"stripped": 0.1, "english": 0.1, "vietnamese": 1.5}
REVIEW_MARGIN = 3.0
# Channel scores overstate what they know; these factors were set so that of the words restored with a
# margin above REVIEW 99.7 % are right. On a page full of specks no margin reaches that: all is for review.
TRUST = {"stripped": 1.0, "english": 0.42, "vietnamese": 0.35}
NOISY_PAGE, NOISY_MARGIN = 0.01, 2.9
# In tokens: a longer sentence is decoded in parts that meet at a comma.
LONG_SENTENCE = 32
# A page with fewer words is taken as printed, whatever its letters look like.
PAGE_WORDS = 15
# Where nearly every word is right as read, a change needs more: printed slips of the pen stay as printed.
CLEAN_PAGE, CLEAN_KEEP_MARGIN = 0.015, 4.5


def restore_page(page: OcrPage, settings: Settings | None = None) -> RestoredText:
    """Restore one page read by OCR or taken from a text layer; its line structure is kept.

    The engine's word confidences say how far each word is to be trusted.
    """
    confidences: list[float] = []
    for line in page.lines:
        for word in line.words:
            confidences += [word.confidence] * (len(word.text) + 1)
        if not line.words:
            confidences.append(1.0)
    return _restored(page.text, "auto", confidences, settings, fewest=PAGE_WORDS)


def restore_text(text: str, mode: str = "auto", settings: Settings | None = None) -> RestoredText:
    """Restore `text`; `mode` is auto, stripped, english or vietnamese.

    >>> restore_text("Uy ban nhan dan tinh ban hanh quyet dinh").text
    'Ủy ban nhân dân tỉnh ban hành quyết định'
    """
    return _restored(text, mode, [UNRATED] * len(text), settings)


def doubtful(restored_text: RestoredText) -> tuple[Edit, ...]:
    """The edits a person should look at: made, or left undone, with a small margin."""
    return tuple(edit for edit in restored_text.edits if edit.margin < REVIEW_MARGIN)


def _restored(
    source: str, mode: str, confidences: list[float], settings: Settings | None, *, fewest: int = 0
) -> RestoredText:
    local = Path(settings.dictionaries_folder) if settings and settings.dictionaries_folder else None
    lexicon = load_lexicon(local)
    result = restored(source, decode_legacy(source))
    result = then(result, compose(result.text))
    if len(result.text) != len(source):
        confidences = [confidences[result.source_span(Span(i, i)).start] for i in range(len(result.text))]
    found: list[Edit] = []
    for start, end, decision in line_modes(result.text, mode, fewest):
        part = result.text[start:end]
        rated = confidences[start:end]
        found += [_moved(edit, start) for edit in _restored_part(part, decision.mode, lexicon, rated)]
    return then(result, found)


def _moved(edit: Edit, offset: int) -> Edit:
    return replace(edit, span=Span(edit.span.start + offset, edit.span.end + offset))


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of text in one mode, cut into tokens."""

    text: str
    mode: str
    tokens: list[Token]
    lexicon: Lexicon


def _restored_part(text: str, mode: str, lexicon: Lexicon, confidences: list[float]) -> list[Edit]:
    part = _Part(text, mode, list(tokens(text, garbled=mode == "english")), lexicon)
    if not part.tokens:
        return []
    keep = KEEP_MARGIN[mode]
    if mode == "english":
        readings = garbled_readings(part.tokens, text, load_channel("eng", lexicon))
    elif mode == "stripped":
        readings = stripped_readings(part.tokens, lexicon)
    else:
        reader = Reader(lexicon, load_model(), load_channel("vie", lexicon))
        rated = [confidences[token.start] for token in part.tokens]
        readings, wrong = reader.readings(part.tokens, text, rated)
        keep = keep if wrong > CLEAN_PAGE else CLEAN_KEEP_MARGIN
    if mode != "vietnamese":
        add_places(part.tokens, readings, text, lexicon)
    return _decided(part, readings, keep)


def _stops(found: list[Token]) -> list[int]:
    """Where sentences begin; a long one also parts at a comma, as sequences are decoded side by side."""
    stops, last = [], 0
    for place, token in enumerate(found):
        if token.kind == BOUNDARY or (token.kind == COMMA and place - last >= LONG_SENTENCE):
            stops.append(place)
            last = place
    return stops


def _decided(part: _Part, readings: list[Readings], keep: float) -> list[Edit]:
    lattice, cases = build_lattice(readings, _stops(part.tokens))
    decoded = decode(lattice, load_model())
    new_style = prefers_new_style(part.text)
    writer = Writer(part.text, part.tokens, lattice, cases, decoded, part.lexicon, new_style)
    noisy = part.mode == "english" and stray_share(part.text, part.tokens) > NOISY_PAGE
    highest = NOISY_MARGIN if noisy else SUREST
    made = [
        replace(edit, margin=min(edit.margin * TRUST[part.mode], highest))
        for edit in edits(writer, part.mode, keep)
    ]
    if part.mode == "english":
        made = sorted((*made, *missing_spaces(part.tokens, part.text)), key=lambda edit: edit.span)
    return made
