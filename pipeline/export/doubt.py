"""Which cells of a row a person should check, and why (`review_columns`, `review_reasons`)."""

from __future__ import annotations

from pipeline.export.schema import low_confidence_codes, schema_of
from pipeline.model import Document

# The canonical form and its parts: a doubt about one is a doubt about the other. The symbol is printed
# and read well where the number is written by hand, so it is named only for its own confidence.
_SAME_DOUBT = (("number", "number_symbol"), ("number_symbol", "number"), ("symbol", "number_symbol"))


def review(document: Document, threshold: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns to check, in column order, and codes of the reasons, issues first.

    A column is named when its field's confidence is below `threshold` (0..1) or an issue names it. An
    issue without a column gives its code only. Raises ValueError when an issue names an unknown column.
    """
    documents = schema_of("documents")
    named = {documents.column(issue.field).name for issue in document.issues if issue.field}
    first = {field.name: field for field in reversed(document.fields)}
    low = {name for name, field in first.items() if field.confidence < threshold}
    doubtful = named | low
    doubtful |= {other for name, other in _SAME_DOUBT if name in doubtful}
    codes = low_confidence_codes()
    order = documents.names
    reasons = [issue.code for issue in document.issues]
    reasons += [codes.get(name, codes["*"]) for name in order if name in low - named]
    return tuple(name for name in order if name in doubtful), tuple(dict.fromkeys(reasons))
