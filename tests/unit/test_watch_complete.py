"""A file is whole when its format says so; every cut copy of it is not."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from pipeline.batch.watch.complete import is_complete

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((120, 90), 60).save(stream, kind, **options)
    return stream.getvalue()


def pages(count: int, *, big: bool = False) -> bytes:
    stream = io.BytesIO()
    first, *rest = [Image.effect_noise((60, 40), 60) for _ in range(count)]
    first.save(stream, "TIFF", save_all=True, append_images=rest, big_tiff=big)
    return stream.getvalue()


WHOLE = {
    "a.pdf": PDF,
    "a.jpg": picture("JPEG"),
    "a.png": picture("PNG"),
    "a.tif": pages(1),
    "pages.tif": pages(3),
    "big.tif": pages(2, big=True),
}


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_complete(name: str, tmp_path: Path) -> None:
    assert is_complete(put(tmp_path, name, WHOLE[name]))


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.8, 0.97])
def test_a_cut_file_is_not(name: str, share: float, tmp_path: Path) -> None:
    content = WHOLE[name]
    assert not is_complete(put(tmp_path, name, content[: int(len(content) * share)]))


def test_room_that_was_made_before_the_bytes_came_is_not_a_file_yet(tmp_path: Path) -> None:
    assert not is_complete(put(tmp_path, "a.pdf", bytes(9000)))
    assert not is_complete(put(tmp_path, "b.pdf", PDF[:20] + bytes(9000)))


def test_padding_behind_the_end_mark_is_allowed(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.jpg", "a.png"):
        assert is_complete(put(tmp_path, name, WHOLE[name] + bytes(100)))


def test_what_no_format_can_tell_is_complete(tmp_path: Path) -> None:
    assert is_complete(put(tmp_path, "a.txt", b"SO NOI VU"))
    assert is_complete(put(tmp_path, "office.pdf", b"PK\x03\x04" + bytes(50)))


def test_a_directory_that_points_at_itself_ends(tmp_path: Path) -> None:
    loop = b"II*\x00\x08\x00\x00\x00" + b"\x00\x00" + b"\x08\x00\x00\x00"
    assert is_complete(put(tmp_path, "a.tif", loop))


def test_a_pipe_does_not_hold_the_watch_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    with pytest.raises(OSError, match="regular"):
        is_complete(tmp_path / "a.pdf")
