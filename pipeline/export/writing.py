"""Files that are either whole or not there: written under a temporary name, synced, then renamed."""

from __future__ import annotations

import contextlib
import csv
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from pipeline.errors import OutputError

PARTIAL = ".part"  # ends the name of a file that is not finished
_HINTS = {
    errno.ENOSPC: "The disk is full: free some space, then run again",
    errno.EDQUOT: "The disk quota is used up: free some space, then run again",
    errno.EROFS: "The disk is read-only: choose another folder with --out",
    errno.ENAMETOOLONG: "The path is too long: choose a shorter folder with --out",
    errno.ENOTDIR: "A file stands where a folder is needed: choose another folder with --out",
    errno.EEXIST: "A file stands where a folder is needed: choose another folder with --out",
    errno.EISDIR: "A folder stands where the file should be: move it away, then run again",
}
_NOT_ALLOWED = (
    "Close the file where it is open and allow writing to the folder, or choose another one with --out"
)


class PendingFile:
    """A UTF-8 file in the making. `commit` puts it in place; leaving the `with` block without it
    leaves nothing behind.

    Raises OutputError, naming the file and the next step, whenever the disk refuses.
    """

    def __init__(self, path: Path, *, byte_order_mark: bool = False) -> None:
        self.path = path
        self._temporary = path.with_name(path.name + PARTIAL)
        encoding = "utf-8-sig" if byte_order_mark else "utf-8"
        with output_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # newline="" keeps what is written as it is, on every system.
            self._file: IO[str] = self._temporary.open("w", encoding=encoding, newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")

    def __enter__(self) -> PendingFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Append `text` as it is."""
        with output_errors(self.path):
            self._file.write(text)

    def write_row(self, cells: Sequence[str]) -> None:
        """Append one CSV row (RFC 4180 quoting, line feed)."""
        with output_errors(self.path):
            self._rows.writerow(cells)

    def finish(self) -> None:
        """Bring everything to the disk, still under the temporary name."""
        with output_errors(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def commit(self) -> None:
        """Put the file in place of an older one."""
        if not self._file.closed:
            self.finish()
        with output_errors(self.path):
            self._temporary.replace(self.path)


def write_file(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all. Raises OutputError."""
    with PendingFile(path) as file:
        file.write(text)
        file.commit()


def sync_folder(folder: Path) -> None:
    """Make the renames in `folder` survive a power cut, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with output_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names `path` and the next step."""
    try:
        yield
    except OSError as error:
        hint = _NOT_ALLOWED if isinstance(error, PermissionError) else _HINTS.get(error.errno or 0, "")
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}", hint=hint or "Check the folder, then run again"
        ) from error
