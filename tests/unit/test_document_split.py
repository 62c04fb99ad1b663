"""A file that holds several documents: where it is cut, and what stays together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import document as stages
from pipeline.batch.tasks import done
from pipeline.config import Settings
from pipeline.document import assemble
from pipeline.extract import split_pages
from pipeline.model import (
    BBox,
    Document,
    DocumentText,
    Failure,
    Line,
    OcrPage,
    PageReading,
    RestoredText,
    Step,
    Word,
)
from pipeline.source import SourceFile

WIDTH, HEIGHT = 2480, 3508
SHA = "0123456789abcdef" * 4
Placed = tuple[float, float, float, str]  # left and right as shares of the width, top as share of the height

NATION: Placed = (0.45, 0.90, 0.060, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
BODY: tuple[Placed, ...] = (
    (0.20, 0.91, 0.345, "Thời gian gần đây nắng nóng kéo dài ở nhiều địa phương, nguy cơ cháy rừng rất"),
    (0.14, 0.91, 0.365, "cao tại các huyện biên giới của tỉnh, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu các"),
    (0.14, 0.91, 0.385, "sở, ngành và địa phương tập trung thực hiện tốt các nhiệm vụ được giao sau đây:"),
)
SIGNATURE: tuple[Placed, ...] = (
    (0.15, 0.24, 0.600, "Nơi nhận:"),
    (0.15, 0.30, 0.620, "- Như trên;"),
    (0.60, 0.84, 0.600, "TM. ỦY BAN NHÂN DÂN"),
    (0.66, 0.78, 0.620, "CHỦ TỊCH"),
    (0.62, 0.82, 0.720, "Hoàng Đình Khiêm"),
)


def head(
    number: str, *, date: str = "Lạng Sơn, ngày 14 tháng 5 năm 2021", nation: Placed = NATION
) -> tuple[Placed, ...]:
    return (
        (0.18, 0.38, 0.060, "ỦY BAN NHÂN DÂN"),
        nation,
        (0.18, 0.38, 0.080, "TỈNH LẠNG SƠN"),
        (0.54, 0.82, 0.080, "Độc lập - Tự do - Hạnh phúc"),
        (0.19, 0.37, 0.110, number),
        (0.50, 0.87, 0.110, date),
    )


def title(text: str = "CHỈ THỊ") -> tuple[Placed, ...]:
    return (
        (0.47, 0.57, 0.160, text),
        (0.24, 0.80, 0.180, "Về việc tăng cường phòng cháy, chữa cháy rừng"),
    )


FIRST = (*head("Số: 41/CT-UBND"), *title(), *BODY, *SIGNATURE)
SECOND = (*head("Số: 57/KH-UBND"), *title("KẾ HOẠCH"), *BODY, *SIGNATURE)
MIDDLE = BODY


def line(left: float, right: float, top: float, text: str) -> Line:
    step = (right - left) * WIDTH / len(text)
    found, offset = [], 0
    for word in text.split():
        start = text.index(word, offset)
        offset = start + len(word)
        edges = (int(left * WIDTH + start * step), int(left * WIDTH + offset * step))
        found.append(Word(word, BBox(edges[0], int(top * HEIGHT), edges[1], int(top * HEIGHT) + 55), 0.95))
    return Line(tuple(found))


def readings(*pages: Iterable[Placed]) -> tuple[PageReading, ...]:
    found = []
    for number, lines in enumerate(pages, 1):
        page = OcrPage(number, WIDTH, HEIGHT, 300.0, tuple(line(*one) for one in lines), "fake 1")
        found.append(PageReading(page, RestoredText(page.text, page.text), "ocr"))
    return tuple(found)


def groups(*pages: Iterable[Placed]) -> tuple[tuple[int, ...], ...]:
    return split_pages(DocumentText(readings(*pages)), Settings())


# --- where a file is cut ----------------------------------------------------------------------------


def test_each_letterhead_begins_a_document_that_runs_to_the_next() -> None:
    assert groups(FIRST, SECOND, MIDDLE, FIRST) == ((0,), (1, 2), (3,))


def test_a_number_that_only_the_pen_could_fill_is_enough_beside_a_date() -> None:
    assert groups(FIRST, (*head("Số:      /KH-UBND"), *BODY)) == ((0,), (1,))


def test_a_party_letterhead_begins_a_document() -> None:
    party = head("Số 12-KH/TU", nation=(0.50, 0.88, 0.060, "ĐẢNG CỘNG SẢN VIỆT NAM"))
    assert groups(FIRST, (*party, *title("KẾ HOẠCH"), *BODY)) == ((0,), (1,))


def test_a_title_without_a_number_begins_a_document_after_a_complete_one() -> None:
    unnumbered = tuple(one for one in SECOND if not one[3].startswith("Số"))
    assert groups(FIRST, unnumbered) == ((0,), (1,))
    assert groups((*head("Số: 41/CT-UBND"), *title(), *BODY), unnumbered) == ((0, 1),)


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (MIDDLE, "running text"),
        ((*BODY, (0.14, 0.70, 0.06, "Số: 12/QĐ-UBND ngày 02 tháng 3 năm 2020")), "a number alone"),
        ((NATION, *title("DANH SÁCH"), *BODY), "a national title alone"),
        (((0.45, 0.56, 0.030, "Phụ lục II"), *SECOND), "an annex"),
        (((0.70, 0.86, 0.030, "Mẫu số 02"), *SECOND), "a form"),
        (
            (*SECOND, (0.25, 0.78, 0.220, "(Kèm theo Quyết định số 41/QĐ-UBND ngày 14/5/2021)")),
            "an enclosure with its own letterhead",
        ),
        (
            head("Số: ....../KH-UBND", date="........, ngày .... tháng .... năm 20...."),
            "a form to be filled in",
        ),
        (FIRST, "a second copy of the first page"),
        ((*head("Số: 15/SY-UBND"), *SIGNATURE), "a copy's certification by its symbol"),
        (
            (*head("Số: 15/UBND-VP"), (0.44, 0.56, 0.150, "SAO LỤC"), *SIGNATURE[2:]),
            "a copy's certification by its mark",
        ),
        (tuple((left, right, top + 0.4, text) for left, right, top, text in head("Số: 57/KH-UBND")), "low"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_belongs_to_the_document_before_stays_with_it(later: tuple[Placed, ...], why: str) -> None:
    assert groups(FIRST, later) == ((0, 1),), why


def test_a_sentence_that_names_an_enclosure_does_not_hold_a_letter_back() -> None:
    sentence = (
        0.14,
        0.91,
        0.405,
        "Kèm theo Công văn này là danh sách các điểm trực phòng cháy, chữa cháy của tỉnh",
    )
    assert groups(FIRST, (*SECOND, sentence)) == ((0,), (1,))


def test_a_letterhead_after_pages_that_are_no_document_stays_with_them() -> None:
    assert groups(MIDDLE, SECOND) == ((0, 1),)


def test_no_pages_make_no_document_and_one_page_makes_one() -> None:
    assert groups() == ()
    assert groups(FIRST) == ((0,),)


# --- the documents ----------------------------------------------------------------------------------


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> SourceFile:
    monkeypatch.setattr(stages, "fingerprint", lambda _: "mark")
    return SourceFile(Path("hồ sơ.pdf"), "pdf", SHA, 100, page_count=4)


def documents(source: SourceFile, *pages: Iterable[Placed]) -> tuple[Document, ...]:
    return assemble(replace(source, page_count=len(pages)), "hồ sơ.pdf", readings(*pages), Settings())


def test_each_document_has_its_own_id_pages_and_fields(source: SourceFile) -> None:
    found = documents(source, FIRST, SECOND, MIDDLE)
    assert [one.doc_id for one in found] == [SHA[:16], f"{SHA[:16]}-2"]
    assert [one.source_pages for one in found] == ["1", "2-3"]
    assert [one.value("number_symbol") for one in found] == ["41/CT-UBND", "57/KH-UBND"]
    assert [one.source_sha256 for one in found] == [SHA, SHA]
    assert not [issue for one in found for issue in one.issues if issue.code == "second_document"]


def test_evidence_keeps_the_page_numbers_of_the_file_and_spans_of_its_own_text(source: SourceFile) -> None:
    second = documents(source, FIRST, SECOND, MIDDLE)[1]
    text = DocumentText(second.pages).text
    assert [page.page.page_number for page in second.pages] == [2, 3]
    number = next(field for field in second.fields if field.name == "number_raw")
    assert number.page_number == 2 and number.span
    assert "57" in text[number.span.start : number.span.end]
    assert {record.page_number for record in second.records} <= {2, 3}


def test_a_letterhead_that_is_not_split_off_is_pointed_out(source: SourceFile) -> None:
    (found,) = documents(source, FIRST, FIRST)
    assert found.source_pages == "1-2"
    assert [issue.page_number for issue in found.issues if issue.code == "second_document"] == [2]


def test_a_failed_page_is_told_by_the_document_it_stands_in(source: SourceFile) -> None:
    pages = readings(FIRST, SECOND, MIDDLE)
    lost = Failure("hồ sơ.pdf", "page_timeout", "page 3", "too slow")
    found = assemble(replace(source, page_count=3), "hồ sơ.pdf", (*pages[:2], lost), Settings())
    failed = [[issue.page_number for issue in one.issues if issue.code == "page_failed"] for one in found]
    assert failed == [[], [3]]


def test_a_page_of_noise_is_named_for_a_person(source: SourceFile) -> None:
    first, second = readings(FIRST, MIDDLE)
    noisy = replace(second, steps=(Step("noise"),))
    (found,) = assemble(source, "hồ sơ.pdf", (first, noisy), Settings())
    failed = [(issue.page_number, issue.field) for issue in found.issues if issue.code == "page_failed"]
    assert failed == [(2, "text_file")]


def test_the_short_result_names_all_documents_and_counts_all_pages(source: SourceFile) -> None:
    short = done(documents(source, FIRST, SECOND, MIDDLE))
    assert short.doc_ids == (SHA[:16], f"{SHA[:16]}-2")
    assert [row.pages for row in short.documents] == [1, 2]
    assert short.summary.startswith("Chỉ thị 41/CT-UBND")
    assert short.summary.endswith("2 documents")
