"""The tables as Parquet files and as one SQLite database: typed, with keys and descriptions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.errors import MissingDependency, OutputError
from pipeline.export.deliver.reading import Finished, Value
from pipeline.export.schema import TableSchema, tables
from pipeline.export.writing import output_errors

DATABASE = "sohoa.sqlite"
_ROWS_AT_ONCE = 20_000
# BOOLEAN is kept as 0 and 1 by SQLite; DuckDB and pandas read the declared type.
_SQL_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
_COLUMNS_TABLE = "column_descriptions"


def write_parquet(folder: Path, finished: Finished) -> tuple[Path, ...]:
    """Write one Parquet file a table; returns their paths.

    Raises InputError, OutputError, MissingDependency.
    """
    try:
        import pyarrow  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependency(
            "pyarrow is not installed", hint='Type: make extras, or pip install "sohoa[export]"'
        ) from error
    paths: list[Path] = []
    for schema in tables().values():
        path = folder / f"{schema.name}.parquet"
        typed = _arrow_schema(pyarrow, schema)
        with output_errors(path), parquet.ParquetWriter(path, typed, compression="zstd") as writer:
            for rows in _batches(finished, schema):
                columns = [list(values) for values in zip(*rows, strict=True)]
                arrays = [
                    pyarrow.array(values, type=field.type)
                    for values, field in zip(columns, typed, strict=True)
                ]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=typed))
        paths.append(path)
    return tuple(paths)


def _arrow_schema(pyarrow: ModuleType, schema: TableSchema) -> Any:
    kinds = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    return pyarrow.schema(
        [
            pyarrow.field(
                column.name,
                kinds[column.kind],
                nullable=column.required != "always",
                metadata={"description": column.description_en, "description_vi": column.description_vi},
            )
            for column in schema.columns
        ],
        metadata={"description": schema.description_en, "description_vi": schema.description_vi},
    )


def write_sqlite(folder: Path, finished: Finished) -> Path:
    """Write all tables to one SQLite database, which DuckDB can attach too; returns its path.

    The table `column_descriptions` tells what every column means. Raises InputError, OutputError.
    """
    path = folder / DATABASE
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = OFF")  # a file that failed is thrown away as a whole
            database.execute("BEGIN")
            for schema in tables().values():
                _write_table(database, finished, schema)
            _describe(database)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise OutputError(f"cannot write {path}: {error}", hint="Check the disk, then run again") from error
    return path


def _write_table(database: sqlite3.Connection, finished: Finished, schema: TableSchema) -> None:
    lines = [
        f"{_quoted(column.name)} {_SQL_TYPES[column.kind]}" + (" NOT NULL" * (column.required == "always"))
        for column in schema.columns
    ]
    if schema.primary_key:
        lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, schema.primary_key))})")
    lines += [
        f"FOREIGN KEY ({_quoted(column.name)}) REFERENCES {_quoted(table)} ({_quoted(name)})"
        for column in schema.columns
        if column.refers_to
        for table, name in [column.refers_to]
    ]
    database.execute(f"CREATE TABLE {_quoted(schema.name)} ({', '.join(lines)})")
    places = ", ".join("?" * len(schema.columns))
    for rows in _batches(finished, schema):
        database.executemany(f"INSERT INTO {_quoted(schema.name)} VALUES ({places})", rows)


def _describe(database: sqlite3.Connection) -> None:
    names = '"table", "column", "type", "description", "description_vi"'
    database.execute(f"CREATE TABLE {_COLUMNS_TABLE} ({names})")
    database.executemany(
        f"INSERT INTO {_COLUMNS_TABLE} VALUES (?, ?, ?, ?, ?)",
        [
            (schema.name, column.name, column.kind, column.description_en, column.description_vi)
            for schema in tables().values()
            for column in schema.columns
        ],
    )


def _batches(finished: Finished, schema: TableSchema) -> Iterator[list[tuple[Value, ...]]]:
    rows = (tuple(row.values()) for row in finished.rows(schema.name))
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        yield batch


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
