"""Cells of documents.csv with their evidence, gathered while a document is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.extract.pieces import Piece
from pipeline.model import BBox, DocumentText, Field, Issue, Span


@dataclass
class Cells:
    """Collects fields and issues of one document; the only mutable thing in the extractor."""

    document: DocumentText
    fields: list[Field] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def add(
        self,
        name: str,
        value: str,
        rule: str,
        confidence: float,
        *,
        pieces: Sequence[Piece] = (),
        raw: str = "",
        span: Span | None = None,
        alternatives: tuple[str, ...] = (),
    ) -> None:
        """Add one cell; its evidence are `pieces`, or `span` where only a part of a piece speaks."""
        box: BBox | None = None
        page = 0
        if span is not None:
            page, _, box = self.document.locate(span)
        elif pieces:
            span = Span(min(one.span.start for one in pieces), max(one.span.end for one in pieces))
            page = pieces[0].page_number
            box = BBox.union(one.bbox for one in pieces if one.bbox and one.page_number == page)
        self.fields.append(
            Field(
                name=name,
                value=value,
                raw=raw or " ".join(one.text for one in pieces),
                span=span,
                page_number=page,
                bbox=box,
                confidence=round(max(0.0, min(1.0, confidence)), 3),
                rule=rule,
                alternatives=alternatives,
            )
        )

    def doubt(self, code: str, message: str, column: str = "", page_number: int = 0) -> None:
        """Note something a person should look at."""
        self.issues.append(Issue(code, message, column, page_number))
