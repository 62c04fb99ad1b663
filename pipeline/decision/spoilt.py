"""A number line that ink spoilt beyond reading, though its slot was found and read.

Handwriting can turn `Số: 2284/SYT-NVY` into noise that no grammar knows. Where the slot reader saw digits
there and a symbol stands at their right, both are given: the number as sure as its ink, the symbol to be
checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import regex

from pipeline.config import Settings
from pipeline.extract.lexicon import lexicon
from pipeline.extract.number import NumberLine, read_number_line, slot_confidence
from pipeline.model import Field, Issue, PageReading, SlotReading

RULE = "slot_alone"
LEAST = 0.5
"""Below this the slot is likelier misread than read."""
SYMBOL_CONFIDENCE = 0.5
_NO_LINE = "no_number_line"
_REACH = 8.0
"""Heights of the slot within which the symbol must stand."""
_SYMBOL = regex.compile(r"^[/⁄∕-]?\s?\p{Lu}[\p{L}\d&]{1,14}(?:[-–/]\p{Lu}[\p{L}\d&]{0,14}){0,4}")


def number_from_slot(
    fields: Sequence[Field], issues: Sequence[Issue], pages: Sequence[PageReading], settings: Settings
) -> tuple[tuple[Field, ...], tuple[Issue, ...]]:
    """`fields` and `issues` with the number of the first page's slot where no number line could be read."""
    named = {field.name: field for field in reversed(fields)}
    missing = named.get("number")
    slot = next((slot for slot in pages[0].slots if slot.kind == "number" and slot.readings), None)
    if missing is None or missing.rule != _NO_LINE or missing.value or slot is None:
        return tuple(fields), tuple(issues)
    digits, chance = slot.readings[0]
    text = _right_of(slot, pages[0])
    line = _line(digits, text, settings) if digits and chance >= LEAST else None
    if line is None:
        return tuple(fields), tuple(issues)
    cells = {cell.name: cell for cell in _cells(line, slot, f"{digits} {text}", pages[0])}
    kept = tuple(cells.pop(field.name, field) for field in fields)
    return (*kept, *cells.values()), tuple(one for one in issues if one.code != "number_illegible")


def _right_of(slot: SlotReading, page: PageReading) -> str:
    """The word that stands right of the slot on its row, empty when there is none."""
    box, reach = slot.bbox, _REACH * slot.bbox.height
    words = [word for line in page.page.lines for word in line.words if word.bbox]
    after = [
        (word.bbox.left, word.text)
        for word in words
        if word.bbox
        and box.top < word.bbox.center_y < box.bottom
        and box.right - 0.5 * box.height < word.bbox.left < box.right + reach
    ]
    return min(after)[1] if after else ""


def _line(digits: str, text: str, settings: Settings) -> NumberLine | None:
    found = _SYMBOL.match(text)
    if found is None or not any(letter.isupper() for letter in found.group()[1:]):
        return None
    symbol = found.group().replace(" ", "")
    joint = "" if symbol[0] in "/⁄∕-" else "/"
    return read_number_line(f"Số: {digits}{joint}{symbol}", lexicon(settings.dictionaries_folder))


def _cells(line: NumberLine, slot: SlotReading, raw: str, page: PageReading) -> tuple[Field, ...]:
    digits, chance = slot.readings[0]
    others = tuple(text for text, _ in slot.readings[1:] if text)
    sure = round(slot_confidence(chance), 3)
    seen = Field("", "", raw=raw, page_number=page.page.page_number, bbox=slot.bbox, rule=RULE)
    whole = min(sure, SYMBOL_CONFIDENCE)
    composed = tuple(line.compose(text) for text in (digits, *others))
    return (
        replace(seen, name="number", value=digits, confidence=sure, alternatives=others),
        replace(seen, name="symbol", value=line.symbol, confidence=SYMBOL_CONFIDENCE),
        replace(seen, name="number_symbol", value=composed[0], confidence=whole, alternatives=composed[1:]),
        replace(seen, name="number_status", value="present", confidence=sure),
        replace(seen, name="number_kind", value=slot.ink, confidence=sure),
    )
