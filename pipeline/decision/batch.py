"""What the documents of a batch tell of each other, numbers from ink among it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.decision.numbers import weigh_number
from pipeline.extract.links.join import join
from pipeline.extract.links.trace import Trace
from pipeline.extract.links.verdicts import Verdict


def link_batch(traces: Sequence[Trace]) -> tuple[Verdict, ...]:
    """For each document of the batch, in the same order, what the others tell of it.

    `pipeline.extract.links.verdicts.with_verdict(document, verdict)` puts it into the document.
    """
    return join(traces, weigh_number)
