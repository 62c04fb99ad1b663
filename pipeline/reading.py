"""Reading the picture of one page: clean it, read it once, and try harder only where that reading is poor.

Every choice leaves a note on the page: turned, read again, left blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pipeline.config import Settings
from pipeline.errors import OcrError
from pipeline.handwriting import read_slots
from pipeline.image import (
    NOISE_STEP,
    binarized,
    clean,
    picture_digest,
    stack_strips,
)
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
    better_lines,
    engine,
    judge,
    merge_readings,
    order_lines,
    unsure_lines,
    without_splinters,
)
from pipeline.placing import moved
from pipeline.restore import restore_page
from pipeline.restore.fluency import fluency
from pipeline.signature_block import reread_signature
from pipeline.source import SourcePage
from pipeline.syllable import legal_share
from pipeline.timing import stage

# A page read upside down gives hardly any Vietnamese; one read right gives 0.9 and more.
LEAST_LEGAL_SHARE = 0.5
LEAST_TURNED_LETTERS = 40
SINGLE_BLOCK_PSM = 6

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
        cleaned = clean(scan)
    if cleaned.is_blank:
        return _blank(loaded, cleaned)
    lines, notes = _read(cleaned, settings), loaded.notes
    if _looks_turned(lines):
        with stage("clean"):
            other = clean(scan, quarter_turns=(cleaned.quarter_turns + 2) % 4)
        turned = _read(other, settings)
        if legal_share(_text(turned)) > legal_share(_text(lines)) + 0.2:
            cleaned, lines = other, turned
            notes = (*notes, "upside down: turned by 180 degrees")
    read = _Read(lines)
    for again in (_read_harder, _look_twice, partial(_reread_signature, scan)):
        read = _first_stands(again, read, cleaned, settings)
    return _reading(loaded, cleaned, read, ((*notes, *read.notes), settings))


def _reading(
    loaded: SourcePage, cleaned: CleanPage, read: _Read, how: tuple[tuple[str, ...], Settings]
) -> PageReading:
    notes, settings = how
    page = _page(cleaned, read, page_engine(settings).name)
    with stage("slots"):
        slots = read_slots(page, cleaned.image)
    with stage("restore"):
        restored = restore_page(page, settings)
    return PageReading(
        page=page,
        restored=restored,
        text_source="ocr",
        steps=cleaned.steps,
        rotation=90 * cleaned.quarter_turns,
        captions=loaded.captions,
        slots=slots,
        notes=notes,
        scan=ScanPlace(cleaned.to_scan, loaded.width, loaded.height, loaded.dpi, cleaned.bend),
        digest=f"picture:{picture_digest(cleaned.image)}",
    )


def _blank(loaded: SourcePage, cleaned: CleanPage) -> PageReading:
    """An empty page: nothing is read, nothing is in doubt, and blank pages are not near duplicates."""
    is_noise = any(step.name == NOISE_STEP for step in cleaned.steps)
    return PageReading(
        page=_page(cleaned, _Read(()), ""),
        restored=RestoredText("", ""),
        text_source="ocr",
        steps=cleaned.steps,
        rotation=90 * cleaned.quarter_turns,
        captions=loaded.captions,
        notes=(*loaded.notes, "nothing but noise" if is_noise else "blank"),
        scan=ScanPlace(cleaned.to_scan, loaded.width, loaded.height, loaded.dpi, cleaned.bend),
    )


def _page(cleaned: CleanPage, read: _Read, engine_name: str) -> OcrPage:
    height, width = cleaned.image.pixels.shape[:2]
    number, dpi = cleaned.image.page_number, cleaned.image.dpi
    return OcrPage(number, width, height, dpi, read.lines, engine_name, read.rivals)


def _read(cleaned: CleanPage, settings: Settings) -> Lines:
    with stage("ocr"):
        found = page_engine(settings).read(cleaned.image, settings.page_timeout_seconds)
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

    def look(psm: int, picture: Callable[[PageImage], PageImage]) -> Lines:
        return page_engine(settings, psm).read(picture(cleaned.image), settings.page_timeout_seconds)

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
        found = page_engine(settings, SINGLE_BLOCK_PSM).read(picture, settings.page_timeout_seconds)
    again: dict[int, Line] = {}
    for index, strip in zip(unsure, strips, strict=True):
        inside = [one for one in found if one.bbox and strip.top <= one.bbox.center_y < strip.bottom]
        if len(inside) == 1:
            again[index] = moved(inside[0], strip.to_page)
    better, count = better_lines(lines, again, fluency)
    return _Read(better, (f"{len(unsure)} unsure lines read again, {count} of them better",))


def _reread_signature(scan: PageImage, lines: Lines, cleaned: CleanPage, settings: Settings) -> _Read:
    """`lines` with what stands under seals and signatures read again."""

    def look(picture: PageImage, psm: int) -> Lines:
        return page_engine(settings, psm).read(picture, settings.page_timeout_seconds)

    return _Read(*reread_signature(scan, lines, cleaned, look))


def _looks_turned(lines: Lines) -> bool:
    text = _text(lines)
    letters = sum(character.isalpha() for character in text)
    return letters >= LEAST_TURNED_LETTERS and legal_share(text) < LEAST_LEGAL_SHARE


def _text(lines: Lines) -> str:
    return "\n".join(line.text for line in lines)


def page_engine(settings: Settings, psm: int | None = None) -> Engine:
    """The OCR engine `settings` ask for, in page segmentation mode `psm` or that of the first read."""
    return engine(settings.language, psm or settings.psm, in_process=settings.in_process_ocr)
