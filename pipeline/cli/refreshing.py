"""Writing the tables of a finished run again, for commands that show or deliver them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pipeline import errors
from pipeline.messages import told


def refresher(out: Path, threshold: float) -> Callable[[], object]:
    """Writes the tables of `out` again in the form they have."""

    def refresh() -> object:
        from pipeline.batch.collect import TableOptions, refresh_tables
        from pipeline.export.calendar import CALENDAR

        if not _has_ledger(out):
            hint = "Type: sohoa run PATH --out FOLDER"
            raise errors.InputError(f"{out} has no ledger, so its tables cannot be made again", hint=hint)
        with (out / "documents.csv").open("rb") as table:
            has_mark = table.read(3) == b"\xef\xbb\xbf"
        return refresh_tables(out, TableOptions(threshold, has_mark, (out / CALENDAR).exists()))

    return refresh


def bring_up_to_date(out: Path, threshold: float, *, for_decisions: bool = True) -> None:
    """Write the tables of `out` again where people's decisions are newer, or where an older version wrote
    them, which kept no word of what the batch told; then with `threshold`.

    Where that cannot be done now (another sohoa works there, evidence is damaged) the tables stay as they
    are, and it is said that they are not the newest.
    """
    from pipeline.export.batch_verdicts import read_verdicts
    from pipeline.export.corrections import read_corrections

    if not (out / "documents.csv").is_file():
        return
    writing = read_verdicts(out).writing
    if writing is None:
        is_old = _has_ledger(out)
    else:
        is_old = for_decisions and read_corrections(out).last > writing.decisions
    if not is_old:
        return
    try:
        refresher(out, writing.review_threshold if writing else threshold)()
    except (errors.UsageError, errors.InputError) as error:
        print(told(f"The tables stay as they were, without the newest decisions: {error}"), file=sys.stderr)


def _has_ledger(out: Path) -> bool:
    from pipeline.batch.ledger_schema import LEDGER

    return (out / LEDGER).is_file()
