"""`sohoa run`: read documents and write the tables."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.cli.arguments import Commands

if TYPE_CHECKING:
    from pipeline.batch.run import StartWorkers


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("run", help="read documents and write the tables")
    one.add_argument("paths", nargs="+", metavar="PATH", help="files, folders and addresses such as s3://...")
    one.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the results")
    workers = one.add_mutually_exclusive_group()
    workers.add_argument("--jobs", type=int, metavar="N", help="worker processes (default: one a core)")
    workers.add_argument(
        "--cluster", metavar="ADDRESS", help="work on a Dask cluster: tcp://scheduler:8786, or local:N"
    )
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.add_argument("--join", action="store_true", help="read page images named in sequence as one file")
    one.add_argument("--publish", metavar="ADDRESS", help="copy the results there afterwards, e.g. s3://...")
    renewed = one.add_argument_group("what is read again (default: what is not finished yet)")
    renewed.add_argument(
        "--only-changed", action="store_true", help="also what another version or dictionary made"
    )
    renewed.add_argument("--retry-failed", action="store_true", help="also what failed before")
    renewed.add_argument("--again", action="store_true", help="everything")
    one.add_argument("--excel-bom", action="store_true", help="start CSV files with a byte order mark")
    one.add_argument("--ics", action="store_true", help="also write anniversaries.ics, for a calendar")
    one.add_argument("--profile", action="store_true", help="print where the time went, by stage")
    one.add_argument("--json-log", action="store_true", help="log JSON lines")
    loudness = one.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help="errors only")
    loudness.add_argument("-v", "--verbose", action="store_true", help="a line for every document")
    one.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.batch.log import Log
    from pipeline.batch.run import RunOptions, profile, run

    jobs = options.jobs if options.jobs is not None else os.cpu_count() or 1
    if jobs < 1:
        raise errors.UsageError(f"--jobs {jobs} is not a number of workers", hint="Give 1 or more")
    settings = config.load(options.config)
    mirrors = _mirrored(options.paths, options.out)
    chosen = RunOptions(
        out=options.out,
        jobs=jobs,
        only_changed=options.only_changed,
        retry_failed=options.retry_failed,
        again=options.again,
        excel_bom=options.excel_bom,
        calendar=options.ics,
        join=options.join,
    )
    paths = [mirrors.get(path, Path(path)) for path in options.paths]
    start_workers = _workers(options.cluster, mirrors)
    with Log(quiet=options.quiet, verbose=options.verbose, as_json=options.json_log) as log:
        result = run(paths, settings, chosen, log.outcome, start_workers)
        log.finish(result, options.out)
    if options.profile:
        print("\n".join(profile(result)))
    if options.publish:
        from pipeline.source.remote import publish

        publish(options.out, options.publish)
    return errors.SOME_FAILED if result.tally.failures else errors.OK


def _mirrored(paths: Sequence[str], out: Path) -> dict[str, Path]:
    """The local copies of the addresses among `paths`."""
    from pipeline.source.remote import is_address, mirror, mirror_folder

    return {path: mirror(path, mirror_folder(path, out)) for path in paths if is_address(path)}


def _workers(cluster: str | None, mirrors: Mapping[str, Path]) -> StartWorkers:
    if not cluster:
        from pipeline.batch.pool import WorkerPool

        return WorkerPool
    from pipeline.batch.cluster import Cluster, ClusterWorkers

    chosen = Cluster(cluster, tuple((folder, address) for address, folder in mirrors.items()))
    return lambda _, settings: ClusterWorkers(chosen, settings)
