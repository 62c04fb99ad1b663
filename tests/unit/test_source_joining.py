"""Page images named in sequence become one file of pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source import discover, join_sequences, load_page, open_file

SETTINGS = Settings()


def picture(path: Path, grey: int = 255) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (40, 60), grey).save(path)
    return path


def joined(folder: Path, *names: str, lists: Path | None = None) -> list[str]:
    for index, name in enumerate(names):
        picture(folder / name, index)
    found = join_sequences(discover([folder]), lists or folder.parent / "lists")
    return [one.relative for one in found]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("scan_001.jpg", "scan_002.jpg", "scan_003.jpg"), ["scan_001-003.jpg"]),
        (("CV 12 trang 1.png", "CV 12 trang 2.png"), ["CV 12 trang 1-2.png"]),
        (("9.png", "10.png"), ["9-10.png"]),
        (("a/p1.png", "a/p2.png", "b/p3.png"), ["a/p1-2.png", "b/p3.png"]),
        (("p1.png", "p2.png", "p4.png", "p5.png"), ["p1-2.png", "p4-5.png"]),
        (("p1_front.png", "p2_front.png", "x.png"), ["p1-2_front.png", "x.png"]),
    ],
)
def test_pages_in_sequence_are_one_file(tmp_path: Path, names: tuple[str, ...], expected: list[str]) -> None:
    assert joined(tmp_path / "in", *names) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("scan_001.jpg", "scan_003.jpg"),
        ("scan_001.jpg", "scan_002.png"),
        ("scan_001.jpg", "page_002.jpg"),
        ("1.png", "01.png", "2.png"),
        ("09.png", "010.png"),
        ("a.png", "b.png"),
        ("p1_front.png", "p2_back.png"),
    ],
)
def test_what_is_not_one_sequence_stays_apart(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert sorted(joined(tmp_path / "in", *names)) == sorted(names)


def test_a_tiff_of_several_pages_stays_by_itself(tmp_path: Path) -> None:
    frames = [Image.new("L", (40, 60), grey) for grey in (0, 255)]
    (tmp_path / "in").mkdir()
    frames[0].save(tmp_path / "in/p1.tif", save_all=True, append_images=frames[1:])
    assert joined(tmp_path / "in", "p2.tif") == ["p1.tif", "p2.tif"]


def test_pages_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (2, 10, 9, 8, 7, 6, 5, 4, 3, 1):
        picture(tmp_path / f"in/p{number}.png", number)
    (found,) = join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    source = open_file(found.path, SETTINGS)
    assert (source.kind, source.page_count) == ("pages", 10)
    for number in range(1, 11):
        page = load_page(source, number, SETTINGS)
        assert page.page_number == number
        assert page.image is not None
        assert page.image.page_number == number
        assert int(page.image.pixels[0, 0]) == number


def test_the_same_pages_have_the_same_id_wherever_they_lie(tmp_path: Path) -> None:
    ids = []
    for place in ("a", "b"):
        for number in (1, 2):
            picture(tmp_path / place / f"p{number}.png", number)
        (found,) = join_sequences(discover([tmp_path / place]), tmp_path / f"lists_{place}")
        ids.append(open_file(found.path, SETTINGS).sha256)
    assert ids[0] == ids[1]


def test_other_pages_or_another_order_have_another_id(tmp_path: Path) -> None:
    ids = set()
    for place, greys in (("a", (1, 2)), ("b", (2, 1)), ("c", (1, 3)), ("d", (1, 2, 3))):
        for number, grey in enumerate(greys):
            picture(tmp_path / place / f"p{number}.png", grey)
        (found,) = join_sequences(discover([tmp_path / place]), tmp_path / f"lists_{place}")
        ids.add(open_file(found.path, SETTINGS).sha256)
    assert len(ids) == 4


def test_a_list_is_written_again_only_when_its_pages_change(tmp_path: Path) -> None:
    pages = [picture(tmp_path / f"in/p{number}.png", number) for number in (1, 2)]
    for page in pages:
        os.utime(page, (1, 1))
    (found,) = join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    before = found.path.stat()
    assert join_sequences(discover([tmp_path / "in"]), tmp_path / "lists") == (found,)
    assert found.path.stat().st_mtime_ns == before.st_mtime_ns
    first = open_file(found.path, SETTINGS).sha256
    picture(pages[1], 77)
    join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    assert open_file(found.path, SETTINGS).sha256 != first


def test_a_page_that_changed_since_is_an_error(tmp_path: Path) -> None:
    pages = [picture(tmp_path / f"in/p{number}.png", number) for number in (1, 2)]
    (found,) = join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    picture(pages[1], 77)
    with pytest.raises(InputError) as caught:
        open_file(found.path, SETTINGS)
    assert caught.value.code == "changed"
    pages[1].unlink()
    with pytest.raises(InputError) as caught:
        open_file(found.path, SETTINGS)
    assert caught.value.code == "not_found"


def test_limits_hold_for_all_pages_together(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        picture(tmp_path / f"in/p{number}.png", number)
    (found,) = join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    largest = max(page.stat().st_size for page in (*(tmp_path / "in").iterdir(), found.path))
    for settings, code in (
        (Settings(max_pages=2), "too_many_pages"),
        (Settings(max_page_pixels=100), "too_many_pixels"),
        (Settings(max_file_bytes=largest), "too_large"),
    ):
        with pytest.raises(InputError) as caught:
            open_file(found.path, settings)
        assert caught.value.code == code


def test_a_list_without_its_places_is_damaged(tmp_path: Path) -> None:
    for number in (1, 2):
        picture(tmp_path / f"in/p{number}.png", number)
    (found,) = join_sequences(discover([tmp_path / "in"]), tmp_path / "lists")
    found.path.with_suffix(".paths").unlink()
    with pytest.raises(InputError) as caught:
        open_file(found.path, SETTINGS)
    assert caught.value.code == "damaged"
