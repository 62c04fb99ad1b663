"""The searchable PDF: each restored word on its place, the look of the pages untouched, old layers gone."""

import html
import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.errors import InputError
from pipeline.export.deliver.pdf import WrittenPdf, write_pdf
from pipeline.model import (
    BBox,
    Document,
    Edit,
    Field,
    Line,
    OcrPage,
    PageReading,
    RestoredText,
    Span,
    Word,
    apply_edits,
)
from pipeline.source.pdf_page import read_page

pytest.importorskip("fontTools")
pytest.importorskip("img2pdf")

MEDIA = (10.0, 20.0, 330.0, 440.0)
CROP = (30.0, 30.0, 310.0, 430.0)
WORDS = (("Số:", 40, 30, 90, 60), ("02/CT-UBND", 110, 30, 330, 60), ("thi", 40, 100, 90, 130))
DPI = 144.0
Place = tuple[float, float, float, float]


def scan(width: int, height: int) -> bytes:
    """A grey JPEG with a dark bar, so that a turn shows."""
    pixels = np.full((height, width), 230, dtype=np.uint8)
    pixels[: height // 8, : width // 2] = 40
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=90)
    return written.getvalue()


def scanned_pdf(path: Path, *, rotate: int = 0, before: bytes = b"", after: bytes = b"") -> Path:
    """A page whose crop box is covered by one picture; `before` and `after` are painted around it."""
    pdf = pikepdf.Pdf.new()
    left, bottom, right, top = CROP
    picture = pdf.make_stream(scan(280, 400))
    for key, value in {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": 280,
        "/Height": 400,
        "/ColorSpace": Name.DeviceGray,
        "/BitsPerComponent": 8,
        "/Filter": Name.DCTDecode,
    }.items():
        picture[key] = value
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = pdf.add_blank_page(page_size=(320, 420))
    page.obj.MediaBox = Array(MEDIA)
    page.obj.CropBox = Array(CROP)
    page.obj.Rotate = rotate
    page.obj.Resources = Dictionary(XObject=Dictionary(Scan=picture), Font=Dictionary(F1=helvetica))
    drawn = b"q %g 0 0 %g %g %g cm /Scan Do Q\n" % (right - left, top - bottom, left, bottom)
    page.obj.Contents = pdf.make_stream(before + drawn + after)
    pdf.save(path)
    return path


def document(
    words: tuple[tuple[str, int, int, int, int], ...] = WORDS,
    *,
    size: tuple[int, int] = (560, 800),
    rotation: int = 0,
    notes: tuple[str, ...] = ("embedded scan",),
    text_source: str = "ocr",
) -> Document:
    lines = tuple(Line((Word(text, BBox(*box), 0.9),)) for text, *box in words)
    page = OcrPage(1, *size, DPI, lines, "tesseract 5")
    return one_page(
        PageReading(page, RestoredText(page.text, page.text), text_source, (), rotation, notes=notes)
    )


def one_page(reading: PageReading) -> Document:
    fields = (Field("subject", "phát động thi đua"),)
    return Document("0" * 16, "a.pdf", "0" * 64, "1", (reading,), fields)


ROW = {
    "subject": "Phát động thi đua",
    "issuer": "Ủy ban nhân dân tỉnh Sơn Lĩnh",
    "issue_date": "2025-04-14",
    "number_symbol": "02/CT-UBND",
    "language": "vie",
    "review_columns": "issuer;signer_name",
    "source_file": "a.pdf",
}


def cover_box(pdf: pikepdf.Pdf, index: int) -> Place | None:
    cover = read_page(pdf, index).cover
    return cover.box if cover else None


def written(tmp_path: Path, found: Document, original: Path) -> tuple[Path, WrittenPdf]:
    path = tmp_path / "out.pdf"
    return path, write_pdf(path, found, ROW, (original, cover_box))


