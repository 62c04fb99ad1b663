"""The archive's parcel: searchable PDFs in their files (hồ sơ), metadata tables, all in one BagIt bag.

bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
data/files/<hồ sơ>/<name>.pdf          the PDFs
data/originals/<hồ sơ>/<name>.pdf      digitally signed originals, byte by byte: their copies lose the
                                       signature
data/metadata/van_ban.csv ho_so.csv    item and file level, columns named as the standard does
data/metadata/columns.csv              what each column is, and whether it is confirmed
data/metadata/remarks.csv              what an archivist must still see to
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import __version__
from pipeline.errors import UsageError
from pipeline.export.cells import clean, guard
from pipeline.export.deliver.bagit import PAYLOAD, make_bag
from pipeline.export.deliver.records import ArchiveColumn, ArchiveFile, Remark, archive_files, cells, columns
from pipeline.export.writing import PendingFile, output_errors

ITEMS, FILES = "van_ban.csv", "ho_so.csv"
_ITEM, _FILE = "item", "file"
_REMARKS = ("level", "record", "column", "code", "value")
_COLUMNS = ("table", "column", "title_vi", "source", "length", "required", "status")


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """`standard` is tt05 or nd30, `grouping` the pattern that puts documents without a file code into
    files; `confirmed_only` leaves out columns whose form is not confirmed."""

    standard: str
    grouping: str
    confirmed_only: bool = False


def check_standard(options: ArchiveOptions) -> None:
    """Raise UsageError when no column of the standard is left to write."""
    if not all(_wanted(options, level) for level in (_ITEM, _FILE)):
        hint = "Use --standard nd30, or go without --confirmed-only"
        raise UsageError(f"no column of {options.standard} is confirmed", hint=hint)


@dataclass(frozen=True, slots=True)
class Payload:
    """A computer file for the parcel: where it stands now, and its name there."""

    path: Path
    name: str


def write_archive(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    options: ArchiveOptions,
    found: tuple[Mapping[str, Payload], Mapping[str, Payload]],
) -> int:
    """Write the bag to `folder`; `rows` are those of documents.csv, `found` the documents' computer files
    and their signed originals by doc_id. Returns how many files (hồ sơ) it holds. Raises OutputError."""
    payload, originals = found
    files = archive_files(rows, options.grouping, {doc_id: one.name for doc_id, one in payload.items()})
    for file in files:
        for document in file.documents:
            doc_id = document["doc_id"]
            if doc_id in payload:
                _copy(payload[doc_id].path, folder / PAYLOAD / document["computer_file"])
            if doc_id in originals:
                signed = originals[doc_id]
                _copy(signed.path, folder / PAYLOAD / "originals" / file.values["folder"] / signed.name)
    _write_metadata(folder / PAYLOAD / "metadata", files, options)
    info = {"Bag-Software-Agent": f"sohoa {__version__}", "Internal-Sender-Identifier": options.standard}
    make_bag(folder, info)
    return len(files)


def _write_metadata(folder: Path, files: Iterable[ArchiveFile], options: ArchiveOptions) -> None:
    items, heads = _wanted(options, _ITEM), _wanted(options, _FILE)
    item_rows: list[tuple[str, ...]] = []
    head_rows: list[tuple[str, ...]] = []
    remarks: list[tuple[str, Remark]] = []
    for file in files:
        row, found = cells(file.values, heads, file.values["file_code"])
        head_rows.append(row)
        remarks += ((_FILE, one) for one in found)
        for document in file.documents:
            row, found = cells(document, items, document["doc_id"])
            item_rows.append(row)
            remarks += ((_ITEM, one) for one in found)
    _table(folder / ITEMS, [column.name for column in items], item_rows)
    _table(folder / FILES, [column.name for column in heads], head_rows)
    _table(
        folder / "remarks.csv",
        _REMARKS,
        [(level, one.record, one.column, one.code, one.value) for level, one in remarks],
    )
    described = [(ITEMS, column) for column in items] + [(FILES, column) for column in heads]
    _table(folder / "columns.csv", _COLUMNS, [_described(*one) for one in described])


def _wanted(options: ArchiveOptions, level: str) -> tuple[ArchiveColumn, ...]:
    return columns(options.standard, level, confirmed_only=options.confirmed_only)


def _described(table: str, column: ArchiveColumn) -> tuple[str, ...]:
    return (
        table,
        column.name,
        column.title,
        column.source,
        str(column.most_letters or ""),
        "asked" if column.is_required else "",
        "confirmed" if column.is_confirmed else "unconfirmed",
    )


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with PendingFile(path) as file:
        file.write_row(header)
        for row in rows:
            file.write_row([guard(clean(cell)) for cell in row])
        file.commit()


def _copy(source: Path, target: Path) -> None:
    with output_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
