"""Tasks for worker processes that misbehave in every way a document can make them."""

import os
import signal
import time

from pipeline.errors import InputError


def double(value: int) -> int:
    return 2 * value


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(3600)


def eat_memory() -> int:
    return len(bytearray(8 << 30))


def refuse() -> None:
    raise InputError("a.pdf is encrypted", hint="Remove the password", code="encrypted")


def stumble() -> None:
    raise ZeroDivisionError("a bug")
