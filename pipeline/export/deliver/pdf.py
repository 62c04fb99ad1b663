"""One document as a searchable PDF: the original pages, the restored words as an invisible layer.

The pages keep their look. The file is written as PDF/A-2b when the validator that comes with pikepdf passes
it; when the original holds what PDF/A forbids (fonts that are not embedded, encryption of parts, colours
without a profile), it is written as plain PDF and the reason is told. A digital signature cannot outlive
any change of its file: the original stays the signed record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pikepdf
from pikepdf import Name, sanitize

from pipeline.errors import InputError, MissingDependency
from pipeline.export.deliver.pdf_font import LayerFont
from pipeline.export.deliver.pdf_layer import (
    EMBEDDED_SCAN,
    FONT_RESOURCE,
    CoverBox,
    layer_content,
    scan_frame,
)
from pipeline.export.deliver.pdf_metadata import forget_time, write_metadata
from pipeline.export.deliver.pdf_old_layer import clear_old_text
from pipeline.export.deliver.pdf_pictures import POINTS_PER_INCH, pdf_of_pictures
from pipeline.export.deliver.pdf_tidy import fields_as_stamps, tidy_page
from pipeline.export.deliver.words import PlacedLine, placed_lines
from pipeline.export.writing import output_errors
from pipeline.model import Document, PageReading
from pipeline.pdf_space import Box, ShownPage

FLAVOUR = "2b"
_MOST_REASONS = 3
# What pikepdf and Python say of structures that are not what the standard promises.
_BROKEN = (
    *(pikepdf.PdfError, ValueError, TypeError, AttributeError),
    *(LookupError, ArithmeticError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class WrittenPdf:
    """What became of a PDF: whether it is valid PDF/A-2b, and if not, why."""

    is_pdfa: bool
    note: str = ""


def write_pdf(
    path: Path, document: Document, row: Mapping[str, str], source: tuple[Path, CoverBox]
) -> WrittenPdf:
    """Write `document` to `path`; `row` is its row of documents.csv, `source` its original and what finds
    the scan that covers a page.

    Raises InputError when the original cannot be used (`damaged`, `no_page`, `picture`), OutputError,
    MissingDependency.
    """
    pdfa = _pdfa()
    original, cover_box = source
    try:
        with _assembled(document, row, original, cover_box) as pdf:
            problem = _save_as_pdfa(pdfa, pdf, path)
        if not problem:
            return WrittenPdf(True)
        # Preparing for PDF/A has marked the file as such; what cannot be is written without the mark.
        with _assembled(document, row, original, cover_box) as pdf, output_errors(path):
            pdf.save(path, deterministic_id=True)
    except _BROKEN as error:
        raise InputError(f"{original}: the PDF cannot be rebuilt: {error}", code="damaged") from error
    return WrittenPdf(False, problem)


@contextmanager
def _assembled(
    document: Document, row: Mapping[str, str], original: Path, cover_box: CoverBox
) -> Iterator[pikepdf.Pdf]:
    """A new PDF with the pages of `document`, their restored layer and its metadata."""
    numbers = [reading.page.page_number for reading in document.pages]
    # The original stays open until its copy is written: the pictures are copied only then.
    with _opened(document, original) as source, pikepdf.Pdf.new() as pdf:
        if max(numbers) > len(source.pages):
            raise InputError(f"{original} has no page {max(numbers)}", code="no_page")
        areas = [
            cover_box(source, reading.page.page_number - 1) if _is_covered(reading) else None
            for reading in document.pages
        ]
        for number in numbers:
            fields_as_stamps(source.pages[number - 1])
        pdf.add_pages_from(source, [number - 1 for number in numbers], forms="strip")
        lines = [_layer_lines(reading) for reading in document.pages]
        font = LayerFont(pdf, (word.text for page in lines for line in page for word in line.words))
        for page, reading, own, area in zip(pdf.pages, document.pages, lines, areas, strict=True):
            tidy_page(page)
            if reading.text_source == "ocr" and reading.page.width:
                _renew_layer(pdf, page, reading, (own, font, area))
        pdf.remove_unreferenced_resources()
        sanitize.remove_javascript(pdf)
        write_metadata(pdf, row)
        yield pdf


def _opened(document: Document, original: Path) -> pikepdf.Pdf:
    with original.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    if is_pdf:
        return pikepdf.open(original)
    sizes = {
        reading.page.page_number: (
            reading.page.width * POINTS_PER_INCH / reading.page.dpi,
            reading.page.height * POINTS_PER_INCH / reading.page.dpi,
        )
        for reading in document.pages
        if reading.page.dpi
    }
    return pdf_of_pictures(original, sizes)


def _is_covered(reading: PageReading) -> bool:
    return EMBEDDED_SCAN in reading.notes


def _layer_lines(reading: PageReading) -> tuple[PlacedLine, ...]:
    return placed_lines(reading) if reading.text_source == "ocr" else ()


def _renew_layer(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    reading: PageReading,
    layer: tuple[tuple[PlacedLine, ...], LayerFont, Box | None],
) -> None:
    lines, font, area = layer
    clear_old_text(pdf, page, ShownPage.of(page).box, is_covered=_is_covered(reading))
    frame = scan_frame(page, (reading.page.width, reading.page.height), area)
    page.add_resource(font.resource, Name.Font, Name(FONT_RESOURCE))
    # Before the page's own content, so that no graphics state of it moves the words.
    page.contents_add(layer_content(lines, font, frame, reading.rotation), prepend=True)


def _pdfa() -> ModuleType:
    try:
        from pikepdf import pdfa  # noqa: PLC0415
    except ImportError as error:
        hint = 'Type: make extras, or pip install "sohoa[export]"'
        raise MissingDependency(f"PDF/A cannot be checked: {error}", hint=hint) from error
    return pdfa


def _save_as_pdfa(pdfa: ModuleType, pdf: pikepdf.Pdf, path: Path) -> str:
    """Write `pdf` as PDF/A-2b; returns why it could not be, or nothing."""
    pdfa.prepare(pdf, FLAVOUR)
    forget_time(pdf)
    try:
        with output_errors(path):
            pdfa.save(pdf, path, FLAVOUR, repair=False, deterministic_id=True)
    except pdfa.PdfaError as error:
        reasons = dict.fromkeys(f"{one.rule} {one.message}" for one in error.report.findings)
        more = f"; and {len(reasons) - _MOST_REASONS} more" if len(reasons) > _MOST_REASONS else ""
        return "; ".join(list(reasons)[:_MOST_REASONS]) + more
    return ""
