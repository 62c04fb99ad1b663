"""The tables as an Excel workbook: typed cells, frozen headers, filters, doubtful cells in colour.

Text is always written as text, so nothing in a document can run as a formula. Rows beyond what a sheet
holds go on in a further sheet; a text longer than a cell holds is cut and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, MissingDependency
from pipeline.export.deliver.reading import Finished, Row, Value
from pipeline.export.schema import Column, TableSchema, review_codes, tables
from pipeline.export.writing import output_errors

WORKBOOK = "sohoa.xlsx"
MOST_ROWS = 1_048_576  # of a sheet, with its header
MOST_LETTERS = 32_767  # of a cell
_MOST_LINKS = 65_000  # Excel takes 65,530 a sheet
_MOST_COMMENT = 2_000
_MOST_READINGS = 5
_MOST_WIDTH, _WIDTH_OF_TEXT = 60, 24
_CUT = " … [cut: the whole text stands in the CSV table]"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
_AMBER = "#FFE699"
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # equal tables give an equal workbook


@dataclass(frozen=True, slots=True)
class PdfLink:
    """Where a document's PDF stands, relative to the workbook, and its first page in the source file."""

    path: str
    first_page: int


@dataclass(frozen=True, slots=True)
class _Formats:
    header: Any
    link: Any
    day: Any
    doubt: Any
    doubtful_day: Any


def write_workbook(folder: Path, finished: Finished, links: Mapping[str, PdfLink]) -> Path:
    """Write sohoa.xlsx; `links` are the delivered PDFs by doc_id. Returns its path.

    Raises InputError, OutputError, MissingDependency.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415
        from xlsxwriter.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
            FileCreateError,
        )
    except ImportError as error:
        hint = 'Type: make extras, or pip install "sohoa[export]"'
        raise MissingDependency("XlsxWriter is not installed", hint=hint) from error
    path = folder / WORKBOOK
    # Held row by row on the disk, so that ten thousand documents need no more memory than ten.
    options = {"constant_memory": True, "tmpdir": str(folder)}
    with output_errors(path):
        book = xlsxwriter.Workbook(str(path), options)
        book.set_properties({"created": _NO_TIME})
        try:
            formats = _formats(book)
            for schema in tables().values():
                _write_table(book, formats, schema, (finished, links))
        finally:
            try:
                book.close()
            except FileCreateError as error:
                raise OSError(str(error)) from error
    return path


def _formats(book: Any) -> _Formats:
    blue = {"font_color": "#0563C1", "underline": 1}
    day = {"num_format": "yyyy-mm-dd", "align": "left"}
    doubt = {"bg_color": _AMBER}
    header = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "valign": "top"}
    made = (header, blue, day, doubt, day | doubt)
    return _Formats(*(book.add_format(one) for one in made))


def _write_table(
    book: Any,
    formats: _Formats,
    schema: TableSchema,
    source: tuple[Finished, Mapping[str, PdfLink]],
) -> None:
    finished, links = source
    sheet: _Sheet | None = None
    count = 0
    for row in finished.rows(schema.name):
        if sheet is None or sheet.is_full:
            if sheet:
                sheet.close()
            count += 1
            sheet = _Sheet(book, schema, count, formats)
        reasons = _reasons(finished, row) if schema.name == "documents" and row["review_columns"] else {}
        sheet.write(row, reasons, links.get(str(row.get("doc_id"))))
    sheet = sheet or _Sheet(book, schema, 1, formats)
    sheet.close()


def _reasons(finished: Finished, row: Row) -> dict[str, str]:
    """Column -> why a person should check it: what the program noted, its confidence, other readings."""
    try:
        document = finished.document(str(row["doc_id"]))
        issues, fields = document.issues, {one.name: one for one in reversed(document.fields)}
    except InputError:  # without its evidence the codes of the row tell what is known
        issues, fields = (), {}
    codes = [review_codes().get(code, code) for code in str(row["review_reasons"] or "").split(";")]
    found: dict[str, str] = {}
    for column in str(row["review_columns"]).split(";"):
        lines = [issue.message for issue in issues if issue.field == column]
        if field := fields.get(column):
            lines.append(f"Confidence {field.confidence:.2f}, rule {field.rule}")
            lines += [f"Other reading: {other or '(blank)'}" for other in field.alternatives[:_MOST_READINGS]]
        found[column] = "\n".join(lines or codes)[:_MOST_COMMENT]
    return found


class _Sheet:
    """One sheet that is filled row by row, from top to bottom."""

    def __init__(self, book: Any, schema: TableSchema, count: int, formats: _Formats) -> None:
        self._schema = schema
        self._formats = formats
        self._row = 0
        self._links = 0
        name = schema.name if count == 1 else f"{schema.name} ({count})"
        self._sheet = book.add_worksheet(name)
        self._sheet.freeze_panes(1, 1)
        for index, column in enumerate(schema.columns):
            self._sheet.set_column(index, index, _width(column))
            self._sheet.write_string(0, index, column.name, formats.header)
            self._sheet.write_comment(0, index, column.description_vi or column.description_en)

    @property
    def is_full(self) -> bool:
        return self._row + 1 >= MOST_ROWS

    def write(self, row: Row, reasons: Mapping[str, str], link: PdfLink | None) -> None:
        self._row += 1
        for index, column in enumerate(self._schema.columns):
            value, reason = row[column.name], reasons.get(column.name, "")
            if column.name == "doc_id" and link and self._links < _MOST_LINKS:
                self._links += 1
                self._sheet.write_url(
                    self._row, index, _target(row, link), self._formats.link, string=str(value)
                )
            elif value is not None or reason:
                reason = self._write_cell(index, column, value, reason)
            if reason:
                self._sheet.write_comment(self._row, index, reason)

    def _write_cell(self, index: int, column: Column, value: Value, reason: str) -> str:
        """Write one cell; returns what its comment must say."""
        plain = self._formats.doubt if reason else None
        if value is None:
            self._sheet.write_blank(self._row, index, None, plain)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._row, index, value, plain)
        elif isinstance(value, (int, float)):
            self._sheet.write_number(self._row, index, value, plain)
        elif day := _day(column, value):
            shown = self._formats.doubtful_day if reason else self._formats.day
            self._sheet.write_datetime(self._row, index, day, shown)
        elif len(value) > MOST_LETTERS:
            cut = value[: MOST_LETTERS - len(_CUT)] + _CUT
            self._sheet.write_string(self._row, index, cut, self._formats.doubt)
            return f"{reason}\n{_CUT.strip()}".strip()
        else:
            self._sheet.write_string(self._row, index, value, plain)
        return reason

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self._schema.columns) - 1)


def _day(column: Column, value: str) -> date | None:
    """`value` as a day when its column holds dates and all of it is known; others stay text."""
    if not column.pattern.startswith(("[0-9]{4}", "([0-9]{4}|XXXX)")) or not _DAY.fullmatch(value):
        return None
    with suppress(ValueError):
        day = date.fromisoformat(value)
        return day if day >= _FIRST_DAY else None
    return None


def _target(row: Row, link: PdfLink) -> str:
    page = row.get("page_number")
    number = page - link.first_page + 1 if isinstance(page, int) else 1
    return f"external:{link.path}#page={max(1, number)}"


def _width(column: Column) -> int:
    widest = max(len(column.name) + 2, len(column.example))
    return min(_MOST_WIDTH, widest if column.kind != "string" else max(widest, _WIDTH_OF_TEXT))
