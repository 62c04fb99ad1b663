"""The log of a watch: one event a line, plain or JSON, with file, document ids and reason."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO


class Journal:
    """Writes to standard error. `quiet` leaves only what is in `LOUD`."""

    LOUD = frozenset({"failed", "retry", "trouble", "bug", "hook_failed", "refused", "silence"})

    def __init__(self, *, as_json: bool = False, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._as_json = as_json
        self._quiet = quiet
        self._stream = stream or sys.stderr

    def tell(self, event: str, message: str, **facts: Any) -> None:
        """Write down `event`; `message` says it to a person, `facts` to a program."""
        if self._quiet and event not in self.LOUD:
            return
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        if self._as_json:
            line = json.dumps({"time": time, "event": event, "message": message, **facts}, ensure_ascii=True)
        else:
            line = f"{time[:19]}Z {event}: {message}".encode("utf-8", "replace").decode("utf-8")
            line = line.replace("\n", " ")
        with suppress(OSError):  # the disk of the log may be full; that must not end the watch
            print(line, file=self._stream, flush=True)
