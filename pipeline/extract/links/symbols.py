"""The symbols of a body, as the batch knows them: a symbol read doubtfully that others bear too is surer.

Symbols are an open vocabulary (each body sets its own), so a single one cannot be checked; but a body uses
the same few on all its papers, and handwriting beside a symbol spoils now one, now another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.extract.folding import fold_key
from pipeline.extract.links.trace import Trace
from pipeline.extract.links.verdicts import SymbolVerdict

SURE = 0.9
CONFIRMED = 0.9
REPEATED = 0.75
REPEATS = 3
"""So many doubtful readings of one symbol, the document's own among them, stand for a sure one."""


def judge_symbols(documents: Sequence[Trace]) -> Mapping[str, SymbolVerdict]:
    """What the batch tells of the symbols that were not read surely, by document."""
    counts: Counter[tuple[str, str, str]] = Counter()
    sure: Counter[tuple[str, str, str]] = Counter()
    for document in documents:
        if document.symbol and document.issuer:
            counts[_key(document)] += 1
            sure[_key(document)] += document.symbol_confidence >= SURE
    found = {}
    for document in documents:
        key = _key(document)
        if not counts[key] or document.symbol_confidence >= SURE:
            continue
        level = CONFIRMED if sure[key] else REPEATED if counts[key] >= REPEATS else 0.0
        if level > document.symbol_confidence:
            others = counts[key] - 1
            clue = f"the same symbol in {others} other document{'s' * (others > 1)} of this body"
            found[document.doc_id] = SymbolVerdict(level, clue)
    return found


def _key(document: Trace) -> tuple[str, str, str]:
    return fold_key(document.issuer), fold_key(document.place), document.symbol
