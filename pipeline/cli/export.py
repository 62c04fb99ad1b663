"""`sohoa export`: make the deliverables of a finished run, without OCR."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import errors
from pipeline.cli.arguments import Commands
from pipeline.cli.refreshing import bring_up_to_date
from pipeline.messages import told

if TYPE_CHECKING:
    import pikepdf

    from pipeline.model import Document

_FORMATS = "pdf, alto, hocr, xlsx, parquet, sqlite, jsonl, archive, ics"
_NAME = "columns of documents.csv in braces, e.g. {issue_date}_{number_symbol}"


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser(
        "export", help="make searchable PDF/A, Excel, archive parcels ... of finished tables"
    )
    one.add_argument("out", type=Path, metavar="OUT", help="folder of a finished run")
    one.add_argument("--to", required=True, metavar="LIST", help=f"formats, parted by commas: {_FORMATS}")
    one.add_argument("--into", type=Path, metavar="DIR", help="folder for the formats (default: OUT/export)")
    one.add_argument("--originals", type=Path, metavar="DIR", help="where the scanned files lie now")
    one.add_argument("--name", default="", metavar="PATTERN", help=f"file names: {_NAME}")
    one.add_argument("--without-secret", action="store_true", help="leave out documents with a secrecy mark")
    archive = one.add_argument_group("archive")
    archive.add_argument("--standard", choices=("tt05", "nd30"), default="tt05", help="whose column names")
    archive.add_argument(
        "--group", default="{source_folder}", metavar="PATTERN", help="what makes a file (hồ sơ)"
    )
    archive.add_argument(
        "--confirmed-only", action="store_true", help="only columns read in the decree itself"
    )
    one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    one.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    from pipeline import config
    from pipeline.export.deliver import PROBLEMS, ArchiveOptions, DeliveryOptions, Sources, deliver

    into = options.into or options.out / "export"
    threshold = config.load(options.config).review_threshold
    bring_up_to_date(options.out, threshold)
    chosen = DeliveryOptions(
        into=into,
        pattern=options.name,
        without_secret=options.without_secret,
        review_threshold=threshold,
        archive=ArchiveOptions(options.standard, options.group, options.confirmed_only),
    )
    formats = [name.strip() for name in options.to.split(",") if name.strip()]
    with _finder(options) as find_original:
        done = deliver(options.out, formats, chosen, Sources(find_original, _cover_box))
    for sentence in done.sentences:
        print(sentence)
    if done.left_out:
        print(told(f"{done.left_out} documents with a secrecy mark were left out"))
    if done.problems:
        print(told(f"{len(done.problems)} deliveries failed, see {into / PROBLEMS}"))
    return errors.SOME_FAILED if done.problems else errors.OK


@contextmanager
def _finder(options: argparse.Namespace) -> Iterator[Callable[[Document], Path | None]]:
    """What finds a document's original: the folder that was named, else the ledger of the run."""
    from pipeline.batch.ledger import Ledger
    from pipeline.batch.ledger_schema import LEDGER

    if options.originals is not None:
        yield partial(_in_folder, options.originals)
    elif (options.out / LEDGER).is_file():
        with Ledger(options.out) as ledger:
            yield lambda document: ledger.original(document.source_sha256)
    else:
        yield lambda _: None


def _in_folder(folder: Path, document: Document) -> Path | None:
    places = (folder / document.source_file, folder / Path(document.source_file).name)
    return next((place for place in places if place.is_file()), None)


def _cover_box(pdf: pikepdf.Pdf, page_index: int) -> tuple[float, float, float, float] | None:
    from pipeline.source.pdf_page import read_page

    cover = read_page(pdf, page_index).cover
    return cover.box if cover else None
