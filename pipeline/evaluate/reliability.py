"""`sohoa evaluate fields`: cells against truth by column, and whether the confidences keep their word.

A confidence of 0.9 should be right nine times in ten; the reliability table and its diagram show it, and one
figure sums it up: the expected calibration error, the mean distance of confidence and share right, each bin
weighted by its cells (Guo et al. 2017, "On Calibration of Modern Neural Networks").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.evaluate import fields, rules
from pipeline.evaluate.fields import Cell
from pipeline.evaluate.rules import Ruled
from pipeline.export.load import load_tables
from pipeline.export.writing import write_file

BINS = 10


@dataclass(frozen=True, slots=True)
class Rated:
    """A compared cell, the confidence (0..1) its field was given with (None for an empty cell), its rule."""

    cell: Cell
    confidence: float | None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class ColumnScore:
    """Counts over the cells of one column."""

    cells: int
    right: int
    sure: int
    sure_right: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Cells whose confidence lies from `low` up to `high`; `confidence` is their mean, `right` a share."""

    low: float
    high: float
    cells: int
    confidence: float
    right: float


def run(truth: Path, output: Path, json_file: Path | None = None) -> tuple[Bin, ...]:
    """The command: print the tables, keep the figures as JSON; returns what `diagram.draw` draws.

    Raises InputError when truth or tables cannot be read or share no cell, OutputError when the figures
    cannot be written.
    """
    rated = rate(_compared(truth, output), output)
    columns, bins = by_column(rated), reliability(rated)
    lines = report(columns, bins, unrated=sum(one.confidence is None for one in rated))
    for line in (*lines, "", *_rule_lines(_ruled(rated))):
        print(line)
    if json_file:
        write_file(json_file, json.dumps(figures(rated), ensure_ascii=False, indent=1) + "\n")
    return bins


def rate(cells: Iterable[Cell], output: Path) -> tuple[Rated, ...]:
    """`cells` with the confidences of fields.csv; a value is looked up in all documents of its file."""
    tables = load_tables(output)
    documents = tables["documents"][["doc_id", "source_file"]].astype("string")
    files = {str(doc_id): Path(str(path)).name for doc_id, path in documents.itertuples(index=False)}
    given = tables["fields"][["doc_id", "column", "value", "confidence", "rule"]].dropna()
    known: dict[tuple[str, str, str], tuple[float, str]] = {}
    for doc_id, column, value, confidence, rule in given.itertuples(index=False):
        known.setdefault((files[str(doc_id)], str(column), str(value)), (float(confidence), str(rule)))
    return tuple(Rated(cell, *known.get((cell.file, cell.column, cell.got), (None, ""))) for cell in cells)


def _ruled(rated: Iterable[Rated]) -> tuple[Ruled, ...]:
    return tuple(
        Ruled(one.cell, one.rule, one.confidence) for one in rated if one.rule and one.confidence is not None
    )


def _rule_lines(ruled: Sequence[Ruled]) -> list[str]:
    held_out = rules.held_out_share(ruled)
    return [
        *rules.report(rules.by_rule(ruled)),
        "",
        f"sure cells right, as their rules do on other documents {held_out:.4f}",
    ]


def by_column(rated: Sequence[Rated]) -> dict[str, ColumnScore]:
    """The counts of each column that has cells, and of all of them (`all`)."""
    groups = {name: [one.cell for one in rated if one.cell.column == name] for name in fields.COLUMNS}
    groups["all"] = [one.cell for one in rated]
    return {name: _score(group) for name, group in groups.items() if group}


def reliability(rated: Iterable[Rated]) -> tuple[Bin, ...]:
    """Cells with a confidence in ten bins of equal width; a bin without cells is left out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for one in rated:
        if one.confidence is not None:
            place = min(BINS - 1, int(round(one.confidence * BINS, 9)))  # 0.7 * 10 is a hair below 7
            groups.setdefault(place, []).append((one.confidence, one.cell.is_right))
    return tuple(_bin(place, groups[place]) for place in sorted(groups))


def calibration_error(bins: Iterable[Bin]) -> float:
    """Expected calibration error: 0 when every confidence keeps its word, 1 at worst."""
    weighted = [(one.cells, abs(one.confidence - one.right)) for one in bins]
    return sum(cells * gap for cells, gap in weighted) / max(1, sum(cells for cells, _ in weighted))


def figures(rated: Sequence[Rated]) -> dict[str, Any]:
    """Everything that is printed, as plain values."""
    bins = reliability(rated)
    return {
        "figures": {
            name: round(value, 4) for name, value in fields.figures(tuple(one.cell for one in rated)).items()
        },
        "columns": {name: asdict(score) for name, score in by_column(rated).items()},
        "reliability": [asdict(one) for one in bins],
        "rules": [asdict(one) for one in rules.by_rule(_ruled(rated))],
        "sure_right_held_out": round(rules.held_out_share(_ruled(rated)), 4),
        "calibration_error": round(calibration_error(bins), 4),
        "without_confidence": sum(one.confidence is None for one in rated),
    }


def report(columns: dict[str, ColumnScore], bins: Sequence[Bin], *, unrated: int) -> list[str]:
    """The figures as lines for a person."""
    lines = [f"{'column':16} {'cells':>6} {'right':>7} {'sure':>7} {'sure and right':>15}"]
    for name, score in columns.items():
        right, sure = score.right / score.cells, score.sure / score.cells
        kept = f"{score.sure_right} of {score.sure}"
        lines.append(f"{name:16} {score.cells:6} {right:7.3f} {sure:7.3f} {kept:>15}")
    lines += ["", f"{'confidence':16} {'cells':>6} {'mean':>7} {'right':>7}"]
    for one in bins:
        name = f"{one.low:.1f} to {one.high:.1f}"
        lines.append(f"{name:16} {one.cells:6} {one.confidence:7.3f} {one.right:7.3f}")
    lines.append(f"{'(empty cell)':16} {unrated:6}")
    return [*lines, "", f"expected calibration error {calibration_error(bins):.4f}"]


def _score(cells: Sequence[Cell]) -> ColumnScore:
    sure = [cell.is_right for cell in cells if cell.is_sure]
    return ColumnScore(len(cells), sum(cell.is_right for cell in cells), len(sure), sum(sure))


def _bin(place: int, group: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(
        low=place / BINS,
        high=(place + 1) / BINS,
        cells=len(group),
        confidence=round(sum(confidence for confidence, _ in group) / len(group), 4),
        right=round(sum(is_right for _, is_right in group) / len(group), 4),
    )


def _compared(truth: Path, output: Path) -> tuple[Cell, ...]:
    hint = "It must be a JSON list of objects, one a document, each with its `file`"
    try:
        cells = fields.compare(truth, output)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"cannot read the truth {truth}: {error}", hint=hint) from error
    if not cells:
        raise InputError(f"{truth} has no cell to compare", hint=hint, code="empty")
    return cells
