"""How the work on an output folder goes, from its ledger and the watch's last sign of life.

Only reads: it works while a run or a watch is busy, and for a user who may not write.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline import errors
from pipeline.batch.ledger_listing import LedgerListing
from pipeline.batch.ledger_rows import State
from pipeline.batch.ledger_schema import BUSY_SECONDS, LEDGER, ledger_errors
from pipeline.batch.watch.beat import STOPPED, WORKING, Beat, read_beat
from pipeline.errors import InputError

RATE_SECONDS = 3600.0
_LEAST_LATE_SECONDS = 120.0  # a sign of life may be so late, or so many of its own rests:
_LATE_RESTS = 3.0


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """A watch as its last sign of life tells. `is_alive`: it runs; `age_seconds` of the sign."""

    folder: str
    is_alive: bool
    is_expected: bool  # it was started to run on, and nobody but a person should have ended it
    state: str
    age_seconds: float
    trouble: str
    waiting: int
    incomplete: int
    retrying: int
    refused: dict[str, int]


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """The figures of an output folder. `queue` counts files that wait or are being read; rates are those of
    the last hour; `eta_seconds` is None while nothing is read; times are seconds since 1970, 0 for never."""

    out: str
    queue: int
    running: int
    done: int
    failed: int
    unreadable: int
    documents_last_hour: int
    pages_last_hour: int
    files_last_hour: int
    last_success: float
    eta_seconds: float | None
    reasons: tuple[tuple[str, int], ...]
    watch: WatchStatus | None

    @property
    def failures(self) -> int:
        """Contents that gave no document and files that could not be read."""
        return self.failed + self.unreadable

    def exit_code(self, now: float, most_age_seconds: float | None = None) -> int:
        """0; 8 when failures exist; 9 when the watch does not run or cannot work, or when the last success
        is older than `most_age_seconds`: the service is below its floor."""
        watch = self.watch
        if watch and watch.is_expected and (not watch.is_alive or watch.trouble):
            return errors.BELOW_FLOOR
        if most_age_seconds is not None and now - self.last_success > most_age_seconds:
            return errors.BELOW_FLOOR
        return errors.SOME_FAILED if self.failures else errors.OK


def status(out: Path, now: float | None = None) -> BatchStatus:
    """The status of `out` at `now` (seconds since 1970). Raises InputError `no_ledger`, OutputError."""
    now = time.time() if now is None else now
    with _ReadOnlyLedger(out) as ledger:
        counts = ledger.status(since=now - RATE_SECONDS)
        files, last_success = ledger.successes(now - RATE_SECONDS)
        standing = ledger.standing()
        reasons = ledger.listed_reasons()
    beat = read_beat(out)
    running = standing.get(State.RUNNING, 0)
    alive = beat is not None and is_alive(beat, now)
    known = counts.files_waiting + standing.get(State.PENDING, 0) + running
    queue = max(known, beat.waiting) if beat and alive else known
    return BatchStatus(
        out=str(out),
        queue=queue,
        running=running,
        done=standing.get(State.DONE, 0),
        failed=standing.get(State.FAILED, 0) + standing.get(State.QUARANTINED, 0),
        unreadable=counts.files_unreadable,
        documents_last_hour=counts.documents_since,
        pages_last_hour=counts.pages_since,
        files_last_hour=files,
        last_success=last_success,
        eta_seconds=_eta(queue, files, beat, now),
        reasons=reasons,
        watch=_watch_status(beat, now) if beat else None,
    )


def is_alive(beat: Beat, now: float) -> bool:
    """Whether the watch that gave `beat` still runs: its process is there, or (seen from another machine)
    its sign is fresh. One that reads a long document gives no sign; one that only rests must."""
    if beat.state == STOPPED:
        return False
    is_fresh = now - beat.beat <= max(_LEAST_LATE_SECONDS, _LATE_RESTS * beat.pause_seconds)
    if beat.host != socket.gethostname():
        return is_fresh
    return _is_process(beat.pid) and (is_fresh or beat.state == WORKING)


def _is_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # of another user
    return True


def _watch_status(beat: Beat, now: float) -> WatchStatus:
    return WatchStatus(
        folder=beat.folder,
        is_alive=is_alive(beat, now),
        is_expected=not beat.once,
        state=beat.state,
        age_seconds=max(0.0, now - beat.beat),
        trouble=beat.trouble,
        waiting=beat.waiting,
        incomplete=beat.incomplete,
        retrying=beat.retrying,
        refused=beat.refused,
    )


def _eta(queue: int, files_last_hour: int, beat: Beat | None, now: float) -> float | None:
    if queue == 0:
        return 0.0
    if files_last_hour == 0:
        return None
    # A watch younger than an hour had less time for the files of the last hour.
    seconds = min(RATE_SECONDS, max(1.0, now - beat.started)) if beat else RATE_SECONDS
    return queue * seconds / files_last_hour


class _ReadOnlyLedger(LedgerListing):
    """The ledger, opened so that nothing can be written."""

    def __init__(self, out: Path) -> None:
        self.file = out / LEDGER
        if not self.file.is_file():
            hint = "Name the folder given to sohoa run --out or sohoa watch --out"
            raise InputError(f"{out} has no ledger", code="no_ledger", hint=hint)
        # SQLite takes a folder that may not be written only when told that nobody writes there now.
        wal = self.file.with_name(f"{LEDGER}-wal")
        is_still = not os.access(out, os.W_OK) and not wal.exists()
        with ledger_errors(self.file):
            uri = f"{self.file.resolve().as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()

    def successes(self, since: float) -> tuple[int, float]:
        """Contents done since `since`, and when the last one was."""
        (count,) = self._one("SELECT count(*) FROM contents WHERE state = 'done' AND finished >= ?", (since,))
        (last,) = self._one("SELECT coalesce(max(finished), 0) FROM contents WHERE state = 'done'")
        return int(count), float(last)

    def standing(self) -> dict[State, int]:
        """Contents by state, of those that lie at a path of the tables: what was replaced counts no more."""
        return {State(row["state"]): row["number"] for row in self._all(_STANDING)}

    def listed_reasons(self) -> tuple[tuple[str, int], ...]:
        """Codes of what failed as a whole, with how many contents or files, most frequent first."""
        return tuple((row["code"], row["number"]) for row in self._all(_REASONS))


_STANDING = """
SELECT state, count(DISTINCT sha256) AS number FROM contents JOIN listed USING (sha256) GROUP BY state
"""
_REASONS = """
SELECT code, count(*) AS number FROM (
    SELECT DISTINCT sha256 AS what, code FROM problems JOIN contents USING (sha256) JOIN listed USING (sha256)
    WHERE state IN ('failed', 'quarantined')
    UNION ALL SELECT path_id, code FROM problems JOIN paths USING (path_id) WHERE is_present
) GROUP BY code ORDER BY number DESC, code
"""
