"""Which files wait, which are due, which are settled: the memory of a watch. It reads no clock.

A file is *waiting* until it is quiet and whole, then *due*; afterwards it is *settled* with the stamp it
had, or *retried* later. Whatever changes a settled file's stamp makes it wait again. So no file is handed on
twice, and none is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.watch.complete import is_complete
from pipeline.batch.watch.folder import Stamp, Waiting, observe


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: until a file counts as quiet; until one that stays incomplete is handed
    on all the same (to become a failure that is seen); until a failure is tried again, first and at most."""

    stable_seconds: float = 5.0
    incomplete_seconds: float = 600.0
    retry_seconds: float = 60.0
    most_retry_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Retry:
    """A file to be tried again at `due` (seconds of the loop's clock) if it is still the same."""

    stamp: Stamp
    due: float
    tries: int


class Queue:
    """See above. `now` is always seconds of one steady clock, `wall` seconds since 1970."""

    def __init__(self, patience: Patience, complete: Callable[[Path], bool] = is_complete) -> None:
        self._patience = patience
        self._complete = complete
        self._settled: dict[Path, Stamp] = {}
        self._retries: dict[Path, Retry] = {}
        self._waiting: dict[Path, Waiting] = {}
        self._incomplete: frozenset[Path] = frozenset()

    @property
    def waiting(self) -> frozenset[Path]:
        """Files that are not handed on yet."""
        return frozenset(self._waiting)

    @property
    def incomplete(self) -> frozenset[Path]:
        """Waiting files that rest although their end is missing, as `due` found them."""
        return self._incomplete

    @property
    def retrying(self) -> frozenset[Path]:
        """Files that failed and will be tried again."""
        return frozenset(self._retries)

    def update(self, files: Mapping[Path, Stamp], now: float) -> tuple[set[Path], set[Path]]:
        """Take a new look at the folder in; returns what arrived (or changed) and what vanished."""
        known = self._settled.keys() | self._retries.keys() | self._waiting.keys()
        vanished = {path for path in known if path not in files}
        for path in vanished:
            self._forget(path)
        fresh = {path: stamp for path, stamp in files.items() if not self._is_known(path, stamp)}
        arrived = {path for path in fresh if path not in self._waiting}
        for path in arrived:
            self._forget(path)
        self._waiting = observe(self._waiting, fresh, now)
        return arrived, vanished

    def due(self, now: float, wall: float | None = None) -> list[tuple[Path, Stamp]]:
        """Files to hand on now, the oldest first.

        A visit by cron gives the time of day `wall` too, for it has no other way to know how long a file
        has been incomplete.
        """
        quiet = {
            path: one
            for path, one in self._waiting.items()
            if one.is_quiet(now, self._patience.stable_seconds)
        }
        ready = {path for path, one in quiet.items() if self._may_go(path, one, now, wall)}
        self._incomplete = frozenset(quiet.keys() - ready)
        found = [(quiet[path].since, path, quiet[path].stamp) for path in ready]
        found += [(one.due, path, one.stamp) for path, one in self._retries.items() if one.due <= now]
        return [(path, stamp) for _, path, stamp in sorted(found)]

    def next_change(self, now: float) -> float | None:
        """When a waiting file may become quiet or a retry due, if any will; in seconds from now."""
        quiet_at = (one.since + self._patience.stable_seconds for one in self._waiting.values())
        moments = [at for at in quiet_at if at > now] + [one.due for one in self._retries.values()]
        return max(0.0, min(moments) - now) if moments else None

    def settle(self, path: Path, stamp: Stamp) -> None:
        """The file as it was at `stamp` is accounted for."""
        self._forget(path)
        self._settled[path] = stamp

    def retry(self, path: Path, stamp: Stamp, now: float) -> float:
        """Try the file again later, each time after twice the pause; returns the pause in seconds."""
        before = self._retries.get(path)
        tries = before.tries + 1 if before and before.stamp == stamp else 1
        pause = min(
            self._patience.retry_seconds * 2.0 ** min(tries - 1, 30), self._patience.most_retry_seconds
        )
        self._forget(path)
        self._retries[path] = Retry(stamp, now + pause, tries)
        return pause

    def reopen(self, paths: Iterable[Path]) -> None:
        """Let files wait again as if they had just arrived."""
        for path in paths:
            self._forget(path)

    def _forget(self, path: Path) -> None:
        self._settled.pop(path, None)
        self._retries.pop(path, None)
        self._waiting.pop(path, None)

    def _is_known(self, path: Path, stamp: Stamp) -> bool:
        retry = self._retries.get(path)
        return self._settled.get(path) == stamp or (retry is not None and retry.stamp == stamp)

    def _may_go(self, path: Path, one: Waiting, now: float, wall: float | None) -> bool:
        if now - one.since >= self._patience.incomplete_seconds:
            return True
        try:
            if self._complete(path):
                return True
            # Not the time of modification: a program that copies may set that one back at once.
            return wall is not None and wall - path.lstat().st_ctime >= self._patience.incomplete_seconds
        except FileNotFoundError:
            return False  # the next look will miss it
        except OSError:
            return True  # opening it will tell the trouble
