"""Whatever bytes come in, only typed errors come out."""

import io
import shutil
import tempfile
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.config import Settings
from pipeline.errors import PipelineError
from pipeline.source import SUFFIXES, load_page, open_file
from pipeline.source.certificate import signer_name
from pipeline.source.signatures import iso_time
from pipeline.source.text_layer import LayerWord, visual_lines
from pipeline.source.textfile import strip_markdown
from pipeline.syllable import is_legal, legal_share, marked_share

LIMITS = Settings(max_pages=20, max_page_pixels=200_000, page_timeout_seconds=20, raster_dpi=50)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")


def read_all(name: str, data: bytes) -> None:
    """Open a file of these bytes and load its first page; PipelineErrors are answers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            source = open_file(path, LIMITS)
            page = load_page(source, 1, LIMITS)
        except PipelineError as error:
            assert error.code
            return
        assert page.image is None or page.image.pixels.shape[:2] == (page.height, page.width)


def scanned_pdf() -> bytes:
    picture = io.BytesIO()
    Image.new("L", (60, 80), 200).save(picture, format="JPEG")
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(60, 80))
    entries = {"Subtype": pikepdf.Name.Image, "Width": 60, "Height": 80, "BitsPerComponent": 8}
    image = pikepdf.Stream(
        pdf, picture.getvalue(), **entries, ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.DCTDecode
    )
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.obj.Contents = pdf.make_stream(b"q 60 0 0 80 0 0 cm /Im Do Q")
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=[pikepdf.Dictionary(V=pikepdf.Dictionary(ByteRange=[0], M="D:2020"))]
    )
    buffer = io.BytesIO()
    # plain text inside, so that single changed bytes reach the structures
    pdf.save(buffer, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return buffer.getvalue()


def picture(form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((40, 30), 80).save(buffer, format=form, **options)
    return buffer.getvalue()


PDF = scanned_pdf()
PICTURES = [("a.tif", picture("TIFF")), ("a.tif", picture("TIFF", compression="tiff_lzw"))]
PICTURES += [("a.png", picture("PNG")), ("a.jpg", picture("JPEG"))]
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12)
CUT = st.floats(0.2, 1.0)


def changed(data: bytes, changes: list[tuple[float, int]], cut: float) -> bytes:
    mutable = bytearray(data)
    for place, value in changes:
        mutable[int(place * len(mutable))] = value
    return bytes(mutable[: int(len(mutable) * cut)])


@settings(max_examples=150, deadline=None)
@given(suffix=st.sampled_from([*SUFFIXES, ".md", ""]), data=st.binary(max_size=400))
@example(suffix=".pdf", data=b"%PDF-1.4\n%%EOF")
@example(suffix=".tif", data=b"II*\x00\x08\x00\x00\x00\x00\x00")
def test_random_bytes_give_only_typed_errors(suffix: str, data: bytes) -> None:
    read_all(f"a{suffix}", data)


@settings(max_examples=150, deadline=None)
@given(which=st.sampled_from(PICTURES), changes=CHANGES, cut=CUT)
def test_mutated_pictures_give_only_typed_errors(
    which: tuple[str, bytes], changes: list[tuple[float, int]], cut: float
) -> None:
    name, data = which
    read_all(name, changed(data, changes, cut))


@needs_poppler
@settings(max_examples=40, deadline=None)
@given(changes=CHANGES, cut=CUT)
@example(changes=[(0.0, 37)], cut=1.0)
def test_mutated_pdfs_give_only_typed_errors(changes: list[tuple[float, int]], cut: float) -> None:
    read_all("a.pdf", changed(PDF, changes, cut))


@given(st.binary(max_size=200))
@example(b"\x30\x80\x00\x00")
def test_any_signature_container_gives_a_name_or_nothing(container: bytes) -> None:
    assert isinstance(signer_name(container), str)


@given(st.text(max_size=40))
def test_any_date_gives_a_time_or_nothing(date: str) -> None:
    assert isinstance(iso_time(date), str)


@given(st.from_regex(r"D:\d{14}[+-]\d{2}'\d{2}'", fullmatch=True))
def test_any_pdf_date_gives_a_time_or_nothing(date: str) -> None:
    assert len(iso_time(date)) in (0, 19, 25)


@given(st.text(alphabet="ab *#\\_\n()[]1.", max_size=60))
def test_stripping_markdown_keeps_letters_and_lines(text: str) -> None:
    plain, _ = strip_markdown(text)
    assert [one for one in plain if one.isalnum()] == [one for one in text if one.isalnum()]
    assert plain.count("\n") == text.count("\n")


@given(st.text(max_size=60))
def test_shares_are_shares(text: str) -> None:
    assert 0.0 <= legal_share(text) <= 1.0
    assert 0.0 <= marked_share(text) <= 1.0


@given(st.text(max_size=8))
def test_case_makes_no_difference_to_legality(word: str) -> None:
    word = unicodedata.normalize("NFC", word)
    if word.upper().lower() == word.lower():
        assert is_legal(word.upper()) == is_legal(word)


coordinate = st.floats(0, 600, allow_nan=False)


@given(
    st.lists(
        st.tuples(coordinate, coordinate, st.floats(1, 90), st.floats(1, 30), st.integers(0, 3)), max_size=25
    )
)
def test_visual_lines_keep_every_word_once_and_run_left_to_right(
    places: list[tuple[float, float, float, float, int]],
) -> None:
    words = [
        LayerWord(f"w{index}", left, top, left + width, top + height, block, index)
        for index, (left, top, width, height, block) in enumerate(places)
    ]
    lines = visual_lines(words)
    assert sorted(word.text for line in lines for word in line.words) == sorted(word.text for word in words)
    for line in lines:
        assert [word.left for word in line.words] == sorted(word.left for word in line.words)
