"""The user's own command on an event: a mail, a message, a monitoring call.

It is run without a shell. It gets the event as JSON on standard input and, for short scripts, the variables
SOHOA_EVENT (its name) and SOHOA_MESSAGE (one line for people). Whatever it does, the watch goes on.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pipeline.errors import UsageError

TIMEOUT_SECONDS = 60.0
FAILURE, BATCH_END, SILENCE, TROUBLE = "failure", "batch_end", "silence", "trouble"
"""Files failed; all files of a subfolder are settled; nothing arrived for long; the watch cannot work."""


def parse(command: str) -> tuple[str, ...]:
    """The words of `command`. Raises UsageError when its quotes do not match or it is empty."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"--hook {command!r} cannot be read: {error}", hint="Check its quotes") from error
    if not words:
        raise UsageError("--hook is empty", hint="Name a command")
    return words


def run_hook(
    command: tuple[str, ...], event: Mapping[str, Any], timeout_seconds: float = TIMEOUT_SECONDS
) -> str:
    """Run `command` on `event` (with `event` and `message`); what went wrong, or empty."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "SOHOA_EVENT": event["event"], "SOHOA_MESSAGE": event["message"]},
            start_new_session=True,  # so that its children can be stopped with it
        )
    except (OSError, ValueError) as error:
        return f"cannot start {command[0]}: {error}"
    try:
        _, errors = process.communicate(json.dumps(event).encode(), timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        return f"took longer than {timeout_seconds:g} s and was stopped"
    finally:
        _stop(process)
    if process.returncode:
        return f"exit code {process.returncode}: {errors.decode('utf-8', 'replace').strip()[-300:]}"
    return ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole group of a hook that is still running, also when the watch itself is told to stop."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stderr):
        if stream:
            with suppress(OSError):
                stream.close()
