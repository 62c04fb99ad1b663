"""How far the review has come, how fast it goes, and how often the doubtful cells were right after all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from pipeline.export.corrections import Corrections, Decision

_LONGEST_SECONDS = 300  # a longer pause between two documents was a break


@dataclass(frozen=True, slots=True)
class Pace:
    """One person's work: decisions, screens confirmed, and the median of seconds from screen to screen
    (None before the second one)."""

    who: str
    decisions: int
    screens: int
    seconds: float | None

    @property
    def per_hour(self) -> int | None:
        """Documents an hour at this pace."""
        return round(3600 / self.seconds) if self.seconds else None


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """The decided doubtful cells of one column: how many of them the machine had right."""

    column: str
    decided: int
    confirmed: int


def paces(log: Sequence[Decision]) -> tuple[Pace, ...]:
    """The pace of each person, those with most decisions first; undone screens count as work done."""
    made = [one for one in log if not one.undoes]
    counts = Counter(one.who for one in made)
    return tuple(_pace(who, [one for one in made if one.who == who]) for who, _ in counts.most_common())


def by_column(corrections: Corrections) -> tuple[ColumnResult, ...]:
    """How the cells that were in doubt came out, most often asked columns first."""
    decided: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for columns in corrections.by_document.values():
        for one in columns.values():
            if not one.was_sure:
                decided[one.column] += 1
                confirmed[one.column] += one.verdict == "confirmed"
    return tuple(ColumnResult(name, count, confirmed[name]) for name, count in decided.most_common())


def _pace(who: str, made: Iterable[Decision]) -> Pace:
    made = list(made)
    times = {one.batch: datetime.fromisoformat(one.when) for one in made}
    moments = sorted(times.values())
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    worked = [gap for gap in gaps if gap <= _LONGEST_SECONDS]
    return Pace(who, len(made), len(moments), max(1.0, median(worked)) if worked else None)
