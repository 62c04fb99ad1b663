"""What an attacker, a broken disk or an odd file system may drop in: nothing crashes, nothing is lost."""

import csv
import io
import zlib

import pikepdf
import pytest
from conftest import Run, run_on
from fakes.mutations import mutants, seeds

from pipeline.export.cells import unguard

LETTER = "SỞ NỘI VỤ\nSố: {}/QĐ-SNV\n"
ODD_NAMES = (
    "line\nbreak.txt",
    "=cmd|' C calc'!A0.txt",
    "+84 123.txt",
    "rtl\u202etxt.exe.txt",
    "%2e%2e%2f..%2fetc%2fpasswd.txt",
    "-rf.txt",
    "'; DROP TABLE documents;--.txt",
    "<img src=x onerror=alert(1)>.txt",
    "n" * 251 + ".txt",
    "đ" * 120 + ".txt",
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over odd names, damaged copies, bombs and active content."""
    folder = tmp_path_factory.mktemp("hostile")
    for index, name in enumerate(ODD_NAMES, 1):
        (folder / name).write_text(LETTER.format(index), encoding="utf-8")
    for name, data in mutants(seeds(), 40, seed=7):
        (folder / f"mutant_{name}").write_bytes(data)
    (folder / "active.pdf").write_bytes(seeds()["layer.pdf"])
    (folder / "bomb.pdf").write_bytes(_bomb())
    (folder / "long.txt").write_text("kỷ niệm 50 năm " * 400_000, encoding="utf-8")
    return run_on(folder.parent / "out", [folder])


def test_every_file_is_read_or_fails_with_a_reason(hostile: Run) -> None:
    dropped = {path.name for path in (hostile.out.parent / "hostile0").iterdir()}
    read = {row["path"] for row in hostile.table("files")}
    failures = hostile.table("failures")
    known = {unguard(name) for name in read | {row["path"] for row in failures}}
    assert hostile.code == 8, hostile.stderr
    assert known == {name.replace("\n", "\ufffd") for name in dropped}
    assert not [row for row in failures if row["code"] == "bug"]


def test_odd_names_come_back_as_they_are_and_run_nowhere(hostile: Run) -> None:
    documents = hostile.table("documents")
    numbers = {row["number"] for row in documents}
    assert {str(index) for index in range(1, len(ODD_NAMES) + 1)} <= numbers
    with (hostile.out / "documents.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


def test_active_content_of_a_pdf_is_never_run_or_unpacked(hostile: Run) -> None:
    (row,) = (row for row in hostile.table("documents") if row["source_file"] == "active.pdf")
    assert row["number_raw"] == "So: 12/QD-SNV"
    assert not list(hostile.out.rglob("payload*"))


def test_a_text_beyond_the_limit_and_a_decompression_bomb_are_refused(hostile: Run) -> None:
    codes = {row["path"]: row["code"] for row in hostile.table("failures")}
    assert codes["long.txt"] == "too_large"
    assert codes["bomb.pdf"]


def _bomb() -> bytes:
    """A page whose picture says it has 20,000 x 20,000 pixels of 8 bits, in a few hundred kilobytes."""
    side = 20_000
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(side)) for _ in range(side)) + packer.flush()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(600, 800))
        picture = pdf.make_stream(b"")
        picture.write(packed, filter=pikepdf.Name.FlateDecode)
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width = picture.Height = side
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.Contents = pdf.make_stream(b"q 600 0 0 800 0 0 cm /Im0 Do Q")
        memory = io.BytesIO()
        pdf.save(memory)
    return memory.getvalue()
