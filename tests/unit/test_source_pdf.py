"""Which text layers are trusted. Pages are made here, so that no font and no sample is needed."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.config import Settings
from pipeline.errors import InputError, MissingDependency
from pipeline.source import SourcePage, load_image, load_page, open_file

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
SETTINGS = Settings()
WIDTH, HEIGHT = 595, 842
Printed = tuple[float, float, float, str]  # left, top, size, text
CLEAN = [
    "Căn cứ Luật Tổ chức chính quyền địa phương và các văn bản hướng dẫn thi hành;",
    "Theo đề nghị của Giám đốc Sở Nội vụ về việc khen thưởng thành tích xuất sắc,",
    "Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh cho các tập thể.",
    "Điều 2. Chánh Văn phòng, Giám đốc Sở và thủ trưởng các đơn vị thi hành.",
]
GARBLED = [
    "Cgn cu Lu4t Td chirc chinh quy6n dia phuong vd c6c vdn bdn hu6ng ddn thi hdnh;",
    "Thoo d6 nghi cria Gi6m d6c So NQi vg v0 viQc khen thuong thdnh tich xuAt s6c,",
]
BARE = ["Can cu Luat To chuc chinh quyen dia phuong va cac van ban huong dan thi hanh;"] * 3
TCVN3 = ["C¨n cø LuËt Tæ chøc chÝnh quyÒn ®Þa ph­¬ng vµ c¸c v¨n b¶n h­íng dÉn thi hµnh;"] * 3


def lines(texts: Sequence[str], top: float = 100) -> list[Printed]:
    return [(40, top + 22 * index, 10, text) for index, text in enumerate(texts)]


def block_font(pdf: pikepdf.Pdf, letters: str) -> pikepdf.Object:
    """A font whose every letter is drawn as a block; its Unicode map tells what the blocks mean."""
    glyph = pdf.make_stream(b"600 0 0 0 520 700 d1 80 0 400 600 re f")
    blank = pdf.make_stream(b"600 0 0 0 0 0 d1")
    maps = "".join(
        f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for code, letter in enumerate(letters, 1)
    )
    ranges = "1 begincodespacerange\n<00> <ff>\nendcodespacerange"
    unicode_map = f"begincmap\n{ranges}\n{len(letters)} beginbfchar\n{maps}endbfchar\nendcmap"
    names = [pikepdf.Name("/blank" if letter == " " else "/block") for letter in letters]
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type3,
            FontBBox=[0, 0, 600, 800],
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
            CharProcs=pikepdf.Dictionary(block=glyph, blank=blank),
            Encoding=pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=pikepdf.Array([1, *names])),
            FirstChar=1,
            LastChar=len(letters),
            Widths=[600] * len(letters),
            Resources=pikepdf.Dictionary(),
            ToUnicode=pdf.make_stream(unicode_map.encode()),
        )
    )


def make_page(
    pdf: pikepdf.Pdf, printed: Sequence[Printed], *, before: bytes = b"", colour: str = "0 g"
) -> pikepdf.Page:
    """A page with text over what `before` paints."""
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    letters = "".join(sorted({letter for *_, text in printed for letter in text}))
    codes = {letter: code for code, letter in enumerate(letters, 1)}

    def show(left: float, top: float, size: float, text: str) -> str:
        written = "".join(f"{codes[letter]:02x}" for letter in text)
        return f"BT /F {size} Tf {left} {HEIGHT - top - size} Td <{written}> Tj ET"

    shown = [show(*one) for one in printed]
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=block_font(pdf, letters)))
    page.obj.Contents = pdf.make_stream(b"q " + before + b" Q " + f"{colour} {' '.join(shown)}".encode())
    return page


def save(pdf: pikepdf.Pdf, path: Path) -> Path:
    pdf.save(path)
    return path


def page_of(path: Path, settings: Settings = SETTINGS) -> SourcePage:
    return load_page(open_file(path, settings), 1, settings)


def made(
    tmp_path: Path, printed: Sequence[Printed], *, before: bytes = b"", colour: str = "0 g"
) -> SourcePage:
    pdf = pikepdf.new()
    make_page(pdf, printed, before=before, colour=colour)
    return page_of(save(pdf, tmp_path / "a.pdf"))


def test_a_sound_layer_is_trusted_and_its_words_are_placed_at_300_dpi(tmp_path: Path) -> None:
    page = made(tmp_path, lines(CLEAN))
    assert (page.text_source, page.image, page.dpi) == ("text_layer", None, 300)
    assert (page.width, page.height) == (2480, 3509)
    assert [line.text for line in page.text_lines] == CLEAN
    box = page.text_lines[0].bbox
    assert box is not None
    assert box.left == pytest.approx(40 * 300 / 72, abs=8)
    assert box.top <= (100 + 10) * 300 / 72 <= box.bottom + 8


@pytest.mark.parametrize(
    ("texts", "word"),
    [(GARBLED, "syllables"), (BARE, "0% with diacritics"), (TCVN3, "legacy_encoding TCVN3")],
    ids=["garbled", "without diacritics", "legacy encoding"],
)
def test_an_unsound_layer_is_read_anew_and_the_note_says_why(
    tmp_path: Path, texts: list[str], word: str
) -> None:
    page = made(tmp_path, lines(texts))
    assert page.text_source == "ocr"
    assert page.image is not None
    assert word in page.notes[0]
    assert "not trusted" in page.notes[0]


def test_a_layer_over_a_corner_of_the_ink_is_not_trusted(tmp_path: Path) -> None:
    drawing = b" ".join(
        b"60 %d 30 8 re f 140 %d 30 8 re f 380 %d 30 8 re f" % (y, y, y) for y in range(50, 650, 20)
    )
    page = made(tmp_path, lines(CLEAN), before=b"0 g " + drawing)
    assert page.text_source == "ocr"
    assert "outside its words" in page.notes[0]


def test_table_rules_and_a_seal_do_not_disqualify_a_layer(tmp_path: Path) -> None:
    rules = b" ".join(b"50 %d m 545 %d l S" % (y, y) for y in range(100, 740, 22))
    seal = b"1 0 0 rg 300 200 90 90 re f"
    assert made(tmp_path, lines(CLEAN), before=rules + b" " + seal).text_source == "text_layer"


def test_words_nobody_sees_are_not_trusted(tmp_path: Path) -> None:
    page = made(tmp_path, lines(CLEAN), colour="1 g")
    assert page.text_source == "ocr"
    assert "visible" in page.notes[0]


def test_blue_and_red_words_are_seen(tmp_path: Path) -> None:
    assert made(tmp_path, lines(CLEAN), colour="0 0 1 rg").text_source == "text_layer"
    assert made(tmp_path, lines(CLEAN), colour="1 0 0 rg").text_source == "text_layer"


def test_a_number_typed_later_stands_in_its_place(tmp_path: Path) -> None:
    printed = [
        (70.0, 60.0, 12.0, "Số:"),
        (140.0, 60.0, 12.0, "/QĐ-UBND"),
        *lines(CLEAN),
        (105.0, 60.5, 13.0, "209"),
    ]
    assert made(tmp_path, printed).text_lines[0].text == "Số: 209 /QĐ-UBND"


def test_columns_are_split_and_doubled_words_are_one(tmp_path: Path) -> None:
    header = [
        (70.0, 60.0, 10.0, "BỘ TÀI CHÍNH"),
        (300.0, 60.0, 10.0, "Độc lập"),
        (300.3, 60.0, 10.0, "Độc lập"),
    ]
    page = made(tmp_path, [*header, *lines(CLEAN)])
    assert [line.text for line in page.text_lines[:2]] == ["BỘ TÀI CHÍNH", "Độc lập"]


def test_captions_leave_the_text(tmp_path: Path) -> None:
    stamp = [(420.0, 30.0, 6.0, "Ký bởi: Sở Nội vụ"), (420.0, 37.0, 6.0, "Thời gian ký: 01/02/2020 08:15:24")]
    page = made(tmp_path, [*stamp, *lines(CLEAN)])
    assert page.captions == ("Ký bởi: Sở Nội vụ\nThời gian ký: 01/02/2020 08:15:24",)
    assert [line.text for line in page.text_lines] == CLEAN


def test_words_off_the_page_are_not_printed(tmp_path: Path) -> None:
    page = made(tmp_path, [*lines(CLEAN), (20.0, 900.0, 12.0, "ngoài trang")])
    assert [line.text for line in page.text_lines] == CLEAN


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_words_lie_on_the_ink_of_the_picture_however_the_page_is_turned_and_cropped(
    tmp_path: Path, rotation: int
) -> None:
    pdf = pikepdf.new()
    page = make_page(pdf, lines(CLEAN))
    page.obj.Rotate = rotation
    page.obj.CropBox = pikepdf.Array([30, 400, 580, 800])
    source = open_file(save(pdf, tmp_path / "a.pdf"), SETTINGS)
    loaded, image = load_page(source, 1, SETTINGS), load_image(source, 1, SETTINGS)
    assert image.pixels.shape[:2] == (loaded.height, loaded.width)
    assert (loaded.width > loaded.height) == (rotation in (0, 180))
    boxes = [word.bbox for line in loaded.text_lines for word in line.words if word.bbox]
    assert len(boxes) > 40
    for box in boxes:
        assert image.pixels[box.top : box.bottom, box.left : box.right].min() < 128
    blank = image.pixels.copy()
    for box in boxes:
        blank[max(0, box.top - 3) : box.bottom + 3, max(0, box.left - 3) : box.right + 3] = 255
    assert np.count_nonzero(blank < 128) == 0


def test_an_empty_page_is_a_picture_without_text(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 300))
    page = page_of(save(pdf, tmp_path / "a.pdf"))
    assert (page.text_source, page.text_lines, page.notes[0]) == ("ocr", (), "no text layer")


def test_a_layer_with_too_much_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        pdf = pikepdf.new()
        make_page(pdf, lines(CLEAN))
        page_of(save(pdf, tmp_path / "a.pdf"), Settings(max_text_characters=50))
    assert caught.value.code == "too_large"


def test_without_poppler_the_package_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency) as caught:
        made(tmp_path, lines(CLEAN))
    assert "apt-get install poppler-utils" in str(caught.value)


def test_a_program_that_hangs_is_a_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "pdftotext"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    slow.chmod(0o755)
    pdf = pikepdf.new()
    make_page(pdf, lines(CLEAN))
    path = save(pdf, tmp_path / "a.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError) as caught:
        page_of(path, Settings(page_timeout_seconds=0.3))
    assert caught.value.code == "timeout"
