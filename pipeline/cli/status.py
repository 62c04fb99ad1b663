"""`sohoa status`: how a run or a watch goes."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.arguments import Commands

_EPILOG = """exit codes: 0 all is well; 8 some files failed; 9 the watch does not run or cannot work, or the
last success is older than --max-age"""


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("status", help="queue, rate and failures of a run or a watch", epilog=_EPILOG)
    one.add_argument("out", type=Path, metavar="OUT", help="folder with the results")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.add_argument(
        "--max-age", type=float, metavar="HOURS", help="exit code 9 when the last success is older"
    )
    one.add_argument(
        "--prometheus", type=Path, metavar="FILE.prom", help="also write metrics for the textfile collector"
    )
    one.set_defaults(command=_status)


def _status(options: argparse.Namespace) -> int:
    import json
    import time
    from dataclasses import asdict

    from pipeline.batch.watch.status import status
    from pipeline.batch.watch.status_text import as_metrics, as_text
    from pipeline.export.writing import write_file

    now = time.time()
    found = status(options.out, now)
    if options.prometheus:
        write_file(options.prometheus, as_metrics(found))
    code = found.exit_code(now, None if options.max_age is None else options.max_age * 3600)
    if options.json:
        print(
            json.dumps({**asdict(found), "failures": found.failures, "exit_code": code}, ensure_ascii=False)
        )
    else:
        print(as_text(found, now), end="")
    return code
