import io
import os
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source import open_file, read_text

SETTINGS = Settings()


def refused(path: Path, settings: Settings = SETTINGS) -> InputError:
    with pytest.raises(InputError) as caught:
        open_file(path, settings)
    assert str(path) in str(caught.value)
    return caught.value


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def blank_pdf(pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    return pdf


def pdf_bytes(pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    blank_pdf(pages).save(buffer)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    data = zlib.compress(b"\0" * 100)
    body = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return b"\x89PNG\r\n\x1a\n" + chunk + body


def test_a_sound_pdf_is_described(tmp_path: Path) -> None:
    source = open_file(write(tmp_path / "a.pdf", pdf_bytes(3)), SETTINGS)
    assert (source.kind, source.page_count, source.notes) == ("pdf", 3, ())
    assert source.bytes == (tmp_path / "a.pdf").stat().st_size
    assert source.doc_id == source.sha256[:16]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "a.pdf", b"")).code == "empty"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.pdf").code == "not_found"


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    assert refused(tmp_path).code == "not_a_file"
    os.mkfifo(tmp_path / "pipe.pdf")
    assert refused(tmp_path / "pipe.pdf").code == "not_a_file"


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", pdf_bytes())
    assert refused(path, Settings(max_file_bytes=100)).code == "too_large"


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.pdf", pdf_bytes())
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refused(path).code == "no_permission"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_really_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", pdf_bytes())
    path.chmod(0)
    assert refused(path).code == "no_permission"


@pytest.mark.parametrize(
    ("name", "data", "really"),
    [
        ("a.pdf", b"\n<!DOCTYPE html><html><body>404</body></html>", "HTML, not PDF"),
        ("a.pdf", b"<html>%PDF-1.4</html>", "HTML, not PDF"),
        ("a.pdf", b"PK\x03\x04" + b"\0" * 100, "ZIP"),
        ("a.jpg", b"GIF89a" + b"\0" * 100, "GIF, not JPEG"),
        ("a.tif", b"BM" + b"\0" * 100, "BMP, not TIFF"),
        ("a.pdf", "Bộ Nội vụ\n".encode() * 10, "plain text, not PDF"),
        ("a.png", b"\x01\x02\x03\x04\x00" * 50, "unknown type, not PNG"),
        ("a.txt", b"<?xml version='1.0'?><a/>", "XML, not text"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 100, "Office document"),
    ],
)
def test_a_wrong_type_is_named_for_what_it_is(tmp_path: Path, name: str, data: bytes, really: str) -> None:
    error = refused(write(tmp_path / name, data))
    assert error.code == "wrong_type"
    assert really in error.message


def test_a_jpeg_named_pdf_is_read_as_jpeg_with_a_note(tmp_path: Path) -> None:
    Image.new("L", (40, 60), 255).save(tmp_path / "a.pdf", format="JPEG")
    source = open_file(tmp_path / "a.pdf", SETTINGS)
    assert source.kind == "jpeg"
    assert "JPEG" in source.notes[0]


def test_text_that_begins_like_a_bitmap_is_text(tmp_path: Path) -> None:
    assert (
        open_file(write(tmp_path / "a.txt", b"BM 01: bi\xe1\xbb\x83u m\xe1\xba\xabu"), SETTINGS).kind
        == "text"
    )


def test_the_pdf_header_may_come_late(tmp_path: Path) -> None:
    source = open_file(write(tmp_path / "a.pdf", b"junk\n" * 100 + pdf_bytes(2)), SETTINGS)
    assert (source.kind, source.page_count) == ("pdf", 2)


def test_an_encrypted_pdf_is_refused_unless_the_password_is_empty(tmp_path: Path) -> None:
    blank_pdf().save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="secret", owner="owner"))
    blank_pdf().save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(user="", owner="owner"))
    assert refused(tmp_path / "a.pdf").code == "encrypted"
    assert open_file(tmp_path / "b.pdf", SETTINGS).notes == ("encrypted with an empty password",)


def test_a_pdf_that_lost_its_end_is_repaired_and_the_repair_noted(tmp_path: Path) -> None:
    data = pdf_bytes(2)
    source = open_file(write(tmp_path / "a.pdf", data[: data.rindex(b"xref")] + b"trailer"), SETTINGS)
    assert source.page_count == 2
    assert "repaired" in source.notes[0]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + bytes(range(256)) * 40, pdf_bytes(2)[:60]])
def test_a_pdf_beyond_repair_is_damaged(tmp_path: Path, data: bytes) -> None:
    assert refused(write(tmp_path / "a.pdf", data)).code == "damaged"


def test_more_pages_than_allowed_are_refused(tmp_path: Path) -> None:
    blank_pdf(5000).save(tmp_path / "a.pdf")
    assert refused(tmp_path / "a.pdf").code == "too_many_pages"


def test_too_many_frames_of_a_tiff_are_refused(tmp_path: Path) -> None:
    frames = [Image.new("1", (8, 8)) for _ in range(5)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    assert refused(tmp_path / "a.tif", Settings(max_pages=4)).code == "too_many_pages"


def test_a_gigantic_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "a.png", png_header(50_000, 40_000))).code == "too_many_pixels"


@pytest.mark.parametrize("magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*"])
def test_a_picture_that_is_only_a_header_is_damaged(tmp_path: Path, magic: bytes) -> None:
    assert refused(write(tmp_path / "a.png", magic + b"\x07" * 50)).code == "damaged"


def test_read_text_takes_text_files_only(tmp_path: Path) -> None:
    assert read_text(write(tmp_path / "a.txt", b"xin\fch\xc3\xa0o"), SETTINGS) == "xin\fchào"
    with pytest.raises(InputError):
        read_text(write(tmp_path / "a.pdf", pdf_bytes()), SETTINGS)
