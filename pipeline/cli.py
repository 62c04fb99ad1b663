"""The `sohoa` command: reads arguments, calls the rooms, turns errors into messages and exit codes.

Heavy imports happen inside the commands, so that `sohoa --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pipeline import __version__, errors

EPILOG = """exit codes: 0 all right, 1 a bug, 2 usage, 3 settings, 4 input, 5 something is not installed,
6 OCR failed, 7 cannot write, 8 some documents failed (see failures.csv), 9 quality below its floor,
130 interrupted"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point of the command; always exits."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = parser().parse_args(arguments)
        code = options.command(options)
    except errors.PipelineError as error:
        print(f"sohoa: {error}", file=sys.stderr)
        code = error.exit_code
    except KeyboardInterrupt:
        print("sohoa: interrupted", file=sys.stderr)
        code = errors.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = errors.OK
    sys.exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


# --- arguments ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        hint = f"Type `{self.prog} --help`"
        raise errors.UsageError(message, hint=hint)


def parser() -> argparse.ArgumentParser:
    """The whole command line; also read by the tests that hold the README to it."""
    top = _Parser(prog="sohoa", description=__doc__.splitlines()[0], epilog=EPILOG)
    top.description = "Scanned Vietnamese decrees into clean text and tables an archive can trust."
    top.formatter_class = argparse.RawDescriptionHelpFormatter
    top.add_argument("--version", action="version", version=f"sohoa {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)
    _add_run(commands)
    _add_check(commands)
    _add_restore(commands)
    _add_evaluate(commands)
    return top


def _add_run(commands: argparse._SubParsersAction[_Parser]) -> None:
    one = commands.add_parser("run", help="read documents and write the tables")
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the results")
    one.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one a core)")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.add_argument("--only-changed", action="store_true", help="keep what an equal program already made")
    one.add_argument("--excel-bom", action="store_true", help="start CSV files with a byte order mark")
    one.add_argument("--ics", action="store_true", help="also write anniversaries.ics, for a calendar")
    one.add_argument("--json-log", action="store_true", help="log JSON lines")
    loudness = one.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="errors only")
    loudness.add_argument("-v", "--verbose", action="store_true", help="a line for every document")
    one.set_defaults(command=_run)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    one = commands.add_parser("check", help="say what is installed and what is missing")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.set_defaults(command=_check)


def _add_restore(commands: argparse._SubParsersAction[_Parser]) -> None:
    one = commands.add_parser("restore", help="give a toneless or garbled text its Vietnamese letters back")
    one.add_argument("file", nargs="?", default="-", metavar="FILE", help="text file, - for standard input")
    one.add_argument("--mode", choices=("auto", "stripped", "english", "vietnamese"), default="auto")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    shown = one.add_mutually_exclusive_group()
    shown.add_argument("--explain", action="store_true", help="print edits and doubts as JSON lines")
    shown.add_argument("--diff", action="store_true", help="print before and after side by side")
    one.set_defaults(command=_restore)


def _add_evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
    one = commands.add_parser("evaluate", help="measure against hand-made truth")
    kinds = one.add_subparsers(title="what", required=True, metavar="WHAT", parser_class=_Parser)
    slots = kinds.add_parser("handwriting", help="read labelled slots and score the readings")
    slots.add_argument("--labels", required=True, type=Path, metavar="LABELS.csv")
    slots.add_argument("--readings", required=True, type=Path, metavar="READINGS.csv")
    slots.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    slots.set_defaults(command=_evaluate_handwriting)
    cells = kinds.add_parser("fields", help="score the cells of documents.csv and their confidences")
    cells.add_argument("--truth", required=True, type=Path, metavar="GROUND_TRUTH.json")
    cells.add_argument("--output", required=True, type=Path, metavar="DIR", help="folder with the tables")
    cells.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    cells.add_argument("--diagram", type=Path, metavar="FILE.png", help="draw the reliability diagram here")
    cells.set_defaults(command=_evaluate_fields)


# --- commands -------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.batch.log import Log
    from pipeline.batch.run import RunOptions, run

    jobs = options.jobs if options.jobs is not None else os.cpu_count() or 1
    if jobs < 1:
        raise errors.UsageError(f"--jobs {jobs} is not a number of workers", hint="Give 1 or more")
    settings = config.load(options.config)
    chosen = RunOptions(options.out, jobs, options.only_changed, options.excel_bom, options.ics)
    with Log(quiet=options.quiet, verbose=options.verbose, as_json=options.json_log) as log:
        result = run(options.paths, settings, chosen, log.outcome)
        log.finish(result, options.out)
    return errors.SOME_FAILED if result.failures else errors.OK


def _check(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.check import check

    report = check(config.load(options.config))
    for line in report.lines:
        print(line)
    return errors.OK if report.is_complete else errors.MissingDependency.exit_code


def _restore(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.restore import command
    from pipeline.source import read_text

    settings = config.load(options.config)
    text = read_text(options.file, settings)
    shown = {"explain": options.explain, "diff": options.diff}
    for line in command.run(text, options.mode, **shown, settings=settings):
        sys.stdout.write(line + "\n")
    return errors.OK


def _evaluate_handwriting(options: argparse.Namespace) -> int:
    from pipeline.evaluate import handwriting
    from pipeline.handwriting import is_sure, read_slot

    handwriting.run(options.labels, options.readings, options.json, read=read_slot, is_sure=is_sure)
    return errors.OK


def _evaluate_fields(options: argparse.Namespace) -> int:
    from pipeline.evaluate import diagram, reliability

    bins = reliability.run(options.truth, options.output, options.json)
    if options.diagram:
        diagram.draw(bins, options.diagram)
    return errors.OK
