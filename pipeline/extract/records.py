"""All records a text gives of itself: references, anniversaries and dates, from one reading of the flow."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.anniversaries.find import anniversaries_in
from pipeline.extract.document_dates import dates_in
from pipeline.extract.flow import flow_of, record
from pipeline.extract.references.find import citations_in
from pipeline.extract.references.mention import row_of
from pipeline.extract.references.merge import merged
from pipeline.model import DocumentText, Record, Span


def find_records(document: DocumentText, skip: Sequence[Span] = ()) -> tuple[Record, ...]:
    """Rows of references.csv, anniversaries.csv and dates.csv, in this order of tables.

    The same rows as `find_references`, `find_anniversaries` and `find_dates` give one by one, for less
    work. `skip`: see `find_references`.
    """
    flow = flow_of(document)
    cited = citations_in(flow, skip)
    celebrated = anniversaries_in(flow)
    tables = (
        ("references", [row_of(mention) for mention in merged(cited)]),
        ("anniversaries", celebrated),
        ("dates", dates_in(flow, cited, celebrated)),
    )
    return tuple(record(document, flow, table, row) for table, rows in tables for row in rows)
