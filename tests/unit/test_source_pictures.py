from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.source import SourcePage, load_page, open_file

SETTINGS = Settings()


def page_of(path: Path, page_number: int = 1) -> SourcePage:
    return load_page(open_file(path, SETTINGS), page_number, SETTINGS)


def pixels_of(path: Path, page_number: int = 1) -> np.ndarray:
    image = page_of(path, page_number).image
    assert image is not None
    return image.pixels


@pytest.mark.parametrize("compression", ["raw", "group4", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_every_page_of_a_tiff_is_read_whatever_its_compression(tmp_path: Path, compression: str) -> None:
    frames = [Image.new("1", (30, 40), 1), Image.new("1", (20, 50), 0)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], compression=compression)
    first, second = pixels_of(tmp_path / "a.tif", 1), pixels_of(tmp_path / "a.tif", 2)
    assert (first.shape, second.shape) == ((40, 30), (50, 20))
    assert first.min() == 255
    assert second.max() == 0


def test_a_tiff_in_which_zero_is_white_keeps_its_colours(tmp_path: Path) -> None:
    image = Image.new("L", (10, 10), 255)
    image.putpixel((0, 0), 0)
    image.save(tmp_path / "a.tif", tiffinfo={262: 0})
    pixels = pixels_of(tmp_path / "a.tif")
    assert sorted(np.unique(pixels).tolist()) == [0, 255]


def test_colours_are_blue_green_red(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), (255, 0, 0)).save(tmp_path / "a.png")
    assert pixels_of(tmp_path / "a.png")[0, 0].tolist() == [0, 0, 255]


def test_transparent_parts_lie_over_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert pixels_of(tmp_path / "a.png").min() == 255


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    values = np.array([[0, 32896], [65535, 257]], dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    assert pixels_of(tmp_path / "a.png").tolist() == [[0, 128], [255, 1]]


def test_exif_orientation_turns_the_picture(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40), "white")
    exif = image.getexif()
    exif[274] = 6  # turn by 90 degrees clockwise
    image.save(tmp_path / "a.jpg", exif=exif)
    page = page_of(tmp_path / "a.jpg")
    assert (page.width, page.height) == (40, 60)


def test_a_plausible_resolution_is_believed(tmp_path: Path) -> None:
    Image.new("L", (100, 150)).save(tmp_path / "a.jpg", dpi=(200, 200))
    assert page_of(tmp_path / "a.jpg").dpi == 200


@pytest.mark.parametrize("told", [None, (72, 72), (96, 96), (1, 1), (100_000, 100_000)])
def test_else_the_resolution_of_an_a4_page_is_assumed_and_noted(
    tmp_path: Path, told: tuple[int, int] | None
) -> None:
    Image.new("L", (827, 1169)).save(tmp_path / "a.jpg", **({"dpi": told} if told else {}))
    page = page_of(tmp_path / "a.jpg")
    assert page.dpi == pytest.approx(100, abs=0.5)
    assert "A4" in page.notes[0]


def test_very_fine_scans_are_brought_to_300_dpi(tmp_path: Path) -> None:
    Image.new("L", (1200, 600), 200).save(tmp_path / "a.tif", dpi=(600, 600))
    page = page_of(tmp_path / "a.tif")
    assert (page.width, page.height, page.dpi) == (600, 300, 300)
    assert "scaled" in page.notes[0]


def test_a_picture_above_the_pixel_limit_is_refused(tmp_path: Path) -> None:
    Image.new("L", (100, 100)).save(tmp_path / "a.png")
    with pytest.raises(InputError) as caught:
        open_file(tmp_path / "a.png", Settings(max_page_pixels=9_999))
    assert caught.value.code == "too_many_pixels"


def test_a_broken_picture_is_damaged(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8)).save(
        tmp_path / "a.png"
    )
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError) as caught:
        page_of(tmp_path / "a.png")
    assert caught.value.code == "damaged"
