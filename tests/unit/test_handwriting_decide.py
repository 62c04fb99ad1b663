"""Deciding number and date from readings, OCR, the calendar and other dates."""

from datetime import date

import pytest

from pipeline.handwriting.decide import DateClues, NumberClues, decide_date, decide_number, with_ocr
from pipeline.model import BBox, SlotReading

BOX = BBox(0, 0, 10, 10)


def slot(kind: str, *readings: tuple[str, float], ink: str = "handwritten") -> SlotReading:
    return SlotReading(kind, BOX, ink, readings)


def test_a_clear_reading_is_sure():
    found = decide_number(slot("number", ("574", 0.995), ("514", 0.005)))
    assert found.value == "574" and found.sure


def test_two_likely_readings_are_both_kept_and_not_sure():
    found = decide_number(slot("number", ("574", 0.55), ("514", 0.45)))
    assert not found.sure and found.alternatives[0][0] == "514"


def test_a_citation_by_another_document_settles_a_doubt():
    found = decide_number(slot("number", ("574", 0.55), ("514", 0.45)), NumberClues(cited=("514",)))
    assert found.value == "514" and any("514" in one for one in found.evidence)


def test_ocr_weighs_much_in_print_and_little_in_handwriting():
    doubt = (("574", 0.9), ("514", 0.1))
    assert decide_number(slot("number", *doubt, ink="printed"), NumberClues(ocr="514")).value == "514"
    assert decide_number(slot("number", *doubt, ink="handwritten"), NumberClues(ocr="9")).value == "574"


def test_a_number_out_of_the_order_of_dates_loses_weight():
    found = decide_number(slot("number", ("574", 0.6), ("514", 0.4)), NumberClues(after=500, before=530))
    assert found.value == "514"


def test_a_letter_suffix_stays():
    assert decide_number(slot("number", ("30c", 0.99))).value == "30c"


def test_a_blank_slot_gives_no_number():
    found = decide_number(slot("number", ("", 0.99), ("1", 0.01), ink="blank"))
    assert found.value == "" and found.sure


def test_without_a_slot_ocr_alone_is_given_but_never_called_certain():
    found = decide_number(None, NumberClues(ocr="12"))
    assert found.value == "12" and found.probability < 1


def test_nothing_known_gives_nothing():
    assert decide_number(None).value == ""


def test_a_day_must_exist_in_its_month():
    found = decide_date(slot("day", ("31", 0.7), ("21", 0.3)), slot("month", ("4", 1.0)), 2023)
    assert found.value == "2023-04-21"


@pytest.mark.parametrize(("year", "value"), [(2024, "2024-02-29"), (2023, "2023-02-20")])
def test_leap_years_count(year, value):
    assert decide_date(slot("day", ("29", 0.7), ("20", 0.3)), slot("month", ("02", 1.0)), year).value == value


def test_a_signature_limits_the_date_from_above():
    day = slot("day", ("19", 0.6), ("14", 0.4))
    found = decide_date(day, slot("month", ("5", 1.0)), 2024, DateClues(signed=date(2024, 5, 14)))
    assert found.value == "2024-05-14"


def test_an_arrival_stamp_limits_the_date_from_above():
    day = slot("day", ("19", 0.6), ("14", 0.4))
    found = decide_date(day, slot("month", ("5", 1.0)), 2024, DateClues(received=date(2024, 5, 16)))
    assert found.value == "2024-05-14"


def test_a_date_cited_as_past_limits_the_date_from_below():
    day = slot("day", ("04", 0.6), ("14", 0.4))
    found = decide_date(day, slot("month", ("5", 1.0)), 2024, DateClues(past=(date(2024, 5, 10),)))
    assert found.value == "2024-05-14"


def test_a_blank_day_gives_the_month():
    assert (
        decide_date(slot("day", ("", 0.99), ink="blank"), slot("month", ("05", 1.0)), 2023).value == "2023-05"
    )


def test_no_year_gives_no_date():
    assert decide_date(slot("day", ("1", 1.0)), slot("month", ("5", 1.0)), None).value == ""


def test_a_day_found_by_ocr_alone_still_gives_a_date():
    found = decide_date(None, slot("month", ("5", 1.0)), 2024, DateClues(ocr_day="14"))
    assert found.value == "2024-05-14" and not found.sure


def test_neither_slot_nor_ocr_gives_no_date():
    assert decide_date(None, None, 2024).value == ""


def test_agreement_with_ocr_raises_a_reading_and_keeps_probabilities():
    found = with_ocr(slot("day", ("17", 0.8), ("11", 0.15), ink="printed"), "17")
    assert found.readings[0][0] == "17" and found.readings[0][1] > 0.99
    assert sum(probability for _, probability in found.readings) <= 1


def test_disagreement_with_ocr_in_print_takes_the_certainty_away():
    found = with_ocr(slot("month", ("02", 0.99), ink="printed"), "3")
    assert found.readings[0][0] == "02" and found.readings[0][1] < 0.98
    assert found.readings[1][0] == "3"


def test_ocr_and_slot_agree_across_leading_zeros():
    found = with_ocr(slot("day", ("05", 0.6), ("06", 0.3), ink="printed"), "5")
    assert found.readings[0][0] == "05" and len(found.readings) == 2


def test_no_ocr_reading_changes_nothing():
    reading = slot("day", ("05", 0.6))
    assert with_ocr(reading, "") is reading
