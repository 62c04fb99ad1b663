"""A small finished run made without OCR, and the review page served over it in this process."""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from werkzeug.serving import make_server

from pipeline.config import Settings
from pipeline.export import FileSeen, write_document_files, write_tables
from pipeline.export.corrections import read_corrections, write_corrections_csv
from pipeline.export.settled import SettledDocuments
from pipeline.model import (
    BBox,
    Document,
    Edit,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    SlotReading,
    Span,
    Word,
)
from pipeline.review.app import create_app
from pipeline.review.gate import HOST, Gate
from pipeline.review.options import ReviewOptions

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
HOSTILE_NAME = "<img src=x onerror=alert(1)>&\"'.png"
SOURCE = "UBND TINH\nSo: 1l/QD-UBND\nLe Van An"
TEXT = "UBND TỈNH\nSố: 11/QĐ-UBND\nLê Văn An"
NUMBER_BOX = BBox(120, 200, 420, 240)
NAME_BOX = BBox(760, 1400, 1060, 1450)


def draw_page(path: Path, words: str) -> str:
    """A page picture with some ink where the cells are; returns the SHA-256 of the file."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for box in (NUMBER_BOX, NAME_BOX):
        cv2.putText(page, words, (box.left, box.bottom - 8), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (90, 30, 20), 2)
    assert cv2.imwrite(str(path.parent / "page.png"), page)
    (path.parent / "page.png").rename(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_page() -> PageReading:
    """One page as read and restored, with a slot for the number."""
    lines = (
        Line((Word("UBND", BBox(100, 100, 300, 140)), Word("TINH", BBox(320, 100, 420, 140)))),
        Line((Word("So:", BBox(120, 200, 180, 240)), Word("1l/QD-UBND", BBox(190, 200, 420, 240)))),
        Line((Word("Le", NAME_BOX), Word("Van", NAME_BOX), Word("An", NAME_BOX))),
    )
    page = OcrPage(1, WIDTH, HEIGHT, 150.0, lines, "tesseract 5")
    slot = SlotReading("number", BBox(190, 205, 240, 238), "handwritten", (("11", 0.5), ("17", 0.4)))
    return PageReading(page, RestoredText(SOURCE, TEXT, edits()), "ocr", slots=(slot,))


def edits() -> tuple[Edit, ...]:
    """What turns SOURCE into TEXT, word by word."""
    found: list[Edit] = []
    start = 0
    for before, after in zip(SOURCE.split(), TEXT.split(), strict=True):
        start = SOURCE.index(before, start)
        if before != after:
            found.append(Edit(Span(start, start + len(before)), before, after, "lexicon", 5.0))
        start += len(before)
    return tuple(found)


def make_document(sha256: str, source_file: str, **changes: object) -> Document:
    """A decision with a doubtful number and a doubtful signer; the rest is sure."""
    fields = (
        Field("number_raw", "So: 1l/QD-UBND", page_number=1, bbox=NUMBER_BOX, confidence=0.9),
        Field(
            "number", "11", raw="1l", page_number=1, bbox=NUMBER_BOX, confidence=0.4, alternatives=("17", "1")
        ),
        Field("symbol", "QĐ-UBND", page_number=1, bbox=NUMBER_BOX, confidence=0.95),
        Field(
            "number_symbol", "11/QĐ-UBND", raw="So: 1l/QD-UBND", page_number=1, bbox=NUMBER_BOX,
            confidence=0.4, rule="number_line_state_slot", alternatives=("17/QĐ-UBND", "1/QĐ-UBND"),
        ),
        Field("number_status", "present", confidence=0.9),
        Field("issue_date", "2024-05-06", confidence=0.97),
        Field("issue_date_precision", "day", confidence=0.97),
        Field("doc_type", "Quyết định", confidence=0.95),
        Field("doc_type_abbr", "QĐ", confidence=0.95),
        Field("issuer", "Ủy ban nhân dân tỉnh Sơn Lĩnh", confidence=0.95),
        Field("subject", "Về việc khen thưởng", confidence=0.9),
        Field("signer_name", "Lê Vãn An", page_number=1, bbox=NAME_BOX, confidence=0.3, rule="under_title"),
        Field("signer_title", "Chủ tịch", confidence=0.95),
    )  # fmt: skip
    document = Document(
        doc_id=sha256[:16],
        source_file=source_file,
        source_sha256=sha256,
        source_pages="1",
        pages=(read_page(),),
        fields=fields,
        records=(Record("signers", (("role", "signer"), ("name", "Lê Vãn An"))),),
        issues=(Issue("signer_low", "the name is doubtful", "signer_name", 1),),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


def sure_fields(document: Document, names: set[str]) -> tuple[Field, ...]:
    """The fields of `document` with full confidence in `names`."""
    return tuple(replace(one, confidence=1.0) if one.name in names else one for one in document.fields)


@dataclass
class FinishedRun:
    """A folder of scans, and the folder of tables made from them."""

    scans: Path
    out: Path
    documents: list[Document] = field(default_factory=list)

    def add(self, source_file: str, words: str, **changes: object) -> Document:
        """Draw a scan and put its document into the run."""
        path = self.scans / source_file
        path.parent.mkdir(parents=True, exist_ok=True)
        document = make_document(draw_page(path, words), source_file, **changes)
        write_document_files(self.out, document)
        self.documents.append(document)
        return document

    def write(self) -> None:
        """Write all tables from the evidence and what people decided."""
        decided = read_corrections(self.out)
        made = SettledDocuments(self.out)
        documents = [made.now(document.doc_id, decided) for document in self.documents]
        seen = [FileSeen(one.source_file, one.doc_id, one.source_sha256) for one in self.documents]
        write_tables(self.out, documents, seen, ())
        write_corrections_csv(self.out)

    def find(self, document: Document) -> Path | None:
        """The scan of a document."""
        path = self.scans / document.source_file
        return path if path.is_file() else None

    def options(self, reviewer: str = "Lan") -> ReviewOptions:
        """What the page needs."""
        return ReviewOptions(self.out, Settings(), self.find, self.write, reviewer)


def finished_run(folder: Path) -> FinishedRun:
    """Three documents: two doubtful cells, one doubtful cell (in a folder), a hostile file name."""
    run = FinishedRun(folder / "scans", folder / "out")
    run.out.mkdir(parents=True)
    run.add("a.png", "A")
    second = run.add("2023/b.png", "B")
    number = {"number", "number_symbol"}
    run.documents.pop()
    run.add("2023/b.png", "B", fields=sure_fields(second, number))
    third = run.add("c.png", "C")
    run.documents.pop()
    run.add(HOSTILE_NAME, "D", fields=sure_fields(third, number))
    (run.scans / "c.png").unlink()
    run.write()
    return run


@contextmanager
def served(options: ReviewOptions) -> Iterator[tuple[str, list[str]]]:
    """The page over a finished run: its address, and the addresses with tokens as they are announced."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    announced: list[str] = []
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        gate = Gate(listener.getsockname()[1], announced.append)
        app = create_app(options, gate)
        # Not waitress, which cannot be closed from another thread without a race.
        server = make_server(HOST, gate.port, app, threaded=True, fd=listener.fileno())
        gate.renew()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{gate.port}", announced
        finally:
            server.shutdown()
            server.server_close()
            thread.join(timeout=10)
