"""The loop of `sohoa watch`: look, read what is due, write the tables, rest.

Looking is the truth, events only end the rest early. Nothing that happens to one file ends the loop; what
would meet every file alike (disk full, folder not mounted) is tried again, each time after a longer pause.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.batch.watch.announcing import Announcer
from pipeline.batch.watch.beat import RUNNING, STOPPED, WORKING, Pulse
from pipeline.batch.watch.folder import Look, Rules, Stamp, look
from pipeline.batch.watch.journal import Journal
from pipeline.batch.watch.queue import Patience, Queue
from pipeline.batch.watch.results import Reader, find
from pipeline.batch.watch.settling import Settling, once_each
from pipeline.errors import InputError, PipelineError

MOST_FILES_AT_ONCE = 200  # then the folder is looked at again
_LOOKS_SHARE = 20.0  # a look over a large folder that takes 1 s is followed by a rest of 20 s
_IDLE_SHARE = 200.0  # and of 200 s when nothing waits: looking stays below 0.5 % of a core
_OTHER_SECONDS = 5.0
_FIRST_TROUBLE_SECONDS, _MOST_TROUBLE_SECONDS = 5.0, 600.0


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How to watch `folder`. With `poll_seconds` no events are asked for (network shares). `once`: read what
    is there, then end. `silence_seconds` without a new file are told to the hook; 0: never."""

    folder: Path
    out: Path
    patience: Patience = field(default_factory=Patience)
    rules: Rules = field(default_factory=Rules)
    poll_seconds: float | None = None
    rescan_seconds: float = 60.0
    refresh_seconds: float = 60.0
    silence_seconds: float = 86_400.0
    once: bool = False
    moves_originals: bool = False
    hook: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, replaceable in tests. `sleep(seconds, least)` may end early, but not before `least` seconds."""

    steady: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float, float], None] = field(default=lambda seconds, _least: time.sleep(seconds))


class Watch:
    """A watch over one folder; `run` returns only with `once`, and else ends by KeyboardInterrupt."""

    def __init__(self, options: WatchOptions, reader: Reader, journal: Journal, clock: Clock) -> None:
        self._options = options
        self._reader = reader
        self._journal = journal
        self._clock = clock
        self._queue = Queue(options.patience)
        self._settling = Settling(
            options.folder, self._queue, reader, journal, moves_originals=options.moves_originals
        )
        self._announcer = Announcer(options.hook, journal, str(options.folder))
        self._tell_refused = once_each(journal, options.folder, "refused")
        self._tell_incomplete = once_each(journal, options.folder, "incomplete")
        self._pulse = Pulse(options.out, options.folder, clock.wall, once=options.once)
        self._look_seconds = 0.0
        self._is_first_look = True
        self._refreshed_at = -float("inf")
        self._refresh_took = 0.0
        self._trouble_pause = 0.0
        self._waits_for_other = False
        self._progress_at = clock.steady()
        self._at_once = MOST_FILES_AT_ONCE

    @property
    def has_failures(self) -> bool:
        """Whether a file failed since the watch began."""
        return bool(self._settling.count.failed)

    def run(self) -> None:
        """Watch until interrupted, or until nothing is left to do with `once`."""
        self._journal.tell("started", f"watching {self._options.folder}", folder=str(self._options.folder))
        try:
            while True:
                pause = self.step()
                if self._options.once and self._is_over():
                    break
                self._clock.sleep(pause, self._look_seconds * _LOOKS_SHARE)
        finally:
            self._pulse.note(state=STOPPED, in_work=0)
            self._journal.tell("stopped", "the watch has stopped")

    def step(self) -> float:
        """One look and the work it shows; returns how long to rest then, in seconds."""
        try:
            seen = self._look()
            due = self._take_in(seen)
            if due:
                self._work(due[: self._at_once])
            self._announcer.end_batches(self._open_files())
            self._refresh_when_due(is_idle=len(due) <= self._at_once)
            self._mind_silence()
        except (PipelineError, OSError) as error:
            if self._options.once:
                raise
            self._take_back_lost()
            return self._wait_for_other(error) if _is_busy(error) else self._be_in_trouble(str(error))
        except Exception as error:  # a bug must not blind the watch to all other files
            if self._options.once:
                raise
            self._journal.tell("bug", "".join(traceback.format_exception(error))[-2000:])
            return self._be_in_trouble(f"{type(error).__name__}: {error}")
        self._trouble_pause, self._waits_for_other = 0.0, False
        pause = 0.0 if len(due) > self._at_once else self._rest()
        if not due:
            self._at_once = MOST_FILES_AT_ONCE
        self._pulse.note(state=RUNNING, trouble="", in_work=0, pause_seconds=pause)
        return pause

    # --- looking ----------------------------------------------------------------------------------

    def _look(self) -> Look:
        started = self._clock.steady()
        try:
            seen = look(self._options.folder, self._options.rules)
        except OSError as error:
            hint = "Is it mounted, and may it be listed?"
            raise InputError(
                f"cannot look into {self._options.folder}: {error.strerror}", code="folder_gone", hint=hint
            ) from error
        self._look_seconds = self._clock.steady() - started
        self._tell_refused(dict(seen.refused))
        return seen

    def _take_in(self, seen: Look) -> list[tuple[Path, Stamp]]:
        """Learn what arrived and vanished; what is due now."""
        known: Collection[Path] = ()
        if self._is_first_look:
            known = self._reader.known(self._options.folder, seen.files.keys())
            self._is_first_look = False
        now = self._clock.steady()
        waited = self._queue.waiting
        arrived, vanished = self._queue.update(seen.files, now)
        if vanished:
            self._reader.vanished(vanished)
            for path in sorted(vanished & waited):
                name = path.relative_to(self._options.folder).as_posix()
                self._journal.tell("vanished", f"{name} vanished before it was read", file=name)
        due = self._queue.due(now, self._clock.wall() if self._options.once else None)
        if arrived or vanished or due:
            self._progress_at = now
        self._tell_incomplete(dict.fromkeys(self._queue.incomplete, "incomplete"))
        refused: dict[str, int] = {}
        for reason in seen.refused.values():
            refused[reason] = refused.get(reason, 0) + 1
        self._pulse.note(
            waiting=len(self._queue.waiting),
            incomplete=len(self._queue.incomplete),
            retrying=len(self._queue.retrying),
            refused=refused,
        )
        if arrived.difference(known):
            self._pulse.note(last_arrival=self._clock.wall(), told_silence=False)
        return due

    def _open_files(self) -> list[str]:
        return [path.relative_to(self._options.folder).as_posix() for path in self._queue.waiting]

    # --- working ----------------------------------------------------------------------------------

    def _work(self, due: list[tuple[Path, Stamp]]) -> None:
        stamps = dict(due)
        self._pulse.note(state=WORKING, in_work=len(due), tables_due=True)
        found = [find(path, self._options.folder) for path in stamps]
        left = len(found)
        try:
            for result in self._reader.read(found):
                if self._settling.settle(result, stamps[result.found.path], self._clock.steady()):
                    self._announcer.count(result.found.relative, result.fate)
                left -= 1
                self._pulse.note(in_work=left, waiting=len(self._queue.waiting), state=WORKING)
        except PipelineError:
            raise
        except Exception:
            # One file at a time, and the one that brings the program down goes to the end of the line.
            if len(due) == 1:
                self._queue.retry(*due[0], self._clock.steady())
            self._at_once = 1
            raise
        count = self._settling.count
        untold, count.untold = count.untold, []
        self._announcer.failures(untold)

    def _refresh_when_due(self, *, is_idle: bool) -> None:
        if not self._pulse.beat.tables_due:
            return
        # Rewriting all tables takes longer as the archive grows; it may never be the main work.
        pause = 10 * self._refresh_took
        if not is_idle:
            pause = max(pause, self._options.refresh_seconds)
        started = self._clock.steady()
        if started - self._refreshed_at < pause and not self._options.once:
            return
        sentence = self._reader.refresh()
        self._refreshed_at = self._clock.steady()
        self._refresh_took = self._refreshed_at - started
        self._pulse.note(tables_due=False)
        self._journal.tell("tables", sentence, seconds=round(self._refresh_took, 3))

    # --- resting ----------------------------------------------------------------------------------

    def _rest(self) -> float:
        now = self._clock.steady()
        usual = self._options.poll_seconds or self._options.rescan_seconds
        if self._options.once:
            usual = max(0.2, self._options.patience.stable_seconds / 2)
        soon = self._queue.next_change(now)
        if self._pulse.beat.tables_due:
            soon = min(soon if soon is not None else usual, 10 * self._refresh_took + 1.0)
        if soon is None:
            return max(usual, self._look_seconds * _IDLE_SHARE)
        # A share is not asked more often than its user wants.
        soon = max(soon, self._options.poll_seconds or 0.0)
        return max(min(soon, usual), self._look_seconds * _LOOKS_SHARE)

    def _is_over(self) -> bool:
        """With `once`: nothing waits, or what waits did not come to rest in twice the usual time."""
        stuck = self._clock.steady() - self._progress_at > 2 * self._options.patience.stable_seconds
        return not self._pulse.beat.tables_due and (not self._queue.waiting or stuck)

    def _take_back_lost(self) -> None:
        """Files whose evidence turned out to be lost when the tables were written are read again."""
        with suppress(PipelineError, OSError):
            self._settling.take_back(self._reader.unfinished(self._options.folder))

    def _wait_for_other(self, error: Exception) -> float:
        """Another sohoa works on the same output folder; that is no trouble, it ends by itself."""
        if not self._waits_for_other:
            self._journal.tell("waiting", str(error))
        self._waits_for_other = True
        self._pulse.note(state=RUNNING, in_work=0, pause_seconds=_OTHER_SECONDS)
        return _OTHER_SECONDS

    def _be_in_trouble(self, message: str) -> float:
        is_new = not self._trouble_pause
        pause = min(max(2 * self._trouble_pause, _FIRST_TROUBLE_SECONDS), _MOST_TROUBLE_SECONDS)
        self._trouble_pause = pause
        self._announcer.trouble(message, pause, is_new=is_new)
        self._pulse.note(state=RUNNING, trouble=message, in_work=0, pause_seconds=pause)
        return pause

    def _mind_silence(self) -> None:
        seconds, beat = self._options.silence_seconds, self._pulse.beat
        if seconds and not beat.told_silence and self._clock.wall() - beat.last_arrival > seconds:
            self._announcer.silence(seconds / 3600)
            self._pulse.note(told_silence=True)


def _is_busy(error: Exception) -> bool:
    return isinstance(error, PipelineError) and error.code == "busy"
