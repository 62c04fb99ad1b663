"""When to look again: at a beat, and earlier when the system tells of a change.

Events only wake the loop; what it does comes from looking. So an event that is lost, as on network shares,
costs time and never a file.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

LEAST_PAUSE_SECONDS = 1.0  # between two looks, however many events come
# A file that is still being written tells of each block; that it appears and is closed is enough.
_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileClosedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class Waker:
    """Sleeps until something may have changed in `folder`; use as a context manager.

    With `listens` events of the system (inotify) end the rest, but for those from the `own` folders;
    otherwise only time does.
    """

    def __init__(self, folder: Path, own: tuple[Path, ...] = (), *, listens: bool = True) -> None:
        self._folder = folder
        self._own = tuple(os.fsdecode(path) for path in own)
        self._listens = listens
        self._changed = threading.Event()
        self._observer: BaseObserver | None = None
        self.trouble = ""  # why only time wakes although events were asked for

    def __enter__(self) -> Self:
        if self._listens:
            self._listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=2)

    def sleep(self, seconds: float, least: float = 0.0) -> None:
        """Rest for `seconds`, or until the next event, but not less than `least` and a second."""
        rest = min(seconds, max(least, LEAST_PAUSE_SECONDS))
        time.sleep(rest)
        self._changed.wait(seconds - rest)
        self._changed.clear()

    def _listen(self) -> None:
        observer = Observer()
        observer.schedule(
            _Wake(self._changed.set, self._own), str(self._folder), recursive=True, event_filter=_EVENTS
        )
        try:
            observer.start()
        except OSError as error:  # the limit of watched folders, or one that may not be listed
            self.trouble = str(error)
            return
        self._observer = observer


class _Wake(FileSystemEventHandler):
    def __init__(self, wake: Callable[[], None], own: tuple[str, ...]) -> None:
        self._wake = wake
        self._own = own

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wake for everything that does not happen in a folder of our own."""
        where = os.fsdecode(event.dest_path or event.src_path)
        if not any(where == own or where.startswith(own + os.sep) for own in self._own):
            self._wake()
