"""What the documents of a batch tell of each other: numbers from ink, in order and cited; names of people."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from fakes.papers import office, paper, signed

from pipeline.decision import link_batch
from pipeline.extract.links import trace, with_verdict
from pipeline.extract.links.series import bounds, numbered
from pipeline.model import Document, Field


def judged(*documents: Document) -> tuple[Document, ...]:
    verdicts = link_batch([trace(document) for document in documents])
    return tuple(with_verdict(*pair) for pair in zip(documents, verdicts, strict=True))


def cell(document: Document, name: str) -> Field:
    return next(field for field in document.fields if field.name == name)


def test_a_number_out_of_order_gives_way_to_the_reading_that_fits() -> None:
    doubtful = paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29))
    found = judged(doubtful, *office(300, 309, 313, 320))[0]
    assert found.value("number") == "311"
    assert found.value("number_symbol") == "311/QĐ-UBND"
    number = cell(found, "number")
    assert number.rule == "number_line_state_slot+order"
    assert number.alternatives[0] == "371"
    assert any("309 < number < 320" in clue for clue in number.clues)


def test_a_sure_number_out_of_order_is_no_longer_sure_and_stays() -> None:
    odd = paper("d", "2031-05-05", ("371", 0.997), ("311", 0.001))
    found = cell(judged(odd, *office(300, 309, 313, 320, 333, 340, 351))[0], "number")
    assert found.value == "371"
    assert found.confidence < 0.6


def test_order_says_nothing_where_an_office_does_not_keep_it() -> None:
    doubtful = paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29))
    assert judged(doubtful, *office(300, 313, 309, 320, 4, 318))[0] == doubtful


@pytest.mark.parametrize(
    "other", [{"issuer": "Ủy ban nhân dân huyện Khác"}, {"place": "Xa"}, {"doc_type": "Kế hoạch"}]
)
def test_other_bodies_and_types_count_for_themselves(other: dict[str, str]) -> None:
    doubtful = paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29), **other)
    assert judged(doubtful, *office(300, 309, 313, 320))[0] == doubtful


def test_a_number_that_a_person_confirmed_is_a_witness_and_is_not_weighed() -> None:
    odd = paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29))
    confirmed = replace(odd, fields=tuple(_reviewed(field) for field in odd.fields))
    assert trace(confirmed).slot is None
    assert trace(confirmed).number_confidence == 1.0
    assert judged(confirmed, *office(300, 309, 313, 320))[0] == confirmed


def _reviewed(field: Field) -> Field:
    if field.name not in ("number", "number_symbol"):
        return field
    return replace(field, rule="review", confidence=1.0, alternatives=(field.value,))


_CITING = "Căn cứ Quyết định số 514/QĐ-UBND ngày 05/5/2031 của Ủy ban nhân dân huyện Mẫu về việc khen thưởng;"


def test_a_citation_by_another_document_decides_a_number_and_then_resolves() -> None:
    doubtful = paper("d", "2031-05-05", ("574", 0.55), ("514", 0.44))
    citing = paper("c", "2031-06-01", ("600", 0.999), text=_CITING)
    found, other = judged(doubtful, citing)
    assert found.value("number_symbol") == "514/QĐ-UBND"
    assert cell(found, "number").rule == "number_line_state_slot+cited"
    assert cell(found, "number").confidence >= 0.98
    assert [row["resolves_to"] for row in other.records if row.table == "references"] == ["d"]


def test_a_citation_confirms_a_doubtful_number() -> None:
    doubtful = paper("d", "2031-05-05", ("514", 0.9), ("574", 0.1))
    citing = paper("c", "2031-06-01", ("600", 0.999), text=_CITING)
    found = judged(doubtful, citing)[0]
    assert cell(found, "number").confidence >= 0.98
    assert cell(found, "number_symbol").confidence == 0.95  # that of the symbol


@pytest.mark.parametrize("day", ["2031-05-06", "2031-05"])
def test_a_citation_of_another_day_says_nothing(day: str) -> None:
    doubtful = paper("d", day, ("574", 0.55), ("514", 0.44))
    citing = paper("c", "2031-06-01", ("600", 0.999), text=_CITING)
    assert judged(doubtful, citing)[0].value("number") == "574"


def test_a_citation_that_may_mean_two_documents_says_nothing() -> None:
    twins = [paper(one, "2031-05-05", ("574", 0.55), ("514", 0.44)) for one in ("d", "e")]
    citing = paper("c", "2031-06-01", ("600", 0.999), text=_CITING)
    assert [one.value("number") for one in judged(*twins, citing)[:2]] == ["574", "574"]


def doubtful_symbol(doc_id: str, symbol: str, confidence: float, **cells: str) -> Document:
    """A decision whose number was read surely and whose symbol was not."""
    made = paper(doc_id, "2031-05-05", ("514", 0.999), symbol=symbol, **cells)
    fields = tuple(
        replace(field, value=f"514/{symbol}", confidence=confidence)
        if field.name == "number_symbol"
        else replace(field, confidence=confidence)
        if field.name == "symbol"
        else field
        for field in made.fields
    )
    return replace(made, fields=fields)


def test_a_symbol_that_the_body_bears_elsewhere_is_surer() -> None:
    doubtful = doubtful_symbol("a", "KH-UBND", 0.4)
    found = judged(doubtful, doubtful_symbol("b", "KH-UBND", 0.95))[0]
    assert cell(found, "symbol").confidence == 0.9
    assert cell(found, "symbol").rule.endswith("+symbols")
    assert cell(found, "number_symbol").confidence == 0.9
    assert "the same symbol in 1 other document of this body" in cell(found, "number_symbol").clues
    assert found.value("number_symbol") == "514/KH-UBND"


def test_three_doubtful_readings_of_a_symbol_speak_for_each_other_and_two_do_not() -> None:
    papers = [doubtful_symbol(doc_id, "KH-UBND", 0.4) for doc_id in "abc"]
    assert {cell(one, "symbol").confidence for one in judged(*papers)} == {0.75}
    assert judged(*papers[:2]) == tuple(papers[:2])


@pytest.mark.parametrize(
    "other",
    [
        doubtful_symbol("b", "KH-UBNĐ", 0.95),
        doubtful_symbol("b", "KH-UBND", 0.95, issuer="Ủy ban nhân dân huyện Khác"),
    ],
)
def test_other_symbols_and_bodies_do_not_confirm_a_symbol(other: Document) -> None:
    doubtful = doubtful_symbol("a", "KH-UBND", 0.4)
    assert judged(doubtful, other)[0] == doubtful


def test_a_name_that_a_sure_document_bears_too_is_surer() -> None:
    found = judged(signed("a", "Lò Văn Mẫu", 0.55), signed("b", "Lò Văn Mẫu", 0.93))[0]
    name = cell(found, "signer_name")
    assert name.confidence == 0.9
    assert name.rule == "name_under_title+register"
    assert name.clues


def test_a_known_name_of_other_marks_is_proposed_and_never_written() -> None:
    found = judged(signed("a", "Lò Vân Mâu", 0.7), signed("b", "Lò Văn Mẫu", 0.93))[0]
    name = cell(found, "signer_name")
    assert name.value == "Lò Vân Mâu"
    assert name.alternatives == ("Lò Văn Mẫu",)
    assert name.confidence <= 0.5
    assert found.records[0]["proposed_name"] == "Lò Văn Mẫu"


@pytest.mark.parametrize(
    "other",
    [
        signed("b", "Lò Văn Mẫu", 0.93, year="2036"),
        signed("b", "Lò Văn Mẫu", 0.93, title="Phó Chủ tịch"),
        signed("b", "Hoàng Thị Khác", 0.93),
        signed("b", "Lò Văn Mẫu", 0.6),
    ],
)
def test_other_years_titles_and_people_propose_nothing(other: Document) -> None:
    doubtful = signed("a", "Lò Vân Mâu", 0.55)
    assert judged(doubtful, other)[0] == doubtful


def test_a_sure_name_is_left_alone() -> None:
    sure = signed("a", "Lò Vân Mâu", 0.9)
    assert judged(sure, signed("b", "Lò Văn Mẫu", 0.93))[0] == sure


def batch() -> tuple[Document, ...]:
    return (
        paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29)),
        paper("e", "2031-05-06", ("574", 0.55), ("514", 0.44)),
        paper("c", "2031-06-01", ("600", 0.999), text=_CITING.replace("05/5", "06/5")),
        *office(300, 309, 313, 320),
        signed("a", "Lò Vân Mâu", 0.7),
        signed("b", "Lò Văn Mẫu", 0.93),
        doubtful_symbol("y", "KH-UBND", 0.4),
        doubtful_symbol("z", "KH-UBND", 0.95),
    )


def test_the_order_of_documents_does_not_matter() -> None:
    forward = {document.doc_id: document for document in judged(*batch())}
    backward = {document.doc_id: document for document in judged(*reversed(batch()))}
    assert forward == backward


def test_traces_can_be_stored() -> None:
    for document in batch():
        kept = trace(document)
        assert msgspec.json.decode(msgspec.json.encode(kept), type=type(kept)) == kept


def test_bounds_are_the_nearest_numbers_of_the_longest_order() -> None:
    papers = [*office(10, 11, 99, 12, 13, 14, 15, 16), paper("d", "2031-05-06", ("99", 0.5))]
    entries = [numbered(trace(one), one.value("number"), cell(one, "number").confidence) for one in papers]
    assert bounds(one for one in entries if one) == {"s2": (11, 12), "d": (11, 13)}
