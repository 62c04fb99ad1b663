"""Draw slots: a printed word, digits by hand, by stamp or in print, a printed word again, and paper.

Each slot is drawn on a strip of 300 dpi, then jolted, scaled and spoiled as scans are, and brought to the
network's input by the same `normalize` as a real one.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.handwriting.crop import BAND
from pipeline.handwriting.training.glyphs import Ink, Pen, Supply, draw_symbol, printed, trimmed, words_of
from pipeline.handwriting.training.spoil import darken, look, rules_and_specks, spoil

_DIGIT_CHANCES = (0.09, 0.16, 0.14, 0.09, 0.09, 0.08, 0.08, 0.11, 0.08, 0.08)
"""The hard ones (1 beside 1 or a slash, looped 2, barred 7) are drawn more often."""
TALL = 2 * BAND
"""Height of the strip on which a slot is drawn: neighbours above and below fall outside the band."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One drawn slot: the network's input, the digits in it, and the ink (see `INKS`)."""

    pixels: NDArray[np.float32]
    label: str
    ink: int
    kind: str


INKS = ("printed", "handwritten", "stamped")


def draw_slot(supply: Supply, random: np.random.Generator, style: str = "") -> Sample:
    """One synthetic slot; `style` (stroke, font, image, print, stamp, blank) is drawn by lot when empty."""
    kind = str(random.choice(("number", "day", "month"), p=(0.58, 0.3, 0.12)))
    weights = {"stroke": 0.47, "image": 0.10, "font": 0.14, "print": 0.17, "stamp": 0.05, "blank": 0.07}
    style = style or str(random.choice(list(weights), p=list(weights.values())))
    if style == "image" and not supply.images:
        style = "stroke"
    label = "" if style == "blank" else _label(kind, random)
    size = int(random.integers(46, 63))
    baseline = TALL // 2 + round(size * 0.23)  # the middle of the x-height stands in the middle of the band
    face = _face(supply, kind, random)
    left, right = _context(kind, face, size, random)
    digits = _digits(supply, label, style, (face, size), random)
    strip, box = _compose((left, digits, right), baseline, style, random)
    rules_and_specks(strip, box, baseline, random, blank=style == "blank")
    _neighbours(strip, supply, size, random)
    grey = spoil(strip, random)
    # A number's box is the word "Số:" without a descender but with two marks on top: its middle stands
    # higher above the baseline than that of "ngày" or of the letters without marks.
    raised = random.uniform(-4, 16) if kind == "number" else random.uniform(-6, 6)
    pixels = look(grey, (box[0], box[1], TALL / 2 - raised), random)
    ink = {"print": 0, "stamp": 2}.get(style, 1)
    return Sample(pixels, label, ink if label else -1, kind)


def _label(kind: str, random: np.random.Generator) -> str:
    if kind == "number":
        length = int(random.choice((1, 2, 3, 4, 5), p=(0.07, 0.28, 0.29, 0.32, 0.04)))
        text = "".join(str(random.choice(10, p=_DIGIT_CHANCES)) for _ in range(length))
        if text[0] == "0" and (length != 2 or random.random() < 0.3):
            text = str(random.integers(1, 10)) + text[1:]
        if length > 1 and random.random() < 0.22:  # doubled digits teach where one stroke ends
            at = int(random.integers(1, length))
            run = int(random.choice((1, 2, 3), p=(0.7, 0.2, 0.1)))
            text = (text[:at] + text[at - 1] * run + text[at + run :])[:length]
        return text + ("" if random.random() > 0.05 else str(random.choice(list("abcd"))))
    value = int(random.integers(1, 32 if kind == "day" else 13))
    return f"{value:02d}" if random.random() < 0.55 else str(value)


def _face(supply: Supply, kind: str, random: np.random.Generator) -> str:
    usual = "upright" if kind == "number" else "italic"
    use = usual if random.random() < 0.93 else str(random.choice(("upright", "italic")))
    return str(random.choice(supply.fonts[use]))


Piece = tuple[Ink, int]


def _context(kind: str, face: str, size: int, random: np.random.Generator) -> tuple[Piece, Piece]:
    if kind == "number":
        words = str(random.choice(words_of("before"))), str(random.choice(words_of("after")))
    else:
        words = ("ngày", "tháng") if kind == "day" else ("tháng", "năm")
    left, right = (printed(word, face, size) for word in words)
    return left, right


def _digits(
    supply: Supply, label: str, style: str, print_face: tuple[str, int], random: np.random.Generator
) -> Piece | None:
    """The digits as one piece of ink and the row of its baseline; None for an empty slot."""
    if not label:
        return None
    if style == "print":
        return printed(label, *print_face)
    if style == "stamp":
        size = round(print_face[1] * random.uniform(0.85, 1.35))
        return printed(label, str(random.choice(supply.fonts["stamp"])), size)
    return _hand(supply, label, style, random)


