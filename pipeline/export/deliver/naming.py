"""Names of delivered files: by a pattern of columns, safe on Windows and Linux, never twice the same.

Where the archive's codes are all known, the default is the name the guidance on archival databases of 2010
asks for (CV2010): `<archive>-<fonds>-<inventory>-<file>-<sheet>`, e.g. `Q3-5-1-10-4.pdf`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping

from pipeline.errors import UsageError
from pipeline.export.edits import without_marks
from pipeline.export.schema import schema_of

DEFAULT_PATTERN = "{issue_date}_{number_symbol}"
ARCHIVE_COLUMNS = ("archive_code", "fonds_code", "inventory_no", "file_no", "sheet_no")
DERIVED = ("issue_year", "source_name", "source_folder")  # besides the columns of documents.csv
EMPTY = "x"  # stands for an empty field, as in 2023-06-02_x.pdf
_MOST_LETTERS = 120  # of 255 bytes a name may have, with room for suffixes and folders on Windows
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RUNS = re.compile(r"([_-])[_-]+")
# Windows keeps these names for devices, with any suffix.
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(\..*)?", re.IGNORECASE)


def names(rows: Iterable[Mapping[str, str]], pattern: str = "") -> dict[str, str]:
    """doc_id -> file name without suffix, in the order of `rows` of documents.csv.

    Without a `pattern` it is the CV2010 name where all five codes are known, else DEFAULT_PATTERN. Names
    that would clash, also where only upper and lower case differ, get `-2`, `-3` ... in order.

    Raises UsageError when the pattern names an unknown column.
    """
    check_pattern(pattern or DEFAULT_PATTERN)
    taken: set[str] = set()
    found: dict[str, str] = {}
    for row in rows:
        wanted = safe(fill(pattern, row) if pattern else archive_name(row) or fill(DEFAULT_PATTERN, row))
        name, count = wanted, 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted}-{count}"
        taken.add(name.casefold())
        found[row["doc_id"]] = name
    return found


def archive_name(row: Mapping[str, str]) -> str:
    """The CV2010 name of a document, or nothing when one of its codes is unknown."""
    codes = [row.get(column, "") for column in ARCHIVE_COLUMNS]
    return "-".join(safe(code) for code in codes) if all(codes) else ""


def fill(pattern: str, row: Mapping[str, str], write: Callable[[str], str] | None = None) -> str:
    """`pattern` with the cells of `row`, each written by `write` (default: `safe`, so that an empty cell
    shows as `x`).

    >>> fill("{issue_date}_{number_symbol}", {"issue_date": "2023-06-02", "number_symbol": ""})
    '2023-06-02_x'
    """
    folder, _, name = row.get("source_file", "").rpartition("/")
    derived = {
        "issue_year": row.get("issue_date", "")[:4],
        "source_name": name.rpartition(".")[0] or name,
        "source_folder": folder,
    }
    values = {**row, **derived}
    return "".join(
        text + ((write or safe)(values.get(column, "")) if column else "")
        for text, column, _, _ in string.Formatter().parse(pattern)
    )


def check_pattern(pattern: str) -> None:
    """Raise UsageError when `pattern` is malformed or names something that is no column of documents.csv."""
    known = {*schema_of("documents").names, *DERIVED}
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise UsageError(f"the name pattern {pattern!r} is malformed: {error}") from error
    for _, column, form, conversion in pieces:
        if column is not None and (column not in known or form or conversion):
            hint = f"Use columns of documents.csv or {', '.join(DERIVED)}, as in {DEFAULT_PATTERN}"
            raise UsageError(f"the name pattern {pattern!r} has an unknown column {column!r}", hint=hint)


def safe(text: str) -> str:
    """`text` as a file name that every system takes: ASCII letters, digits, dot, dash and underscore.

    >>> safe("02/QĐ-UBND"), safe("con"), safe("  ")
    ('02_QD-UBND', '_con', 'x')
    """
    plain = _UNSAFE.sub("_", without_marks(text))
    name = _RUNS.sub(r"\1", plain)[:_MOST_LETTERS].strip("._-")
    return f"_{name}" if _DEVICES.fullmatch(name) else name or EMPTY
