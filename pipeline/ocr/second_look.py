"""Lines that read badly are read a second time, and the language model and the engine choose together.

Read at two thirds of its size, a line is often misread elsewhere; on real scans the better of both readings
has a sixth fewer errors, and a quarter of the lines is enough. Half and three quarters of the size gave less,
and so did other models of Tesseract.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pipeline.model import Line

SECOND_SIZE = 0.65
FEWEST_LETTERS = 6
LEAST_FLUENCY = -5.0  # mean log-probability a token; most lines have -2 to -4
LEAST_CONFIDENCE = 0.8
CONFIDENCE_WEIGHT = 4.0
MARGIN = 0.3
SURER = 0.05
LEAST_WIDTH = 0.8  # of the first reading's width: a part of a line is no better reading

Fluency = Callable[[str], float]


def unsure_lines(lines: Sequence[Line], fluency: Fluency) -> tuple[int, ...]:
    """Indices of the lines worth a second look. Names are left out: no model knows how a person is called."""
    return tuple(index for index, line in enumerate(lines) if _is_unsure(line, fluency))


def better_lines(
    lines: Sequence[Line], again: Mapping[int, Line], fluency: Fluency
) -> tuple[tuple[Line, ...], int]:
    """`lines` with those of `again` (by index) that read better, and how many these are."""
    better = {
        index: other
        for index, other in again.items()
        if other.text != lines[index].text
        and _is_as_wide(other, lines[index])
        and _has_surer_digits(other, lines[index])
        and _joint(other, fluency) > _joint(lines[index], fluency) + MARGIN
    }
    return tuple(better.get(index, line) for index, line in enumerate(lines)), len(better)


def _is_unsure(line: Line, fluency: Fluency) -> bool:
    text = line.text
    if line.bbox is None or sum(character.isalpha() for character in text) < FEWEST_LETTERS:
        return False
    if all(word[:1].isupper() and word[1:].islower() for word in text.split()):
        return False
    return line.confidence < LEAST_CONFIDENCE or fluency(text) < LEAST_FLUENCY


def _is_as_wide(other: Line, line: Line) -> bool:
    one, two = line.bbox, other.bbox
    return one is not None and two is not None and two.width >= LEAST_WIDTH * one.width


def _has_surer_digits(other: Line, line: Line) -> bool:
    """No language model knows numbers and dates: other digits need the engine's own word for them."""
    one, two = (re.sub(r"\D", "", reading.text) for reading in (line, other))
    return one == two or other.confidence > line.confidence + SURER


def _joint(line: Line, fluency: Fluency) -> float:
    return CONFIDENCE_WEIGHT * line.confidence + fluency(line.text)
