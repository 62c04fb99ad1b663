"""Processed originals go to `done/` or `failed/`: atomically, and never over another file.

A name is first claimed by creating it (which fails when it exists), then the original is renamed onto the
claim. So a crash leaves at most an empty file, and no moment exists in which an original is in no folder.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pipeline.batch.watch.folder import Stamp
from pipeline.errors import InputError, OutputError
from pipeline.export.writing import output_errors, write_file

DONE = "done"
FAILED = "failed"
ERROR_SUFFIX = ".error.txt"
_MOST_CLASHES = 10_000


def move(original: Path, target: Path, stamp: Stamp) -> Path:
    """Rename `original` to `target`, or to `target` with `-2`, `-3` ... when that is taken; the new path.

    `stamp` is what was read. When another file took its place meanwhile, that one stays where it was.
    Raises InputError `replaced` or `not_found` then, OutputError when the disk refuses (e.g. another disk).
    """
    _check(original, stamp)
    claim = _claim(target)
    try:
        with output_errors(claim):
            original.rename(claim)
    except OutputError:
        claim.unlink(missing_ok=True)
        if not original.exists():
            raise _gone(original) from None
        raise
    if Stamp.of(claim.stat()) != stamp:  # replaced between the check and the rename: give it back
        back = _claim(original)
        claim.rename(back)
        raise _replaced(original)
    return claim


def write_reason(moved: Path, reason: str) -> Path:
    """Put `reason` beside a moved file as NAME.error.txt. Raises OutputError."""
    path = moved.with_name(moved.name + ERROR_SUFFIX)
    write_file(path, reason.rstrip("\n") + "\n")
    return path


def _check(original: Path, stamp: Stamp) -> None:
    try:
        now = Stamp.of(original.lstat())
    except OSError as error:
        raise _gone(original) from error
    if now != stamp:
        raise _replaced(original)


def _claim(target: Path) -> Path:
    """The first free name, now taken by an empty file of ours."""
    with output_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, _MOST_CLASHES):
        path = target if number == 1 else target.with_name(f"{target.stem}-{number}{target.suffix}")
        with output_errors(path), contextlib.suppress(FileExistsError):
            os.close(_create(path))
            return path
    raise OutputError(f"too many files named {target.name} in {target.parent}", hint="Clear the folder")


def _create(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _gone(path: Path) -> InputError:
    return InputError(f"{path} does not exist", code="not_found")


def _replaced(path: Path) -> InputError:
    return InputError(f"{path} was replaced while it was read", code="replaced")
