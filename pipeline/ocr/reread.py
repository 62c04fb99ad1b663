"""Read a signature block a second time, and keep of each line the better reading.

Tesseract takes a seal or a signature for a picture and drops the name and title beneath it. Read alone,
as one block of text on the layer of black ink, they come back (measured on real scans: most names that
the first read lost). Only the lines in the block are touched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import regex
from rapidfuzz import fuzz
from unidecode import unidecode

from pipeline.dictionary import table
from pipeline.model import BBox, Line, Word
from pipeline.syllable import is_legal

Fluency = Callable[[str], float]  # mean log-probability a token, by the language model

# The block stands in the right part of the page (Nghị định 30/2020, Appendix I, box 7), right of the
# recipients; shares of the page's width.
ZONE_LEFT = 0.40
ZONE_LEFT_AT_MOST = 0.58
LEFT_COLUMN = 0.3
SAME_BLOCK = 0.2
ZONE_HEIGHT = 0.30  # power lines, title, signature and name, as a share of the page's height
SAME_LINE = 0.5  # overlap of heights from which two readings are of one line
LEAST_LIKENESS = 80.0
LEAST_NAME_WORDS, MOST_NAME_WORDS = 2, 6
LEAST_NAME_CONFIDENCE = 0.5
LEAST_WORTH = 2.0
LEAST_LETTERS = 4  # shorter lines in the block are splinters of the signature
RECIPIENTS = "noi nhan"
FLUENT = -3.0  # mean log-probability a token of running text
FLUENCY_WEIGHT = 0.15
_POWER = regex.compile(r"^\W{0,2}(?:T\W?M|K\W?T|T\W?L|TUQ|Q)\s?[.,/;]\s?\p{Lu}")
_ITEM = regex.compile(r"^\s*[-–—•+]")
_FILED = regex.compile(r"^\s*[-–—•+]\s*L[ưuứừ]u\b", regex.IGNORECASE)
_LETTERS = regex.compile(r"\p{L}+")


def signature_zone(lines: Sequence[Line], width: int, height: int) -> BBox | None:
    """Where the last signature block of a page stands, or None when the page shows no sign of one.

    `lines` have boxes in pixels of a page of `width` x `height`.
    """
    tops = [line.bbox.top for line in lines if line.bbox and _opens_block(line, line.bbox, width)]
    tops += _recipient_tops(lines, width)
    if not tops:
        return None
    # Signs of one block lie close together; the block starts with the first of the last group.
    top = max(tops)
    for other in sorted(tops, reverse=True):
        if top - other < SAME_BLOCK * height:
            top = other
    top = max(0, top - height // 60)
    bottom = min(height, top + int(ZONE_HEIGHT * height))
    beside = [
        line.bbox.right
        for line in lines
        if line.bbox and line.bbox.left < LEFT_COLUMN * width and top <= line.bbox.center_y < bottom
    ]
    left = min(max([int(ZONE_LEFT * width), *beside]), int(ZONE_LEFT_AT_MOST * width))
    return BBox(left, top, width, bottom)


def merge_readings(
    first: Sequence[Line], second: Sequence[Line], zone: BBox, fluency: Fluency | None = None
) -> tuple[Line, ...]:
    """`first` with the lines inside `zone` replaced by those of `second` that read better.

    All boxes are in pixels of the same page; the order of lines is not kept. With `fluency`, the language
    model has a say besides the engine's confidence.
    """
    outside = [line for line in first if not _is_inside(line, zone)]
    inside = [line for line in first if _is_inside(line, zone)]
    kept: list[Line] = []
    for line in second:
        if not line.bbox or any(_overlaps(line.bbox, other.bbox) for other in outside):
            continue
        rivals = [other for other in inside if other.bbox and _is_rival(line.bbox, other.bbox, fluency)]
        if _joint(line, fluency) > max(
            LEAST_WORTH, sum(max(0.0, _joint(other, fluency)) for other in rivals)
        ):
            inside = [other for other in inside if other not in rivals]
            kept.append(line)
    return (*outside, *inside, *kept)


def names_in(lines: Sequence[Line], zone: BBox) -> tuple[Line, ...]:
    """The lines inside `zone` that look like a person's name: capitalised legal syllables, read surely."""
    return tuple(line for line in lines if _is_inside(line, zone) and _is_name(line))


def _is_name(line: Line) -> bool:
    words = [word for word in line.words if _LETTERS.search(word.text)]
    if not LEAST_NAME_WORDS <= len(words) <= MOST_NAME_WORDS or len(words) < len(line.words):
        return False
    return (
        all(word.text.istitle() and is_legal(word.text) for word in words)
        and min(word.confidence for word in words) >= LEAST_NAME_CONFIDENCE
    )


def _joint(line: Line, fluency: Fluency | None) -> float:
    """The worth of a line, weighed with how fluent it is: from 1 (as in running text) down to nearly 0."""
    good = worth(line)
    if fluency is None or good <= 0:
        return good
    return good * math.exp(FLUENCY_WEIGHT * min(0.0, fluency(line.text) - FLUENT))


def worth(line: Line) -> float:
    """How much good Vietnamese a line holds: sure letters of syllables count for it, others against it."""
    letters = sum(len(word.text) for word in line.words)
    if letters < LEAST_LETTERS:
        return 0.0
    return sum(_word_worth(word) for word in line.words)


def _word_worth(word: Word) -> float:
    letters = "".join(_LETTERS.findall(word.text))
    noise = len(word.text) - len(letters)
    good = len(letters) * word.confidence if is_legal(letters) else -0.5 * len(letters)
    return good - 0.5 * noise


def _opens_block(line: Line, box: BBox, width: int) -> bool:
    text = line.text.strip()
    if box.left < LEFT_COLUMN * width and not text.isupper():
        plain = unidecode(text).lower()
        return len(plain) < 20 and fuzz.ratio(plain[: len(RECIPIENTS) + 1], RECIPIENTS) >= LEAST_LIKENESS
    return text.isupper() and bool(_POWER.match(text) or _is_title(unidecode(text)))


def _recipient_tops(lines: Sequence[Line], width: int) -> list[int]:
    """Where a list of recipients whose label was not read begins: the dash items that end with `Lưu`."""
    tops: list[int] = []
    run: list[int] = []
    left = [line for line in lines if line.bbox and line.bbox.left < LEFT_COLUMN * width]
    for line in left:
        if not _ITEM.match(line.text):
            run = []
            continue
        run.append(line.bbox.top if line.bbox else 0)
        if _FILED.match(line.text):
            tops.append(run[0])
    return tops


@cache
def _is_title(plain: str) -> bool:
    return any(fuzz.ratio(plain, title) >= LEAST_LIKENESS for title in _titles())


@cache
def _titles() -> tuple[str, ...]:
    return tuple(unidecode(row["title_upper"]) for row in table("titles").rows)


def _is_inside(line: Line, zone: BBox) -> bool:
    box = line.bbox
    return box is not None and box.center_x > zone.left and zone.top <= box.center_y < zone.bottom


def _same_height(one: BBox, other: BBox) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > SAME_LINE * min(one.height, other.height)


def _is_rival(one: BBox, other: BBox, fluency: Fluency | None) -> bool:
    """Whether two lines were read from one place; in a signature block, whatever stands at one height."""
    beside = fluency is not None and (one.left >= other.right or other.left >= one.right)
    return _same_height(one, other) and not beside


def _overlaps(one: BBox, other: BBox | None) -> bool:
    return (
        other is not None and _same_height(one, other) and one.left < other.right and other.left < one.right
    )
