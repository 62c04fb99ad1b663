"""The watch adds up by stage and starts again once it was read."""

import pytest

from pipeline.timing import stage, taken


def test_stages_add_up_in_the_order_they_were_met_and_are_handed_out_once() -> None:
    taken()
    for name in ("load", "ocr", "load"):
        with stage(name):
            pass
    found = taken()
    assert list(found) == ["load", "ocr"]
    assert all(seconds >= 0 for seconds in found.values())
    assert taken() == {}


def test_a_stage_that_fails_is_counted_too() -> None:
    taken()
    with pytest.raises(ValueError, match="no"), stage("ocr"):
        raise ValueError("no")
    assert list(taken()) == ["ocr"]
