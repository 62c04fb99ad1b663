"""One citation as found in a text, and the row it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.dates.grammar import DateHit
from pipeline.extract.flow import Found
from pipeline.extract.references.issuer import Issuer


@dataclass(frozen=True, slots=True)
class Mention:
    """One citation in a flow. `rule` names what it was recognised by."""

    start: int
    end: int
    ref_type: str
    number: str
    symbol: str
    number_symbol: str
    form: str
    date: DateHit | None
    issuer: Issuer | None
    relation: str
    list_member: bool
    confidence: float
    rule: str
    title: str = ""


def row_of(mention: Mention) -> Found:
    """The columns of references.csv for a mention; `resolves_to` is filled when a batch is linked."""
    values = {
        "ref_type": mention.ref_type,
        "number": mention.number,
        "symbol": mention.symbol,
        "number_symbol": mention.number_symbol,
        # A day without its year names no document.
        "ref_date": mention.date.date if mention.date and mention.date.precision != "month_day" else "",
        "ref_issuer": mention.issuer.name if mention.issuer else "",
        "ref_title": mention.title,
        "ref_system": {"old": "state"}.get(mention.form, mention.form),
        "resolves_to": "",
        "list_member": "true" if mention.list_member else "false",
        "relation": mention.relation,
    }
    return Found(mention.start, mention.end, values, mention.confidence, mention.rule)
