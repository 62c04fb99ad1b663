"""Tasks for worker processes that misbehave in every way a document can make them."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from pipeline.errors import InputError


def double(value: int) -> int:
    return 2 * value


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(3600)


def hang_in_a_program(note: Path) -> None:
    """Start a program that never ends and wait for it, with a temporary file; `note` gets its number."""
    Path(tempfile.mkdtemp(), "page").touch()
    with subprocess.Popen(["sleep", "3600"]) as program:
        note.write_text(str(program.pid), encoding="utf-8")
        program.wait()


def process_id() -> int:
    return os.getpid()


def eat_memory() -> int:
    return len(bytearray(8 << 30))


def refuse() -> None:
    raise InputError("a.pdf is encrypted", hint="Remove the password", code="encrypted")


def stumble() -> None:
    raise ZeroDivisionError("a bug")


def want_too_much_in_a_library() -> None:
    raise RuntimeError("OpenCV(4.10) alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate")
