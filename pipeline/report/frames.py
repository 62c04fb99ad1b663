"""The tables of a run as the figures want them: rows with empty texts instead of missing cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, str]


@dataclass(frozen=True)
class Frames:
    """The frames of `load_tables`, by name."""

    frames: Mapping[str, pd.DataFrame]

    def rows(self, table: str, *columns: str) -> list[Row]:
        """The rows of `table`, `columns` only, all as text; a missing cell is empty."""
        frame = self.frames[table][list(columns)].astype("string").fillna("")
        return [dict(zip(columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]

    @cached_property
    def documents(self) -> list[Row]:
        return self.rows(
            "documents",
            *("doc_id", "source_file", "doc_type", "number_symbol", "issue_date", "issuer", "page_count"),
            *("review_columns", "review_reasons", "needs_review"),
        )

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {row["doc_id"]: row for row in self.documents}


def named(document: Row) -> str:
    """How people cite the document: type and number, else its file.

    >>> named({"doc_type": "Chỉ thị", "number_symbol": "03/CT-UBND", "source_file": "a.pdf"})
    'Chỉ thị 03/CT-UBND'
    """
    if document["number_symbol"]:
        return f"{document['doc_type']} {document['number_symbol']}".strip()
    return document["source_file"]
