"""Pages are measured, and only what is spoiled is mended; what was cut or turned leads back to the scan."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.image import binarized, black_layer, clean, map_box, stack_strips
from pipeline.image.measures import measure
from pipeline.image.sheet import find_sheet
from pipeline.model import BBox, PageImage

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi


def printed(lines: int = 40) -> Pixels:
    """White paper with rows of real letter shapes, x-height about 14 px as at 150 dpi."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for row in range(lines):
        cv2.putText(page, "nomura sevan cox rune", (130, 140 + 38 * row), 0, 0.9, 20, 2, cv2.LINE_AA)
        cv2.putText(page, "wanes murx oce nasu", (660, 140 + 38 * row), 0, 0.9, 20, 2, cv2.LINE_AA)
    return page


def step_names(pixels: Pixels, dpi: float = 150.0) -> list[str]:
    return [step.name for step in clean(PageImage(1, pixels, dpi)).steps]


def shaded(pixels: Pixels, darkest: float) -> Pixels:
    light = np.linspace(1.0, darkest, pixels.shape[1], dtype=np.float32)[None, :]
    return (pixels * light).astype(np.uint8)


def test_a_good_page_passes_with_nothing_but_its_resizing() -> None:
    assert step_names(printed()) == ["resize"]


def test_the_size_of_letters_is_measured_whatever_the_resolution_says() -> None:
    page = printed()
    assert measure(page).x_height == pytest.approx(14, abs=3)
    twice = np.asarray(cv2.resize(page, None, fx=2, fy=2), np.uint8)
    assert measure(twice).x_height == pytest.approx(2 * measure(page).x_height, abs=2)


def test_a_resolution_that_cannot_be_is_replaced_by_that_of_the_letters() -> None:
    told, right = (clean(PageImage(1, printed(), dpi)) for dpi in (50.0, 150.0))
    assert "resolution" in [step.name for step in told.steps]
    assert told.image.pixels.shape[0] == pytest.approx(right.image.pixels.shape[0], rel=0.25)


def test_a_shadow_is_divided_out_and_an_even_tint_is_not() -> None:
    page = printed()
    spoiled = shaded(page, 0.45)
    cleaned = clean(PageImage(1, spoiled, 300.0))
    names = [step.name for step in cleaned.steps]
    assert "divide_background" in names
    assert "divide_background" not in step_names((page * 0.8).astype(np.uint8))
    assert np.percentile(cleaned.image.pixels[:, -200:], 60) > 240


def test_grain_is_smoothed_and_specks_are_taken_away_but_dots_stay() -> None:
    generator = np.random.default_rng(1)
    grainy = printed().astype(np.float32) * 0.8 + 25 + generator.normal(0, 20, (HEIGHT, WIDTH))
    assert "denoise" in step_names(grainy.clip(0, 255).astype(np.uint8))
    speckled = printed()
    speckled[generator.random(speckled.shape) < 0.002] = 0
    speckled[60:65, 600:605] = 0  # as large as the dot of an i
    cleaned = clean(PageImage(1, speckled, 260.0))
    assert "despeckle" in [step.name for step in cleaned.steps]
    assert cleaned.image.pixels[62, 602] < 60
    assert (cleaned.image.pixels[:50] < 128).sum() < 0.1 * (speckled[:50] < 128).sum()


def outlined(pixels: Pixels) -> Pixels:
    core = cv2.erode((pixels < 128).astype(np.uint8), np.ones((3, 3), np.uint8))
    hollow = pixels.copy()
    hollow[core > 0] = 255
    return hollow


def test_hollow_strokes_are_filled() -> None:
    page = np.asarray(cv2.resize(printed(), None, fx=2, fy=2), np.uint8)
    page = np.where(page < 128, 0, 255).astype(np.uint8)
    assert "fill_strokes" not in step_names(page, 300.0)
    assert "fill_strokes" in step_names(outlined(page), 300.0)


# --- blank pages ------------------------------------------------------------------------------------


