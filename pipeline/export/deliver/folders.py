"""One folder for each format, whole or not there: made beside the old one, then put in its place."""

from __future__ import annotations

import contextlib
import csv
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.export.deliver.bagit import BAG_MARK, sha256_of
from pipeline.export.writing import PendingFile, output_errors

MANIFEST = "manifest.csv"
_HEADER = ("path", "doc_id", "sha256", "pdfa", "note")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivered file of a document; `pdfa` is empty for other formats than PDF, `note` says why not."""

    path: Path
    doc_id: str = ""
    pdfa: str = ""
    note: str = ""


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """A new, empty folder that takes the place of `folder` when the block ends well.

    Nothing of an older export stays: a document that is left out now must not lie there from before.
    Raises OutputError when `folder` holds something that no export made.
    """
    is_strange = folder.exists() and not any((folder / mark).is_file() for mark in (MANIFEST, BAG_MARK))
    if is_strange and (not folder.is_dir() or any(folder.iterdir())):
        hint = "Name another folder with --into, or move it away"
        raise OutputError(f"{folder} was not made by an export", hint=hint)
    new = folder.with_name(f".{folder.name}.part")
    old = folder.with_name(f".{folder.name}.old")
    _settle(folder, new, old)  # an export may have been killed here
    with output_errors(folder):
        new.mkdir(parents=True)
    try:
        yield new
        with output_errors(folder):
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
    finally:
        _settle(folder, new, old)


def _settle(folder: Path, new: Path, old: Path) -> None:
    """Leave `folder` alone, or put the old one back where the new one did not come in its place."""
    with contextlib.suppress(OSError):
        if old.exists() and not folder.exists():
            old.rename(folder)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def write_manifest(folder: Path, files: Iterable[Delivered]) -> None:
    """Write manifest.csv: every file of `folder` with its document and its SHA-256. Raises OutputError."""
    with PendingFile(folder / MANIFEST) as manifest:
        manifest.write_row(_HEADER)
        for one in files:
            with output_errors(one.path):
                row = (one.path.name, one.doc_id, sha256_of(one.path), one.pdfa, one.note)
            manifest.write_row(row)
        manifest.commit()


def read_manifest(folder: Path) -> dict[str, Path]:
    """doc_id -> its file, of a folder that was delivered; nothing when it was not."""
    try:
        with (folder / MANIFEST).open(encoding="utf-8", newline="") as lines:
            return {row["doc_id"]: folder / row["path"] for row in csv.DictReader(lines) if row["doc_id"]}
    except FileNotFoundError:
        return {}
