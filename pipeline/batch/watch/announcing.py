"""What is worth telling outside: files failed, a batch is read, nothing came for long, the watch is stuck."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pipeline.batch.watch import hooks
from pipeline.batch.watch.folder import batch_of
from pipeline.batch.watch.journal import Journal


class Announcer:
    """Writes events to the journal and hands them to the hook; an empty `command` means no hook."""

    def __init__(self, command: tuple[str, ...], journal: Journal, folder: str) -> None:
        self._command = command
        self._journal = journal
        self._folder = folder
        self._batches: dict[str, dict[str, int]] = {}  # begun, not ended: counts of files

    def failures(self, failures: list[dict[str, Any]]) -> None:
        """Hand on the files that failed since the last time; the journal has them already."""
        if failures:
            message = f"files that failed: {len(failures)}, first {failures[0]['file']}"
            self._call(hooks.FAILURE, message, files=failures)

    def count(self, relative: str, fate: str) -> None:
        """A file of a batch was accounted for."""
        counts = self._batches.setdefault(batch_of(relative), {})
        counts[fate] = counts.get(fate, 0) + 1

    def end_batches(self, open_files: Collection[str]) -> None:
        """Tell of every batch of which no file waits any more. `open_files` are relative paths."""
        still_open = {batch_of(relative) for relative in open_files}
        for batch in [name for name in self._batches if name not in still_open]:
            counts = self._batches.pop(batch)
            told = ", ".join(f"{number} {fate}" for fate, number in counts.items())
            self._announce(hooks.BATCH_END, f"the folder {batch} is read: {told}", batch=batch, files=counts)

    def silence(self, hours: float) -> None:
        """Nothing arrived for `hours`."""
        self._announce(hooks.SILENCE, f"nothing arrived for {hours:g} hours", hours=hours)

    def trouble(self, message: str, retry_seconds: float, *, is_new: bool) -> None:
        """The watch cannot work now; the hook hears of it once, the journal each time."""
        self._journal.tell(hooks.TROUBLE, f"{message}; tried again in {retry_seconds:g} s")
        if is_new:
            self._call(hooks.TROUBLE, message)

    def _announce(self, event: str, message: str, **facts: Any) -> None:
        self._journal.tell(event, message, **facts)
        self._call(event, message, **facts)

    def _call(self, event: str, message: str, **facts: Any) -> None:
        if not self._command:
            return
        wrong = hooks.run_hook(
            self._command, {"event": event, "message": message, "folder": self._folder, **facts}
        )
        if wrong:
            self._journal.tell(
                "hook_failed", f"{self._command[0]} on {event}: {wrong}", hook=self._command[0]
            )
