"""The stages for ONE document, in order; the only module that knows them all.

    file -> pages -> clean page image -> OCR words with boxes -> restored text -> fields with evidence

Every function here is pure work on its arguments and can run in a worker process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from pipeline import __version__, dictionary
from pipeline.config import Settings, reading_settings
from pipeline.decision import number_from_slot, weigh_date, weigh_slots
from pipeline.errors import PipelineError
from pipeline.extract import extract, split_pages
from pipeline.image import NOISE_STEP
from pipeline.ink_text import write_ink
from pipeline.model import (
    Document,
    DocumentText,
    Failure,
    Issue,
    OcrPage,
    PageReading,
    RestoredText,
)
from pipeline.ocr import order_lines
from pipeline.placing import on_scan, page_on_scan
from pipeline.reading import page_engine, read_picture
from pipeline.restore import doubtful, restore_page
from pipeline.source import SourceFile, load_page, open_file
from pipeline.timing import stage

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
    with stage("open"):
        source = open_file(path, settings)
    readings = [read_page(source, number, settings) for number in range(1, source.page_count + 1)]
    with stage("assemble"):
        return assemble(source, source_file or path.name, readings, settings)


# --- one page -------------------------------------------------------------------------------------


def read_page(source: SourceFile, page_number: int, settings: Settings) -> PageReading:
    """Read page `page_number` (1-based): its trusted text layer, or OCR of its picture."""
    with stage("load"):
        loaded = load_page(source, page_number, settings)
    if loaded.image is None:
        lines = order_lines(loaded.text_lines)
        page = OcrPage(page_number, loaded.width, loaded.height, loaded.dpi, lines, loaded.text_source)
        with stage("restore"):
            restored = restore_page(page, settings)
        return PageReading(
            page=page,
            restored=restored,
            text_source=loaded.text_source,
            captions=loaded.captions,
            notes=loaded.notes,
            digest=_text_digest(page.text),
        )
    return read_picture(loaded, loaded.image, settings)


def _text_digest(text: str) -> str:
    words = " ".join(text.casefold().split())
    return f"text:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:16]}" if words else ""


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
    if settings.use_file_name:
        pages = weigh_slots(pages, PurePosixPath(source_file).stem)
    failed = tuple(
        Issue("page_failed", f"page {number} could not be read: {reading.message}", "text_file", number)
        for number, reading in enumerate(readings, 1)
        if isinstance(reading, Failure)
    )
    groups = ([pages[index] for index in group] for group in split_pages(DocumentText(pages), settings))
    documents = (_document(_signed(group, source), failed, settings) for group in groups)
    return tuple(
        replace(
            document,
            doc_id=f"{source.doc_id}-{ordinal}" if ordinal > 1 else source.doc_id,
            source_file=source_file,
            source_sha256=source.sha256,
        )
        for ordinal, document in enumerate(documents, 1)
    )


def _signed(pages: Sequence[PageReading], source: SourceFile) -> list[PageReading]:
    """`pages` of one document with the signatures of the file, which sign all it holds.

    A signature dictionary is better evidence than a printed caption, so it is read first.
    """
    first = replace(pages[0], captions=source.signatures_as_captions + pages[0].captions)
    return [first, *pages[1:]]


def _document(pages: Sequence[PageReading], failed: Sequence[Issue], settings: Settings) -> Document:
    """The document on the consecutive `pages`, not yet named after its file; `failed` are all of the file."""
    found = extract(DocumentText(tuple(pages)), settings)
    fields, issues = number_from_slot(found.fields, found.issues, pages, settings)
    decided, issues = weigh_date(fields, pages, found.records, issues)
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
            *issues,
            *_doubtful_words(pages),
            *_noise(pages),
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


def _noise(pages: Sequence[PageReading]) -> Iterator[Issue]:
    """Pages that were not read because they show nothing but noise: a person should look at them."""
    for page in pages:
        if any(step.name == NOISE_STEP for step in page.steps):
            number = page.page.page_number
            message = f"page {number} shows nothing but noise and was not read"
            yield Issue("page_failed", message, "text_file", number)


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
    return page_engine(settings).name


def versions(settings: Settings) -> dict[str, Any]:
    """What `fingerprint` is made of, in words: program, engine, dictionaries (digest) and settings."""
    return {
        "sohoa": __version__,
        "engine": engine_name(settings),
        "dictionaries": _dictionaries_digest(settings.dictionaries_folder).hex()[:16],
        "settings": msgspec.to_builtins(settings),
    }


@lru_cache(maxsize=4)
def fingerprint(settings: Settings) -> str:
    """Digest of program version, OCR engine, dictionaries and the settings that change what is read."""
    digest = hashlib.sha256()
    digest.update(__version__.encode())
    digest.update(engine_name(settings).encode())
    digest.update(msgspec.json.encode(reading_settings(settings)))
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
