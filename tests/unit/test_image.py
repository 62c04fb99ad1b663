"""Cleaning keeps the way back to the scan, and helps only where there is something to mend."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.image import clean, map_box
from pipeline.image.geometry import IDENTITY, apply, compose, invert, turn
from pipeline.image.orientation import find_orientation
from pipeline.image.skew import skew_degrees
from pipeline.model import BBox, PageImage


def text_page(width: int = 1240, height: int = 1754) -> NDArray[np.uint8]:
    """White paper with rows of dark bars of the size of words at 150 dpi."""
    page = np.full((height, width), 255, np.uint8)
    generator = np.random.default_rng(1)
    for top in range(200, height - 200, 36):
        left = 150
        while left < width - 250:
            right = left + int(generator.integers(30, 120))
            page[top : top + 16, left:right] = 30
            left = right + 12
    return page


def rotated(page: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=255), np.uint8)


@pytest.mark.parametrize("degrees", [-17.0, -5.0, -1.2, 0.6, 3.3, 15.0])
def test_skew_is_measured_to_a_tenth_of_a_degree(degrees: float) -> None:
    assert skew_degrees(rotated(text_page(), degrees), 150.0) == pytest.approx(-degrees, abs=0.15)


def test_a_level_page_and_an_empty_page_are_not_turned() -> None:
    assert abs(skew_degrees(text_page(), 150.0)) < 0.1
    assert skew_degrees(np.full((500, 400), 255, np.uint8), 150.0) == 0.0


def marked_page(lines: int = 38) -> NDArray[np.uint8]:
    """Letters 14 px high with marks and ascenders above every other one and a few dots and tails below."""
    page = np.full((1754, 1240), 255, np.uint8)
    generator = np.random.default_rng(2)
    for line in range(lines):
        top = 180 + 36 * line
        for left in (150 + np.cumsum(generator.integers(13, 18, 60))).tolist():
            page[top : top + 14, left : left + 3] = page[top : top + 14, left + 7 : left + 10] = 30
            page[top + 11 : top + 14, left : left + 10] = 30
            above, below = generator.random(2)
            if above < 0.5:
                page[top - 8 : top - 3, left + 2 : left + 8] = 30
            if below < 0.15:
                page[top + 17 : top + 20, left + 3 : left + 6] = 30
    return page


@pytest.mark.parametrize("degrees", [0.0, 2.2, -6.0])
@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_page_is_turned_so_that_marks_stand_above_its_letters(degrees: float, quarter_turns: int) -> None:
    scan = np.ascontiguousarray(np.rot90(rotated(marked_page(), degrees), quarter_turns))
    cleaned = clean(PageImage(1, scan, 150.0))
    assert cleaned.quarter_turns == quarter_turns
    names = [step.name for step in cleaned.steps]
    assert ("turn" in names) == bool(quarter_turns)


def test_a_page_with_too_little_text_is_taken_to_be_upright() -> None:
    upside_down = np.ascontiguousarray(np.rot90(marked_page(lines=2), 2))
    assert find_orientation(upside_down, 14.0).quarter_turns == 0


def test_the_rules_of_a_table_do_not_turn_a_page() -> None:
    page = marked_page(lines=20)
    page[150:1700, 140:1100:60] = 0
    assert find_orientation(page, 14.0).quarter_turns == 0


def test_a_good_page_is_left_alone() -> None:
    page = cv2.resize(text_page(), None, fx=2, fy=2)
    cleaned = clean(PageImage(1, np.asarray(page, np.uint8), 300.0))
    assert cleaned.steps == ()
    assert cleaned.to_scan == IDENTITY
    assert cleaned.image.pixels is page


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
@pytest.mark.parametrize("degrees", [0.0, 2.0])
def test_a_mark_on_the_clean_page_leads_back_to_the_scan(quarter_turns: int, degrees: float) -> None:
    upright = text_page()
    upright[100:110, 900:910] = 0  # a lone mark above the text
    scan = np.ascontiguousarray(np.rot90(rotated(upright, degrees), quarter_turns))
    cleaned = clean(PageImage(1, scan, 150.0), quarter_turns=quarter_turns)
    grey = cleaned.image.pixels
    ys, xs = np.nonzero(grey[: int(0.1 * grey.shape[0]), grey.shape[1] // 2 :] < 128)
    left, top = int(xs.min()) + grey.shape[1] // 2, int(ys.min())
    found = BBox(left, top, left + int(np.ptp(xs)) + 1, top + int(np.ptp(ys)) + 1)
    box = map_box(cleaned.to_scan, found, (scan.shape[1], scan.shape[0]))
    inside = scan[box.top : box.bottom, box.left : box.right]
    assert box.width < 40
    assert box.height < 40
    assert inside.min() < 60


def test_red_ink_vanishes_from_a_colour_page() -> None:
    page = np.full((600, 400, 3), 255, np.uint8)
    page[100:120, 50:350] = (30, 30, 30)
    page[200:300, 100:200] = (60, 60, 230)  # red in BGR
    cleaned = clean(PageImage(1, page, 300.0))
    assert cleaned.image.pixels[250, 150] > 200
    assert cleaned.image.pixels[110, 150] < 60
    assert cleaned.steps[0].name == "red_channel"


def test_maps_compose_and_invert() -> None:
    quarter = turn(100, 50, 1)
    assert apply(quarter, 0, 0) == (50, 0)
    assert apply(compose(invert(quarter), quarter), 13, 7) == pytest.approx((13, 7))


@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (2, 5000, 3), (1, 1), (4000, 2, 3)])
def test_a_picture_of_a_pixel_or_two_is_a_blank_page(shape: tuple[int, ...]) -> None:
    assert clean(PageImage(1, np.full(shape, 255, np.uint8), 300.0)).is_blank
