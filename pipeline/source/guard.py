"""The wall between hostile files and the program: whatever a parser throws becomes an InputError."""

from __future__ import annotations

import errno
import logging
import struct
import subprocess
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pikepdf

from pipeline.errors import InputError, MissingDependency

# What pikepdf says about broken files is no news for the user's terminal; a configured log still gets it.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())

POPPLER_HINT = "Install it: apt-get install poppler-utils"
# What pikepdf, Pillow and our own reading of broken structures were seen to raise.
_PARSER_ERRORS = (
    pikepdf.PdfError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
# Trouble of a disk, a share or the system, which says nothing about the file.
_OF_MACHINE = frozenset(
    {errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE}
    | {errno.ETIMEDOUT, errno.ENETDOWN, errno.EHOSTDOWN, errno.ENOTCONN}
)


@contextmanager
def hostile(path: Path, what: str = "file") -> Iterator[None]:
    """Turn the errors of parsers inside the block into InputError; PipelineErrors pass."""
    try:
        yield
    except pikepdf.PasswordError as error:
        raise InputError(
            f"{path} is encrypted", code="encrypted", hint="Remove the password: qpdf --decrypt IN OUT"
        ) from error
    except PermissionError as error:
        raise no_permission(path) from error
    except MemoryError as error:
        raise InputError(f"{path}: this {what} needs too much memory", code="too_large") from error
    except _PARSER_ERRORS as error:
        if isinstance(error, OSError) and error.errno in _OF_MACHINE:
            message = f"{path} could not be read: {error.strerror}"
            raise InputError(
                message, code="io_error", hint="Check the disk or the share, then run again"
            ) from error
        raise InputError(
            f"{path}: this {what} is damaged ({type(error).__name__}: {str(error)[:200]})",
            code="damaged",
            hint="Scan or save it again",
        ) from error


def no_permission(path: Path) -> InputError:
    """The error for a file or folder that may not be read."""
    return InputError(f"no permission to read {path}", code="no_permission", hint=f"chmod +r '{path}'")


def timed_out(path: Path, timeout_seconds: float) -> InputError:
    """The error for a file on which an outside program did not finish."""
    return InputError(
        f"{path} could not be read within {timeout_seconds:g} s",
        code="timeout",
        hint="Raise page_timeout_seconds and run with --retry-failed, or scan it again",
    )


def run_program(arguments: Sequence[str], path: Path, *, timeout_seconds: float, most_bytes: int) -> bytes:
    """Standard output of a program that reads `path`.

    Raises MissingDependency when the program is absent; InputError `timeout`, `too_large` when it writes
    more than `most_bytes`, `damaged` when it fails without writing anything.
    """
    try:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError as error:
        raise MissingDependency(f"{arguments[0]} is not installed", hint=POPPLER_HINT) from error
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(timeout_seconds, stop)
    timer.start()
    try:
        output = process.stdout.read(most_bytes + 1) if process.stdout else b""
    finally:
        timer.cancel()
        process.kill()  # it has either closed its output or written too much
        process.communicate()
    if late.is_set():
        raise timed_out(path, timeout_seconds)
    if len(output) > most_bytes:
        raise InputError(f"{path}: a page holds too much text", code="too_large")
    if not output:
        raise InputError(f"{path}: {arguments[0]} cannot read this file", code="damaged")
    return output
