"""`sohoa export` on a real run: every format, from its finished tables alone."""

import csv
import html
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from conftest import SAMPLES, Run, call

from pipeline import load_tables
from pipeline.export import evidence_file, load_document
from pipeline.export.cells import clean, unguard
from pipeline.export.deliver.words import placed_lines

for needed in ("fontTools", "img2pdf", "xlsxwriter", "pyarrow", "jsonschema"):
    pytest.importorskip(needed)

FORMATS = "pdf,alto,hocr,xlsx,parquet,sqlite,jsonl,archive,ics"
POINTS = 72.0


@pytest.fixture(scope="module")
def exported(samples_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats of the samples; the text files among them have no pages to deliver, hence code 8."""
    into = tmp_path_factory.mktemp("delivered")
    done = call("export", samples_run.out, "--to", FORMATS, "--into", into, "--originals", SAMPLES)
    assert done.returncode == 8, done.stderr
    return into


def manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def words_of(pdf: Path) -> list[dict[str, list[tuple[float, float, float, float]]]]:
    """Places (left, top, right, bottom in points) of each word, page by page."""
    told = subprocess.run(
        ["pdftotext", "-cropbox", "-bbox", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    form = r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
    pages: list[dict[str, list[tuple[float, float, float, float]]]] = []
    for page in told.split("<page ")[1:]:
        found: dict[str, list[tuple[float, float, float, float]]] = {}
        for x0, y0, x1, y1, text in re.findall(form, page):
            found.setdefault(html.unescape(text), []).append((float(x0), float(y0), float(x1), float(y1)))
        pages.append(found)
    return pages


def test_only_text_files_could_not_be_delivered(exported: Path) -> None:
    with (exported / "problems.csv").open(encoding="utf-8", newline="") as lines:
        problems = list(csv.DictReader(lines))
    assert {one["code"] for one in problems} == {"no_pages"}
    assert {Path(one["source_file"]).suffix for one in problems} == {".txt"}


def test_delivered_evidence_has_the_cells_of_the_tables(exported: Path, samples_run: Run) -> None:
    rows = {row["doc_id"]: row for row in samples_run.table("documents")}
    cells = 0
    for line in (exported / "jsonl" / "documents.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)["document"]
        for field in {one["name"]: one for one in reversed(document["fields"])}.values():
            assert clean(field["value"]) == unguard(rows[document["doc_id"]][field["name"]]), field
            cells += 1
    assert cells > 200


def test_restored_words_lie_on_their_boxes(exported: Path, samples_run: Run) -> None:
    right = words = 0
    for one in manifest(exported / "pdf"):
        document = load_document(evidence_file(samples_run.out, one["doc_id"]))
        for reading, found in zip(document.pages, words_of(exported / "pdf" / one["path"]), strict=True):
            if reading.text_source != "ocr":
                continue
            scale = POINTS / reading.page.dpi
            for word in (word for line in placed_lines(reading) for word in line.words):
                words += 1
                box = word.bbox
                right += any(
                    left < box.right * scale
                    and other > box.left * scale
                    and top < box.bottom * scale
                    and bottom > box.top * scale
                    for left, top, other, bottom in found.get(word.text, ())
                )
    assert words > 5000
    assert right / words >= 0.99


def test_the_text_of_a_pdf_is_the_restored_text(exported: Path, samples_run: Run) -> None:
    """In the order of its content; captions of signatures, which the pages show too, come after it."""
    for one in manifest(exported / "pdf"):
        document = load_document(evidence_file(samples_run.out, one["doc_id"]))
        if any(reading.text_source != "ocr" for reading in document.pages):
            continue
        told = subprocess.run(
            ["pdftotext", "-raw", exported / "pdf" / one["path"], "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for reading, page in zip(document.pages, told.split("\f"), strict=False):
            restored = "".join(reading.restored.text.split())
            assert "".join(page.split()).startswith(restored)


def test_pdfs_are_valid_pdfa_and_equal_when_made_again(
    exported: Path, samples_run: Run, tmp_path: Path
) -> None:
    delivered = manifest(exported / "pdf")
    assert {one["pdfa"] for one in delivered} == {"true"}
    call("export", samples_run.out, "--to", "pdf", "--into", tmp_path, "--originals", SAMPLES)
    assert manifest(tmp_path / "pdf") == delivered


def test_originals_are_found_through_the_ledger(samples_run: Run, tmp_path: Path) -> None:
    done = call("export", samples_run.out, "--to", "pdf", "--into", tmp_path)
    assert done.returncode == 8
    assert len(manifest(tmp_path / "pdf")) == 14


def test_tables_come_back_from_parquet_and_sqlite(exported: Path, samples_run: Run) -> None:
    with closing(sqlite3.connect(exported / "sqlite" / "sohoa.sqlite")) as database:
        for name, wanted in load_tables(samples_run.out).items():
            path = exported / "parquet" / f"{name}.parquet"
            found = pd.read_parquet(path, dtype_backend="numpy_nullable").astype(wanted.dtypes.to_dict())
            pd.testing.assert_frame_equal(found, wanted)
            (count,) = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            assert count == len(wanted)


def test_a_bag_holds_every_document(exported: Path) -> None:
    bagit = pytest.importorskip("bagit")
    bag = exported / "archive"
    bagit.Bag(str(bag)).validate()
    with (bag / "data/metadata/van_ban.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 16
    assert all((bag / "data" / row["computerFile"]).is_file() for row in rows)


def test_libreoffice_opens_the_workbook(exported: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    book = exported / "xlsx" / "sohoa.xlsx"
    command = [office, profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1"]
    subprocess.run([*command, "--outdir", tmp_path, book], capture_output=True, timeout=180, check=True)
    with (tmp_path / "sohoa.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 16
    assert "1562/QĐ-UBND" in {row["number_symbol"] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--to", "docx"), 2),
        (("--to", "pdf", "--name", "{nothing}"), 2),
        (("--to", "archive", "--standard", "tt05", "--confirmed-only"), 2),
        (("--to", "ics"), 0),
    ],
)
def test_exit_codes(samples_run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    assert call("export", samples_run.out, *arguments, "--into", tmp_path / "x").returncode == code


def test_a_folder_that_is_no_run_is_an_input_error(tmp_path: Path) -> None:
    assert call("export", tmp_path, "--to", "jsonl").returncode == 4
