"""Inks come apart on papers of any colour, out of JPEG files too, and print under a seal stays print."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.seals import BLACK, BLUE, RED, jpeg, print_of, seal_of, signature_of, stamped
from numpy.typing import NDArray

from pipeline.image import Inks, black_layer, separate, survey_inks
from pipeline.image.geometry import IDENTITY
from pipeline.model import BBox, CleanPage, PageImage

Pixels = NDArray[np.uint8]
SIZE = (900, 1300)
PRINT = print_of(SIZE, (380, 560))
SEAL = seal_of(SIZE, (400, 400), 200)
SIGNATURE = signature_of(SIZE, (520, 420))
WHITE = (255, 255, 255)


def page(*, paper: tuple[int, int, int] = WHITE, red: bool = True, blue: bool = True) -> Pixels:
    sheet = np.full((*SIZE, 3), paper, np.uint8)
    sheet = stamped(sheet, PRINT, BLACK)
    sheet = stamped(sheet, SEAL, RED) if red else sheet
    return stamped(sheet, SIGNATURE, BLUE) if blue else sheet


def surveyed(pixels: Pixels) -> Inks:
    return survey_inks(pixels) or pytest.fail("a colour page has inks")


def dark_share(layer: Pixels | None, where: NDArray[np.bool_]) -> float:
    assert layer is not None
    return float((layer[where] < 128).mean())


PRINT_ALONE = (PRINT > 200) & (SEAL == 0) & (SIGNATURE == 0)
COVERED = (PRINT > 200) & (SEAL > 200)
SEAL_ALONE = (SEAL > 200) & (PRINT == 0) & (SIGNATURE == 0)
PEN_ALONE = (SIGNATURE > 200) & (PRINT == 0) & (SEAL == 0)


@pytest.mark.parametrize("paper", [WHITE, (205, 235, 245), (235, 225, 205)], ids=["white", "cream", "cold"])
@pytest.mark.parametrize("quality", [None, 75], ids=["exact", "jpeg"])
def test_each_ink_is_in_its_own_layer(paper: tuple[int, int, int], quality: int | None) -> None:
    pixels = page(paper=paper)
    pixels = jpeg(pixels, quality) if quality else pixels
    layers = separate(pixels, surveyed(pixels))
    assert COVERED.sum() > 300
    assert dark_share(layers.black, PRINT_ALONE) > 0.97
    assert dark_share(layers.black, COVERED) > 0.9
    assert dark_share(layers.black, SEAL_ALONE) < 0.02
    assert dark_share(layers.black, PEN_ALONE) < 0.05
    assert dark_share(layers.red, SEAL_ALONE) > 0.85 and dark_share(layers.red, PEN_ALONE) < 0.05
    assert dark_share(layers.blue, PEN_ALONE) > 0.9 and dark_share(layers.blue, SEAL_ALONE) < 0.05


def test_light_that_falls_off_across_the_page_is_no_ink() -> None:
    light = np.linspace(1.0, 0.6, SIZE[1])[None, :, None] * np.array([0.85, 0.95, 1.0])
    pixels = np.asarray(page() * light, np.uint8)
    layers = separate(pixels, surveyed(pixels))
    assert float((layers.black < 128)[(PRINT == 0) & (SEAL == 0) & (SIGNATURE == 0)].mean()) < 0.01
    assert dark_share(layers.black, PRINT_ALONE) > 0.95 and dark_share(layers.black, SEAL_ALONE) < 0.05


def test_a_page_of_print_has_no_coloured_ink() -> None:
    fringed = np.tile(page(red=False, blue=False), (3, 2, 1))
    fringed[:, 1:, 2] = fringed[:, :-1, 2].copy()  # a scanner whose colours lie one pixel apart
    inks = surveyed(fringed)
    assert (inks.red, inks.blue) == (None, None)
    layers = separate(fringed, inks)
    assert layers.red is None and layers.blue is None
    assert dark_share(layers.black, np.tile(PRINT_ALONE, (3, 2))) > 0.9


def test_shares_tell_how_much_of_the_page_an_ink_covers() -> None:
    inks = surveyed(page(blue=False))
    assert inks.blue is None
    assert inks.red_share == pytest.approx(float((SEAL > 60).mean()), rel=0.3)


def test_a_grey_page_has_one_layer() -> None:
    grey = np.full((400, 300), 255, np.uint8)
    assert survey_inks(grey) is None
    cleaned = CleanPage(PageImage(1, grey, 300.0), (), IDENTITY)
    grey[100:110] = 0
    layer = black_layer(PageImage(1, grey, 300.0), cleaned, BBox(50, 90, 150, 120), None)
    assert (layer.pixels == grey[90:120, 50:150]).all()


def test_a_part_has_the_layers_of_the_whole() -> None:
    pixels = page()
    inks = surveyed(pixels)
    whole, box = separate(pixels, inks), BBox(300, 150, 900, 700)
    part = separate(pixels, inks, box)
    inner = (slice(5, -5), slice(5, -5))  # the seam of the cut sees less around it
    for name in ("black", "red", "blue"):
        wanted = getattr(whole, name)[150:700, 300:900][inner].astype(int)
        assert np.abs(getattr(part, name)[inner] - wanted).max() <= 8


def test_the_black_layer_lies_on_the_clean_page() -> None:
    pixels = page()
    half = CleanPage(PageImage(1, pixels[::2, ::2, 2], 150.0), (), (2.0, 0, 0, 0, 2.0, 0, 0, 0, 1.0))
    layer = black_layer(PageImage(1, pixels, 300.0), half, BBox(150, 100, 500, 350), surveyed(pixels))
    assert layer.pixels.shape == (250, 350) and layer.dpi == 150.0
    found = np.argwhere(layer.pixels < 100)
    there = np.argwhere(PRINT[200:700:2, 300:1000:2] > 128)
    assert np.abs(found.mean(axis=0) - there.mean(axis=0)).max() < 6
