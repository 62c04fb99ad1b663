"""Writes the finished documents: PDF, TIFF, PNG, JPEG and text, the same bytes on every run."""

from __future__ import annotations

import datetime
import io
import random
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image

from rendering.garble import garble
from rendering.page import HEIGHT, WIDTH, Page, font_file
from rendering.photo import photographed
from rendering.scan import scanned, tile
from rendering.source import Decree
from rendering.stamps import PEN_BLUE, RED
from rendering.truth import reading_text

_CREATED = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)


class FixedPdf(FPDF):
    """A PDF whose identifier follows from the document's name, not from the clock."""

    def __init__(self, name: str) -> None:
        super().__init__(unit="pt", format=(WIDTH, HEIGHT))
        self._name = name
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.set_creation_date(_CREATED)
        self.set_producer("sohoa samples")

    def file_id(self) -> str:
        digits = f"{random.Random(self._name).getrandbits(128):032X}"
        return f"<{digits}><{digits}>"


def write(decree: Decree, pages: list[Page], folder: Path) -> Path:
    """Render `decree` into `folder` in the format its file name asks for."""
    path = folder / decree.file
    if path.suffix == ".pdf":
        _write_pdf(decree, pages, path)
    elif path.suffix == ".txt":
        path.write_text(_text_file(decree, pages), encoding="utf-8", newline="\n")
    elif decree.kind == "photo":
        photographed(pages[0], decree).save(path, quality=decree.scan.quality, dpi=(72, 72))
    else:
        _write_pictures(decree, scanned(pages, decree), path)
    return path


def _write_pictures(decree: Decree, pictures: list[Image.Image], path: Path) -> None:
    dpi = (decree.scan.dpi, decree.scan.dpi)
    if path.suffix == ".png":
        _few_colours(pictures[0]).save(path, dpi=dpi, optimize=True)
        return
    options: dict[str, Any] = {"compression": "group4"}
    if decree.scan.mode != "bilevel":
        options = {"compression": "jpeg", "quality": decree.scan.quality}
    pictures[0].save(path, save_all=True, append_images=pictures[1:], dpi=dpi, **options)


def _few_colours(picture: Image.Image) -> Image.Image:
    """What a scanning app keeps: pure white paper and a small palette of black, red and blue ink."""
    inks = ((0, 0, 0), RED, PEN_BLUE, (110, 20, 60))
    palette = [255 - (255 - part) * step // 7 for ink in inks for step in range(8) for part in ink]
    colours = Image.new("P", (1, 1))
    colours.putpalette(palette)
    white = picture.point([255 if value > 222 else value for value in range(256)] * 3)
    return white.quantize(palette=colours, dither=Image.Dither.NONE)


def _write_pdf(decree: Decree, pages: list[Page], path: Path) -> None:
    pdf = FixedPdf(decree.stem)
    if decree.kind == "born-digital":
        _born_digital(pdf, decree, pages)
    else:
        pictures = scanned(pages, decree)
        for page, picture in zip(pages, pictures, strict=True):
            pdf.add_page()
            pdf.image(_encoded(picture, decree), 0, 0, WIDTH, HEIGHT)
            if decree.text_layer == "garbled":
                _hidden_layer(pdf, page, decree)
            if decree.caption and page.number == 1:
                _caption(pdf, decree.caption)
    pdf.output(str(path))


def _encoded(picture: Image.Image, decree: Decree) -> Image.Image | io.BytesIO:
    if picture.mode == "1":
        return picture  # fpdf2 stores it as CCITT group 4
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=decree.scan.quality, dpi=(decree.scan.dpi, decree.scan.dpi))
    stream.seek(0)
    return stream


def _hidden_layer(pdf: FixedPdf, page: Page, decree: Decree) -> None:
    """Invisible text where a scanner's English OCR would have put it."""
    rng = random.Random(f"layer of {decree.stem} {page.number}")
    pdf.set_font("Times", size=12)
    pdf.text_mode = TextMode.INVISIBLE
    for run in page.runs:
        text = garble(run.text, rng)
        pdf.set_font("Times", size=run.size)
        pdf.text(run.x, run.baseline, text)
    pdf.text_mode = TextMode.FILL


def _caption(pdf: FixedPdf, lines: tuple[str, ...]) -> None:
    """The words of a digital signature in the top right corner: the only text layer of the file."""
    pdf.add_font("serif", fname=font_file("regular"))
    pdf.set_font("serif", size=8)
    for index, line in enumerate(lines):
        pdf.text(WIDTH - 150, 18 + index * 9.5, line)


def _born_digital(pdf: FixedPdf, decree: Decree, pages: list[Page]) -> None:
    rng = random.Random(f"ink of {decree.stem}")
    for style in ("regular", "bold", "italic", "bold_italic"):
        pdf.add_font(style, fname=font_file(style))
    for page in pages:
        pdf.add_page()
        for run in page.runs:
            pdf.set_font(run.style, size=run.size)
            pdf.text(run.x, run.baseline, run.text)
        for rule in page.rules:
            pdf.rect(rule.x, rule.y, rule.width, rule.thickness, style="F")
        for ink in page.inks:
            picture, (x, y) = tile(ink, 200, rng)
            pdf.image(picture, x, y, picture.width * 72 / 200, picture.height * 72 / 200)


def _text_file(decree: Decree, pages: list[Page]) -> str:
    text = reading_text(pages, glued=decree.kind == "garbled-text", typed=decree.lost_ink)
    if decree.kind != "garbled-text":
        return text + "\n"
    rng = random.Random(f"text of {decree.stem}")
    return "\n".join(garble(line, rng) for line in text.split("\n")) + "\n"
