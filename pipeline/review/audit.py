"""How right the sure cells are: a random sample of them, checked by people."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.corrections import Corrections
from pipeline.review.queue import ReviewQueue, read_rows

SAMPLE_SIZE = 100
SEED = 1
# The cells a register of records stands on; an empty one says nothing that could be right.
AUDITED = ("doc_type", "number_symbol", "issue_date", "issuer", "subject", "signer_name", "signer_title")
_Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`right` of `checked` sampled cells were right; `low` and `high` frame the true share (95 %)."""

    right: int
    checked: int
    low: float
    high: float
    left: int

    @property
    def share(self) -> float:
        """The share found in the sample."""
        return self.right / self.checked if self.checked else 0.0


def draw_sample(
    out: Path, queue: ReviewQueue, corrections: Corrections, *, seed: int = SEED, size: int = SAMPLE_SIZE
) -> tuple[Cell, ...]:
    """`size` sure cells (doc_id, column) of the tables in `out`; the same seed draws the same cells.

    Each cell draws its lot from its own name, so later documents do not change the lots of earlier ones.
    Sure cells that people decided about stay in, whatever made them look: leaving out those found wrong by
    chance would flatter the machine. Raises InputError when the tables are damaged.
    """
    in_doubt = {(entry.doc_id, column) for entry in queue.entries for column in entry.asked}
    decided = [one for columns in corrections.by_document.values() for one in columns.values()]
    sure = {
        (row["doc_id"], row["column"])
        for row in read_rows(out / "fields.csv", "fields")
        if row["column"] in AUDITED and row["value"] and row["rule"] != "review"
    }
    sure -= in_doubt
    sure |= {(one.doc_id, one.column) for one in decided if one.was_sure and one.column in AUDITED}
    sure = {cell for cell in sure if queue.entry(cell[0]) is not None}
    return tuple(sorted(sure, key=lambda cell: _lot(cell, seed))[:size])


def estimate(sample: Iterable[Cell], corrections: Corrections) -> Accuracy:
    """What the checked cells of `sample` say. A cell nobody can read is counted as neither."""
    verdicts = []
    left = 0
    for doc_id, column in sample:
        decision = corrections.of(doc_id).get(column)
        if decision is None:
            left += 1
        elif decision.verdict != "unreadable":
            verdicts.append(decision.verdict == "confirmed")
    low, high = wilson(sum(verdicts), len(verdicts))
    return Accuracy(sum(verdicts), len(verdicts), low, high, left)


def wilson(right: int, checked: int) -> tuple[float, float]:
    """The 95 % interval of a share (E. B. Wilson, 1927); (0, 1) when nothing was checked.

    >>> [round(side, 3) for side in wilson(95, 100)]
    [0.888, 0.978]
    """
    if not checked:
        return 0.0, 1.0
    share, square = right / checked, _Z95**2
    centre = share + square / (2 * checked)
    spread = _Z95 * math.sqrt(share * (1 - share) / checked + square / (4 * checked**2))
    whole = 1 + square / checked
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def _lot(cell: Cell, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}|{cell[0]}|{cell[1]}".encode()).digest()
