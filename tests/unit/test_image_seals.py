"""Black seals are found by their rings and taken off the print they cover; nothing else is touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from fakes.seals import print_of, seal_of, signature_of
from numpy.typing import NDArray

from pipeline.image import find_seal, without_seal
from pipeline.model import BBox

Pixels = NDArray[np.uint8]
SIZE = (900, 1300)
DPI = 300.0
CENTRE, RADIUS = (430, 400), 205
PRINT = print_of(SIZE, (420, 575))
SEAL = seal_of(SIZE, CENTRE, RADIUS)
WORD_BESIDE = BBox(700, 535, 790, 580)


def scan(*inks: tuple[Pixels, int]) -> Pixels:
    """Inks of the given brightness on white paper; where two lie, the darker one shows."""
    page = np.full(SIZE, 255, np.uint8)
    for picture, level in inks:
        page = np.minimum(page, (255 - picture.astype(int) * (255 - level) // 255).astype(np.uint8))
    return page


@pytest.mark.parametrize("radius", [150, 205, 240])
@pytest.mark.parametrize("stretch", [1.0, 1.02])
def test_a_seal_is_found_where_it_is(radius: int, stretch: float) -> None:
    drawn = cv2.resize(seal_of(SIZE, CENTRE, radius), None, fx=stretch, fy=1.0)
    seal = find_seal(255 - np.asarray(drawn, np.uint8), DPI) or pytest.fail("not found")
    assert (seal.x, seal.y) == pytest.approx((CENTRE[0] * stretch, CENTRE[1]), abs=9)
    assert min(abs(seal.radius - share * radius) for share in (0.62, 0.93, 1.0)) < 12


def test_print_and_signatures_are_no_seals() -> None:
    text = np.zeros(SIZE, np.uint8)
    for row in range(80, 860, 56):
        text = np.maximum(text, print_of(SIZE, (40 + row % 7, row), "Quyet dinh nay co hieu luc ke tu"))
    assert find_seal(scan((text, 0)), DPI) is None
    assert find_seal(scan((PRINT, 0), (signature_of(SIZE, (520, 420)), 0)), DPI) is None
    assert find_seal(np.full(SIZE, 255, np.uint8), DPI) is None
    half = SEAL.copy()
    half[:, CENTRE[0] :] = 0
    assert find_seal(scan((half, 0)), DPI) is None


def cleaned(page: Pixels, rows: tuple[BBox, ...]) -> Pixels:
    return without_seal(page, find_seal(page, DPI) or pytest.fail("no seal"), DPI, rows)


def dark_share(page: Pixels, where: NDArray[np.bool_]) -> float:
    return float((page[where] < 128).mean())


@pytest.mark.parametrize(("print_level", "seal_level", "stays"), [(0, 0, 0.85), (30, 80, 0.9)])
def test_print_under_a_seal_stays_and_the_seal_goes(print_level: int, seal_level: int, stays: float) -> None:
    before = scan((PRINT, print_level), (SEAL, seal_level))
    page = cleaned(before, (WORD_BESIDE,))
    assert dark_share(page, (PRINT > 200)) > stays
    assert dark_share(page, (SEAL > 200) & (PRINT == 0)) < 0.06
    assert (page[:, 720:] == before[:, 720:]).all()  # beyond the seal nothing is touched


def test_without_a_row_beside_only_the_rings_go() -> None:
    star = np.zeros(SIZE, bool)
    star[CENTRE[1] - 30 : CENTRE[1] + 30, CENTRE[0] - 12 : CENTRE[0] + 12] = True
    page = cleaned(scan((SEAL, 0)), ())
    assert dark_share(page, star & (SEAL > 200)) > 0.95
    distance = np.hypot(*(np.indices(SIZE) - np.array(CENTRE[::-1])[:, None, None]))
    assert dark_share(page, np.abs(distance - RADIUS) < 2) < 0.05


def test_words_inside_the_seal_are_no_rows() -> None:
    inside = BBox(CENTRE[0] - 40, CENTRE[1] - 30, CENTRE[0] + 40, CENTRE[1] + 30)
    page = scan((SEAL, 0))
    assert (cleaned(page, (inside,)) == cleaned(page, ())).all()
