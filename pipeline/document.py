"""The stages for ONE document, in order; the only module that knows them all.

    file -> pages -> clean page image -> OCR words with boxes -> restored text -> fields with evidence

Every function here is pure work on its arguments and can run in a worker process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline import __version__, dictionary
from pipeline.config import Settings
from pipeline.decision import weigh_date
from pipeline.errors import PipelineError
from pipeline.extract import extract, split_pages
from pipeline.handwriting import read_slots
from pipeline.image import black_layer, clean, lines_run_down
from pipeline.ink_text import write_ink
from pipeline.model import (
    BBox,
    CleanPage,
    Document,
    DocumentText,
    Failure,
    Issue,
    Line,
    OcrPage,
    PageImage,
    PageReading,
    RestoredText,
    ScanPlace,
)
from pipeline.ocr import Engine, Tesseract, merge_readings, order_lines, signature_zone, without_splinters
from pipeline.placing import moved, on_scan, page_on_scan
from pipeline.restore import doubtful, restore_page
from pipeline.source import SourceFile, SourcePage, load_page, open_file
from pipeline.syllable import legal_share

# A page read upside down gives hardly any Vietnamese; one read right gives 0.9 and more.
LEAST_LEGAL_SHARE = 0.5
LEAST_TURNED_LETTERS = 40
SINGLE_BLOCK_PSM = 6
MOST_DOUBTFUL_WORDS = 0.02  # of a document's words, before its text as a whole should be looked at


def process(path: Path, settings: Settings | None = None, *, source_file: str = "") -> Document:
    """Read, restore and extract the first document of one file in this process; see `process_all`.

    Raises PipelineError when the file cannot be read at all.
    """
    return process_all(path, settings, source_file=source_file)[0]


def process_all(
    path: Path, settings: Settings | None = None, *, source_file: str = ""
) -> tuple[Document, ...]:
    """Read, restore and extract every document of one file in this process; most files hold one.

    Raises PipelineError when the file cannot be read at all.
    """
    settings = settings or Settings()
    source = open_file(path, settings)
    readings = [read_page(source, number, settings) for number in range(1, source.page_count + 1)]
    return assemble(source, source_file or path.name, readings, settings)


# --- one page -------------------------------------------------------------------------------------


def read_page(source: SourceFile, page_number: int, settings: Settings) -> PageReading:
    """Read page `page_number` (1-based): its trusted text layer, or OCR of its picture."""
    loaded = load_page(source, page_number, settings)
    if loaded.image is None:
        lines = order_lines(loaded.text_lines)
        page = OcrPage(page_number, loaded.width, loaded.height, loaded.dpi, lines, loaded.text_source)
        restored = restore_page(page, settings)
        return PageReading(page, restored, loaded.text_source, captions=loaded.captions, notes=loaded.notes)
    return _read_image(loaded, loaded.image, settings)


def _read_image(loaded: SourcePage, scan: PageImage, settings: Settings) -> PageReading:
    quarter_turns = 1 if lines_run_down(_grey(scan), scan.dpi) else 0
    cleaned = clean(scan, quarter_turns=quarter_turns)
    page = _ocr(cleaned, scan, settings)
    notes = loaded.notes
    if _looks_turned(page):
        other = clean(scan, quarter_turns=quarter_turns + 2)
        turned = _ocr(other, scan, settings)
        if legal_share(turned.text) > legal_share(page.text) + 0.2:
            cleaned, page, quarter_turns = other, turned, quarter_turns + 2
            notes = (*notes, "upside down: turned by 180 degrees")
    return PageReading(
        page=page,
        restored=restore_page(page, settings),
        text_source="ocr",
        steps=cleaned.steps,
        rotation=90 * (quarter_turns % 4),
        captions=loaded.captions,
        slots=read_slots(page, cleaned.image),
        notes=notes,
        scan=ScanPlace(cleaned.to_scan, loaded.width, loaded.height, loaded.dpi),
    )


def _ocr(cleaned: CleanPage, scan: PageImage, settings: Settings) -> OcrPage:
    engine = _engine(settings.language, settings.psm)
    found = engine.read(cleaned.image, settings.page_timeout_seconds)
    lines = order_lines(without_splinters(found))
    lines = _reread_signature(lines, cleaned, scan, settings)
    height, width = cleaned.image.pixels.shape[:2]
    return OcrPage(scan.page_number, width, height, cleaned.image.dpi, lines, engine.name)


def _reread_signature(
    lines: tuple[Line, ...], cleaned: CleanPage, scan: PageImage, settings: Settings
) -> tuple[Line, ...]:
    """Names and titles under seals and signatures are read again from the black ink alone."""
    height, width = cleaned.image.pixels.shape[:2]
    zone = signature_zone(lines, width, height)
    if zone is None:
        return lines
    engine = _engine(settings.language, SINGLE_BLOCK_PSM)
    again = engine.read(black_layer(scan, cleaned, zone), settings.page_timeout_seconds)
    placed = [moved(line, partial(_shift, zone)) for line in again]
    return order_lines(merge_readings(lines, placed, zone))


def _shift(zone: BBox, box: BBox) -> BBox:
    return BBox(box.left + zone.left, box.top + zone.top, box.right + zone.left, box.bottom + zone.top)


def _looks_turned(page: OcrPage) -> bool:
    letters = sum(character.isalpha() for character in page.text)
    return letters >= LEAST_TURNED_LETTERS and legal_share(page.text) < LEAST_LEGAL_SHARE


def _grey(image: PageImage) -> NDArray[np.uint8]:
    return image.pixels if image.pixels.ndim == 2 else image.pixels[:, :, 2]


@lru_cache(maxsize=4)
def _engine(language: str, psm: int) -> Engine:
    return Tesseract(language, psm)


# --- one document ---------------------------------------------------------------------------------


def assemble(
    source: SourceFile, source_file: str, readings: Sequence[PageReading | Failure], settings: Settings
) -> tuple[Document, ...]:
    """Put the pages of a file together, part its documents and extract the fields of each.

    A page that failed stays as an empty page, and an issue tells it.
    """
    pages = tuple(
        _empty_page(number) if isinstance(reading, Failure) else reading
        for number, reading in enumerate(readings, 1)
    )
    # A signature dictionary is better evidence than a printed caption, so it is read first.
    signed = replace(pages[0], captions=source.signatures_as_captions + pages[0].captions)
    pages = (signed, *pages[1:])
    failed = tuple(
        Issue("page_failed", f"page {number} could not be read: {reading.message}", "text_file", number)
        for number, reading in enumerate(readings, 1)
        if isinstance(reading, Failure)
    )
    groups = split_pages(DocumentText(pages), settings)
    documents = (_document([pages[index] for index in group], failed, settings) for group in groups)
    return tuple(
        replace(
            document,
            doc_id=f"{source.doc_id}-{ordinal}" if ordinal > 1 else source.doc_id,
            source_file=source_file,
            source_sha256=source.sha256,
        )
        for ordinal, document in enumerate(documents, 1)
    )


def _document(pages: Sequence[PageReading], failed: Sequence[Issue], settings: Settings) -> Document:
    """The document on the consecutive `pages`, not yet named after its file; `failed` are all of the file."""
    found = extract(DocumentText(tuple(pages)), settings)
    decided = weigh_date(found.fields, pages)
    inked = write_ink(pages, decided, found.records)
    numbers = [page.page.page_number for page in pages]
    return Document(
        doc_id="",
        source_file="",
        source_sha256="",
        source_pages=f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else f"{numbers[0]}",
        pages=tuple(page_on_scan(page) for page in inked.pages),
        fields=tuple(on_scan(field, pages) for field in inked.fields),
        records=tuple(on_scan(record, pages) for record in inked.records),
        issues=(
            *found.issues,
            *_doubtful_words(pages),
            *(issue for issue in failed if issue.page_number in numbers),
        ),
        fingerprint=fingerprint(settings),
    )


def _doubtful_words(pages: Sequence[PageReading]) -> Iterator[Issue]:
    """How many words restoration is not sure of; many of them make the whole text doubtful."""
    doubts = sum(len(doubtful(page.restored)) for page in pages)
    words = sum(len(page.restored.text.split()) for page in pages)
    if doubts:
        column = "text_file" if doubts > MOST_DOUBTFUL_WORDS * words else ""
        yield Issue("doubtful_words", f"{doubts} of {words} words are in doubt", column)


def _empty_page(number: int) -> PageReading:
    return PageReading(OcrPage(number, 0, 0, 0.0, ()), RestoredText("", ""), "ocr", notes=("not read",))


def failure(path: str, stage: str, error: BaseException) -> Failure:
    """What `error` means for a user: a typed error speaks for itself, anything else is a bug."""
    if isinstance(error, PipelineError):
        return Failure(path, error.code, stage, str(error))
    return Failure(path, "bug", stage, f"{type(error).__name__}: {error}"[:500])


# --- what made a document -------------------------------------------------------------------------


def engine_name(settings: Settings) -> str:
    """Name and version of the OCR engine. Raises MissingDependency when it is not installed."""
    return _engine(settings.language, settings.psm).name


@lru_cache(maxsize=4)
def fingerprint(settings: Settings) -> str:
    """Digest of program version, OCR engine, settings and dictionaries."""
    digest = hashlib.sha256()
    digest.update(__version__.encode())
    digest.update(engine_name(settings).encode())
    digest.update(msgspec.json.encode(settings))
    digest.update(_dictionaries_digest(settings.dictionaries_folder))
    return digest.hexdigest()[:16]


@cache
def _dictionaries_digest(local: str) -> bytes:
    digest = hashlib.sha256()
    for folder in (dictionary.FOLDER, Path(local) if local else None):
        for file in sorted(folder.glob("*")) if folder else ():
            if file.is_file():
                digest.update(file.name.encode() + file.read_bytes())
    return digest.digest()
