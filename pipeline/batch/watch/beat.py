"""OUT/watch/state.json: what a watch tells of itself, for `sohoa status`, and what the next one must know."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

from pipeline.errors import OutputError
from pipeline.export.writing import write_file

WATCH_FOLDER = "watch"  # below OUT
RUNNING, WORKING, STOPPED = "running", "working", "stopped"
_STATE_FILE = "state.json"
_BEAT_SECONDS = 10.0  # a sign of life is not written more often while all is quiet


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life. Times are seconds since 1970.

    `state` is `running` (looking), `working` (reading documents) or `stopped`; `trouble` is empty when all
    is well; `incomplete` counts waiting files that rest without their end; `refused` gives the number of
    files by reason; `pause_seconds` is how long it meant to rest; `tables_due` says that the tables are
    older than the ledger; `told_silence` that the silence since `last_arrival` has been told.
    """

    folder: str
    host: str
    pid: int
    once: bool
    started: float
    beat: float
    last_arrival: float
    state: str = RUNNING
    pause_seconds: float = 0.0
    waiting: int = 0
    incomplete: int = 0
    retrying: int = 0
    in_work: int = 0
    refused: dict[str, int] = {}
    trouble: str = ""
    told_silence: bool = False
    tables_due: bool = True


def read_beat(out: Path) -> Beat | None:
    """The last sign of life of a watch on `out`; None when there was none or it cannot be read."""
    try:
        return msgspec.json.decode((out / WATCH_FOLDER / _STATE_FILE).read_bytes(), type=Beat)
    except (OSError, msgspec.MsgspecError):
        return None


class Pulse:
    """Keeps the sign of life of this process up to date; `beat` is the present one."""

    def __init__(self, out: Path, folder: Path, wall: Callable[[], float], *, once: bool) -> None:
        now, before = wall(), read_beat(out)
        self._file = out / WATCH_FOLDER / _STATE_FILE
        self._wall = wall
        self._written: Beat | None = None
        self.beat = Beat(
            folder=str(folder),
            host=socket.gethostname(),
            pid=os.getpid(),
            once=once,
            started=now,
            beat=now,
            last_arrival=before.last_arrival if before else now,
            told_silence=before.told_silence if before else False,
            tables_due=before.tables_due if before else True,
        )

    def note(self, **changes: object) -> None:
        """Change the sign of life; written when it matters at once, or when the last one grows old."""
        now = self._wall()
        self.beat = msgspec.structs.replace(self.beat, **changes)
        old = self._written
        if old is not None and now - old.beat < _BEAT_SECONDS and _urgent(old) == _urgent(self.beat):
            return
        self.beat = msgspec.structs.replace(self.beat, beat=now)
        try:
            write_file(
                self._file, msgspec.json.format(msgspec.json.encode(self.beat), indent=1).decode() + "\n"
            )
        except OutputError:
            return  # a full disk is told where it stops the work
        self._written = self.beat


def _urgent(beat: Beat) -> tuple[object, ...]:
    """What the next watch or a person must know at once."""
    return beat.state, beat.trouble, beat.tables_due, beat.told_silence
