"""Links between the documents of a batch: what resolves, what is proposed, and what never is."""

from __future__ import annotations

from fakes.texts import document_text

from pipeline.extract.links.join import link
from pipeline.extract.references.find import find_references
from pipeline.model import Document, Field

_SUBJECT = "phát động phong trào trồng tre ven suối năm 2031"
_CITING = (
    "Thực hiện Công văn số 415/UBND-KT ngày 17/5/2031 của Ủy ban nhân dân tỉnh Mẫu về việc "
    "phát động phong trào trồng tre ven suối năm 2031, Sở yêu cầu các phòng triển khai."
)


def _document(doc_id: str, text: str, **cells: str) -> Document:
    body = document_text(text)
    fields = tuple(Field(name, value) for name, value in cells.items())
    return Document(doc_id, f"{doc_id}.txt", "", "1", body.pages, fields, find_references(body))


def _nameless(**changes: str) -> Document:
    cells = {
        "doc_type": "Công văn",
        "number_status": "absent",
        "issue_date": "2031-05",
        "issuer": "Ủy ban nhân dân tỉnh Mẫu",
        "subject": _SUBJECT,
    }
    return _document("lost", "Kính gửi: Các xã", **(cells | changes))


def _citing(text: str = _CITING, **cells: str) -> Document:
    return _document("citing", text, number_symbol="9/SCT-VP", issue_date="2031-06-02", **cells)


def _proposed(*documents: Document) -> tuple[str, str]:
    lost = link(documents)[0]
    return lost.value("proposed_number_symbol"), lost.value("proposed_issue_date")


def test_number_and_date_are_proposed_with_the_citing_sentence() -> None:
    lost = link((_nameless(), _citing()))[0]
    field = next(field for field in lost.fields if field.name == "proposed_number_symbol")
    assert field.value == "415/UBND-KT"
    assert lost.value("proposed_issue_date") == "2031-05-17"
    assert "415/UBND-KT ngày 17/5/2031" in field.raw
    assert 0 < field.confidence <= 0.5
    assert lost.value("number") == ""
    assert lost.value("issue_date") == "2031-05"


def test_subject_garbled_by_the_engine_still_fits() -> None:
    garbled = "phat dong phong trao trong tre ven su6i nam 2031"
    assert _proposed(_nameless(subject=garbled), _citing())[0] == "415/UBND-KT"


def test_subject_of_the_citing_document_counts_when_the_month_agrees() -> None:
    text = "theo phát động của UBND tỉnh tại Công văn số 415/UBND-KT ngày 17/5/2031, Giám đốc Sở yêu cầu"
    assert _proposed(_nameless(), _citing(text, subject=_SUBJECT))[0] == "415/UBND-KT"
    assert _proposed(_nameless(issue_date=""), _citing(text, subject=_SUBJECT)) == ("", "")


def test_nothing_is_proposed_when_something_contradicts() -> None:
    for changes in (
        {"issue_date": "2031-04"},
        {"doc_type": "Quyết định"},
        {"issuer": "Sở Công Thương"},
        {"symbol": "SCT-VP"},
        {"subject": "về việc nghỉ tết và trực cơ quan năm 2031"},
        {"subject": "trồng tre"},
        {"number_symbol": "1/UBND-KT", "number_status": "present"},
    ):
        assert _proposed(_nameless(**changes), _citing()) == ("", ""), changes


def test_two_numbers_that_fit_cancel_each_other() -> None:
    other = _document("other", _CITING.replace("415/", "416/"))
    assert _proposed(_nameless(), _citing(), other) == ("", "")


def test_a_document_is_not_what_it_cites_itself() -> None:
    cells = {"doc_type": "Công văn", "issue_date": "2031-05", "issuer": "UBND tỉnh Mẫu", "subject": _SUBJECT}
    assert _proposed(_document("self", _CITING, **cells), _citing()) == ("", "")


def test_a_citation_resolves_to_the_document_that_bears_the_number() -> None:
    cited = _nameless(number_symbol="415/UBND-KT", number_status="present", issue_date="2031-05-17")
    citing = link((cited, _citing()))[1]
    assert [row["resolves_to"] for row in citing.records] == ["lost"]


def test_a_citation_of_another_date_or_body_does_not_resolve() -> None:
    for changes in ({"issue_date": "2030-05-17"}, {"issue_date": "", "issuer": "UBND tỉnh Khác"}):
        cited = _nameless(number_symbol="415/UBND-KT", number_status="present", **changes)
        citing = link((cited, _citing()))[1]
        assert [row["resolves_to"] for row in citing.records] == [""], changes


def test_a_number_borne_twice_resolves_to_neither() -> None:
    cited = _nameless(number_symbol="415/UBND-KT", number_status="present", issue_date="2031-05-17")
    twin = _document("twin", "", number_symbol="415/UBND-KT", issue_date="2031-05-17")
    citing = link((cited, _citing(), twin))[1]
    assert [row["resolves_to"] for row in citing.records] == [""]


def test_order_and_unlinked_documents_stay() -> None:
    documents = (_citing(), _nameless(subject=""))
    assert link(documents) == documents
