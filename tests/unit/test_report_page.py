"""The report: everything is told, nothing can break out of the page, and it loads nothing."""

import re
from pathlib import Path

import pytest
from fakes import tables
from lxml import etree, html

from pipeline.errors import InputError, OutputError
from pipeline.model import Failure
from pipeline.report import Duration, write_report
from pipeline.report.page import page
from pipeline.report.wording import Wording

ENGLISH = Wording("en")
VIETNAMESE = Wording("vi")
HOSTILE = "<img src=x onerror=alert(1)>\"'&</script></style></title><svg onload=alert(1)>.pdf"
FIGURES = ("years", "types", "issuers", "anniversaries", "citations", "review", "reasons", "confidence")


def shown(out: Path, wording: Wording = ENGLISH, **options: object) -> html.HtmlElement:
    return html.document_fromstring(page(out, wording, **options))  # type: ignore[arg-type]


def figure(root: html.HtmlElement, anchor: str) -> html.HtmlElement:
    return root.get_element_by_id(anchor)


def cells(table: html.HtmlElement) -> list[list[str]]:
    return [[cell.text_content() for cell in row] for row in table.find("tbody")]


def test_counts_documents_by_year_type_and_issuer(tmp_path: Path) -> None:
    given = [("2020-01-30", "Chỉ thị", "A"), ("2022", "Chỉ thị", "B"), ("", "Công văn", "A")]
    documents = [
        tables.document(n, {"issue_date": date, "doc_type": kind, "issuer": issuer})
        for n, (date, kind, issuer) in enumerate(given, 1)
    ]
    root = shown(tables.write(tmp_path, documents))
    years, types, issuers = (figure(root, name).find(".//table") for name in ("years", "types", "issuers"))
    assert [row[:2] for row in cells(years)] == [["2020", "1"], ["2022", "1"], ["(not given)", "1"]]
    assert [row[:2] for row in cells(types)] == [["Chỉ thị", "2"], ["Công văn", "1"]]
    assert [row[:2] for row in cells(issuers)] == [["A", "2"], ["B", "1"]]
    # The year without a document is drawn as an empty place, the document without a year is told.
    ticks = [text.text for text in figure(root, "years").iter("text") if text.text and len(text.text) == 4]
    assert ticks == ["2020", "2021", "2022"]
    assert "without a readable year: 1" in figure(root, "years").text_content()


