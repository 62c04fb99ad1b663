"""Fold keys: what counts as the same word."""

from __future__ import annotations

import pytest

from pipeline.extract.folding import (
    closest,
    contained_similarity,
    flat,
    fold_key,
    shape_key,
    similarity,
    tone_key,
)


def test_flat_keeps_the_length() -> None:
    text = "ĐẢNG ủy; ð Ð İ ß ﬁ – “Ư”"
    assert len(flat(text)) == len(text)
    assert flat("ĐẢNG ủy ð") == "dang uy d"


@pytest.mark.parametrize(("one", "two"), [("Uỷ ban", "ỦY  BAN"), ("kỹ thuật", "kĩ thuật"), ("hoà", "hóa")])
def test_fold_key_forgets_diacritics_and_spelling(one: str, two: str) -> None:
    assert fold_key(one) == fold_key(two)


def test_tone_key_forgets_only_where_the_tone_stands() -> None:
    assert tone_key("hoà") == tone_key("hòa")
    assert tone_key("Lý") == tone_key("lí")
    assert tone_key("hoà") != tone_key("hóa")
    assert tone_key("đang") != tone_key("Đảng")


def test_y_of_a_rime_is_not_i() -> None:
    assert fold_key("thúy") != fold_key("thúi")
    assert fold_key("yên") != fold_key("iên")


def test_similarity_and_containment() -> None:
    assert similarity("Thành lập Đảng", "thanh lap dang") == 1.0
    assert contained_similarity("trồng tre", "về việc trồng tre ven suối") == 1.0
    assert contained_similarity("", "x") == 0.0


def test_closest_by_shape() -> None:
    found = closest("Chi th1", (shape_key("chỉ thị"), shape_key("quyết định")), 0.7)
    assert found is not None
    assert found[0] == shape_key("chỉ thị")
    assert closest("xyz", (shape_key("chỉ thị"),), 0.7) is None
