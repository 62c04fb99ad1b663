"""The day read from ink is weighed against signature time and arrival stamp."""

from pipeline.decision import weigh_date
from pipeline.model import BBox, Field, OcrPage, PageReading, RestoredText, SlotReading


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
    decided = weigh_date(read, [page(("04", 0.9), ("09", 0.1))])[0]
    assert decided.value == "2025-02-04"
    assert decided.confidence > 0.98
    assert decided.rule.endswith("_weighed")


def test_a_day_after_the_signature_gives_way_to_the_next_reading() -> None:
    read = fields("24", 0.55, digital_signature_time="2025-02-21T08:00:00+07:00")
    decided = weigh_date(read, [page(("24", 0.7), ("21", 0.3))])[0]
    assert decided.value == "2025-02-21"
    assert "2025-02-24" in decided.alternatives


def test_an_arrival_stamp_bounds_the_date() -> None:
    read = fields("24", 0.55, arrival_date="2025-02-22")
    assert weigh_date(read, [page(("24", 0.6), ("21", 0.4))])[0].value == "2025-02-21"


def test_without_clues_or_slot_nothing_changes() -> None:
    read = fields("04", 0.55)
    assert weigh_date(read, [page(("09", 1.0))]) == read
    no_slot = PageReading(OcrPage(1, 100, 100, 300.0, ()), RestoredText("", ""), "ocr")
    signed = fields("04", 0.55, digital_signature_time="2025-02-04")
    assert weigh_date(signed, [no_slot]) == signed
