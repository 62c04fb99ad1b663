"""`sohoa check`: say what is installed and what is missing."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline import errors
from pipeline.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("check", help="say what is installed and what is missing")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.check import check

    report = check(config.load(options.config))
    for line in report.lines:
        print(line)
    return errors.OK if report.is_complete else errors.MissingDependency.exit_code
