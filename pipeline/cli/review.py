"""`sohoa review`: the page on which people confirm or correct doubtful cells."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.cli.arguments import Commands
from pipeline.cli.refreshing import bring_up_to_date, refresher
from pipeline.messages import say, told

if TYPE_CHECKING:
    from pipeline.model import Document
    from pipeline.review import ReviewOptions

_NEEDED = ("flask", "waitress")


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("review", help="confirm or correct doubtful cells in a browser on this machine")
    one.add_argument("out", type=Path, metavar="OUT", help="folder with the tables")
    one.add_argument(
        "--port", type=int, default=0, metavar="N", help="port to listen on (default: a free one)"
    )
    one.add_argument("--reviewer", default="", metavar="NAME", help="who reviews (default: the page asks)")
    one.add_argument(
        "--originals",
        type=Path,
        metavar="DIR",
        help="look for scans here first (default: where they were read)",
    )
    one.add_argument(
        "--labels",
        type=Path,
        metavar="DIR",
        help="write confirmed numbers and dates as training labels and end",
    )
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.set_defaults(command=_review)


def _review(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.review import ReviewOptions

    _check_packages()
    if not 0 <= options.port < 65536:
        raise errors.UsageError(f"--port {options.port} is not a port", hint="Give 0 to 65535")
    settings = config.load(options.config)
    with ExitStack() as stack:
        find = _finder(options.out, options.originals, stack)
        refresh = refresher(options.out, settings.review_threshold)
        bring_up_to_date(options.out, settings.review_threshold, for_decisions=False)
        chosen = ReviewOptions(options.out, settings, find, refresh, options.reviewer)
        return _labels(chosen, options.labels) if options.labels else _serve(chosen, options.port)


def _serve(chosen: ReviewOptions, port: int) -> int:
    from pipeline.export.corrections import write_corrections_csv
    from pipeline.review.serving import serve

    print(say("Open the newest of these addresses in a browser; each works once. Ctrl-C ends the review."))
    serve(chosen, port, lambda address: print(f"  {address}", flush=True))
    write_corrections_csv(chosen.out)
    kept = "Decisions are kept. The tables take them in when you press 'Write the tables' or run again."
    print(say(kept))
    return errors.OK


def _labels(chosen: ReviewOptions, folder: Path) -> int:
    from pipeline.export.corrections import read_corrections
    from pipeline.review.labels import write_labels
    from pipeline.review.originals import Originals

    originals = Originals(chosen.find_original, chosen.settings)
    count = write_labels(folder, chosen.out, read_corrections(chosen.out), originals)
    print(told(f"{count} labels in {folder}"))
    return errors.OK


def _check_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise errors.MissingDependency(
            f"the review page needs {' and '.join(missing)}",
            hint='Type: make extras, or pip install "sohoa[review]"',
        )


def _finder(out: Path, folder: Path | None, stack: ExitStack) -> Callable[[Document], Path | None]:
    """Where a document's scan lies: in `folder` under its name in the tables, else as the ledger says."""
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.ledger_schema import LEDGER

    ledger = stack.enter_context(Ledger(out)) if (out / LEDGER).is_file() else None

    def find(document: Document) -> Path | None:
        if folder is not None:
            path = (folder / document.source_file).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                return path
        return ledger.original(document.source_sha256) if ledger else None

    return find
