"""What counts of a document: the machine's reading, then the batch's verdict on it, then the person's word.

Tables, review page, deliverables and labels all take their documents from here, in this order, so that a cell
is the same wherever it is shown.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError
from pipeline.export.batch_verdicts import (
    VERDICTS,
    BatchVerdict,
    BatchVerdicts,
    read_verdicts,
    with_batch_verdict,
)
from pipeline.export.corrected import corrected
from pipeline.export.corrections import read_corrections
from pipeline.export.decisions import Corrections
from pipeline.export.evidence import evidence_file, load_reading
from pipeline.model import Document

_AGAIN = "Write the tables again with: sohoa run PATH --out FOLDER"
_Looks = tuple[int, int, int] | None


def settled(document: Document, verdict: BatchVerdict | None, corrections: Corrections) -> Document:
    """`document`, as it was read, as it counts."""
    return corrected(with_batch_verdict(document, verdict) if verdict else document, corrections)


class SettledDocuments:
    """The documents of the finished run in `out`; verdicts written anew meanwhile are seen.

    Methods raise InputError when evidence or verdicts cannot be read.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._held: tuple[_Looks, BatchVerdicts] = (None, BatchVerdicts({}, None))

    @property
    def verdicts(self) -> BatchVerdicts:
        """What the batch told when the tables were written."""
        looks = _looks(self._out / VERDICTS)
        if looks != self._held[0]:
            self._held = (looks, read_verdicts(self._out))
        return self._held[1]

    @property
    def written(self) -> object:
        """Another value each time the tables were written; None for those of an older version."""
        return _looks(self._out / VERDICTS)

    def has(self, doc_id: str) -> bool:
        """Whether there is evidence of a document."""
        return evidence_file(self._out, doc_id).is_file()

    def before_review(self, doc_id: str) -> Document:
        """A document as people are asked about it: with the batch's verdict and without decisions.

        One that was read anew since the tables were written stands as it was read.
        """
        document, verdict = self._read(doc_id)
        return settled(document, verdict, Corrections({}))

    def now(self, doc_id: str, corrections: Corrections) -> Document:
        """A document with the newest `corrections`, as the next tables will have it as far as one knows."""
        document, verdict = self._read(doc_id)
        return settled(document, verdict, corrections)

    def in_tables(self, doc_id: str, corrections: Corrections) -> Document:
        """A document as the tables have it; `corrections` are those of `corrections_in_tables`.

        Raises InputError also when the tables were made of another reading.
        """
        document, verdict = self._read(doc_id)
        if verdict is None and self.verdicts.writing is not None:
            message = f"{document.source_file} was read anew after the tables were written"
            raise InputError(message, hint=_AGAIN, code="tables_older")
        return settled(document, verdict, corrections)

    def corrections_in_tables(self) -> Corrections:
        """People's decisions as far as the tables know them."""
        writing = self.verdicts.writing
        return read_corrections(self._out, writing.decisions if writing else None)

    def _read(self, doc_id: str) -> tuple[Document, BatchVerdict | None]:
        document, mark = load_reading(evidence_file(self._out, doc_id))
        verdict = self.verdicts.by_document.get(doc_id)
        return document, verdict if verdict and verdict.reading == mark else None


def _looks(path: Path) -> _Looks:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