def _hand(supply: Supply, label: str, style: str, random: np.random.Generator) -> Piece:
    pen = Pen(
        slant=random.normal(0.12, 0.16),
        stretch=float(np.exp(random.normal(0.05, 0.2))),
        wobble=random.uniform(0.008, 0.045),
        thickness=float(random.choice((random.uniform(2.2, 5), random.uniform(4, 9)))),
        height=random.uniform(33, 68),
        habits=tuple(random.random(14)),
    )
    font = str(random.choice(supply.fonts["hand"]))
    gap, climb, tall = random.normal(2, 5), random.normal(0, 0.05), random.uniform(0.04, 0.14)
    placed: list[tuple[Ink, float, float]] = []
    x = 0.0
    for symbol in label:
        glyph = _hand_symbol(supply, symbol, style, pen, font, random)
        zoom = float(np.exp(random.normal(0, tall))) * (pen.height / max(glyph.shape[0], pen.height * 0.6))
        zoom = max(zoom, 0.2)
        grown = cv2.resize(glyph, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
        glyph = np.asarray(grown, np.float32)
        drop = random.normal(0, 3) + climb * x + max(0.0, glyph.shape[0] - 1.15 * pen.height)
        placed.append((glyph, x, drop))
        x += max(glyph.shape[1] + gap + random.normal(0, 2.5), 4)
    return _paste(placed)


def _hand_symbol(
    supply: Supply, symbol: str, style: str, pen: Pen, font: str, random: np.random.Generator
) -> Ink:
    if style == "image" and symbol.isdigit():
        source = "font" if "mnist0" not in supply.images or random.random() < 0.2 else "mnist"
        group = supply.images[source + symbol]
        glyph = group[int(random.integers(len(group)))]
        zoom = pen.height / glyph.shape[0]
        # A 1 is as tall as its fellows but its image may be wide: keep the proportions, bound the width.
        wide = min(zoom, pen.height * 1.1 / glyph.shape[1])
        grown = cv2.resize(glyph, None, fx=wide, fy=zoom, interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.clip((grown - 0.5) * random.uniform(1.5, 3.5) + 0.5, 0, 1), np.float32)
    if style == "font":
        spelled = symbol.upper() if random.random() < 0.5 else symbol
        glyph = trimmed(printed(spelled, font, 72)[0])
        if glyph.max() > 0.5 and glyph.shape[0] > 20:
            return glyph
    return draw_symbol(supply, symbol, pen, random)


def _paste(placed: list[tuple[Ink, float, float]]) -> Piece:
    """Glyphs standing on one baseline; `drop` is how far below it each one ends."""
    above = max(glyph.shape[0] - drop for glyph, _, drop in placed)
    below = max(0.0, *(drop for _, _, drop in placed))
    width = max(x + glyph.shape[1] for glyph, x, _ in placed)
    canvas = np.zeros((int(above + below) + 3, int(width) + 3), np.float32)
    for glyph, x, drop in placed:
        top, left = int(above + drop - glyph.shape[0]), int(x)
        part = canvas[max(0, top) : top + glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(part, glyph[-part.shape[0] :, : part.shape[1]], out=part)
    return canvas, int(above)


def _compose(
    pieces: tuple[Piece, Piece | None, Piece], baseline: int, style: str, random: np.random.Generator
) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """Darkness of the whole strip, and where the slot begins and ends."""
    left, digits, right = pieces
    inside = digits[0].shape[1] if digits else int(random.integers(40, 200))
    tight = style == "print"
    before = (
        random.uniform(0, 14) if tight else random.choice((random.uniform(-12, 12), random.uniform(5, 60)))
    )
    after = (
        random.uniform(-3, 12) if tight else random.choice((random.uniform(-16, 12), random.uniform(5, 70)))
    )
    start = left[0].shape[1] + 60
    at = round(start + max(before, -10))
    stop = round(at + inside + after)
    strip = np.zeros((TALL, stop + right[0].shape[1] + 60), np.float32)
    tone = random.uniform(0.75, 1.0)
    _lay(strip, left, (60, baseline), tone)
    _lay(strip, right, (stop, baseline), tone)
    if digits:
        lift = 0 if tight else round(random.normal(0, 4))
        ink = digits[0] if tight else darken(digits[0], style, random)
        _lay(strip, (ink, digits[1]), (at, baseline + lift), tone if tight else random.uniform(0.55, 1.0))
    return strip, (start, max(stop, start + 20))


def _lay(strip: NDArray[np.float32], piece: Piece, place: tuple[int, int], tone: float) -> None:
    """Lay ink on the strip with its baseline at `place` (x, y); darker ink wins."""
    ink, ascent = piece
    x, top = place[0], place[1] - ascent
    part = strip[max(0, top) : max(0, top + ink.shape[0]), max(0, x) : max(0, x + ink.shape[1])]
    cut = ink[max(0, -top) :, max(0, -x) :][: part.shape[0], : part.shape[1]]
    np.maximum(part, cut * tone, out=part)


def _neighbours(strip: NDArray[np.float32], supply: Supply, size: int, random: np.random.Generator) -> None:
    """The printed line above or below, as far as it shows."""
    for side in (-1, 1):
        if random.random() < 0.45:
            piece = printed(
                str(random.choice(words_of("near"))), str(random.choice(supply.fonts["upright"])), size
            )
            offset = round(side * random.uniform(1.15, 1.9) * size + size * 0.3)
            _lay(strip, piece, (int(random.integers(-200, 120)), TALL // 2 + offset), random.uniform(0.7, 1))
