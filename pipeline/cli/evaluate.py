"""`sohoa evaluate`: measure against hand-made truth."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline import errors
from pipeline.cli.arguments import Commands, Parser


def add(commands: Commands) -> None:
    """Add the command and its arguments."""
    one = commands.add_parser("evaluate", help="measure against hand-made truth")
    kinds = one.add_subparsers(title="what", required=True, metavar="WHAT", parser_class=Parser)
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
