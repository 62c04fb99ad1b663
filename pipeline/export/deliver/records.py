"""Archive metadata: the documents (văn bản) and files (hồ sơ) of an archive in the words of a standard.

What the columns are, where each takes its value from and which of it is confirmed stands in
dictionaries/archive_columns.tsv and archive_codes.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline import dictionary
from pipeline.export.deliver.naming import fill, safe

STANDARDS = ("tt05", "nd30")
DEFAULT_GROUPING = "{source_folder}"
_CONFIRMED = "confirmed"
_ORDINAL_DIGITS = 7
_SCANNED = "Số hóa"
_SECRET = "Mật"
# Columns that say the same of a file as of its documents, when these agree.
_SHARED = ("retention", "use_mode", "physical_condition", "reliability", "language", "info_sign")
_SHARED_CODES = ("issuer_code", "inventory_no", "file_no")

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArchiveColumn:
    """One column of a standard. `source` names a value of a document or file, `codes` a list of codes,
    `most_letters` is 0 where no length is told."""

    name: str
    title: str
    source: str
    is_date: bool
    codes: str
    most_letters: int
    is_required: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One file (hồ sơ): its values and those of its documents, in order."""

    values: Values
    documents: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an archivist must still see to: `code` is missing, too_long, no_code (the value is in no
    list of codes) or provisional (made from the folder's name, for want of the archive's own)."""

    record: str
    column: str
    code: str
    value: str


@cache
def columns(standard: str, level: str, *, confirmed_only: bool = False) -> tuple[ArchiveColumn, ...]:
    """The columns of `standard` (tt05, nd30) at `level` (item, file), in order."""
    rows = dictionary.table("archive_columns").rows
    return tuple(
        ArchiveColumn(
            name=row["name"],
            title=row["title_vi"],
            source=row["source"],
            is_date=row["kind"] == "date",
            codes=row["codes"],
            most_letters=int(row["length"] or 0),
            is_required=bool(row["required"]),
            is_confirmed=row["status"] == _CONFIRMED,
        )
        for row in rows
        if row["standard"] == standard
        and row["level"] == level
        and (row["status"] == _CONFIRMED or not confirmed_only)
    )


def archive_files(rows: Iterable[Values], grouping: str, names: Values) -> tuple[ArchiveFile, ...]:
    """Documents grouped into files: by file_code where it is known, else by the pattern `grouping`.

    `names` are the names of the documents' computer files by doc_id, as far as there are any. Documents
    keep their order; those with an ordinal of their own keep it, the others are counted.
    """
    groups: dict[str, list[Values]] = {}
    for row in rows:
        groups.setdefault(row["file_code"] or fill(grouping, row, str.strip), []).append(row)
    taken: set[str] = set()
    return tuple(_file(label, group, _folder(label, taken), names) for label, group in groups.items())


def cells(record: Values, wanted: Iterable[ArchiveColumn], name: str) -> tuple[tuple[str, ...], list[Remark]]:
    """The cells of one row, and what remains to be done about them; `name` is the record's own."""
    found: list[str] = []
    remarks: list[Remark] = []
    for column in wanted:
        value = record.get(column.source, "")
        cell = _date(value) if column.is_date else _code(column.codes, value)
        if value and column.source == record.get("provisional"):
            remarks.append(Remark(name, column.name, "provisional", value))
        if column.codes and value and not cell:
            remarks.append(Remark(name, column.name, "no_code", value))
            cell = value
        if not cell and column.is_required:
            remarks.append(Remark(name, column.name, "missing", ""))
        if column.most_letters and len(cell) > column.most_letters:
            remarks.append(Remark(name, column.name, "too_long", cell))
        found.append(cell)
    return tuple(found), remarks


# --- values ---------------------------------------------------------------------------------------


def _file(label: str, rows: list[Values], folder: str, names: Values) -> ArchiveFile:
    known = rows[0]["file_code"]  # the documents of a group share it
    code = known or folder
    documents = tuple(_item(row, (code, folder), ordinal, names) for ordinal, row in enumerate(rows, 1))
    days = sorted(row["issue_date"] for row in rows if row["issue_date"])
    values = {
        "folder": folder,
        "file_code": code,
        "provisional": "" if known else "file_code",
        "file_title": rows[0]["subject"] if len(rows) == 1 else label,
        "start_date": days[0] if days else "",
        "end_date": max(days, key=_last_day) if days else "",
        "doc_total": str(len(rows)),
        "page_total": str(sum(int(row["page_count"] or 0) for row in rows)),
    }
    for name in _SHARED:
        values[name] = _common(document.get(name, "") for document in documents)
    for name in _SHARED_CODES:
        values[name] = _common(row[name] for row in rows)
    return ArchiveFile(values, documents)


def _item(row: Values, file: tuple[str, str], ordinal: int, names: Values) -> Values:
    file_code, folder = file
    name = names.get(row["doc_id"], "")
    number = row["doc_ordinal"] or str(ordinal)
    values = dict(row)
    values |= {
        "file_code": file_code,
        "doc_ordinal": number,
        "archive_doc_code": ".".join(
            filter(None, (row["archive_code"], file_code, number.zfill(_ORDINAL_DIGITS)))
        ),
        "computer_file": f"files/{folder}/{name}" if name else "",
        "reliability": row["confidence_level"] or (_SCANNED if _is_scanned(row) else ""),
    }
    if row["secrecy"] and not row["use_mode"]:
        values["use_mode"] = _SECRET
    return values


def _is_scanned(row: Values) -> bool:
    """Whether every page was read from its picture and nobody signed the file digitally."""
    engines = row["ocr_engine"].split(";")
    has_text = any(engine in ("text_layer", "text_file") for engine in engines)
    return bool(row["ocr_engine"]) and not has_text and row["signature_status"] != "digital"


def _common(values: Iterable[str]) -> str:
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _last_day(date: str) -> str:
    return f"{date}-99-99"[:10] if len(date) < 10 else date


def _folder(label: str, taken: set[str]) -> str:
    wanted = safe(label)
    name, count = wanted, 1
    while name.casefold() in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name.casefold())
    return name


def _date(value: str) -> str:
    """Year-month-day as the standards write it: dd/MM/yyyy, MM/yyyy or yyyy."""
    return "/".join(reversed(value.split("-")))


def _code(codes: str, value: str) -> str:
    """The code of `value`; the value itself where there is no list or it is a code already."""
    listed = _codes().get(codes, {})
    return value if not codes or value in listed.values() else listed.get(value, "")


@cache
def _codes() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in dictionary.table("archive_codes").rows:
        found.setdefault(row["list"], {})[row["value"]] = row["code"]
    return found