def places(path: Path) -> dict[str, Place]:
    told = subprocess.run(
        ["pdftotext", "-cropbox", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    form = r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
    return {
        html.unescape(text): (float(x0), float(y0), float(x1), float(y1))
        for x0, y0, x1, y1, text in re.findall(form, told)
    }


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout


def look_of(path: Path) -> bytes:
    command = ["pdftoppm", "-r", "50", "-cropbox", path]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_lie_on_their_boxes_whatever_the_page_is_turned(tmp_path: Path, rotate: int) -> None:
    original = scanned_pdf(tmp_path / "a.pdf", rotate=rotate)
    size = (560, 800) if rotate % 180 == 0 else (800, 560)
    path, _ = written(tmp_path, document(size=size), original)
    found = places(path)
    assert list(found) == [text for text, *_ in WORDS]
    for text, *box in WORDS:
        assert found[text] == pytest.approx([edge * 72 / DPI for edge in box], abs=0.6)
    assert look_of(path) == look_of(original)


@pytest.mark.parametrize(("rotation", "tall"), [(90, True), (180, False), (270, True)])
def test_the_layer_reads_in_the_direction_of_a_turned_scan(tmp_path: Path, rotation: int, tall: bool) -> None:
    """The words `thi`, `đua` of one line on a scan that lies on its side or on its head."""
    along = {90: ((0, 200), (0, 100)), 180: ((200, 0), (100, 0)), 270: ((0, 100), (0, 200))}[rotation]
    shape = (30, 60) if tall else (60, 30)
    words = tuple(
        Word(text, BBox(100 + x, 100 + y, 100 + x + shape[0], 100 + y + shape[1]))
        for text, (x, y) in zip(("thi", "đua"), along, strict=True)
    )
    page = OcrPage(1, 560, 800, DPI, (Line(words),))
    reading = PageReading(
        page, RestoredText(page.text, page.text), "ocr", rotation=rotation, notes=("embedded scan",)
    )
    path, _ = written(tmp_path, one_page(reading), scanned_pdf(tmp_path / "a.pdf"))
    found = places(path)
    for word in words:
        assert word.bbox
        box = (word.bbox.left, word.bbox.top, word.bbox.right, word.bbox.bottom)
        assert found[word.text] == pytest.approx([edge * 72 / DPI for edge in box], abs=0.6)
    assert text_of(path).split() == ["thi", "đua"]


def test_a_page_that_was_rendered_counts_from_its_whole_area(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    path, _ = written(tmp_path, document(notes=("rendered at 144 dpi: ...",)), original)
    assert places(path)["thi"] == pytest.approx((20, 50, 45, 65), abs=0.6)


def test_a_scan_that_is_smaller_than_its_page_counts_from_its_own_corner(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.CropBox = Array((28, 26, 312, 434))
        pdf.save()
    path, _ = written(tmp_path, document(), original)
    assert places(path)["thi"] == pytest.approx((22, 54, 47, 69), abs=0.6)


def test_the_restored_word_is_found_not_the_one_read(tmp_path: Path) -> None:
    source = "thi dua"
    page = OcrPage(
        1,
        560,
        800,
        DPI,
        (Line((Word("thi", BBox(40, 100, 90, 130)), Word("dua", BBox(110, 100, 170, 130)))),),
    )
    edits = (Edit(Span(4, 7), "dua", "đua", "channel"),)
    reading = PageReading(
        page, RestoredText(source, apply_edits(source, edits), edits), "ocr", notes=("embedded scan",)
    )
    path, _ = written(tmp_path, one_page(reading), scanned_pdf(tmp_path / "a.pdf"))
    assert text_of(path).split() == ["thi", "đua"]


OLD = b"BT /F1 12 Tf 40 300 Td 3 Tr (garbled layer) Tj ET\n"
HIDDEN = b"BT /F1 12 Tf 40 300 Td (hidden layer) Tj ET\n"
STAMP = b"BT /F1 9 Tf 200 60 Td (Signed) Tj ET\n"


@pytest.mark.parametrize(("before", "after"), [(b"", OLD), (OLD, b""), (HIDDEN, b"")])
def test_an_old_layer_is_replaced_and_the_page_looks_the_same(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    original = scanned_pdf(tmp_path / "a.pdf", before=before, after=after)
    assert "layer" in text_of(original)
    path, made = written(tmp_path, document(), original)
    assert text_of(path).split() == [text for text, *_ in WORDS]
    assert look_of(path) == look_of(original)
    assert made.is_pdfa  # the font of the old layer, which is not embedded, went with it


def test_visible_text_over_a_scan_keeps_its_letters(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf", after=OLD + STAMP.replace(b"Td", b"Td 0 Tr"))
    path, made = written(tmp_path, document(), original)
    assert text_of(path).split() == [text for text, *_ in WORDS] + ["Signed"]
    assert look_of(path) == look_of(original)
    assert not made.is_pdfa
    assert "embedded" in made.note


def test_garbled_visible_text_stays_visible_but_reads_as_nothing(tmp_path: Path) -> None:
    garbled = b"/P <</MCID 0>> BDC BT /F1 12 Tf 40 300 Td (Qu\\241ng ng\\247i) Tj ET EMC\n"
    original = scanned_pdf(tmp_path / "a.pdf", after=garbled)
    path, _ = written(tmp_path, document(notes=("rendered at 144 dpi: something",)), original)
    assert text_of(path).split() == [text for text, *_ in WORDS]
    assert look_of(path) == look_of(original)


def test_an_old_layer_inside_a_form_is_replaced_too(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf", after=b"/Old Do\n")
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        resources = pdf.pages[0].obj.Resources
        form = pdf.make_stream(OLD)
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array(MEDIA)
        form.Resources = Dictionary(Font=resources.Font)
        resources.XObject.Old = form
        pdf.save()
    assert "garbled" in text_of(original)
    path, _ = written(tmp_path, document(), original)
    assert "garbled" not in text_of(path)


def test_a_trusted_text_layer_is_left_alone(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf", after=STAMP)
    path, _ = written(tmp_path, document(text_source="text_layer", notes=()), original)
    assert text_of(path).split() == ["Signed"]


def test_fields_become_metadata_and_doubtful_ones_are_named(tmp_path: Path) -> None:
    path, made = written(tmp_path, document(), scanned_pdf(tmp_path / "a.pdf"))
    assert made == WrittenPdf(True)
    with pikepdf.open(path) as pdf, pdf.open_metadata() as found:
        assert found.pdfa_status == "2B"
        assert found["dc:title"] == "Phát động thi đua"
        assert found["dc:creator"] == ["Ủy ban nhân dân tỉnh Sơn Lĩnh"]
        assert found["dc:date"] == ["2025-04-14"]
        assert found["dc:identifier"] == "02/CT-UBND"
        assert found["dc:language"] == {"vi"}
        assert found["dc:description"].endswith("issuer, signer_name")
        assert str(pdf.docinfo.Title) == "Phát động thi đua"
        assert "/MetadataDate" not in pdf.docinfo


def test_equal_documents_give_equal_bytes(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    first, _ = written(tmp_path, document(), original)
    data = first.read_bytes()
    second, _ = written(tmp_path, document(), original)
    assert second.read_bytes() == data


def test_only_the_pages_of_the_document_are_in_its_pdf(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.pages.append(pdf.pages[0])
        pdf.save()
    found = document()
    (reading,) = found.pages
    page = OcrPage(3, 560, 800, DPI, reading.page.lines)
    other = PageReading(page, reading.restored, "ocr", notes=reading.notes)
    path, _ = written(tmp_path, one_page(other), original)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
    assert text_of(path).split() == [text for text, *_ in WORDS]


def test_a_jpeg_is_embedded_as_it_is(tmp_path: Path) -> None:
    original = tmp_path / "a.jpg"
    original.write_bytes(scan(560, 800))
    path, made = written(tmp_path, document(notes=()), original)
    assert made.is_pdfa
    assert places(path)["thi"] == pytest.approx((20, 50, 45, 65), abs=0.6)
    with pikepdf.open(path) as pdf:
        (image,) = pdf.pages[0].obj.Resources.XObject.values()
        assert image.read_raw_bytes() == original.read_bytes()


def test_a_jpeg_on_its_side_follows_its_exif_orientation(tmp_path: Path) -> None:
    original = tmp_path / "a.jpg"
    with Image.open(io.BytesIO(scan(800, 560))) as image:
        exif = image.getexif()
        exif[0x0112] = 6  # to be turned clockwise by 90 degrees
        image.save(original, exif=exif)
    path, _ = written(tmp_path, document(notes=()), original)
    with pikepdf.open(path) as pdf:
        assert pdf.pages[0].obj.Rotate == 90
    assert places(path)["thi"] == pytest.approx((20, 50, 45, 65), abs=0.6)


def test_a_page_of_a_tiff_and_a_transparent_png_become_pages(tmp_path: Path) -> None:
    frames = [Image.new("1", (560, 800), 1) for _ in range(2)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], compression="group4")
    Image.new("RGBA", (560, 800), (255, 255, 255, 0)).save(tmp_path / "a.png")
    for name in ("a.tif", "a.png"):
        path, made = written(tmp_path, document(notes=()), tmp_path / name)
        assert made.is_pdfa
        assert places(path)["thi"] == pytest.approx((20, 50, 45, 65), abs=0.6)


def test_a_damaged_original_is_an_input_error(tmp_path: Path) -> None:
    original = tmp_path / "a.pdf"
    original.write_bytes(b"%PDF-1.4\nnothing")
    with pytest.raises(InputError) as caught:
        written(tmp_path, document(), original)
    assert caught.value.code == "damaged"


def test_a_signature_becomes_a_stamp_that_looks_the_same(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        look = pdf.make_stream(b"1 0 0 rg 0 0 60 30 re f")
        look.Type, look.Subtype = Name.XObject, Name.Form
        look.BBox = Array((0, 0, 60, 30))
        script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=pikepdf.String("s"), F=4, A=script
        )
        field.Rect = Array((100, 100, 160, 130))
        field.AP = Dictionary(N=look)
        field.V = Dictionary(Type=Name.Sig, Contents=pikepdf.String("secret key"))
        field = pdf.make_indirect(field)
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
        pdf.save()
    path, made = written(tmp_path, document(), original)
    assert made.is_pdfa
    assert look_of(path) == look_of(original)
    with pikepdf.open(path) as pdf:
        (stamp,) = pdf.pages[0].obj.Annots
        assert stamp.Subtype == Name.Stamp
        assert not {"/V", "/FT", "/A", "/Parent"} & set(stamp.keys())
        assert "/AcroForm" not in pdf.Root


def test_scripts_do_not_travel_along(tmp_path: Path) -> None:
    original = scanned_pdf(tmp_path / "a.pdf")
    with pikepdf.open(original, allow_overwriting_input=True) as pdf:
        script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array((40, 40, 60, 60)), A=script, F=4)
        pdf.pages[0].obj.Annots = Array([link])
        pdf.pages[0].obj.AA = Dictionary(O=script)
        pdf.Root.OpenAction = script
        pdf.save()
    path, _ = written(tmp_path, document(), original)
    with pikepdf.open(path) as pdf:
        assert b"JavaScript" not in pdf.pages[0].obj.unparse(resolved=True)
        assert not any("/JS" in one for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
