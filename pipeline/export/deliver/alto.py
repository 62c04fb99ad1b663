"""A document as ALTO 4.2 XML: pages, lines and restored words with their boxes (Library of Congress).

Boxes are pixels of the original scan. What stood there before restoration is the ALTERNATIVE of its word.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from pipeline import __version__
from pipeline.export.cells import clean
from pipeline.export.deliver.words import PlacedLine, placed_lines
from pipeline.model import BBox, Document, PageReading

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
VERSION = "4.2"
_LOCATION = f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_RESTORATION = "restoration"


def alto(document: Document, row: Mapping[str, str]) -> str:
    """The XML of `document`; `row` is its row of documents.csv."""
    ET.register_namespace("", NAMESPACE)
    ET.register_namespace("xsi", _INSTANCE)
    root = ET.Element(_tag("alto"), {f"{{{_INSTANCE}}}schemaLocation": _LOCATION, "SCHEMAVERSION": VERSION})
    engines = list(dict.fromkeys(reading.page.engine or "none" for reading in document.pages))
    _describe(ET.SubElement(root, _tag("Description")), row, engines)
    layout = ET.SubElement(root, _tag("Layout"))
    for number, reading in enumerate(document.pages, 1):
        _page(layout, reading, number, f"reading{engines.index(reading.page.engine or 'none') + 1}")
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _describe(description: ET.Element, row: Mapping[str, str], engines: list[str]) -> None:
    ET.SubElement(description, _tag("MeasurementUnit")).text = "pixel"
    source = ET.SubElement(description, _tag("sourceImageInformation"))
    ET.SubElement(source, _tag("fileName")).text = clean(row["source_file"])
    sha = ET.SubElement(source, _tag("fileIdentifier"), {"fileIdentifierLocation": "SHA-256"})
    sha.text = row["source_sha256"]
    ET.SubElement(source, _tag("documentIdentifier")).text = row["doc_id"]
    for index, engine in enumerate(engines, 1):
        name, _, version = engine.partition(" ")
        _step(description, f"reading{index}", "contentGeneration", (name, version))
    _step(description, _RESTORATION, "contentModification", ("sohoa", __version__))


def _step(description: ET.Element, identifier: str, category: str, software: tuple[str, str]) -> None:
    step = ET.SubElement(description, _tag("Processing"), {"ID": identifier})
    ET.SubElement(step, _tag("processingCategory")).text = category
    told = ET.SubElement(step, _tag("processingSoftware"))
    ET.SubElement(told, _tag("softwareName")).text = clean(software[0])
    if software[1]:
        ET.SubElement(told, _tag("softwareVersion")).text = clean(software[1])


def _page(layout: ET.Element, reading: PageReading, number: int, processing: str) -> None:
    lines = placed_lines(reading)
    page = ET.SubElement(
        layout,
        _tag("Page"),
        {
            "ID": f"page{number}",
            "PHYSICAL_IMG_NR": str(reading.page.page_number),
            "WIDTH": str(reading.page.width),
            "HEIGHT": str(reading.page.height),
            "PROCESSINGREFS": f"{processing} {_RESTORATION}",
        },
    )
    box = BBox.union(line.bbox for line in lines)
    if box is None:
        ET.SubElement(page, _tag("PrintSpace"), {"ID": f"page{number}_space"})
        return
    space = ET.SubElement(page, _tag("PrintSpace"), {"ID": f"page{number}_space", **_place(box)})
    block = ET.SubElement(space, _tag("TextBlock"), {"ID": f"page{number}_text", **_place(box), "LANG": "vi"})
    if reading.rotation:
        # Degrees counter-clockwise by which the text was turned from upright.
        block.set("ROTATION", str(reading.rotation % 360))
    for index, line in enumerate(lines, 1):
        _line(block, line, f"page{number}_line{index}")


def _line(block: ET.Element, line: PlacedLine, identifier: str) -> None:
    element = ET.SubElement(block, _tag("TextLine"), {"ID": identifier, **_place(line.bbox)})
    for index, word in enumerate(line.words, 1):
        if index > 1:
            ET.SubElement(element, _tag("SP"))
        string = ET.SubElement(
            element,
            _tag("String"),
            {
                "ID": f"{identifier}_word{index}",
                **_place(word.bbox),
                "CONTENT": clean(word.text),
                "WC": f"{min(1.0, max(0.0, word.confidence)):.4f}",
            },
        )
        if word.read != word.text:
            ET.SubElement(string, _tag("ALTERNATIVE"), {"PURPOSE": "as read"}).text = clean(word.read)


def _place(box: BBox) -> dict[str, str]:
    return {
        "HPOS": str(box.left),
        "VPOS": str(box.top),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
