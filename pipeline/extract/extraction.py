"""What the extractor hands back: the cells of documents.csv, the rows of the child tables, the doubts."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Field, Issue, Record


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything read out of one document; every field and record carries its evidence."""

    fields: tuple[Field, ...] = ()
    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()

    def value(self, name: str) -> str:
        """The value of column `name`, empty when there is none."""
        return next((field.value for field in self.fields if field.name == name), "")