def test_a_page_with_specks_punch_holes_a_border_and_a_ghost_is_blank() -> None:
    page = np.full((HEIGHT, WIDTH), 250, np.uint8)
    for y in (500, 1200):
        cv2.circle(page, (60, y), 18, 60, -1)
    page[:, :14] = 20
    page[np.random.default_rng(1).random(page.shape) < 0.0003] = 30
    cv2.putText(page, "shines through", (300, 800), 0, 1.2, 215, 2, cv2.LINE_AA)
    assert clean(PageImage(1, page, 150.0)).is_blank


@pytest.mark.parametrize("ink", [20, 140])
def test_a_page_with_one_short_line_is_not_blank(ink: int) -> None:
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    cv2.putText(page, "PHU LUC murex nova sam", (300, 300), 0, 0.9, ink, 2)
    assert not clean(PageImage(1, page, 150.0)).is_blank


def test_washed_out_print_is_no_blank_page_but_a_ghost_from_the_back_is() -> None:
    page = printed()
    faint = (250 - 0.22 * (255 - page.astype(np.float32))).astype(np.uint8)
    assert not clean(PageImage(1, faint, 150.0)).is_blank
    ghost = cv2.GaussianBlur(np.ascontiguousarray(faint[:, ::-1]), (0, 0), 2.0)
    assert clean(PageImage(1, np.asarray(ghost, np.uint8), 150.0)).is_blank


def test_a_page_of_pure_noise_is_not_read_but_print_under_heavy_noise_is() -> None:
    generator = np.random.default_rng(3)
    shape = (2 * HEIGHT, 2 * WIDTH)
    noise = clean(PageImage(1, generator.integers(0, 256, shape).astype(np.uint8), 300.0))
    assert noise.is_blank
    assert [step.name for step in noise.steps] == ["noise"]
    page = np.asarray(cv2.resize(printed(), None, fx=2, fy=2), np.float32) * 0.8 + 30
    noisy = (page + generator.normal(0, 70, shape)).clip(0, 255).astype(np.uint8)
    assert not clean(PageImage(1, noisy, 300.0)).is_blank


# --- sheets -----------------------------------------------------------------------------------------


def on_a_desk(page: Pixels) -> Pixels:
    """The page seen from one side, on a dark desk."""
    height, width = page.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(160, 90), (1180, 60), (1290, 1760), (60, 1800)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(page, matrix, (1380, 1900), borderValue=50), np.uint8)


def test_a_sheet_on_a_desk_is_cut_out_and_its_words_lead_back_to_the_photo() -> None:
    page = printed(30)
    page[1500:1520, 900:920] = 0  # a lone mark below the text
    photo = on_a_desk(page)
    cleaned = clean(PageImage(1, photo, 150.0))
    assert cleaned.steps[0].name == "cut_sheet"
    grey = cleaned.image.pixels
    assert np.percentile(grey, 2) > 15  # hardly any desk is left
    foot = int(0.8 * grey.shape[0])
    ys, xs = np.nonzero(grey[foot:-40, 40:-40] < 100)
    found = BBox(int(xs.min()) + 40, int(ys.min()) + foot, int(xs.max()) + 41, int(ys.max()) + foot + 1)
    box = map_box(cleaned.to_scan, found, (photo.shape[1], photo.shape[0]))
    assert box.width < 40
    assert box.height < 40
    assert photo[box.top : box.bottom, box.left : box.right].mean() < 120


def test_a_shadow_over_half_a_page_is_no_sheet() -> None:
    page = printed()
    page[:, 620:] = shaded(page[:, 620:], 0.3)
    assert find_sheet(page) is None
    assert find_sheet(printed()) is None


def test_an_askew_sheet_on_a_black_bed_is_cut_out() -> None:
    bed = np.full((2000, 1600), 10, np.uint8)
    bed[80 : 80 + HEIGHT, 120 : 120 + WIDTH] = printed()
    sheet = find_sheet(bed)
    assert sheet is not None
    assert sheet.width == pytest.approx(WIDTH, abs=20)
    assert sheet.keystone < 0.01


# --- second looks -----------------------------------------------------------------------------------


