"""`sohoa report` on the tables of a real run."""

from pathlib import Path

from conftest import Run, call
from lxml import html


def test_the_report_tells_the_run(samples_run: Run, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = call("report", samples_run.out, "--language", "vi", "--to", page)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{page}\n", "")
    root = html.document_fromstring(page.read_text(encoding="utf-8"))
    shown = root.text_content()
    documents = samples_run.table("documents")
    for row in documents:
        assert row["issuer"] in shown and row["doc_type"] in shown
    assert len(root.findall(".//figure")) == 10
    years = root.get_element_by_id("years").find(".//table/tbody")
    assert sum(int(row[1].text) for row in years) == len(documents)
    counted = {row[0].text: row[1].text for row in root.get_element_by_id("throughput").find(".//tbody")}
    assert counted["Số trang"] == str(len(samples_run.table("pages")))
    assert page.stat().st_size < 500_000


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    done = call("report", tmp_path / "none")
    assert done.returncode == 4
    assert "there is no folder" in done.stderr and "sohoa run" in done.stderr
