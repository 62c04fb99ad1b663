"""How long reading took, file by file, as the ledger noted it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipeline.batch.ledger_file import LedgerFile
from pipeline.batch.ledger_schema import LEDGER


class Reading(NamedTuple):
    """One content that was read: its first path, the working time it took, and its pages."""

    path: str
    seconds: float
    pages: int


class _Times(LedgerFile):
    """The ledger, asked for times only."""

    def readings(self) -> tuple[Reading, ...]:
        return tuple(Reading(*row) for row in self._all(_READINGS))


def readings(out: Path) -> tuple[Reading, ...]:
    """Every content of `out` that is done, in the order of names; none when there is no ledger.

    Raises OutputError when the ledger cannot be read.
    """
    if not (out / LEDGER).is_file():
        return ()
    with _Times(out) as ledger:
        return ledger.readings()


_READINGS = """
SELECT (SELECT min(relative) FROM paths WHERE paths.sha256 = contents.sha256) AS name, seconds,
       (SELECT coalesce(sum(pages), 0) FROM documents WHERE documents.sha256 = contents.sha256)
FROM contents WHERE state = 'done' AND seconds IS NOT NULL AND name IS NOT NULL ORDER BY name
"""
