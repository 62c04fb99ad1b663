"""Whatever the batch tells and people decide: stored verdicts give the documents the tables are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec
from fakes.papers import paper, signed
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decision import link_batch
from pipeline.export.batch_verdicts import BatchVerdict, batch_verdict, line, with_batch_verdict
from pipeline.export.corrections import Corrections, Decision, corrected
from pipeline.export.settled import settled
from pipeline.extract.links import trace, with_verdict
from pipeline.model import Document, Field, Issue, Record

NUMBERS = st.integers(300, 330).map(str)
CHANCES = st.sampled_from([0.4, 0.55, 0.7, 0.9, 0.985, 0.999])
CITING = "Căn cứ Quyết định số {number}/QĐ-UBND ngày {day:02}/5/2031 của Ủy ban nhân dân huyện Mẫu;"
NAMES = st.sampled_from(["Lò Văn Mẫu", "Lò Vân Mâu", "Lò Văn Mầu", "Hoàng Thị Khác"])
VALUES = {"number_symbol": "309/QĐ-UBND", "symbol": "QĐ-HĐND", "number": "12", "signer_name": "Lò Văn Mẫu"}


@st.composite
def papers(draw: st.DrawFn, doc_id: str) -> Document:
    if draw(st.integers(0, 3)) == 0:
        return signed(doc_id, draw(NAMES), draw(CHANCES))
    chance = draw(CHANCES)
    first, second = draw(st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
    day = draw(st.integers(1, 9))
    text = CITING.format(number=draw(NUMBERS), day=draw(st.integers(1, 9))) if draw(st.booleans()) else ""
    made = paper(doc_id, f"2031-05-{day:02}", (first, chance), (second, round(1 - chance, 3)), text=text)
    doubtful = draw(st.sampled_from([0.4, 0.95]))
    return replace(made, fields=tuple(_less_sure(field, doubtful) for field in made.fields))


def _less_sure(field: Field, confidence: float) -> Field:
    return replace(field, confidence=confidence) if field.name == "symbol" else field


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[Document], Corrections]:
    documents = [draw(papers(f"{index:016x}")) for index in range(draw(st.integers(1, 9)))]
    decided: dict[str, dict[str, Decision]] = {}
    for document in documents:
        for column in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=1)):
            value = draw(st.sampled_from([VALUES[column], ""]))
            verdict = "corrected" if value else "unreadable"
            when = "2031-01-01T00:00:00Z"
            one = Decision(document.doc_id, column, "", value, verdict, "Lan", when, "", 1, 1)  # type: ignore[arg-type]
            decided[document.doc_id] = {column: one}
    return documents, Corrections(decided)


@given(batches())
@settings(max_examples=60, deadline=None)
def test_stored_verdicts_give_the_documents_of_the_tables(batch: tuple[list[Document], Corrections]) -> None:
    documents, corrections = batch
    told = link_batch([trace(corrected(document, corrections)) for document in documents])
    for document, verdict in zip(documents, told, strict=True):
        judged = with_verdict(document, verdict)
        stored = msgspec.json.decode(line(batch_verdict((document, "mark"), judged)), type=BatchVerdict)
        assert with_batch_verdict(document, stored) == judged
        assert settled(document, stored, corrections) == corrected(judged, corrections)
        assert list(unexplained(document, judged)) == []


def unexplained(document: Document, judged: Document) -> Iterable[str]:
    """Cells the batch changed without its rule, its clue, or the machine's own value among the others."""
    for before, after in zip(document.fields, judged.fields, strict=False):
        is_kept = before.value == after.value or before.value in after.alternatives
        if before != after and not (is_kept and after.rule.startswith(f"{before.rule}+") and after.clues):
            yield after.name


FIELDS = st.builds(Field, st.sampled_from(["number", "subject"]), st.text(max_size=3))
RECORDS = st.builds(lambda text: Record("signers", (("name", text),)), st.text(max_size=3))
ISSUES = st.builds(Issue, st.just("near_duplicate"), st.text(max_size=3))


@given(st.lists(FIELDS), st.lists(RECORDS), st.data())
def test_any_change_of_parts_is_stored_and_comes_back(
    fields: list[Field], records: list[Record], data: st.DataObject
) -> None:
    document = Document("0" * 16, "a.pdf", "0" * 64, "1", (), tuple(fields), tuple(records))
    judged = replace(
        document,
        fields=(*(data.draw(st.just(one) | FIELDS) for one in fields), *data.draw(st.lists(FIELDS))),
        records=(*(data.draw(st.just(one) | RECORDS) for one in records), *data.draw(st.lists(RECORDS))),
        issues=tuple(data.draw(st.lists(ISSUES))),
    )
    stored = msgspec.json.decode(line(batch_verdict((document, "mark"), judged)), type=BatchVerdict)
    assert with_batch_verdict(document, stored) == judged
