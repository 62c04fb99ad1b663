"""Whatever the text: records quote it, stay in order of sense, and nothing but a record comes out."""

from __future__ import annotations

import pytest
from fakes.texts import document_text
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.flow import flow_of
from pipeline.extract.folding import flat
from pipeline.extract.records import find_records

_PIECES = (
    *(
        "kỷ niệm",
        "10 năm",
        "1.000 năm",
        "ngày",
        "thành lập",
        "lần thứ",
        "Quốc khánh",
        "2/9",
        "tại",
        "đã",
        "Đ",
    ),
    *("(", ")", "[", "]", ",", ".", "-", "–", "/", "%", '"', "“", "”", "9", "45", "28/6/1909", "28/6/2024"),
    *("số", "Số:", "Nghị quyết", "34-CT/TW", "18,", "19-NQ/TW", "12/2019/TT-BNV", "1954/UBND-TH", "QH13"),
    *("của", "Bộ Chính trị", "Luật", "Đất đai", "căn cứ", "và", "tháng 5", "năm 2023", "một", "mươi"),
    *("từ ngày", "đến", "giai đoạn", "2021 - 2025", "Quý I/2024"),
)
_ODD = (*_PIECES, "\n", "\f", "\n\n3\n", "\t", "İ", "\u0301")
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from([*_PIECES, "\n", "\f", "\n\n3\n", "\t", "İ", "\u0301"]), max_size=80).map(
        " ".join
    ),
    st.lists(st.sampled_from([*_PIECES, " ", "\n"]), max_size=80).map("".join),
).map(lambda text: text.replace("\r", " "))


@settings(deadline=None, max_examples=150)
@given(_TEXTS)
def test_every_record_quotes_its_evidence(text: str) -> None:
    document = document_text(text)
    for row in find_records(document):
        assert row.span is not None
        assert row.raw == document.text[row.span.start : row.span.end]
        assert row.raw
        assert 1 <= row.page_number <= len(document.pages)
        assert row.line_number >= 1
        assert 0 <= row.confidence <= 1
        assert row.rule.startswith(f"{row.table}.")


@settings(deadline=None, max_examples=150)
@given(_TEXTS)
def test_a_flow_leads_back_to_every_character(text: str) -> None:
    document = document_text(text)
    flow = flow_of(document)
    assert len(flow.text) == len(flow.flat) == len(flow.offsets)
    assert list(flow.offsets) == sorted(flow.offsets)
    for character, offset in zip(flow.text, flow.offsets, strict=True):
        assert character in " \n" or document.text[offset] == character


@given(st.text())
def test_flat_text_is_as_long_as_the_text(text: str) -> None:
    assert len(flat(text)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1/",
        "1/A-",
        "18, 19, ",
        "1 năm ",
        "((1/",
        "Luật Đất a, ",
        "ngày một tháng một ",
        "1/1/2000 - ",
        "2/9 ",
    ],
)
def test_endless_repeats_come_to_an_end(piece: str) -> None:
    rows = find_records(document_text(piece * (4_000 // len(piece))))
    assert all(row.raw for row in rows)
