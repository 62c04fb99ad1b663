"""Hostile and broken files: a clear typed error each, nothing lost, the others unharmed."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from conftest import Run
from PIL import Image

RunSohoa = Callable[..., Run]


def encrypted(path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, encryption=pikepdf.Encryption(user="secret", owner="owner"))


def truncated(path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path)
    path.write_bytes(path.read_bytes()[:60])


def many_pages(path: Path) -> None:
    with pikepdf.new() as pdf:
        for _ in range(5000):
            pdf.add_blank_page()
        pdf.save(path)


def two_gigapixels(path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 40_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "encrypted.pdf": (encrypted, "encrypted"),
    "truncated.pdf": (truncated, "damaged"),
    "empty.pdf": (Path.touch, "empty"),
    "page.pdf": (lambda path: path.write_text("<!DOCTYPE html><html><body>404</body></html>"), "wrong_type"),
    "huge.png": (two_gigapixels, "too_many_pixels"),
    "long.pdf": (many_pages, "too_many_pages"),
    "not text.txt": (lambda path: path.write_bytes(bytes(range(256)) * 40), "wrong_type"),
}


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, (make, _) in BAD.items():
        make(folder / name)
    (folder / "good.txt").write_text("SỞ NỘI VỤ\nSố: 12/QĐ-SNV\n", encoding="utf-8")
    return folder


def test_bad_files_are_told_and_the_good_one_is_read(bad_folder: Path, sohoa_run: RunSohoa) -> None:
    run = sohoa_run(bad_folder)
    assert run.code == 8, run.stderr
    assert [row["source_file"] for row in run.table("documents")] == ["good.txt"]
    failures = {row["path"]: row for row in run.table("failures")}
    assert {name: failures[name]["code"] for name in BAD} == {name: code for name, (_, code) in BAD.items()}
    assert all(name in failures[name]["message"] for name in BAD)
    assert all((bad_folder / name).exists() for name in BAD)


def test_a_page_of_noise_gets_a_row_in_which_nothing_is_sure(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1100, 800), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png", dpi=(100, 100))
    run = sohoa_run(tmp_path / "noise.png", options=["--jobs", "1"])
    (row,) = run.table("documents")
    assert (row["number"], row["issue_date"], row["signer_name"]) == ("", "", "")
    assert run.code == 0
