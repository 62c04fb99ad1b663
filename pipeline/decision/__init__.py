"""Decide number, date and names from all evidence: of the document itself, and of the batch it lies in.

`weigh_slots`, `number_from_slot` and `weigh_date` work on one document; `link_batch` on what all documents of
a batch tell of each other (`pipeline.extract.links.trace`).
"""

from pipeline.decision.batch import link_batch
from pipeline.decision.dates import weigh_date
from pipeline.decision.numbers import weigh_slots
from pipeline.decision.spoilt import number_from_slot

__all__ = ["link_batch", "number_from_slot", "weigh_date", "weigh_slots"]
