"""Reading the picture of one page: clean it, read it once, and try harder only where that reading is poor.

Every choice leaves a note on the page: turned, read again, left blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Settings
from pipeline.errors import OcrError
from pipeline.handwriting import read_slots
from pipeline.image import binarized, black_layer, clean, lines_run_down, picture_digest, stack_strips
from pipeline.model import (
    BBox,
    CleanPage,
    Line,
    OcrPage,
    PageImage,
    PageReading,
    RestoredText,
    ScanPlace,
)
from pipeline.ocr import (
    SECOND_SIZE,
    Engine,
    Tesseract,
    better_lines,
    judge,
    merge_readings,
    names_in,
    order_lines,
    signature_zone,
    unsure_lines,
    without_splinters,
)
from pipeline.placing import moved
from pipeline.restore import restore_page
from pipeline.restore.fluency import fluency
from pipeline.source import SourcePage
from pipeline.syllable import legal_share
from pipeline.timing import stage

# A page read upside down gives hardly any Vietnamese; one read right gives 0.9 and more.
LEAST_LEGAL_SHARE = 0.5
LEAST_TURNED_LETTERS = 40
SINGLE_BLOCK_PSM = 6
SPARSE_PSM = 11

Lines = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The lines of a page so far, what was done for them, and the lines that lost against better ones."""

    lines: Lines
    notes: tuple[str, ...] = ()
    rivals: Lines = ()


def read_picture(loaded: SourcePage, scan: PageImage, settings: Settings) -> PageReading:
    """Read the page `loaded` from its picture `scan`.

    Raises OcrError, MissingDependency.
    """
    with stage("clean"):
        quarter_turns = 1 if lines_run_down(_grey(scan), scan.dpi) else 0
        cleaned = clean(scan, quarter_turns=quarter_turns)
    if cleaned.is_blank:
        return _blank(loaded, cleaned, quarter_turns)
    lines, notes = _read(cleaned, settings), loaded.notes
    if _looks_turned(lines):
        other = clean(scan, quarter_turns=quarter_turns + 2)
        turned = _read(other, settings)
        if legal_share(_text(turned)) > legal_share(_text(lines)) + 0.2:
            cleaned, lines, quarter_turns = other, turned, quarter_turns + 2
            notes = (*notes, "upside down: turned by 180 degrees")
    read = _Read(lines)
    for again in (_read_harder, _look_twice, partial(_reread_signature, scan)):
        read = _first_stands(again, read, cleaned, settings)
    return _reading(loaded, cleaned, read, (quarter_turns, (*notes, *read.notes), settings))


def _reading(
    loaded: SourcePage, cleaned: CleanPage, read: _Read, how: tuple[int, tuple[str, ...], Settings]
) -> PageReading:
    quarter_turns, notes, settings = how
    page = _page(cleaned, read, engine(settings.language, settings.psm).name)
    with stage("slots"):
        slots = read_slots(page, cleaned.image)
    with stage("restore"):
        restored = restore_page(page, settings)
    return PageReading(
        page=page,
        restored=restored,
        text_source="ocr",
        steps=cleaned.steps,
        rotation=90 * (quarter_turns % 4),
        captions=loaded.captions,
        slots=slots,
        notes=notes,
        scan=ScanPlace(cleaned.to_scan, loaded.width, loaded.height, loaded.dpi),
        digest=f"picture:{picture_digest(cleaned.image)}",
    )


def _blank(loaded: SourcePage, cleaned: CleanPage, quarter_turns: int) -> PageReading:
    """An empty page: nothing is read, nothing is in doubt, and blank pages are not near duplicates."""
    return PageReading(
        page=_page(cleaned, _Read(()), ""),
        restored=RestoredText("", ""),
        text_source="ocr",
        steps=cleaned.steps,
        rotation=90 * (quarter_turns % 4),
        captions=loaded.captions,
        notes=(*loaded.notes, "blank"),
        scan=ScanPlace(cleaned.to_scan, loaded.width, loaded.height, loaded.dpi),
    )


def _page(cleaned: CleanPage, read: _Read, engine_name: str) -> OcrPage:
    height, width = cleaned.image.pixels.shape[:2]
    number, dpi = cleaned.image.page_number, cleaned.image.dpi
    return OcrPage(number, width, height, dpi, read.lines, engine_name, read.rivals)


def _read(cleaned: CleanPage, settings: Settings) -> Lines:
    with stage("ocr"):
        found = engine(settings.language, settings.psm).read(cleaned.image, settings.page_timeout_seconds)
    return order_lines(without_splinters(found))


# --- second looks -----------------------------------------------------------------------------------


