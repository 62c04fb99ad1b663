"""The picture of a scanned PDF page: native pixels, upright, nothing that was written over it lost."""

import io
import shutil
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw
from test_source_pdf import CLEAN, HEIGHT, WIDTH, lines, make_page, page_of, save

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source import load_page, open_file
from pipeline.source.pictures import resize
from pipeline.source.raster import render

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed")
SETTINGS = Settings()
UPRIGHT = (WIDTH, 0, 0, HEIGHT, 0, 0)
DPI = 100
ALIKE = 15.0  # grey levels; a page turned the wrong way differs by more than 20
SIZE = (round(WIDTH * DPI / 72), round(HEIGHT * DPI / 72))


def scan(size: tuple[int, int] = SIZE, mode: str = "L") -> Image.Image:
    """A page with a black block at the top left, a grey one at the top right, and lines."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    width, height = size
    pen.rectangle((width * 0.1, height * 0.05, width * 0.4, height * 0.2), fill=0)
    pen.rectangle((width * 0.6, height * 0.05, width * 0.8, height * 0.1), fill=110)
    for step in range(6, 18):
        pen.rectangle((width * 0.1, height * step / 20, width * 0.9, height * (step / 20 + 0.012)), fill=20)
    return image.convert(mode)


def stream(pdf: pikepdf.Pdf, image: Image.Image, coded: str = "JPEG") -> pikepdf.Stream:
    colours = pikepdf.Name.DeviceRGB if image.mode == "RGB" else pikepdf.Name.DeviceGray
    bits = 1 if image.mode == "1" else 8
    entries = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": image.width,
        "Height": image.height,
        "ColorSpace": colours,
        "BitsPerComponent": bits,
    }
    if coded == "FLATE":
        return pikepdf.Stream(pdf, image.tobytes(), **entries)
    if coded == "CCITT":
        buffer = io.BytesIO()
        image.save(buffer, format="TIFF", compression="group4", tiffinfo={262: 0, 278: image.height})
        with Image.open(buffer) as tiff:
            start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
        data = buffer.getvalue()[start : start + length]
        entries["Filter"] = pikepdf.Name.CCITTFaxDecode
        entries["DecodeParms"] = pikepdf.Dictionary(K=-1, Columns=image.width, Rows=image.height)
        return pikepdf.Stream(pdf, data, **entries)
    buffer = io.BytesIO()
    image.save(buffer, format=coded)
    entries["Filter"] = pikepdf.Name.DCTDecode if coded == "JPEG" else pikepdf.Name.JPXDecode
    return pikepdf.Stream(pdf, buffer.getvalue(), **entries)


def scanned(
    path: Path,
    image: Image.Image,
    matrix: tuple[float, ...] = UPRIGHT,
    *,
    coded: str = "JPEG",
    rotation: int = 0,
    after: bytes = b"",
    **entries: object,
) -> Path:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    picture = stream(pdf, image, coded)
    for key, value in entries.items():
        picture[f"/{key}"] = value
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
    placed = b"q %s cm /Im Do Q " % b" ".join(b"%g" % number for number in matrix)
    page.obj.Contents = pdf.make_stream(placed + after)
    page.obj.Rotate = rotation
    return save(pdf, path)


def likeness(path: Path, pixels: np.ndarray) -> float:
    """Mean difference in grey levels between `pixels` and the page as poppler shows it, shifts apart."""
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2).astype(np.uint8)
    shown = render(path, 1, DPI / 5, timeout_seconds=60, in_grey=True).astype(int)
    small = resize(grey, (shown.shape[1], shown.shape[0]))
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(np.abs(np.roll(small, shift, (0, 1)) - shown).mean()) for shift in shifts)


TURNS = {
    "upright": UPRIGHT,
    "mirrored": (-WIDTH, 0, 0, HEIGHT, WIDTH, 0),
    "upside down": (-WIDTH, 0, 0, -HEIGHT, WIDTH, HEIGHT),
    "flipped": (WIDTH, 0, 0, -HEIGHT, 0, HEIGHT),
    "quarter turn": (0, HEIGHT, -WIDTH, 0, WIDTH, 0),
    "three quarters": (0, -HEIGHT, WIDTH, 0, 0, HEIGHT),
    "transposed": (0, HEIGHT, WIDTH, 0, 0, 0),
}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", TURNS)
def test_the_embedded_scan_stands_as_the_page_is_shown(tmp_path: Path, turn: str, rotation: int) -> None:
    lies = abs(TURNS[turn][0]) < 1
    image = scan(SIZE[::-1] if lies else SIZE)
    path = scanned(tmp_path / "a.pdf", image, TURNS[turn], rotation=rotation)
    page = page_of(path)
    assert page.image is not None
    assert "embedded scan" in page.notes
    assert page.dpi == pytest.approx(DPI, rel=0.01)
    assert sorted((page.width, page.height)) == sorted(SIZE)
    assert likeness(path, page.image.pixels) < ALIKE


@pytest.mark.parametrize(
    ("coded", "mode", "is_embedded"),
    [
        ("JPEG", "L", True),
        ("JPEG", "RGB", True),
        ("JPEG2000", "L", True),
        ("CCITT", "1", True),
        ("FLATE", "L", False),
    ],
)
def test_every_coding_gives_native_pixels(tmp_path: Path, coded: str, mode: str, is_embedded: bool) -> None:
    path = scanned(tmp_path / "a.pdf", scan(mode=mode), coded=coded)
    page = page_of(path)
    assert page.image is not None
    assert ("embedded scan" in page.notes) == is_embedded
    assert (page.width, page.height) == SIZE
    assert likeness(path, page.image.pixels) < ALIKE


def test_a_jpeg_packed_once_more_is_unpacked(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", scan())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = pdf.pages[0].obj.Resources.XObject.Im
        packed = zlib.compress(image.read_raw_bytes())
        image.write(packed, filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode]))
        pdf.save(tmp_path / "b.pdf")
    assert "embedded scan" in page_of(tmp_path / "b.pdf").notes


def test_inverted_values_are_shown_as_meant(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", scan(), Decode=pikepdf.Array([1, 0]))
    page = page_of(path)
    assert page.image is not None
    assert likeness(path, page.image.pixels) < ALIKE


def test_a_slanted_scan_is_rendered(tmp_path: Path) -> None:
    slanted = (WIDTH, 20, -28, HEIGHT, 14, -10)
    page = page_of(scanned(tmp_path / "a.pdf", scan(), slanted))
    assert "unusually" in page.notes[-1]


def test_fine_scans_are_brought_to_300_dpi(tmp_path: Path) -> None:
    fine = scan((SIZE[0] * 6, SIZE[1] * 6), mode="1")
    page = page_of(scanned(tmp_path / "a.pdf", fine, coded="CCITT"))
    assert page.dpi == 300
    assert page.width == pytest.approx(SIZE[0] * 3, abs=2)


def test_the_honest_resolution_of_a_page_of_nonsense_size_is_told(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    image = scan()
    page = pdf.add_blank_page(page_size=image.size)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream(pdf, image)))
    page.obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /Im Do" % image.size)
    assert page_of(save(pdf, tmp_path / "a.pdf")).dpi == pytest.approx(72)


def over_scan(path: Path, printed: list[tuple[float, float, float, str]], colour: str = "0 g") -> Path:
    pdf = pikepdf.new()
    picture = b"%d 0 0 %d 0 0 cm /Im Do" % (WIDTH, HEIGHT)
    page = make_page(pdf, printed, before=picture, colour=colour)
    page.obj.Resources.XObject = pikepdf.Dictionary(Im=stream(pdf, scan()))
    return save(pdf, path)


@pytest.mark.parametrize("colour", ["0 g", "0 0 1 rg", "1 0 0 rg"])
def test_a_number_typed_over_a_scan_is_in_the_picture(tmp_path: Path, colour: str) -> None:
    path = over_scan(tmp_path / "a.pdf", [(260.0, 60.0, 13.0, "209")], colour)
    page = page_of(path)
    assert page.image is not None
    assert "written over" in page.notes[-1]
    assert page.dpi >= 199
    scale = page.dpi / 72
    typed = page.image.pixels[int(61 * scale) : int(73 * scale), int(261 * scale) : int(280 * scale)]
    assert typed.min() < 100


def test_a_caption_stamped_over_a_scan_is_no_reason_to_render_it(tmp_path: Path) -> None:
    page = page_of(over_scan(tmp_path / "a.pdf", [(420.0, 20.0, 6.0, "Ký bởi: Sở Nội vụ")]))
    assert "embedded scan" in page.notes
    assert page.captions == ("Ký bởi: Sở Nội vụ",)


def test_text_under_a_scan_is_a_reading_of_it_and_not_trusted(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = make_page(pdf, lines(CLEAN, top=255))
    page.obj.Resources.XObject = pikepdf.Dictionary(Im=stream(pdf, scan()))
    contents = page.obj.Contents.read_bytes() + b" %d 0 0 %d 0 0 cm /Im Do" % (WIDTH, HEIGHT)
    page.obj.Contents = pdf.make_stream(contents)
    loaded = page_of(save(pdf, tmp_path / "a.pdf"))
    assert loaded.text_source == "ocr"
    assert "embedded scan" in loaded.notes


def test_text_printed_on_a_decorated_background_is_trusted(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = make_page(pdf, lines(CLEAN), before=b"%d 0 0 %d 0 0 cm /Im Do" % (WIDTH, HEIGHT))
    paper = Image.new("RGB", SIZE, (250, 248, 240))
    page.obj.Resources.XObject = pikepdf.Dictionary(Im=stream(pdf, paper))
    assert page_of(save(pdf, tmp_path / "a.pdf")).text_source == "text_layer"


def test_two_layers_are_rendered_together(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    paper = stream(pdf, Image.new("L", (SIZE[0] // 2, SIZE[1] // 2), 250))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Bg=paper, Im=stream(pdf, scan())))
    page.obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /Bg Do /Im Do" % (WIDTH, HEIGHT))
    loaded = page_of(save(pdf, tmp_path / "a.pdf"))
    assert loaded.image is not None
    assert "rendered" in loaded.notes[-1]
    assert loaded.image.pixels.min() < 30


def test_a_coarse_background_is_no_scan(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    page.obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im=stream(pdf, Image.new("L", (1, 1), 250)))
    )
    page.obj.Contents = pdf.make_stream(b"%d 0 0 %d 0 0 cm /Im Do" % (WIDTH, HEIGHT))
    assert page_of(save(pdf, tmp_path / "a.pdf")).dpi == pytest.approx(300, rel=0.01)


def test_a_gigantic_embedded_picture_is_refused(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", scan(), Width=50_000, Height=40_000)
    with pytest.raises(InputError) as caught:
        page_of(path)
    assert caught.value.code == "too_many_pixels"


def test_a_picture_larger_than_its_dictionary_says_is_refused(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", scan(), Width=10, Height=10)
    settings = Settings(max_page_pixels=SIZE[0] * SIZE[1] - 1)
    with pytest.raises(InputError) as caught:
        page_of(path, settings)
    assert caught.value.code == "too_many_pixels"


def test_a_huge_page_is_rendered_within_the_pixel_limit(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14_000, 14_000))
    page = page_of(save(pdf, tmp_path / "a.pdf"), Settings(max_page_pixels=1_000_000))
    assert 900_000 < page.width * page.height <= 1_000_000


SHARED = Path(__file__).resolve().parents[3] / "shared" / "scans" / "dev"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real scans (../shared/scans/dev) are not here")
@pytest.mark.parametrize(("mark", "wanted"), [("born", "text_layer"), ("badlayer", "ocr"), ("photo", "ocr")])
def test_real_documents_are_read_as_their_kind_demands(mark: str, wanted: str) -> None:
    files = sorted(SHARED.glob(f"*_{mark}.pdf"))
    assert files
    for file in files:
        assert load_page(open_file(file, SETTINGS), 1, SETTINGS).text_source == wanted, file.name
