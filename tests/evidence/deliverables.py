"""Deliver a finished run in every format and measure what was promised of the deliverables.

    python tests/evidence/deliverables.py OUT ORIGINALS [--into DIR] [--alto-schema alto-4-2.xsd]

Prints its figures; exits 1 when a claim fails:
- at least 99 % of the restored words overlap their box (pdftotext -bbox against the evidence);
- pdftotext gives the restored text of every page that was read, in its order;
- pages look as before (both rendered, pixel by pixel);
- load_tables comes back from Parquet, SQLite and, where LibreOffice is installed, from the workbook;
- the data package, the bag and, with a schema, every ALTO file are valid.
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import bagit
import frictionless
import numpy as np
import pandas as pd
import pikepdf
from lxml import etree
from numpy.typing import NDArray
from PIL import Image

from pipeline import load_tables
from pipeline.export import evidence_file, load_document
from pipeline.export.deliver import ArchiveOptions, DeliveryOptions, Sources, deliver
from pipeline.export.deliver.words import placed_lines
from pipeline.model import BBox, Document, PageReading
from pipeline.source.pdf_page import read_page

FORMATS = ("pdf", "alto", "hocr", "jsonl", "parquet", "sqlite", "xlsx", "archive", "ics")
LEAST_OVERLAP = 0.99
LOOK_DPI = 60
MOST_DIFFERENCE = 48  # grey levels
Place = tuple[float, float, float, float]
Claim = tuple[str, bool]


def cover_box(pdf: pikepdf.Pdf, page_index: int) -> Place | None:
    cover = read_page(pdf, page_index).cover
    return cover.box if cover else None


class Delivered:
    """One delivered PDF with its document and its original."""

    def __init__(self, out: Path, originals: Path, row: dict[str, str], folder: Path) -> None:
        self.document: Document = load_document(evidence_file(out, row["doc_id"]))
        self.original = originals / self.document.source_file
        self.path = folder / row["path"]
        self.is_pdfa = row["pdfa"] == "true"
        self.note = row["note"]

    @property
    def read_pages(self) -> Iterator[tuple[int, PageReading]]:
        for index, reading in enumerate(self.document.pages):
            if reading.text_source == "ocr" and reading.page.width:
                yield index, reading


def told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# --- the text layer -----------------------------------------------------------------------------------


def overlaps(one: Delivered) -> tuple[int, int, int]:
    """Words, words that overlap a word of the same letters, words half of whose box it covers."""
    form = r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
    pages = told("pdftotext", "-cropbox", "-bbox", one.path, "-").split("<page ")[1:]
    words = touched = covered = 0
    for index, reading in one.read_pages:
        found: dict[str, list[Place]] = {}
        for x0, y0, x1, y1, text in re.findall(form, pages[index]):
            found.setdefault(html.unescape(text), []).append((float(x0), float(y0), float(x1), float(y1)))
        size = re.match(r'width="([\d.]+)" height="([\d.]+)"', pages[index])
        assert size
        area = shown_area(one, reading) or (0.0, 0.0, float(size[1]), float(size[2]))
        for word in (word for line in placed_lines(reading) for word in line.words):
            box = in_points(word.bbox, reading, area)
            share = max((common(box, other) for other in found.get(word.text, ())), default=0.0)
            words, touched, covered = words + 1, touched + (share > 0), covered + (share >= 0.5)
    return words, touched, covered


def shown_area(one: Delivered, reading: PageReading) -> Place | None:
    if "embedded scan" not in reading.notes:
        return None
    with pikepdf.open(one.original) as pdf:
        return cover_box(pdf, reading.page.page_number - 1)


def in_points(box: BBox, reading: PageReading, area: Place) -> Place:
    across = (area[2] - area[0]) / reading.page.width
    down = (area[3] - area[1]) / reading.page.height
    return (
        area[0] + box.left * across,
        area[1] + box.top * down,
        area[0] + box.right * across,
        area[1] + box.bottom * down,
    )


def common(box: Place, other: Place) -> float:
    """Share of `box` that `other` covers."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    size = (box[2] - box[0]) * (box[3] - box[1])
    return max(0.0, width) * max(0.0, height) / size if size else 0.0


def texts(one: Delivered) -> tuple[int, int]:
    """Pages that were read, and those whose text begins with the restored text letter by letter (captions
    of signatures, which such pages show as well, follow it)."""
    pages = told("pdftotext", "-raw", one.path, "-").split("\f")
    same = [
        "".join(pages[index].split()).startswith("".join(reading.restored.text.split()))
        for index, reading in one.read_pages
    ]
    return len(same), sum(same)


def looks(one: Delivered) -> tuple[int, int, int]:
    """Pages of a PDF, those that look as in the original, and those equal pixel by pixel.

    Readers show calibrated colours (the emblems of signatures) through the sRGB output intent of PDF/A, a
    few levels other than without it.
    """
    if one.original.suffix.lower() != ".pdf":
        return 0, 0, 0
    same = equal = 0
    for index, reading in enumerate(one.document.pages, 1):
        new, old = picture(one.path, index), picture(one.original, reading.page.page_number)
        is_comparable = new.shape == old.shape
        difference = int(np.abs(new - old).max()) if is_comparable else MOST_DIFFERENCE + 1
        same += difference <= MOST_DIFFERENCE
        equal += difference == 0
    return len(one.document.pages), same, equal


