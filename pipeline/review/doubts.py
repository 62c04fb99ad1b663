"""Which cells to ask a person about: doubtful columns, those that follow from another one left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipeline.export.dependent_cells import RULES
from pipeline.export.schema import low_confidence_codes, schema_of
from pipeline.model import Document

# Asked as a whole: who confirms the number and symbol has confirmed its parts and what was read of them.
_WHOLES = ("number_symbol", "issue_date", "doc_type", "issuer", "place")
_WHOLE_OF = {part: whole for whole in _WHOLES for part in RULES[whole].settles}


def questions(columns: Iterable[str], decided: Collection[str] = ()) -> tuple[str, ...]:
    """The columns to ask about when `columns` are in doubt, in column order; `decided` ones are answered.

    >>> questions(["number", "number_symbol", "issue_date_raw"])
    ('number_symbol', 'issue_date')
    """
    asked = {_WHOLE_OF.get(name, name) for name in columns} - set(decided)
    return tuple(name for name in schema_of("documents").names if name in asked)


def is_part(column: str) -> bool:
    """Whether `column` follows from another one and is not asked for itself."""
    return column in _WHOLE_OF


def reasons_for(document: Document, column: str, threshold: float) -> tuple[str, ...]:
    """Codes that say why `column` (or a part of it) is in doubt; `threshold` is the limit of confidence."""
    names = {column} | {part for part, whole in _WHOLE_OF.items() if whole == column}
    codes = [issue.code for issue in document.issues if issue.field in names]
    low = low_confidence_codes()
    codes += [
        low.get(column, low["*"])
        for field in document.fields
        if field.name in names and field.confidence < threshold
    ]
    return tuple(dict.fromkeys(codes))
