"""Cutting a slot out of a scan and preparing it for the network."""

import numpy as np

from pipeline.handwriting.crop import HEIGHT, View, normalize, red_channel, slot_input, stack
from pipeline.model import BBox


def paper_with_bar(dpi: float) -> tuple[np.ndarray, BBox]:
    """White paper with a black bar in the middle of a slot, drawn at `dpi`."""
    unit = dpi / 300
    page = np.full((round(300 * unit), round(400 * unit)), 250, np.uint8)
    page[round(130 * unit) : round(170 * unit), round(195 * unit) : round(205 * unit)] = 20
    return page, BBox(round(150 * unit), round(120 * unit), round(250 * unit), round(180 * unit))


def test_the_band_has_the_networks_height_and_the_ink_its_middle():
    page, box = paper_with_bar(300)
    ink = slot_input(page, box, 300)
    assert ink.shape[0] == HEIGHT
    rows, columns = np.where(ink > 0.5)
    assert abs(rows.mean() - (HEIGHT - 1) / 2) < 1
    assert abs(columns.mean() - (ink.shape[1] - 1) / 2) < 1


def test_the_resolution_of_the_scan_does_not_matter():
    low, high = (slot_input(*paper_with_bar(dpi), dpi) for dpi in (200, 400))
    assert abs(low.shape[1] - high.shape[1]) <= 1
    width = min(low.shape[1], high.shape[1])
    assert np.abs(low[:, :width] - high[:, :width]).mean() < 0.02


def test_a_slot_at_the_edge_of_the_scan_is_filled_up_with_paper():
    page, _ = paper_with_bar(300)
    ink = slot_input(page, BBox(0, 0, 60, 30), 300)
    assert ink.shape[0] == HEIGHT
    assert ink.max() < 0.1


def test_a_slot_outside_the_scan_is_empty():
    page, _ = paper_with_bar(300)
    assert slot_input(page, BBox(900, 900, 960, 950), 300).max() == 0


def test_a_red_seal_vanishes_and_blue_ink_stays():
    page = np.full((300, 400, 3), 255, np.uint8)
    page[100:200, 160:190] = (0, 0, 230)
    page[130:170, 210:220] = (200, 60, 30)
    ink = slot_input(page, BBox(150, 120, 250, 180), 300)
    left, right = ink[:, : ink.shape[1] // 2], ink[:, ink.shape[1] // 2 :]
    assert left.max() < 0.3 < 0.9 < right.max()


def test_grey_images_are_taken_as_they_are():
    page, _ = paper_with_bar(300)
    assert red_channel(page) is page


def test_faint_ink_on_dark_paper_becomes_full_ink():
    grey = np.full((HEIGHT, 100), 150, np.uint8)
    grey[10:40, 45:50] = 100
    assert normalize(grey).max() == 1.0


def test_a_wider_view_shows_more():
    page, box = paper_with_bar(300)
    assert (
        slot_input(page, box, 300, View(side=60)).shape[1]
        > slot_input(page, box, 300, View(side=10)).shape[1]
    )


def test_views_are_stacked_on_paper():
    block = stack([np.ones((HEIGHT, 40), np.float32), np.ones((HEIGHT, 70), np.float32)])
    assert block.shape == (2, 1, HEIGHT, 80)
    assert block[0, 0, :, 40:].max() == 0
