"""One document as it is put to a person: its cells with candidates, and what the person answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.export.corrections import WHOLE_TEXT, Answer, Corrections, CorrectionStore, Decision
from pipeline.export.doubt import review
from pipeline.export.rows import DERIVED
from pipeline.export.schema import schema_of
from pipeline.export.settled import SettledDocuments, settled
from pipeline.model import BBox, Document, Field
from pipeline.review.candidates import Candidate, Known, candidates
from pipeline.review.doubts import is_part, questions, reasons_for
from pipeline.review.neighbours import Neighbours
from pipeline.review.queue import Entry

# Made for finding and linking, not read from the paper.
_NOT_FOR_PEOPLE = frozenset(("proposed_number_symbol", "proposed_issue_date"))


class ReadAgain(Exception):
    """The document was read anew after the screen was shown; nothing is stored."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell on the screen. `value` is what counts now, `machine` what counted before people looked (with
    the batch's verdict); `version` how many decisions there were; `is_sure` when nobody doubted it then."""

    column: str
    value: str
    machine: Field
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    decision: Decision | None
    version: int
    is_asked: bool
    is_sure: bool

    @property
    def is_check(self) -> bool:
        """Whether there is nothing to write, only to look at: the text as a whole."""
        return self.column == WHOLE_TEXT

    @property
    def box(self) -> BBox | None:
        """The place on the scan, when there is one."""
        return self.machine.bbox if self.machine.page_number else None


@dataclass(frozen=True, slots=True)
class Screen:
    """A document with the cells to ask about and the others."""

    document: Document
    entry: Entry | None
    asked: tuple[Cell, ...]
    others: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, those asked about first."""
        return self.asked + self.others


@dataclass(frozen=True, slots=True)
class Desk:
    """Where screens come from: the run's documents, its store, its neighbours and the limit of review."""

    documents: SettledDocuments
    store: CorrectionStore
    neighbours: Neighbours
    threshold: float

    def document(self, doc_id: str) -> Document | None:
        """A document as people are asked about it; None when the run has no evidence of it."""
        return self.documents.before_review(doc_id) if self.documents.has(doc_id) else None

    def questions(self, document: Document, entry: Entry | None) -> tuple[str, ...]:
        """The columns in doubt by evidence and tables, decided or not."""
        doubtful, _ = review(document, self.threshold)
        return questions((*doubtful, *(entry.asked if entry else ())))

    def open_questions(self, document: Document, entry: Entry | None) -> tuple[str, ...]:
        """The columns in doubt that nobody has decided about."""
        return questions(self.questions(document, entry), self.store.of(document.doc_id))

    def screen(
        self, doc_id: str, entry: Entry | None, *, audited: str = "", again: Sequence[str] = ()
    ) -> Screen | None:
        """The screen of a document; None when the run has none of that name.

        `audited` is a sure column to ask about instead of the doubtful ones; `again` are decided columns to
        ask about once more.
        """
        document = self.document(doc_id)
        if document is None:
            return None
        decided = self.store.of(doc_id)
        versions = self.store.versions(doc_id)
        doubtful = self.questions(document, entry)
        answered = decided.keys() - set(again)
        open_columns = (audited,) if audited else questions((*doubtful, *again), answered)
        known = Known(document, entry, self.neighbours)
        counts = settled(document, None, Corrections({doc_id: decided}))

        def cell(column: str, *, is_asked: bool) -> Cell:
            machine = next((one for one in document.fields if one.name == column), Field(column, ""))
            decision = decided.get(column)
            return Cell(
                column=column,
                value=counts.value(column),
                machine=machine,
                reasons=reasons_for(document, column, self.threshold) if is_asked else (),
                candidates=candidates(column, known) if is_asked and column not in DERIVED else (),
                decision=decision,
                version=versions.get(column, 0),
                is_asked=is_asked,
                is_sure=decision.was_sure if decision else column not in doubtful,
            )

        asked = tuple(cell(column, is_asked=True) for column in open_columns)
        others = tuple(cell(column, is_asked=False) for column in _others(document, decided, open_columns))
        return Screen(document, entry, asked, others)


def answers(screen: Screen, form: Mapping[str, str]) -> tuple[Answer, ...]:
    """What the person's `form` says: every cell asked about, and others only where they were changed.

    Raises ReadAgain when the machine's values are not those the person saw.
    """
    found: list[Answer] = []
    for cell in screen.cells:
        name = cell.column
        if f"version.{name}" not in form:
            continue
        if form.get(f"machine.{name}", "") != cell.machine.value:
            raise ReadAgain
        answer = _answer(screen, cell, form)
        if answer is not None:
            found.append(replace(answer, was_sure=cell.is_sure))
    return tuple(found)


def whole_number(text: str) -> int:
    """`text` from a form as a number; a forged one becomes -1, which no cell has as its version."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _was_asked(form: Mapping[str, str], column: str) -> bool:
    return form.get(f"asked.{column}") == "1"


def _answer(screen: Screen, cell: Cell, form: Mapping[str, str]) -> Answer | None:
    name, machine = cell.column, cell.machine.value
    given = " ".join(form.get(f"value.{name}", "").split())
    is_unreadable = form.get(f"unreadable.{name}") == "1"
    if not _was_asked(form, name) and not is_unreadable and given == " ".join(cell.value.split()):
        return None
    version = whole_number(form[f"version.{name}"])
    doc_id = screen.document.doc_id
    if cell.is_check:
        return Answer(doc_id, name, machine, machine, "confirmed", version)
    if is_unreadable:
        return Answer(doc_id, name, machine, "", "unreadable", version)
    if given == " ".join(machine.split()):
        return Answer(doc_id, name, machine, machine, "confirmed", version)
    return Answer(doc_id, name, machine, given, "corrected", version)


def _others(document: Document, decided: Mapping[str, Decision], asked: Sequence[str]) -> tuple[str, ...]:
    """Cells with a value or a decision that nobody has to be asked about, in column order."""
    named = {field.name for field in document.fields if field.value} | set(decided)
    order = schema_of("documents").names
    left_out = DERIVED | _NOT_FOR_PEOPLE | set(asked)
    return tuple(name for name in order if name in named and name not in left_out and not is_part(name))
