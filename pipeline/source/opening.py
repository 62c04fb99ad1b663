"""Open one file: cheap checks only, nothing is decoded."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

import pikepdf

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.model import PAGE_BREAK
from pipeline.source.guard import hostile, no_permission
from pipeline.source.joining import check_part, read_list
from pipeline.source.kinds import HEAD_BYTES, detect_kind
from pipeline.source.pictures import count_frames
from pipeline.source.signatures import signatures
from pipeline.source.textfile import read_pages, read_stream
from pipeline.source.types import DigitalSignature, SourceFile

# What qpdf says when it had to rebuild the file's structure rather than read it.
_REPAIR_WORDS = (
    "file is damaged",
    "reconstruct",
    "unexpected EOF",
    "can't find startxref",
    "expected endstream",
)


def open_file(path: Path, settings: Settings) -> SourceFile:
    """Check `path` and tell what it is; pages are loaded later, one by one.

    Raises InputError: `not_found`, `not_a_file`, `no_permission`, `empty`, `too_large`, `wrong_type`,
    `encrypted`, `damaged`, `too_many_pages`, `too_many_pixels`.
    """
    size = _checked_size(path, settings)
    with hostile(path), path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    kind, notes = detect_kind(path, head)
    found: tuple[DigitalSignature, ...] = ()
    if kind == "pdf":
        pages, found, repairs = _inspect_pdf(path)
        notes += repairs
    elif kind == "text":
        text_pages, text_notes = read_pages(path, digest, settings.max_text_characters)
        pages, notes = len(text_pages), notes + text_notes
    elif kind == "pages":
        pages, size = _inspect_joined(path, settings)
    else:
        pages = count_frames(path, settings)
    if pages > settings.max_pages:
        raise InputError(
            f"{path} has {pages} pages, more than {settings.max_pages}",
            code="too_many_pages",
            hint="Split it or raise max_pages",
        )
    return SourceFile(path, kind, digest, size, pages, found, notes)


def _inspect_joined(path: Path, settings: Settings) -> tuple[int, int]:
    """How many pages a joined file has, and how many bytes they are together; each page is checked."""
    parts = read_list(path)
    total = 0
    for part in parts[: settings.max_pages]:
        total += _checked_size(part.path, settings)
        _check_bytes(path, total, settings)
        check_part(part)
        if count_frames(part.path, settings) > 1:
            raise InputError(
                f"{part.path} holds several pages itself", code="damaged", hint="Do not --join it"
            )
    return len(parts), total


def _checked_size(path: Path, settings: Settings) -> int:
    try:
        status = path.stat()
    except PermissionError as error:
        raise no_permission(path) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} does not exist", code="not_found") from error
    if stat.S_ISDIR(status.st_mode) and not os.access(path, os.R_OK | os.X_OK):
        raise no_permission(path)
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path} is not a regular file", code="not_a_file", hint="Name a file")
    if not os.access(path, os.R_OK):
        raise no_permission(path)
    if status.st_size == 0:
        raise InputError(f"{path} is empty", code="empty", hint="Copy or scan it again")
    _check_bytes(path, status.st_size, settings)
    return status.st_size


def _check_bytes(path: Path, size: int, settings: Settings) -> None:
    if size > settings.max_file_bytes:
        raise InputError(
            f"{path} has {size} bytes, more than {settings.max_file_bytes}",
            code="too_large",
            hint="Split it or raise max_file_bytes",
        )


def _inspect_pdf(path: Path) -> tuple[int, tuple[DigitalSignature, ...], tuple[str, ...]]:
    with hostile(path), pikepdf.open(path) as pdf:
        pages = len(pdf.pages)
        if pages == 0:
            raise InputError(f"{path} has no pages", code="damaged", hint="Scan or save it again")
        warnings = " ".join(str(warning) for warning in pdf.get_warnings())
        is_repaired = any(word in warnings for word in _REPAIR_WORDS)
        notes: tuple[str, ...] = (f"damaged file repaired: {pages} pages found",) if is_repaired else ()
        if pdf.is_encrypted:
            notes += ("encrypted with an empty password",)
        return pages, _signatures(pdf), notes


def _signatures(pdf: pikepdf.Pdf) -> tuple[DigitalSignature, ...]:
    try:
        return signatures(pdf)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
        return ()  # a broken form must not cost the document; the stamps on the pages remain


def read_text(file: Path | str, settings: Settings) -> str:
    """The whole text of a text file, or of standard input for `-`; pages parted by form feeds.

    Raises InputError.
    """
    if str(file) == "-":
        return PAGE_BREAK.join(read_stream(sys.stdin.buffer, settings.max_text_characters))
    source = open_file(Path(file), settings)
    if source.kind != "text":
        raise InputError(f"{file} is not a text file", code="wrong_type", hint="Give a text file in UTF-8")
    pages, _ = read_pages(source.path, source.sha256, settings.max_text_characters)
    return PAGE_BREAK.join(pages)
