"""`sohoa run`: read documents and write the tables."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pipeline import errors
from pipeline.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
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