def test_names_from_scans_and_files_never_become_markup(tmp_path: Path) -> None:
    hostile = dict.fromkeys(("doc_type", "issuer", "subject", "signer_name"), HOSTILE)
    records = [tables.citation("", title=HOSTILE), tables.anniversary(HOSTILE, "2025-09-02")]
    records += [tables.anniversary(HOSTILE, "", valid="unknown")]
    documents = [tables.document(1, hostile, records, source_file=HOSTILE)]
    failures = [Failure(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]
    root = shown(tables.write(tmp_path, documents, failures), durations=[Duration(HOSTILE, 1.0, 1)])
    assert not list(root.iter("img", "script", "iframe", "object", "link"))
    assert not [one for one in root.iter() for name in one.attrib if name.startswith("on")]
    assert len(list(root.iter("style"))) == 1
    assert all(HOSTILE in figure(root, name).text_content() for name in ("types", "failures", "citations"))


def test_the_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    out = tables.write(tmp_path, [tables.document(1, {"doc_type": "Chỉ thị"})])
    text = page(out, VIETNAMESE)
    root = html.document_fromstring(text)
    assert not re.search(r"https?://|url\(|@import|javascript:", text)
    assert not list(root.iter("script"))
    links = [one.get("href", "") for one in root.iter("a")]
    assert links and all(
        link.startswith("#") and root.get_element_by_id(link[1:]) is not None for link in links
    )


def test_every_figure_has_a_caption_and_a_table_with_headers(tmp_path: Path) -> None:
    records = [tables.citation("91/2017/NĐ-CP"), tables.anniversary("Quốc khánh", "2025-09-02")]
    cells_given = {"doc_type": "Chỉ thị", "issue_date": "2025-01-02", "issuer": "A"}
    documents = [tables.document(1, cells_given, records, doubtful=["issuer"])]
    failures = [Failure("b.pdf", "encrypted", "open", "b.pdf is encrypted")]
    root = shown(tables.write(tmp_path, documents, failures), durations=[Duration("1.pdf", 2.5, 1)])
    for name in (*FIGURES, "failures", "throughput"):
        one = figure(root, name)
        assert one.tag == "figure" and one.find("figcaption/h3") is not None
        assert one.find(".//svg").get("aria-label"), name
        for table in one.iter("table"):
            assert table.find("caption").text
            assert all(head.get("scope") == "col" for head in table.find("thead").iter("th"))
            assert all(row[0].get("scope") == "row" for row in table.find("tbody"))
            assert {len(row) for row in table.find("tbody")} == {len(table.find("thead/tr"))}


def test_an_empty_folder_of_tables_is_told_without_drawings(tmp_path: Path) -> None:
    root = shown(tables.write(tmp_path, []))
    assert not list(root.iter("svg"))
    assert "Every file could be read." in root.text_content()


def test_vietnamese_page_says_nothing_in_english(tmp_path: Path) -> None:
    records = [tables.citation("91/2017/NĐ-CP"), tables.anniversary("Quốc khánh", "2025-09-02")]
    out = tables.write(
        tmp_path, [tables.document(1, {"issue_date": "2025-09-02"}, records, doubtful=["issuer"])]
    )
    root = shown(out, VIETNAMESE)
    assert root.get("lang") == "vi"
    assert "Báo cáo số hóa văn bản" in root.text_content()
    said = {text.strip() for text in root.itertext() if text.strip()}
    english = {text.strip() for text in shown(out, ENGLISH).itertext() if text.strip()}
    same = {text for text in said & english if re.search(r"[A-Za-z]{3}", text)}
    facts = {"Quốc khánh", "91/2017/NĐ-CP", "low_confidence", "failures.csv", "1.pdf"}
    columns = {text for text in same if re.fullmatch(r"[a-z_]+", text)}
    rest = {text for text in same - columns if not any(fact in text for fact in facts)}
    assert rest == {root.find(".//style").text.strip()}
    assert "02/09/2025" in root.text_content()


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    documents = [
        tables.document(n, {"doc_type": f"T{n % 3}"}, [tables.citation("1/NĐ-CP")]) for n in range(1, 9)
    ]
    out = tables.write(tmp_path, documents)
    assert page(out, ENGLISH) == page(out, ENGLISH)


def test_the_page_is_written_where_asked(tmp_path: Path) -> None:
    out = tables.write(tmp_path / "out", [tables.document(1)])
    assert write_report(out, ENGLISH) == out / "report.html"
    assert (
        write_report(out, ENGLISH, to=tmp_path / "b.html").read_bytes() == (out / "report.html").read_bytes()
    )


def test_missing_tables_and_refusing_disks_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        page(tmp_path / "none", ENGLISH)
    out = tables.write(tmp_path, [tables.document(1)])
    with pytest.raises(OutputError):
        write_report(out, ENGLISH, to=out / "documents.csv" / "report.html")


def test_a_damaged_manifest_is_an_error_and_a_missing_one_is_told(tmp_path: Path) -> None:
    out = tables.write(tmp_path, [tables.document(1)])
    assert "no run_manifest.json" in figure(shown(out), "throughput").text_content()
    (out / "run_manifest.json").write_text("{")
    with pytest.raises(InputError, match="run_manifest"):
        page(out, ENGLISH)


def test_drawings_are_well_formed(tmp_path: Path) -> None:
    documents = [tables.document(n, {"issue_date": f"{1950 + n}"}) for n in range(1, 60)]
    root = shown(tables.write(tmp_path, documents))
    for one in root.iter("svg"):
        etree.fromstring(etree.tostring(one))
        for box in one.iter("rect"):
            assert float(box.get("width")) > 0 and float(box.get("height")) > 0
