"""Which cells a change of the program made right and which it broke: the gained/lost report.

quality_cells.json holds the last accepted verdict of every compared cell: {set: {file: {column: verdict}}}.
It holds no value of a document; files of sets that are not ours to name stand under the first eight hex
digits of the SHA-256 of their name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.errors import InputError
from pipeline.evaluate.fields import Cell
from pipeline.export.writing import write_file

VERDICTS = ("wrong", "doubtful", "right")  # from worst to best
OPEN_SETS = frozenset({"samples"})  # sets whose file names may be written down
_KEY_DIGITS = 8

Verdicts = dict[str, dict[str, str]]
"""File (or its key) -> column -> verdict."""


def verdict(cell: Cell) -> str:
    """`right`; else `doubtful` when the row names the cell for review; else `wrong`: wrong and silent."""
    if cell.is_right:
        return "right"
    return "wrong" if cell.is_sure else "doubtful"


def verdicts(name: str, cells: Iterable[Cell]) -> Verdicts:
    """The verdicts of the set `name`, sorted, as they are kept."""
    found: Verdicts = {}
    for cell in cells:
        found.setdefault(_key(name, cell.file), {})[cell.column] = verdict(cell)
    return {file: dict(sorted(found[file].items())) for file in sorted(found)}


def changes(name: str, cells: Iterable[Cell], before: Verdicts) -> Iterator[str]:
    """A line for each cell of the set `name` that got better (`gained`) or worse (`lost`), then one line of
    counts. Cells that only one side has are counted, not compared."""
    now = {(_key(name, cell.file), cell.column): cell for cell in cells}
    then = {(file, column): kept for file, row in before.items() for column, kept in row.items()}
    lines: dict[str, list[str]] = {"lost": [], "gained": []}
    for place, cell in now.items():
        old, new = then.get(place, verdict(cell)), verdict(cell)
        if old != new:
            kind = "gained" if VERDICTS.index(new) > VERDICTS.index(old) else "lost"
            lines[kind].append(f"{kind:6}  {name}  {cell.file}  {cell.column}  {old} -> {new}")
    yield from (*lines["gained"], *lines["lost"])
    yield (
        f"{name}: {len(lines['gained'])} cells gained, {len(lines['lost'])} lost, "
        f"{len(now.keys() - then.keys())} new, {len(then.keys() - now.keys())} gone"
    )


def read_verdicts(path: Path) -> dict[str, Verdicts]:
    """The kept verdicts by set; empty when there is no file. Raises InputError when it is damaged."""
    try:
        kept: dict[str, Verdicts] = json.loads(path.read_text(encoding="utf-8"))
        known = {one for rows in kept.values() for row in rows.values() for one in row.values()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="Make it anew with --update-cells") from error
    if not known <= set(VERDICTS):
        unknown = ", ".join(sorted(map(str, known - set(VERDICTS))))
        raise InputError(f"{path} has unknown verdicts: {unknown}", hint="Make it anew with --update-cells")
    return kept


def write_verdicts(path: Path, measured: Mapping[str, Iterable[Cell]], kept: dict[str, Verdicts]) -> None:
    """Put the measured sets in place of the kept ones; sets that were not measured stay as they were.

    Raises OutputError.
    """
    merged = kept | {name: verdicts(name, cells) for name, cells in measured.items()}
    ordered = {name: merged[name] for name in sorted(merged)}
    write_file(path, json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def _key(name: str, file: str) -> str:
    if name in OPEN_SETS:
        return file
    return hashlib.sha256(file.encode()).hexdigest()[:_KEY_DIGITS]
