"""The prefix beam search, the merging of views and the calibration."""

import numpy as np
import pytest

from pipeline.handwriting.beam import combine, prefix_beam_search, temper


def columns(*rows: dict[str, float]) -> np.ndarray:
    block = np.zeros((len(rows), 4), np.float32)
    for index, row in enumerate(rows):
        for letter, probability in row.items():
            block[index, "_123".index(letter)] = probability
    return block


def test_a_repeated_column_is_one_digit():
    assert prefix_beam_search(columns({"1": 1}, {"1": 1}), "123")[0] == ("1", pytest.approx(1))


def test_nothing_between_two_columns_makes_two_digits():
    assert prefix_beam_search(columns({"1": 1}, {"_": 1}, {"1": 1}), "123")[0][0] == "11"


def test_paths_of_one_string_are_added_up():
    # "1" is never the likeliest single path, yet three paths spell it.
    block = columns({"_": 0.6, "1": 0.4}, {"_": 0.6, "1": 0.4})
    assert dict(prefix_beam_search(block, "123"))["1"] == pytest.approx(0.64)
    assert prefix_beam_search(block, "123")[0][0] == "1"


def test_empty_paper_reads_as_the_empty_string():
    assert prefix_beam_search(columns({"_": 1}, {"_": 1}), "123")[0][0] == ""


def test_views_are_averaged_and_forbidden_strings_left_out():
    views = [(("12", 0.8), ("42", 0.2)), (("12", 0.4), ("42", 0.6))]
    assert combine(views, lambda text: text != "42") == (("12", pytest.approx(0.6)),)


def test_spellings_of_one_value_count_together_under_the_likelier():
    views = [(("05", 0.5), ("6", 0.3), ("5", 0.2))]
    assert combine(views, lambda _: True)[0] == ("05", pytest.approx(0.7))


def test_a_blank_is_not_merged_with_zeros():
    assert dict(combine([(("", 0.6), ("0", 0.4))], lambda _: True)) == pytest.approx({"": 0.6, "0": 0.4})


def test_a_high_temperature_makes_readings_less_sure():
    assert temper((("1", 0.9), ("2", 0.1)), 2.0)[0][1] == pytest.approx(0.75)


def test_nothing_read_stays_nothing():
    assert temper((), 2.0) == ()
