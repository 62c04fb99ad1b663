"""The day read from ink is weighed against signature time, arrival stamp and the documents cited."""

import pytest

from pipeline.config import Settings
from pipeline.decision import number_from_slot, weigh_date, weigh_slots
from pipeline.model import (
    BBox,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    SlotReading,
    Word,
    as_pairs,
)


def page(*readings: tuple[str, float]) -> PageReading:
    slot = SlotReading("day", BBox(0, 0, 40, 20), "handwritten", readings)
    return PageReading(OcrPage(1, 100, 100, 300.0, ()), RestoredText("", ""), "ocr", slots=(slot,))


def fields(day: str, confidence: float, **others: str) -> tuple[Field, ...]:
    date = Field(
        "issue_date", f"2025-02-{day}", page_number=1, confidence=confidence, rule="header_date_slot"
    )
    return (date, *(Field(name, value) for name, value in others.items()))


def test_a_signature_of_the_same_day_makes_a_likely_day_sure() -> None:
    read = fields("04", 0.55, digital_signature_time="2025-02-04T16:42:36+07:00")
    decided = weigh_date(read, [page(("04", 0.9), ("09", 0.1))])[0][0]
    assert decided.value == "2025-02-04"
    assert decided.confidence > 0.98
    assert decided.rule == "header_date_slot+signed"
    assert any("signed 2025-02-04" in clue for clue in decided.clues)


def test_a_day_after_the_signature_gives_way_to_the_next_reading() -> None:
    read = fields("24", 0.55, digital_signature_time="2025-02-21T08:00:00+07:00")
    decided = weigh_date(read, [page(("24", 0.7), ("21", 0.3))])[0][0]
    assert decided.value == "2025-02-21"
    assert "2025-02-24" in decided.alternatives


def test_an_arrival_stamp_bounds_the_date() -> None:
    read = fields("24", 0.55, arrival_date="2025-02-22")
    assert weigh_date(read, [page(("24", 0.6), ("21", 0.4))])[0][0].value == "2025-02-21"


def test_without_clues_or_slot_nothing_changes() -> None:
    read = fields("04", 0.55)
    assert weigh_date(read, [page(("09", 1.0))])[0] == read
    no_slot = PageReading(OcrPage(1, 100, 100, 300.0, ()), RestoredText("", ""), "ocr")
    signed = fields("04", 0.55, digital_signature_time="2025-02-04")
    assert weigh_date(signed, [no_slot])[0] == signed


def cites(day: str, **changes: str) -> Record:
    values = {"ref_type": "Công văn", "ref_date": day, "relation": "viện dẫn"} | changes
    return Record("references", as_pairs(values), confidence=0.9)


def test_a_document_does_not_cite_one_of_a_later_day() -> None:
    read = fields("12", 0.55)
    doubt = Issue("date_implausible", "cites a document of a later day", "issue_date")
    slots = [page(("12", 0.6), ("17", 0.4))]
    decided, issues = weigh_date(read, slots, (cites("2025-02-14"),), (doubt,))
    assert decided[0].value == "2025-02-17"
    assert decided[0].rule == "header_date_slot+cites"
    assert "2025-02-12" in decided[0].alternatives
    assert issues == ()


def test_the_doubt_stays_when_no_reading_of_the_day_removes_it() -> None:
    doubt = Issue("date_implausible", "cites a document of a later day", "issue_date")
    decided, issues = weigh_date(
        fields("12", 0.55), [page(("12", 0.6), ("11", 0.4))], (cites("2025-02-14"),), (doubt,)
    )
    assert decided[0].value == "2025-02-12"
    assert issues == (doubt,)


@pytest.mark.parametrize(
    "record", [cites("2024-11-30"), cites("2025-02"), cites("2025-02-14", relation="kèm theo")]
)
def test_citations_that_tell_nothing_of_the_day_change_nothing(record: Record) -> None:
    read = fields("12", 0.55)
    assert weigh_date(read, [page(("12", 0.6), ("17", 0.4))], (record,))[0] == read


def numbered(*readings: tuple[str, float]) -> PageReading:
    slot = SlotReading("number", BBox(0, 0, 40, 20), "handwritten", readings)
    return PageReading(OcrPage(1, 100, 100, 300.0, ()), RestoredText("", ""), "ocr", slots=(slot,))


def test_a_number_in_the_files_name_weighs_a_little_and_is_told() -> None:
    (weighed,) = weigh_slots([numbered(("574", 0.6), ("514", 0.4))], "514_CV_UBND_2025")
    assert weighed.slots[0].readings[0][0] == "514"
    assert weighed.slots[0].readings[0][1] < 0.9
    assert any("514" in note for note in weighed.notes)


def test_a_files_name_brings_in_no_number_of_its_own() -> None:
    page = numbered(("574", 0.6), ("514", 0.4))
    assert weigh_slots([page], "scan 0042 2025") == (page,)
    assert weigh_slots([page], "574 514") == (page,)


def spoilt(symbol: str, *readings: tuple[str, float], left: int = 260) -> PageReading:
    """A page whose number was read from its slot only; `symbol` stands at the slot's right."""
    words = (Word("$:3})", BBox(100, 50, 250, 100)), Word(symbol, BBox(left, 50, left + 150, 100)))
    slot = SlotReading("number", BBox(160, 50, 250, 100), "handwritten", readings)
    page = OcrPage(1, 2480, 3508, 300.0, (Line(words),))
    return PageReading(page, RestoredText(page.text, page.text), "ocr", slots=(slot,))


NO_LINE = (
    Field("number_symbol", "", rule="no_number_line", confidence=0.4),
    Field("number", "", rule="no_number_line", confidence=0.4),
    Field("number_status", "illegible", rule="no_number_line", confidence=0.6),
)
ILLEGIBLE = (Issue("number_illegible", "the number line cannot be read", "number_symbol"),)


@pytest.mark.parametrize(
    ("symbol", "whole"), [("/QĐ-UBND", "574/QĐ-UBND"), ("QĐ-UBND", "574/QĐ-UBND"), ("-CT/TU", "574-CT/TU")]
)
def test_a_number_read_from_its_slot_is_given_where_the_line_is_noise(symbol: str, whole: str) -> None:
    page = spoilt(symbol, ("574", 0.99), ("514", 0.01))
    found, issues = number_from_slot(NO_LINE, ILLEGIBLE, [page], Settings())
    cells = {field.name: field for field in found}
    assert cells["number"].value == "574"
    assert cells["number"].confidence == 0.99
    assert cells["number"].bbox == page.slots[0].bbox
    assert cells["number_symbol"].value == whole
    assert cells["number_symbol"].confidence <= 0.5
    assert cells["number_status"].value == "present"
    assert issues == ()


@pytest.mark.parametrize(
    "page",
    [
        spoilt("/QĐ-UBND", ("", 0.99), ("1", 0.01)),
        spoilt("/QĐ-UBND", ("574", 0.3), ("514", 0.2)),
        spoilt("ngày", ("574", 0.99)),
        spoilt("/QĐ-UBND", ("574", 0.99), left=1500),
    ],
)
def test_no_number_is_given_without_digits_or_a_symbol_beside_them(page: PageReading) -> None:
    assert number_from_slot(NO_LINE, ILLEGIBLE, [page], Settings()) == (NO_LINE, ILLEGIBLE)


def test_a_number_line_that_was_read_stays() -> None:
    read = (Field("number", "9", rule="number_line_state"),)
    assert number_from_slot(read, (), [spoilt("/QĐ-UBND", ("574", 0.99))], Settings()) == (read, ())