def test_strips_of_a_page_lead_back_to_their_place() -> None:
    page = np.full((900, 700), 255, np.uint8)
    page[100:130, 50:400] = 0
    page[600:620, 300:350] = 0
    boxes = [BBox(50, 100, 400, 130), BBox(300, 600, 350, 620)]
    picture, strips = stack_strips(PageImage(1, page, 300.0), boxes, 0.75)
    assert picture.dpi == 225.0
    for strip, box in zip(strips, boxes, strict=True):
        ys, xs = np.nonzero(picture.pixels[strip.top : strip.bottom] < 128)
        inked = BBox(
            int(xs.min()), int(ys.min()) + strip.top, int(xs.max()) + 1, int(ys.max()) + strip.top + 1
        )
        back = strip.to_page(inked)
        for got, wanted in ((back.left, box.left), (back.top, box.top), (back.right, box.right)):
            assert got == pytest.approx(wanted, abs=2)


def test_a_local_threshold_keeps_print_in_the_dark() -> None:
    page = shaded(printed(), 0.3)
    black = binarized(PageImage(1, page, 150.0)).pixels
    assert set(np.unique(black)) <= {0, 255}
    right = black[:, 660:1100]
    assert 0.03 < (right == 0).mean() < 0.3


# --- curved pages -----------------------------------------------------------------------------------


def bowed(pixels: Pixels, rows: float) -> Pixels:
    """The page with lines that hang through in the middle by `rows` pixels."""
    height, width = pixels.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    hang = rows * (1 - (2 * x / width - 1) ** 2)
    return np.asarray(cv2.remap(pixels, x, y - hang.astype(np.float32), 1, borderValue=255), np.uint8)


def uneven_text() -> Pixels:
    """Lines of words of all lengths at 300 dpi, x-height about 27 px."""
    page = np.full((2 * HEIGHT, 2 * WIDTH), 255, np.uint8)
    words = ["nomura", "sevan", "cox", "rune", "wanes", "murx", "oce", "nasu", "a", "vorn", "es", "mancure"]
    generator = np.random.default_rng(5)
    for row in range(36):
        line = " ".join(words[at] for at in generator.integers(0, len(words), 15))
        cv2.putText(page, line, (240, 260 + 76 * row), 0, 1.75, 20, 4, cv2.LINE_AA)
    page[:, -240:] = 255
    return page


def test_a_curved_page_is_made_flat_and_its_words_lead_back_to_the_photo() -> None:
    page = uneven_text()
    page[3300:3330, 1200:1230] = page[3300:3330, 300:330] = 0  # marks in the middle and at the side
    photo = bowed(page, 70.0)
    cleaned = clean(PageImage(1, photo, 300.0))
    assert cleaned.steps[-1].name == "flatten"
    grey = cleaned.image.pixels
    for left, right in ((250, 450), (1100, 1300)):
        ys, xs = np.nonzero(grey[3200:3460, left:right] < 100)
        found = BBox(
            int(xs.min()) + left, int(ys.min()) + 3200, int(xs.max()) + left + 1, int(ys.max()) + 3201
        )
        box = map_box(cleaned.to_scan, found, (photo.shape[1], photo.shape[0]), cleaned.bend)
        inside = photo[box.top : box.bottom, box.left : box.right]
        assert 30 <= box.height < 45
        assert (inside < 100).sum() > 0.95 * 30 * 30


def test_a_page_that_bows_less_than_half_a_letter_is_left_alone() -> None:
    assert clean(PageImage(1, bowed(uneven_text(), 12.0), 300.0)).steps == ()


def test_the_part_of_a_curved_page_taken_from_the_scan_lies_where_the_flat_page_shows_it() -> None:
    photo = bowed(uneven_text(), 70.0)
    cleaned = clean(PageImage(1, photo, 300.0))
    zone = BBox(900, 1400, 1700, 1900)
    part = black_layer(PageImage(1, photo, 300.0), cleaned, zone, None).pixels
    flat = cleaned.image.pixels[zone.top : zone.bottom, zone.left : zone.right]
    assert np.mean((part < 128) != (flat < 128)) < 0.01