def picture(path: Path, page_number: int) -> NDArray[np.int16]:
    command = ["pdftoppm", "-r", str(LOOK_DPI), "-f", str(page_number), "-l", str(page_number), path]
    shown = subprocess.run(command, capture_output=True, check=True).stdout
    return np.asarray(Image.open(io.BytesIO(shown)), dtype=np.int16)


def layer_claims(out: Path, originals: Path, folder: Path) -> Iterator[Claim]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        delivered = [Delivered(out, originals, row, folder) for row in csv.DictReader(lines)]
    words, touched, covered = (sum(column) for column in zip(*map(overlaps, delivered), strict=True))
    yield (
        f"words overlapping their box: {touched} of {words} = {touched / words:.4f}",
        touched >= LEAST_OVERLAP * words,
    )
    yield (
        f"words covering half of it: {covered} of {words} = {covered / words:.4f}",
        covered >= LEAST_OVERLAP * words,
    )
    pages, same = (sum(column) for column in zip(*map(texts, delivered), strict=True))
    yield f"read pages whose text is the restored text, in order: {same} of {pages}", same >= 0.99 * pages
    pages, same, equal = (sum(column) for column in zip(*map(looks, delivered), strict=True))
    shown = f"pages that look as before at {LOOK_DPI} dpi: {same} of {pages}, {equal} of them to the pixel"
    yield shown, same == pages
    valid = sum(one.is_pdfa for one in delivered)
    yield f"PDF/A-2b by pikepdf's validator: {valid} of {len(delivered)} files", True
    for one in delivered:
        if not one.is_pdfa:
            print(f"   {one.document.source_file}: {one.note}")


# --- tables -------------------------------------------------------------------------------------------


def table_claims(out: Path, into: Path) -> Iterator[Claim]:
    wanted = load_tables(out)
    same = []
    with closing(sqlite3.connect(into / "sqlite" / "sohoa.sqlite")) as database:
        for name, frame in wanted.items():
            path = into / "parquet" / f"{name}.parquet"
            found = pd.read_parquet(path, dtype_backend="numpy_nullable").astype(frame.dtypes.to_dict())
            count = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            same.append(found.equals(frame) and count == len(frame))
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
    yield f"tables that come back from Parquet and SQLite: {sum(same)} of {len(same)}", all(same)
    yield f"broken keys in SQLite: {len(broken)}", not broken
    yield from office_claims(wanted["documents"], into / "xlsx" / "sohoa.xlsx")


def office_claims(documents: pd.DataFrame, book: Path) -> Iterator[Claim]:
    office = shutil.which("soffice")
    if office is None:
        print("   LibreOffice is not installed: the workbook was not opened")
        return
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        form = "csv:Text - txt - csv (StarCalc):44,34,76,1"
        told(office, profile, "--headless", "--convert-to", form, "--outdir", folder, book)
        found = pd.read_csv(Path(folder) / "sohoa.csv", dtype=str, keep_default_na=False)
    numbers = documents["number_symbol"].fillna("")
    yield (
        f"rows LibreOffice reads: {len(found)} of {len(documents)}",
        list(found["number_symbol"]) == list(numbers),
    )


def package_claims(out: Path, into: Path, schema: Path | None) -> Iterator[Claim]:
    report = frictionless.validate(str(out / "datapackage.json"))
    yield f"data package valid: {report.valid}", report.valid
    bag = bagit.Bag(str(into / "archive"))
    yield f"bag valid: {bag.is_valid()}", bag.is_valid()
    if schema is None:
        print("   no ALTO schema was given: ALTO was not validated")
        return
    alto = etree.XMLSchema(etree.parse(str(schema)))
    files = sorted((into / "alto").glob("*.xml"))
    valid = [alto.validate(etree.parse(str(path))) for path in files]
    yield f"ALTO files valid by {schema.name}: {sum(valid)} of {len(files)}", all(valid)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of a finished run")
    parser.add_argument("originals", type=Path, help="folder its scans lie in")
    parser.add_argument("--into", type=Path, help="where to deliver (default: a temporary folder)")
    parser.add_argument("--alto-schema", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        into: Path = options.into or Path(temporary)
        find: Callable[[Document], Path | None] = lambda one: options.originals / one.source_file  # noqa: E731
        chosen = DeliveryOptions(into, archive=ArchiveOptions("tt05", "{source_folder}"))
        done = deliver(options.out, FORMATS, chosen, Sources(find, cover_box))
        for sentence in done.sentences:
            print(sentence)
        for problem in done.problems:
            print(f"   not delivered: {problem.format} {problem.code} {problem.source_file}")
        claims = [
            *layer_claims(options.out, options.originals, into / "pdf"),
            *table_claims(options.out, into),
            *package_claims(options.out, into, options.alto_schema),
        ]
    for sentence, holds in claims:
        print(f"{'ok  ' if holds else 'FAIL'} {sentence}")
    return 0 if all(holds for _, holds in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