def _first_stands(
    again: Callable[[Lines, CleanPage, Settings], _Read], read: _Read, cleaned: CleanPage, settings: Settings
) -> _Read:
    """`read` after `again`; an engine that fails at a second reading takes nothing from the first."""
    try:
        step = again(read.lines, cleaned, settings)
    except OcrError as error:
        step = _Read(read.lines, (f"a second reading failed ({error.code}): the first stands",))
    return _Read(step.lines, read.notes + step.notes, read.rivals + step.rivals)


def _read_harder(lines: Lines, cleaned: CleanPage, settings: Settings) -> _Read:
    """`lines`, each replaced by its better reading where the page as a whole was read poorly; and notes."""
    evidence = judge(lines, cleaned.letters)
    notes: list[str] = []
    for name, look in _looks(cleaned, settings):
        if not evidence.is_poor:
            break
        with stage("reread"):
            again = order_lines(without_splinters(look()))
        height, width = cleaned.image.pixels.shape[:2]
        merged = order_lines(merge_readings(lines, again, BBox(0, 0, width, height), fluency))
        better = judge(merged, cleaned.letters)
        if better.is_better_than(evidence):
            notes.append(f"read again ({name}): {evidence.sentence}; now {better.sentence}")
            lines, evidence = merged, better
        else:
            notes.append(f"read again ({name}) without gain: {evidence.sentence}")
    return _Read(lines, tuple(notes))


def _looks(cleaned: CleanPage, settings: Settings) -> Iterator[tuple[str, Callable[[], Lines]]]:
    """Other ways to read a page, the most promising first."""
    timeout = settings.page_timeout_seconds

    def look(psm: int, picture: Callable[[PageImage], PageImage]) -> Lines:
        return engine(settings.language, psm).read(picture(cleaned.image), timeout)

    yield "local threshold", partial(look, settings.psm, binarized)
    yield "one block", partial(look, SINGLE_BLOCK_PSM, lambda image: image)


def _look_twice(lines: Lines, cleaned: CleanPage, settings: Settings) -> _Read:
    """`lines` with the unsure ones read again, all in one picture, where the second reading is better."""
    unsure = unsure_lines(lines, fluency)
    boxes = [box for index in unsure if (box := lines[index].bbox)]
    if not boxes:
        return _Read(lines)
    with stage("reread"):
        picture, strips = stack_strips(cleaned.image, boxes, SECOND_SIZE)
        found = engine(settings.language, SINGLE_BLOCK_PSM).read(picture, settings.page_timeout_seconds)
    again: dict[int, Line] = {}
    for index, strip in zip(unsure, strips, strict=True):
        inside = [one for one in found if one.bbox and strip.top <= one.bbox.center_y < strip.bottom]
        if len(inside) == 1:
            again[index] = moved(inside[0], strip.to_page)
    better, count = better_lines(lines, again, fluency)
    return _Read(better, (f"{len(unsure)} unsure lines read again, {count} of them better",))


def _reread_signature(scan: PageImage, lines: Lines, cleaned: CleanPage, settings: Settings) -> _Read:
    """Names and titles under seals and signatures are read again from the black ink alone.

    Both readings of a name are evidence: the one that loses stays as a rival.
    """
    height, width = cleaned.image.pixels.shape[:2]
    zone = signature_zone(lines, width, height)
    if zone is None:
        return _Read(lines)
    with stage("reread"):
        block = black_layer(scan, cleaned, zone)
        again = engine(settings.language, SINGLE_BLOCK_PSM).read(block, settings.page_timeout_seconds)
    placed = [moved(line, partial(_shift, zone)) for line in again]
    merged = order_lines(merge_readings(lines, placed, zone))
    if not names_in(merged, zone):
        # Between seal and strokes the engine finds blocks badly; sparse text asks for none.
        with stage("reread"):
            sparse = engine(settings.language, SPARSE_PSM).read(block, settings.page_timeout_seconds)
        found = names_in([moved(line, partial(_shift, zone)) for line in sparse], zone)
        merged = order_lines(merge_readings(merged, found, zone))
    rivals = tuple(line for line in (*lines, *placed) if line not in merged)
    return _Read(merged, rivals=rivals)


def _shift(zone: BBox, box: BBox) -> BBox:
    return BBox(box.left + zone.left, box.top + zone.top, box.right + zone.left, box.bottom + zone.top)


def _looks_turned(lines: Lines) -> bool:
    text = _text(lines)
    letters = sum(character.isalpha() for character in text)
    return letters >= LEAST_TURNED_LETTERS and legal_share(text) < LEAST_LEGAL_SHARE


def _text(lines: Lines) -> str:
    return "\n".join(line.text for line in lines)


def _grey(image: PageImage) -> NDArray[np.uint8]:
    return image.pixels if image.pixels.ndim == 2 else image.pixels[:, :, 2]


@lru_cache(maxsize=4)
def engine(language: str, psm: int) -> Engine:
    """The OCR engine for `language` in page segmentation mode `psm`."""
    return Tesseract(language, psm)
