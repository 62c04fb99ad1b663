"""`sohoa watch`: read a folder as scans arrive."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.cli.arguments import Commands

if TYPE_CHECKING:
    from pipeline.batch.watch.service import WatchOptions

_EPILOG = """The hook gets the event as JSON on standard input, and its name in SOHOA_EVENT: failure (files
failed), batch_end (all files of a subfolder are read), silence (nothing arrived for long), trouble (the disk
is full, the folder is not mounted ...). With --once, exit code 8 says that some files failed."""


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("watch", help="read a folder as scans arrive", epilog=_EPILOG)
    one.add_argument(
        "folder", type=Path, metavar="DIR", help="folder in which scans arrive; subfolders are batches"
    )
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the results")
    one.add_argument("--once", action="store_true", help="read what is there, then end (for cron)")
    _add_times(one)
    _add_choices(one)
    one.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one a core)")
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.add_argument("--excel-bom", action="store_true", help="start CSV files with a byte order mark")
    one.add_argument("--ics", action="store_true", help="also write anniversaries.ics, for a calendar")
    one.add_argument("--json-log", action="store_true", help="log JSON lines")
    one.add_argument("-q", "--quiet", action="store_true", help="log only what goes wrong")
    one.set_defaults(command=_watch)


def _add_times(one: argparse.ArgumentParser) -> None:
    in_seconds = partial(one.add_argument, type=seconds, metavar="SECONDS")
    in_seconds("--poll", help="look so often and ask for no events (network shares)")
    in_seconds("--stable", default=5.0, help="a file must rest so long (default: 5)")
    in_seconds(
        "--incomplete", default=600.0, help="a file without its end is given up after so long (default: 600)"
    )
    in_seconds(
        "--retry",
        default=60.0,
        help="a file that may not be read is tried again after so long, then twice as long, up to an hour "
        "(default: 60)",
    )
    one.add_argument(
        "--silence",
        type=hours,
        metavar="HOURS",
        default=24.0,
        help="tell when nothing came; 0: never (default: 24)",
    )


def _add_choices(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--move",
        choices=("stay", "done"),
        default="stay",
        help="originals stay (default), or go to DIR/done, and to DIR/failed with NAME.error.txt",
    )
    one.add_argument("--partition", choices=("daily",), help="also write the tables of each day to OUT/days/")
    one.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="PATTERN",
        help="pass over such names; may be repeated",
    )
    one.add_argument("--hook", metavar="COMMAND", help="run this on events, without a shell")


def seconds(text: str) -> float:
    """A positive number of seconds."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def hours(text: str) -> float:
    """A number of hours, or 0."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError
    return value


def _watch(options: argparse.Namespace) -> int:
    from contextlib import ExitStack

    from pipeline import config
    from pipeline.batch.collect import make_output_folder
    from pipeline.batch.lock import run_lock
    from pipeline.batch.run import RunOptions
    from pipeline.batch.watch.beat import WATCH_FOLDER
    from pipeline.batch.watch.journal import Journal
    from pipeline.batch.watch.reading import BatchReader, ReadOptions
    from pipeline.batch.watch.service import Clock, Watch
    from pipeline.batch.watch.wake import Waker

    chosen = _chosen(options, *_folders(options))
    run = RunOptions(chosen.out, _jobs(options), excel_bom=options.excel_bom, calendar=options.ics)
    settings = config.load(options.config)
    make_output_folder(chosen.out / WATCH_FOLDER)
    journal = Journal(as_json=options.json_log, quiet=options.quiet)
    listens = not (options.poll or options.once)
    with ExitStack() as stack:
        # Two watches must not do the same work, nor move the same files.
        stack.enter_context(run_lock(chosen.out / WATCH_FOLDER))
        if chosen.moves_originals:
            stack.enter_context(run_lock(chosen.folder))
        reader = stack.enter_context(BatchReader(settings, ReadOptions(run, options.partition == "daily")))
        waker = stack.enter_context(Waker(chosen.folder, chosen.rules.own, listens=listens))
        if waker.trouble:
            journal.tell("no_events", f"{waker.trouble}; looking every {chosen.rescan_seconds:g} s instead")
        watch = Watch(chosen, reader, journal, Clock(sleep=waker.sleep))
        try:
            watch.run()
        except KeyboardInterrupt:
            return errors.INTERRUPTED  # the journal has said so
    return errors.SOME_FAILED if watch.has_failures else errors.OK


def _chosen(options: argparse.Namespace, folder: Path, out: Path) -> WatchOptions:
    from pipeline.batch.watch import hooks, moves
    from pipeline.batch.watch.folder import IGNORED, Rules
    from pipeline.batch.watch.queue import Patience
    from pipeline.batch.watch.service import WatchOptions

    moves_originals = options.move == "done"
    own = (out, folder / moves.DONE, folder / moves.FAILED) if moves_originals else (out,)
    return WatchOptions(
        folder=folder,
        out=out,
        patience=Patience(options.stable, options.incomplete, options.retry),
        rules=Rules((*IGNORED, *options.ignore), own),
        poll_seconds=options.poll,
        silence_seconds=options.silence * 3600,
        once=options.once,
        moves_originals=moves_originals,
        hook=hooks.parse(options.hook) if options.hook is not None else (),
    )


def _jobs(options: argparse.Namespace) -> int:
    jobs: int = options.jobs if options.jobs is not None else os.cpu_count() or 1
    if jobs < 1:
        raise errors.UsageError(f"--jobs {jobs} is not a number of workers", hint="Give 1 or more")
    return jobs


def _folders(options: argparse.Namespace) -> tuple[Path, Path]:
    """The watched folder and the output folder, absolute and without links.

    Raises InputError when there is nothing to watch, UsageError when the watch would read its own output.
    """
    folder: Path = options.folder.resolve()
    out: Path = options.out.resolve()
    if not folder.is_dir():
        raise errors.InputError(
            f"{options.folder} is not a folder",
            code="not_found",
            hint="Create it, or check that it is mounted",
        )
    if folder.is_relative_to(out):
        raise errors.UsageError(
            f"the watched folder {folder} must not lie in the output folder {out}",
            hint="Choose another --out",
        )
    return folder, out
