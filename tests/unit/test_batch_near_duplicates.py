"""Near duplicates: the same pages in different files are found, other pages never."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.batch.ledger_rows import DocumentRow
from pipeline.batch.near_duplicates import MOST_BITS_APART, near_duplicates
from pipeline.image import picture_digest
from pipeline.model import PageImage

Grey = NDArray[np.uint8]
TEXT = "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành triển khai thực hiện tốt các nội dung sau đây."


def found(*documents: tuple[str, ...], texts: dict[str, str] | None = None) -> dict[str, tuple[str, ...]]:
    rows = [DocumentRow(str(number), len(pages), pages) for number, pages in enumerate(documents)]
    return near_duplicates(rows, lambda doc_id: (texts or {}).get(doc_id, TEXT))


def bits(value: int) -> str:
    return f"picture:{value:016x}"


def test_pages_that_look_alike_with_the_same_words_are_told_of_each_other() -> None:
    near = bits(0xFFFF0000FFFF0003)
    assert found((bits(0xFFFF0000FFFF0000),), (near,)) == {"0": ("1",), "1": ("0",)}


def test_all_pages_must_be_alike_and_as_many() -> None:
    one, other = bits(0xFFFF0000FFFF0000), bits(0x0F0F0F0F0F0F0F0F)
    assert found((one, one), (one, other), (one,)) == {}


def test_pages_that_look_alike_with_other_words_are_different_documents() -> None:
    one = bits(0xFFFF0000FFFF0000)
    assert found((one,), (one,), texts={"1": "Một văn bản hoàn toàn khác về trồng cây gây rừng."}) == {}


def test_a_few_letters_read_otherwise_make_no_difference() -> None:
    one = bits(0xFFFF0000FFFF0000)
    assert found((one,), (one,), texts={"1": TEXT.replace("triển", "trien")})


def test_a_text_layer_must_be_equal() -> None:
    assert found(("text:1", "text:2"), ("text:1", "text:2"), ("text:1", "text:3")) == {
        "0": ("1",),
        "1": ("0",),
    }


def test_documents_of_which_nothing_was_read_are_not_alike() -> None:
    assert found(("", ""), ("", "")) == {}


def test_three_of_a_kind_all_know_each_other() -> None:
    assert found(("text:1",), ("text:1",), ("text:1",))["1"] == ("0", "2")


# --- what a page looks like -------------------------------------------------------------------------


def page(seed: int) -> Grey:
    """A page of lines as a scanner gives it: words as dark bars of random lengths."""
    chance = np.random.default_rng(seed)
    pixels = np.full((1170, 827), 245, np.uint8)
    for top in range(90, 1050, 24):
        left = 80
        while left < 720 and chance.random() > 0.08:
            width = int(chance.integers(20, 90))
            pixels[top : top + 12, left : left + width] = 40
            left += width + 10
    return np.asarray(np.clip(pixels + chance.normal(0, 6, pixels.shape), 0, 255), dtype=np.uint8)


def distance(one: Grey, other: Grey) -> int:
    digests = (int(picture_digest(PageImage(1, pixels, 100.0)), 16) for pixels in (one, other))
    return (next(digests) ^ next(digests)).bit_count()


@pytest.mark.parametrize("seed", range(8))
def test_a_picture_saved_again_keeps_its_digest(seed: int) -> None:
    pixels = page(seed)
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 40])
    saved = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    smaller = np.asarray(cv2.resize(saved, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    assert distance(pixels, saved) <= 2
    assert distance(pixels, smaller) <= MOST_BITS_APART


def test_other_pages_of_the_same_layout_differ_in_more_bits() -> None:
    pages = [page(seed) for seed in range(8)]
    apart = [distance(one, other) for index, one in enumerate(pages) for other in pages[:index]]
    assert min(apart) > MOST_BITS_APART
