"""`sohoa restore`: give a toneless or garbled text its Vietnamese letters back."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline import errors
from pipeline.cli.arguments import Commands


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("restore", help="give a toneless or garbled text its Vietnamese letters back")
    one.add_argument("file", nargs="?", default="-", metavar="FILE", help="text file, - for standard input")
    one.add_argument("--mode", choices=("auto", "stripped", "english", "vietnamese"), default="auto")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    shown = one.add_mutually_exclusive_group()
    shown.add_argument("--explain", action="store_true", help="print edits and doubts as JSON lines")
    shown.add_argument("--diff", action="store_true", help="print before and after side by side")
    one.set_defaults(command=_restore)


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
