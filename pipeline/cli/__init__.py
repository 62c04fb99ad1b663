"""The `sohoa` command: reads arguments, calls the rooms, turns errors into messages and exit codes.

One module for each command. Heavy imports happen inside the functions, so that `sohoa --help` answers
at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from pipeline import __version__, errors, messages
from pipeline.cli import check, evaluate, export, report, restore, review, run, status, watch
from pipeline.cli.arguments import Parser

COMMANDS = (run, check, restore, evaluate, report, export, review, watch, status)
EPILOG = """exit codes: 0 all right, 1 a bug, 2 usage, 3 settings, 4 input, 5 something is not installed,
6 OCR failed, 7 cannot write, 8 some documents failed (see failures.csv, problems.csv), 9 below what is
asked (quality; a watch that does not run), 130 interrupted: type the same command again"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point of the command; always exits."""
    signal.signal(signal.SIGTERM, _interrupt)
    messages.install()
    try:
        options = parser().parse_args(arguments)
        code = options.command(options)
    except errors.PipelineError as error:
        told = [messages.told(part) for part in (error.message, error.hint) if part]
        print(f"sohoa: {'. '.join(told)}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        print(f"sohoa: {messages.say('interrupted')}", file=sys.stderr)
        code = errors.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = errors.OK
    sys.exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    """The whole command line; also read by the tests that hold the README to it."""
    top = Parser(prog="sohoa", epilog=EPILOG)
    top.description = "Scanned Vietnamese decrees into clean text and tables an archive can trust."
    top.add_argument("--version", action="version", version=f"sohoa {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add(commands)
    return top
