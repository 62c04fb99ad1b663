"""Papers of one office as extraction gives them, for tests of what the documents of a batch tell of each
other; and such a batch as a finished run, ledger and all, without OCR."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from fakes.texts import document_text
from pipeline.batch.collect import TableOptions, refresh_tables
from pipeline.batch.ledger import Ledger
from pipeline.batch.ledger_rows import DocumentRow, FileDigest, Finished
from pipeline.config import Settings
from pipeline.export import write_document_files
from pipeline.extract.references.find import find_references
from pipeline.model import BBox, Document, Field, Record, SlotReading, as_pairs
from pipeline.review import ReviewOptions
from pipeline.source import discover

ISSUER = "Ủy ban nhân dân huyện Mẫu"


def paper(doc_id: str, day: str, *readings: tuple[str, float], text: str = "", **cells: str) -> Document:
    """A decision numbered by hand: `readings` of its number, best first."""
    body = document_text(text)
    slot = SlotReading("number", BBox(0, 0, 40, 20), "handwritten", readings)
    pages = (replace(body.pages[0], slots=(slot,)), *body.pages[1:])
    digits, chance = readings[0]
    sure = chance if chance >= 0.98 else 0.6 * chance
    values = {
        "doc_type": "Quyết định",
        "symbol": "QĐ-UBND",
        "number_status": "present",
        "number_kind": "handwritten",
        "issue_date": day,
        "issuer": ISSUER,
        "place": "Mẫu",
    } | cells
    sure = round(sure, 3)
    rule = "number_line_state_slot"
    others = tuple(text for text, _ in readings[1:])
    whole = tuple(f"{text}/QĐ-UBND" for text in others)
    fields = (
        Field("number", digits, confidence=sure, rule=rule, alternatives=others),
        Field(
            "number_symbol", f"{digits}/QĐ-UBND", confidence=min(sure, 0.95), rule=rule, alternatives=whole
        ),
        *(Field(name, value, confidence=0.95) for name, value in values.items()),
    )
    return Document(doc_id, f"{doc_id}.pdf", "", "1", pages, fields, find_references(body))


def office(*numbers: int) -> list[Document]:
    """Sure decisions of one office, a day apart, from 3 May 2031 on."""
    return [
        paper(f"s{index}", f"2031-05-{index + 3:02}", (str(number), 0.999))
        for index, number in enumerate(numbers)
    ]


def signed(doc_id: str, name: str, confidence: float, year: str = "2031", **changes: str) -> Document:
    values = {"role": "signer", "name": name, "title": "Chủ tịch", "proposed_name": ""} | changes
    row = Record("signers", as_pairs(values), confidence=confidence, rule="right_column_block")
    cells = {"issuer": ISSUER, "place": "Mẫu", "issue_date": f"{year}-05-05"}
    fields = (
        Field("signer_name", name, confidence=confidence, rule="name_under_title"),
        *(Field(column, value) for column, value in cells.items()),
    )
    return Document(doc_id, f"{doc_id}.pdf", "", "1", (), fields, (row,))


CITING = "Căn cứ Quyết định số 309/QĐ-UBND ngày 04/5/2031 của Ủy ban nhân dân huyện Mẫu về việc khen thưởng;"
DOUBTFUL = paper("d", "2031-05-05", ("371", 0.7), ("311", 0.29))
"""Read as 371; the order of dates says 311."""


def judged_batch() -> list[Document]:
    """Papers of which others tell something."""
    return [
        DOUBTFUL,
        *office(300, 309, 313, 320),
        paper("c", "2031-06-01", ("600", 0.999), text=CITING),
        signed("a", "Lò Vân Mâu", 0.7),
        signed("b", "Lò Văn Mẫu", 0.93),
    ]


@dataclass
class PaperRun:
    """A finished run over papers: `folder` holds a file for each, `out` the tables."""

    folder: Path
    out: Path
    ids: dict[str, str] = field(default_factory=dict)

    def add(self, document: Document, *, digest: str = "") -> str:
        """Put a paper into the run (or read it anew), under the doc_id that its file gives it."""
        path = self.folder / document.source_file
        path.parent.mkdir(parents=True, exist_ok=True)
        self.out.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text(document.doc_id, encoding="utf-8")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        doc_id = self.ids[document.doc_id] = sha256[:16]
        write_document_files(self.out, replace(document, doc_id=doc_id, source_sha256=sha256))
        with Ledger(self.out) as ledger:
            scan = ledger.begin_scan()
            ledger.see(scan, discover([self.folder]))
            for row in ledger.paths(scan):
                if row.path == path:
                    ledger.identified(row.path_id, _digest(path, sha256))
            ledger.start(sha256, "test")
            ledger.finish(sha256, Finished((DocumentRow(doc_id, 1, (digest,)),)))
        return doc_id

    def write(self) -> object:
        """Write the tables."""
        return refresh_tables(self.out, TableOptions(0.6))

    def options(self) -> ReviewOptions:
        """What the review page needs."""
        return ReviewOptions(self.out, Settings(), lambda _: None, self.write, "Lan")


def judged_run(folder: Path) -> PaperRun:
    """A finished run over `judged_batch`."""
    run = PaperRun(folder / "in", folder / "out")
    for document in judged_batch():
        run.add(document)
    run.write()
    return run


def _digest(path: Path, sha256: str) -> FileDigest:
    one = path.stat()
    return FileDigest(sha256, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino, one.st_dev)
