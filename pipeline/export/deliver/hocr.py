"""A document as hOCR 1.2: valid XHTML with pages, lines and restored words on their places.

Each word tells its confidence (`x_wconf`, per cent) in its title; where restoration changed it, `data-read`
holds what was read and `data-rule` the rules.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from pipeline import __version__
from pipeline.export.cells import clean
from pipeline.export.deliver.words import PlacedLine, placed_lines
from pipeline.model import BBox, Document, PageReading

_XHTML = "http://www.w3.org/1999/xhtml"


def hocr(document: Document, row: Mapping[str, str]) -> str:
    """The page of `document`; `row` is its row of documents.csv."""
    root = ET.Element("html", {"xmlns": _XHTML, "lang": "vi", "xml:lang": "vi"})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    named = [row["doc_type"], row["number_symbol"], row["issue_date"]]
    ET.SubElement(head, "title").text = clean(" ".join(filter(None, named)) or row["doc_id"])
    engines = dict.fromkeys(reading.page.engine for reading in document.pages)
    for name, content in (
        ("ocr-system", "; ".join((*filter(None, engines), f"sohoa {__version__}"))),
        ("ocr-capabilities", "ocr_page ocr_line ocrx_word ocrp_wconf"),
        ("ocr-number-of-pages", str(len(document.pages))),
        ("ocr-langs", "vi"),
    ):
        ET.SubElement(head, "meta", {"name": name, "content": content})
    body = ET.SubElement(root, "body")
    for number, reading in enumerate(document.pages, 1):
        _page(body, reading, number, row["source_file"])
    ET.indent(root, " ")
    return f"<!DOCTYPE html>\n{ET.tostring(root, encoding='unicode')}\n"


def _page(body: ET.Element, reading: PageReading, number: int, source: str) -> None:
    page = reading.page
    size = BBox(0, 0, page.width, page.height)
    dpi = round(page.dpi)
    told = (_quoted(source), _box(size), f"ppageno {page.page_number - 1}", f"scan_res {dpi} {dpi}")
    element = _element(body, "div", "ocr_page", f"page_{number}", told)
    for index, line in enumerate(placed_lines(reading), 1):
        _line(element, line, f"{number}_{index}", reading.rotation)


def _line(page: ET.Element, line: PlacedLine, number: str, rotation: int) -> None:
    # textangle: degrees counter-clockwise by which the text is turned on the page.
    angle = (f"textangle {rotation}",) if rotation else ()
    element = _element(page, "span", "ocr_line", f"line_{number}", (_box(line.bbox), *angle))
    for index, word in enumerate(line.words, 1):
        told = (_box(word.bbox), f"x_wconf {round(100 * word.confidence)}")
        shown = _element(element, "span", "ocrx_word", f"word_{number}_{index}", told)
        shown.text = clean(word.text)
        shown.tail = " "
        if word.read != word.text:
            shown.set("data-read", clean(word.read))
        if word.rules:
            shown.set("data-rule", " ".join(word.rules))


def _element(parent: ET.Element, tag: str, kind: str, identifier: str, told: Iterable[str]) -> ET.Element:
    return ET.SubElement(parent, tag, {"class": kind, "id": identifier, "title": "; ".join(told)})


def _box(box: BBox) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"


def _quoted(name: str) -> str:
    return 'image "{}"'.format(clean(name).replace("\\", "/").replace('"', "'"))
