"""What lies in the watched folder at one moment, and which of it has come to rest.

Pure but for `look`: the time is handed in, so that every case can be tested without waiting.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from pipeline.source import SUFFIXES

IGNORED = (
    "*.part",
    "*.partial",
    "*.tmp",
    "*.temp",
    "*.crdownload",
    "*.filepart",
    "~*",
    "*~",
    "Thumbs.db",
    "desktop.ini",
)
"""Names of programs that are not finished, and of their litter; hidden files are ignored as well."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file's content does: size, time of the last write, and the file itself."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is not looked at: names or relative paths like `ignore`, and the program's `own` folders."""

    ignore: tuple[str, ...] = IGNORED
    own: tuple[Path, ...] = ()

    def ignores(self, relative: str) -> bool:
        """Whether a file or folder is passed over without a word.

        >>> Rules().ignores("phòng/.scan.pdf"), Rules(("nháp/*",)).ignores("nháp/a.pdf")
        (True, True)
        """
        name = relative.rpartition("/")[2]
        return name.startswith(".") or any(
            fnmatch(name, pattern) or fnmatch(relative, pattern) for pattern in self.ignore
        )


@dataclass(frozen=True, slots=True)
class Look:
    """A snapshot: `files` that may be read, and what was `refused` with the reason (a short code).

    Paths start with the watched folder. Reasons: `symbolic_link`, `not_a_file` (pipe, socket, device),
    `unsupported` (not a kind of file that is read), `no_permission` (a folder that may not be listed).
    """

    files: Mapping[Path, Stamp] = field(default_factory=dict)
    refused: Mapping[Path, str] = field(default_factory=dict)


def look(root: Path, rules: Rules) -> Look:
    """Everything under `root`. Raises OSError only when `root` itself cannot be listed."""
    own = {_identity(path) for path in rules.own} - {None}
    files: dict[Path, Stamp] = {}
    refused: dict[Path, str] = {}
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            if folder == root:
                raise
            if folder.exists():
                refused[folder] = "no_permission"
            continue
        for entry in entries:
            path = folder / entry.name
            status = _status(entry)
            if status is None or rules.ignores(path.relative_to(root).as_posix()):
                continue
            if stat.S_ISDIR(status.st_mode):
                folders += [path] if (status.st_dev, status.st_ino) not in own else []
            elif reason := _refusal(path, status):
                refused[path] = reason
            else:
                files[path] = Stamp.of(status)
    return Look(files, refused)


def _refusal(path: Path, status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "symbolic_link"
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file"
    return "" if path.suffix.lower() in SUFFIXES else "unsupported"


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None  # it vanished between listing and looking


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


# --- what has come to rest ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not handed on yet: its stamp, and since when (seconds of any clock) it is unchanged."""

    stamp: Stamp
    since: float

    def is_quiet(self, now: float, seconds: float) -> bool:
        """Whether nothing changed for `seconds`."""
        return now - self.since >= seconds


def observe(before: Mapping[Path, Waiting], files: Mapping[Path, Stamp], now: float) -> dict[Path, Waiting]:
    """The waiting files after a new look: who changed starts to wait again, who vanished is gone.

    >>> once = observe({}, {Path("a.pdf"): Stamp(1, 1, 1)}, now=0)
    >>> observe(once, {Path("a.pdf"): Stamp(2, 2, 1)}, now=5)[Path("a.pdf")].since
    5
    """
    return {
        path: known if (known := before.get(path)) and known.stamp == stamp else Waiting(stamp, now)
        for path, stamp in files.items()
    }


def batch_of(relative: str) -> str:
    """The batch a file belongs to: its first folder below the watched one, or `.` for none.

    >>> batch_of("hộp 12/tập 3/a.pdf"), batch_of("a.pdf")
    ('hộp 12', '.')
    """
    first, slash, _ = relative.partition("/")
    return first if slash else "."


def in_batches(relatives: Sequence[str]) -> Iterator[str]:
    """The batches of `relatives`, each once, in order."""
    yield from dict.fromkeys(batch_of(relative) for relative in relatives)
