"""Whatever the picture: layers have its size, grey print stays print, and a seal takes only its own ink."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.image import separate, survey_inks, without_seal
from pipeline.image.seals import Seal
from pipeline.model import BBox

SIDES = st.integers(20, 90)
PICTURES = SIDES.flatmap(lambda height: SIDES.map(lambda width: (height, width, 3))).flatmap(
    lambda shape: arrays(np.uint8, shape)
)


@settings(max_examples=40, deadline=None)
@given(PICTURES)
def test_layers_have_the_size_of_their_picture(
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    inks = survey_inks(pixels)
    assert inks is not None and 0 <= inks.red_share <= 1 and 0 <= inks.blue_share <= 1
    box = BBox(3, 5, pixels.shape[1] - 1, pixels.shape[0] - 2)
    layers = separate(pixels, inks, box)
    for layer, ink in ((layers.black, True), (layers.red, inks.red), (layers.blue, inks.blue)):
        assert (layer is None) == (not ink)
        assert layer is None or layer.shape == (box.height, box.width)


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, st.integers(0, 120), st.integers(200, 255))
def test_grey_print_in_a_colour_scan_stays_black(width: int, height: int, ink: int, paper: int) -> None:
    pixels = np.full((height + 100, width + 100, 3), paper, np.uint8)
    pixels[50 : 50 + height % 4 + 2, 50 : 50 + width] = ink
    inks = survey_inks(pixels)
    assert inks is not None
    layers = separate(pixels, inks)
    assert layers.black[51, 60] < 150 and layers.black[10, 10] > 240
    assert layers.red is None and layers.blue is None


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 2**31), st.floats(-30, 330), st.floats(-30, 330), st.floats(60, 200), st.booleans())
def test_a_seal_anywhere_is_taken_off_without_touching_the_rest(
    seed: int, x: float, y: float, radius: float, with_rows: bool
) -> None:
    grey = np.where(np.random.default_rng(seed).random((300, 300)) < 0.02, 0, 255).astype(np.uint8)
    rows = (BBox(0, 100, 40, 130), BBox(250, 290, 299, 299)) if with_rows else ()
    page = without_seal(grey, Seal(x, y, radius, 1.0), 150.0, rows)
    assert page.shape == grey.shape and (page >= grey).all()
