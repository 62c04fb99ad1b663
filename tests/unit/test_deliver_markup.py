"""ALTO 4 and hOCR: valid, and every word on its place with what was read."""

import re

import pytest

from pipeline.export.deliver.alto import NAMESPACE, alto
from pipeline.export.deliver.hocr import hocr
from pipeline.model import (
    BBox,
    Document,
    Edit,
    Line,
    OcrPage,
    PageReading,
    RestoredText,
    Span,
    Word,
    apply_edits,
)

etree = pytest.importorskip("lxml.etree")

ROW = {
    "doc_id": "a" * 16,
    "source_file": 'quyết "định".pdf',
    "source_sha256": "a" * 64,
    "doc_type": "Quyết định",
    "number_symbol": "02/QĐ-UBND",
    "issue_date": "2025-04-14",
}
# The part of ALTO 4.2 that is used here, after the published structure of the Library of Congress: which
# elements stand in which, in which order, and which attributes they take.
GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.loc.gov/standards/alto/ns-v4#"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
 <start><element name="alto">
  <attribute name="SCHEMAVERSION" ns=""><value>4.2</value></attribute>
  <attribute name="schemaLocation" ns="http://www.w3.org/2001/XMLSchema-instance"/>
  <element name="Description">
   <element name="MeasurementUnit"><value>pixel</value></element>
   <element name="sourceImageInformation">
    <element name="fileName"><text/></element>
    <element name="fileIdentifier"><attribute name="fileIdentifierLocation" ns=""/><text/></element>
    <element name="documentIdentifier"><text/></element>
   </element>
   <oneOrMore><element name="Processing">
    <attribute name="ID" ns=""><data type="ID"/></attribute>
    <element name="processingCategory">
     <choice><value>contentGeneration</value><value>contentModification</value></choice>
    </element>
    <element name="processingSoftware">
     <element name="softwareName"><text/></element>
     <optional><element name="softwareVersion"><text/></element></optional>
    </element>
   </element></oneOrMore>
  </element>
  <element name="Layout"><oneOrMore><element name="Page">
   <attribute name="ID" ns=""><data type="ID"/></attribute>
   <attribute name="PHYSICAL_IMG_NR" ns=""><data type="float"/></attribute>
   <attribute name="WIDTH" ns=""><data type="float"/></attribute>
   <attribute name="HEIGHT" ns=""><data type="float"/></attribute>
   <attribute name="PROCESSINGREFS" ns=""><data type="IDREFS"/></attribute>
   <element name="PrintSpace">
    <attribute name="ID" ns=""><data type="ID"/></attribute>
    <optional>
     <ref name="place"/>
     <element name="TextBlock">
      <attribute name="ID" ns=""><data type="ID"/></attribute>
      <attribute name="LANG" ns=""><data type="language"/></attribute>
      <optional><attribute name="ROTATION" ns=""><data type="float"/></attribute></optional>
      <ref name="place"/>
      <oneOrMore><element name="TextLine">
       <attribute name="ID" ns=""><data type="ID"/></attribute>
       <ref name="place"/>
       <oneOrMore><ref name="string"/><optional><element name="SP"><empty/></element></optional></oneOrMore>
      </element></oneOrMore>
     </element>
    </optional>
   </element>
  </element></oneOrMore></element>
 </element></start>
 <define name="place">
  <attribute name="HPOS" ns=""><data type="float"/></attribute>
  <attribute name="VPOS" ns=""><data type="float"/></attribute>
  <attribute name="WIDTH" ns=""><data type="float"/></attribute>
  <attribute name="HEIGHT" ns=""><data type="float"/></attribute>
 </define>
 <define name="string"><element name="String">
  <attribute name="ID" ns=""><data type="ID"/></attribute>
  <attribute name="CONTENT" ns=""/>
  <attribute name="WC" ns=""><data type="float"><param name="minInclusive">0</param>
   <param name="maxInclusive">1</param></data></attribute>
  <ref name="place"/>
  <zeroOrMore><element name="ALTERNATIVE"><attribute name="PURPOSE" ns=""/><text/></element></zeroOrMore>
 </element></define>
</grammar>
"""


def document(rotation: int = 0) -> Document:
    words = (Word("thi", BBox(10, 20, 60, 50), 0.75), Word("dua\x01", BBox(70, 20, 130, 50), 1.0))
    page = OcrPage(2, 1654, 2339, 200.0, (Line(words),), "tesseract 5.3.0")
    edits = (Edit(Span(4, 8), "dua\x01", "đua<&>", "channel"),)
    restored = RestoredText(page.text, apply_edits(page.text, edits), edits)
    empty = PageReading(OcrPage(3, 0, 0, 0.0, ()), RestoredText("", ""), "ocr")
    pages = (PageReading(page, restored, "ocr", rotation=rotation), empty)
    return Document("a" * 16, ROW["source_file"], "a" * 64, "2-3", pages, ())


@pytest.mark.parametrize("rotation", [0, 90])
def test_alto_follows_the_published_structure(rotation: int) -> None:
    root = etree.fromstring(alto(document(rotation), ROW).encode())
    grammar = etree.RelaxNG(etree.fromstring(GRAMMAR))
    grammar.assertValid(root)


def test_alto_holds_each_restored_word_with_its_box_and_what_was_read() -> None:
    root = etree.fromstring(alto(document(), ROW).encode())
    first, second = root.iter(f"{{{NAMESPACE}}}String")
    assert first.get("CONTENT") == "thi"
    assert [first.get(name) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT", "WC")] == [
        *("10", "20", "50", "30"),
        "0.7500",
    ]
    assert len(first) == 0
    assert second.get("CONTENT") == "đua<&>"
    assert second[0].text == "dua"
    assert [page.get("PHYSICAL_IMG_NR") for page in root.iter(f"{{{NAMESPACE}}}Page")] == ["2", "3"]


def test_hocr_is_well_formed_xhtml_with_pages_lines_and_words() -> None:
    text = hocr(document(90), ROW)
    root = etree.fromstring(text.encode())
    space = {"x": "http://www.w3.org/1999/xhtml"}
    first, second = root.xpath("//x:span[@class='ocrx_word']", namespaces=space)
    assert first.text == "thi"
    assert first.get("title") == "bbox 10 20 60 50; x_wconf 75"
    assert first.get("data-read") is None
    assert (second.text, second.get("data-read"), second.get("data-rule")) == ("đua<&>", "dua", "channel")
    (line,) = root.xpath("//x:span[@class='ocr_line']", namespaces=space)
    assert line.get("title") == "bbox 10 20 130 50; textangle 90"
    pages = root.xpath("//x:div[@class='ocr_page']", namespaces=space)
    assert "bbox 0 0 1654 2339; ppageno 1; scan_res 200 200" in pages[0].get("title")
    assert re.match(r"image \"quyết 'định'\.pdf\"; ", pages[0].get("title"))
    identifiers = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(identifiers) == len(set(identifiers))
