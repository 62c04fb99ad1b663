"""Read the CSV set back as typed pandas DataFrames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import InputError
from pipeline.export.cells import unguard
from pipeline.export.schema import Column, TableSchema, tables

_WORDS = {"true": True, "false": False}
_AGAIN = "Write the tables again with: sohoa run PATH --out FOLDER"


def load_tables(folder: Path | str) -> dict[str, pd.DataFrame]:
    """Every table of `folder` by name, typed as datapackage.json says.

    Text is `string` (also numbers of documents, which keep their zeros, and dates, which may be
    partial), whole numbers are `Int64`, other numbers `Float64`, true and false are `boolean`; an empty
    cell is missing (`pd.NA`). The apostrophe that kept a spreadsheet from running a cell is taken away.
    Columns that somebody added are kept as text.

    Raises InputError when the folder or a table is missing, damaged or lacks a column.
    """
    path = Path(folder)
    if not path.is_dir():
        raise InputError(f"there is no folder {path}", hint=_AGAIN, code="no_tables")
    return {schema.name: _load(path / f"{schema.name}.csv", schema) for schema in tables().values()}


def _load(path: Path, schema: TableSchema) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            path,
            dtype="string",
            keep_default_na=False,
            na_filter=False,
            index_col=False,
            encoding="utf-8-sig",
        )
    except OSError as error:
        message = f"cannot read the table {path}: {error.strerror or error}"
        raise InputError(message, hint=_AGAIN, code="no_tables") from error
    except ValueError as error:  # also a parser's and a decoder's errors
        raise InputError(f"the table {path} is damaged: {error}", hint=_AGAIN) from error
    missing = [name for name in schema.names if name not in frame.columns]
    if missing:
        raise InputError(f"the table {path} lacks the columns {', '.join(missing)}", hint=_AGAIN)
    for name in frame.columns:
        column = schema.by_name.get(name)
        try:
            frame[name] = _typed(frame[name], column)
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"the table {path} is damaged: column {name}: {error}", hint=_AGAIN) from error
    return frame


def _typed(cells: pd.Series[str], column: Column | None) -> pd.Series[Any]:
    kind = column.kind if column else "string"
    return _READERS[kind](cells)


def _string(cells: pd.Series[str]) -> pd.Series[Any]:
    guarded = cells.str.startswith("'")
    cells = cells.mask(guarded, cells[guarded].map(unguard)) if guarded.any() else cells
    return cells.mask(cells == "").astype("string")


def _integer(cells: pd.Series[str]) -> pd.Series[Any]:
    # Through Python's integers: a detour over floats would lose digits of large ones.
    return pd.Series([int(cell) if cell else None for cell in cells], index=cells.index, dtype="Int64")


def _number(cells: pd.Series[str]) -> pd.Series[Any]:
    return pd.Series([float(cell) if cell else None for cell in cells], index=cells.index, dtype="Float64")


def _boolean(cells: pd.Series[str]) -> pd.Series[Any]:
    # Spreadsheets save true as TRUE.
    values = [_WORDS[cell.lower()] if cell else None for cell in cells]
    return pd.Series(values, index=cells.index, dtype="boolean")


_READERS = {"string": _string, "integer": _integer, "number": _number, "boolean": _boolean}
