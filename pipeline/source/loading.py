"""Load one page of a checked file: a trusted text layer, or the picture to be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pikepdf

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.model import BBox, Line, PageImage, Word
from pipeline.pdf_space import Box
from pipeline.source.captions import Stamp, take_captions
from pipeline.source.guard import hostile
from pipeline.source.joining import read_list
from pipeline.source.pdf_page import read_page
from pipeline.source.pdf_picture import Sheet, cover_picture, make_sheet, page_picture
from pipeline.source.pictures import load_picture
from pipeline.source.raster import POINTS_PER_INCH, fitted, render
from pipeline.source.scan_image import check_images, darkest
from pipeline.source.text_layer import LayerLine, LayerWord, read_layer, visual_lines, words_inside
from pipeline.source.textfile import page_lines, read_pages
from pipeline.source.trust import Verdict, inked_share, is_small_picture, judge_places, judge_words
from pipeline.source.types import SourceFile, SourcePage

TEXT_PAGE_DPI = 300.0
_MOST_SCANNED_WORDS = 0.2  # words that also stand in the picture below them, when the text is real print


def load_page(source: SourceFile, page_number: int, settings: Settings) -> SourcePage:
    """Page `page_number` (1-based) of `source`: its trusted text, or its picture.

    Raises InputError (`damaged`, `too_many_pixels`, `too_large`, `timeout`, ...), MissingDependency.
    """
    if not 1 <= page_number <= source.page_count:
        raise InputError(f"{source.path} has no page {page_number}", code="no_page")
    if source.kind == "pdf":
        return _load_pdf_page(source, page_number, settings)
    if source.kind == "text":
        pages, _ = read_pages(source.path, source.sha256, settings.max_text_characters)
        lines, notes = page_lines(pages[page_number - 1])
        return SourcePage(page_number, 0, 0, 0.0, None, lines, "text_file", notes=notes)
    if source.kind == "pages":
        image, notes = load_picture(read_list(source.path)[page_number - 1].path, 1, settings)
        return _picture_page(replace(image, page_number=page_number), (), notes)
    image, notes = load_picture(source.path, page_number, settings)
    return _picture_page(image, (), notes)


def load_image(source: SourceFile, page_number: int, settings: Settings) -> PageImage:
    """The picture in whose pixels the words of `load_page` are placed, also for pages with trusted text.

    Raises what `load_page` raises; InputError `no_picture` for text files.
    """
    if source.kind == "text":
        raise InputError(f"{source.path} is a text file and has no picture", code="no_picture")
    page = load_page(source, page_number, settings)
    if page.image is not None:
        return page.image
    pixels = render(source.path, page_number, page.dpi, timeout_seconds=settings.page_timeout_seconds)
    return PageImage(page_number, fitted(pixels, page.width, page.height), page.dpi)


def _picture_page(image: PageImage, captions: tuple[str, ...], notes: tuple[str, ...]) -> SourcePage:
    height, width = image.pixels.shape[:2]
    return SourcePage(image.page_number, width, height, image.dpi, image, captions=captions, notes=notes)


# --- PDF ------------------------------------------------------------------------------------------


def _load_pdf_page(source: SourceFile, page_number: int, settings: Settings) -> SourcePage:
    words = read_layer(source.path, page_number, settings)
    with hostile(source.path):
        pdf = pikepdf.open(source.path)
    with pdf:
        with hostile(source.path, "page"):
            page = read_page(pdf, page_number - 1)
            check_images(source.path, page, settings)
        sheet = make_sheet(source.path, page_number, page, settings)
        lines, stamps = take_captions(visual_lines(words_inside(words, page.width, page.height)))
        captions = tuple(stamp.text for stamp in stamps)
        verdict = _judge(sheet, lines, stamps)
        if verdict.is_trusted:
            return _text_page(sheet, lines, captions, verdict.note)
        boxes = [word.box for line in lines for word in line.words]
        image, notes = page_picture(sheet, boxes, _boxes(stamps), settings)
        return _picture_page(image, captions, (verdict.note, *notes))


def _judge(sheet: Sheet, lines: Sequence[LayerLine], stamps: Sequence[Stamp]) -> Verdict:
    words = [word for line in lines for word in line.words]
    if not words:
        return Verdict(False, "no text layer")
    by_words = judge_words("\n".join(line.text for line in lines))
    if not by_words.is_trusted:
        return by_words
    if _lies_on_scan(sheet, words):
        return Verdict(False, f"{by_words.note}, but it is someone's reading of a scan: read anew")
    page = sheet.page
    small = tuple(one.box for one in page.placements if is_small_picture(page.share(one)))
    by_places = judge_places(words, sheet.preview, sheet.scale, (*small, *_boxes(stamps)))
    if not by_places.is_trusted:
        return by_places
    return Verdict(True, f"{by_words.note}; {by_places.note}")


def _lies_on_scan(sheet: Sheet, words: Sequence[LayerWord]) -> bool:
    """Whether the words repeat what a covering picture shows, rather than being printed on it."""
    cover = sheet.page.cover
    if cover is None:
        return False
    picture = cover_picture(sheet, cover)
    if picture is None:
        return True
    shown = sheet.seen(darkest, picture, cover)
    return inked_share(shown, words, sheet.scale) > _MOST_SCANNED_WORDS


def _boxes(stamps: Sequence[Stamp]) -> tuple[Box, ...]:
    return tuple(line.box for stamp in stamps for line in stamp.lines)


def _text_page(sheet: Sheet, lines: Sequence[LayerLine], captions: tuple[str, ...], note: str) -> SourcePage:
    scale = TEXT_PAGE_DPI / POINTS_PER_INCH
    width, height = (max(1, math.ceil(points * scale)) for points in (sheet.page.width, sheet.page.height))

    def placed(word: LayerWord) -> Word:
        left, top = max(0, math.floor(word.left * scale)), max(0, math.floor(word.top * scale))
        right, bottom = min(width, math.ceil(word.right * scale)), min(height, math.ceil(word.bottom * scale))
        return Word(word.text, BBox(left, top, max(left, right), max(top, bottom)))

    placed_lines = tuple(Line(tuple(placed(word) for word in line.words)) for line in lines)
    number = sheet.page_number
    return SourcePage(
        number, width, height, TEXT_PAGE_DPI, None, placed_lines, "text_layer", captions, (note,)
    )
