"""The door of the room: text or an OCR page in, `RestoredText` out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path


from pipeline.config import Settings
from pipeline.model import Edit, OcrPage, RestoredText, Span
from pipeline.restore.channel import load_channel
from pipeline.restore.edits import restored, then
from pipeline.restore.garbled import garbled_readings
from pipeline.restore.language_model import load_model
from pipeline.restore.lattice import decode
from pipeline.restore.lexicon import Lexicon, load_lexicon
from pipeline.restore.mode import line_modes
from pipeline.restore.orthography import compose, prefers_new_style
from pipeline.restore.places import add_places
from pipeline.restore.readings import Readings, build_lattice
from pipeline.restore.rewriting import Writer, edits
from pipeline.restore.stripped import stripped_readings
from pipeline.restore.tokens import BOUNDARY, Token, tokens

# Natural log margins. Below KEEP the original stays and a doubt is recorded; below REVIEW a person should look.
KEEP_MARGIN = {"stripped": 0.1, "english": 0.1, "vietnamese": 2.0}
REVIEW_MARGIN = 3.0


def restore_page(page: OcrPage, settings: Settings | None = None) -> RestoredText:
    """Restore one page read by OCR or taken from a text layer; its line structure is kept."""
    return restore_text(page.text, settings=settings)


def restore_text(text: str, mode: str = "auto", settings: Settings | None = None) -> RestoredText:
    """Restore `text`; `mode` is auto, stripped, english or vietnamese.

    >>> restore_text("Uy ban nhan dan tinh ban hanh quyet dinh").text
    'Ủy ban nhân dân tỉnh ban hành quyết định'
    """
    local = Path(settings.dictionaries_folder) if settings and settings.dictionaries_folder else None
    lexicon = load_lexicon(local)
    result = restored(text, compose(text))
    found: list[Edit] = []
    for start, end, decision in line_modes(result.text, mode):
        part = result.text[start:end]
        found += [_moved(edit, start) for edit in _restored_part(part, decision.mode, lexicon)]
    return then(result, found)


def _moved(edit: Edit, offset: int) -> Edit:
    return replace(edit, span=Span(edit.span.start + offset, edit.span.end + offset))


def _restored_part(text: str, mode: str, lexicon: Lexicon) -> list[Edit]:
    if mode == "vietnamese":
        return []
    found = list(tokens(text, garbled=mode == "english"))
    if not found:
        return []
    if mode == "english":
        readings = garbled_readings(found, text, load_channel("eng", lexicon))
    else:
        readings = stripped_readings(found, lexicon)
    add_places(found, readings, text, lexicon)
    return _decided(text, found, readings, mode, lexicon)


def _decided(
    text: str, found: list[Token], readings: list[Readings], mode: str, lexicon: Lexicon
) -> list[Edit]:
    breaks = [0, *(place for place, token in enumerate(found) if token.kind == BOUNDARY and place)]
    lattice, cases = build_lattice(readings, breaks)
    decoded = decode(lattice, load_model())
    writer = Writer(text, found, lattice, cases, decoded, lexicon, prefers_new_style(text))
    return edits(writer, mode, KEEP_MARGIN[mode])
