"""Sets words in lines: wrapping, centring, justifying, and the slots left for handwriting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rendering.page import HEIGHT, MM, WIDTH, Ink, Page, PrintedLine, Rule, Run, text_width

LEFT = 30 * MM
RIGHT = WIDTH - 18 * MM
TOP = 20 * MM
BOTTOM = HEIGHT - 20 * MM
TEXT_WIDTH = RIGHT - LEFT
CENTER = (LEFT + RIGHT) / 2


Face = tuple[str, float]
"""Style and size in points."""


@dataclass(frozen=True, slots=True)
class Word:
    """One unbreakable word and its face."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Room in a line for `text`; `by_hand` when a pen filled it, else it is typed."""

    text: str
    by_hand: bool


def words(text: str, style: str = "regular") -> list[Word]:
    """Split a paragraph into words; `*...*` turns bold on and off."""
    out: list[Word] = []
    for index, part in enumerate(re.split(r"\*", text)):
        face = style if index % 2 == 0 else "bold"
        out += [Word(word, face) for word in part.split()]
    return out


def wrap(items: Sequence[Word], size: float, width: float, indent: float = 0.0) -> list[list[Word]]:
    """Fill lines greedily, as a word processor does."""
    lines: list[list[Word]] = [[]]
    used = indent
    for word in items:
        needed = text_width(word.text, word.style, size)
        gap = text_width(" ", word.style, size) if lines[-1] else 0.0
        if lines[-1] and used + gap + needed > width:
            lines.append([])
            used = gap = 0.0
        lines[-1].append(word)
        used += gap + needed
    return lines


def balanced(items: Sequence[Word], size: float, width: float) -> list[list[Word]]:
    """Fill no more lines than `wrap` does, but about equally: no single word is left on the last one."""
    lines = wrap(items, size, width)
    narrower = width - 4
    while len(lines) > 1 and len(tried := wrap(items, size, narrower)) == len(lines):
        if not any(line[0].text == "-" for line in tried):  # a clerk would not begin a line with it
            lines = tried
        narrower -= 4
    return lines


def set_line(
    page: Page, line: Sequence[Word], x: float, baseline: float, *, size: float, width: float | None = None
) -> None:
    """Place the words of a line from `x`; stretch the gaps to `width` when one is given."""
    natural = [text_width(word.text, word.style, size) for word in line]
    gap = text_width(" ", "regular", size)
    if width is not None and len(line) > 1:
        gap = (width - sum(natural)) / (len(line) - 1)
    for word, length in zip(line, natural, strict=True):
        page.runs.append(Run(word.text, x, baseline, word.style, size))
        x += length + gap


def note(page: Page, text: str, role: str, baseline: float, *, column: int = 0, typed: str = "") -> None:
    """Remember a printed line for the ground truth; `typed` differs where a pen filled a slot."""
    page.lines.append(PrintedLine(text, typed or text, role, column, baseline))


def centered(
    page: Page, text: str, middle: float, baseline: float, *, face: Face, role: str, column: int = 0
) -> float:
    """Set one line around `middle`; returns its width."""
    style, size = face
    width = text_width(text, style, size)
    page.runs.append(Run(text, middle - width / 2, baseline, style, size))
    note(page, text, role, baseline, column=column)
    return width


def underline(page: Page, middle: float, y: float, width: float) -> None:
    """A rule around `middle`."""
    page.rules.append(Rule(middle - width / 2, y, width))


def slotted(
    page: Page, parts: Iterable[str | Slot], middle: float, baseline: float, *, face: Face, role: str
) -> None:
    """Set a line that may hold slots, around `middle`. The column follows from the middle."""
    style, size = face
    items = list(parts)
    widths = [_part_width(part, style, size) for part in items]
    x = middle - sum(widths) / 2
    for part, width in zip(items, widths, strict=True):
        if isinstance(part, Slot) and part.by_hand:
            page.inks.append(Ink("digits", x + 0.06 * width, baseline, (part.text,), size))
        else:
            text = part.text if isinstance(part, Slot) else part
            page.runs.append(Run(text, x, baseline, style, size))
        x += width
    shown = "".join(part.text if isinstance(part, Slot) else part for part in items)
    typed = "".join(_typed(part) for part in items)
    note(page, shown, role, baseline, column=1 if middle < CENTER else 2, typed=typed)


def _part_width(part: str | Slot, style: str, size: float) -> float:
    if isinstance(part, Slot) and part.by_hand:
        return (len(part.text) * 0.64 + 0.35) * size
    return text_width(part.text if isinstance(part, Slot) else part, style, size)


def _typed(part: str | Slot) -> str:
    if isinstance(part, Slot):
        return "  " if part.by_hand else part.text
    return part
