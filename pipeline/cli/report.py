"""`sohoa report`: one page to look at, made from the tables of a run."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline import errors
from pipeline.cli.arguments import Commands
from pipeline.cli.refreshing import bring_up_to_date


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("report", help="draw the tables of a run as one page for reading and printing")
    one.add_argument("out", type=Path, metavar="OUT", help="folder with the tables")
    one.add_argument("--language", choices=("vi", "en"), help="language of the page (default: as the locale)")
    one.add_argument(
        "--to", type=Path, metavar="FILE.html", help="write the page here (default: OUT/report.html)"
    )
    one.set_defaults(command=_report)


def _report(options: argparse.Namespace) -> int:
    from pipeline import config, messages
    from pipeline.batch.durations import readings
    from pipeline.report import Duration, write_report
    from pipeline.report.wording import Wording

    bring_up_to_date(options.out, config.load().review_threshold)
    wording = Wording(options.language or messages.language())
    durations = tuple(Duration(*reading) for reading in readings(options.out))
    print(write_report(options.out, wording, durations, options.to))
    return errors.OK
