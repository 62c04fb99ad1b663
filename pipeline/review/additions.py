"""Dictionary entries that people's decisions suggest, in the form of the dictionaries.

Nothing reads these files. Whoever agrees with a row copies it into a file of the same name in the folder
named by the setting `dictionaries_folder`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.dictionary import table
from pipeline.export.corrections import Corrections
from pipeline.export.writing import write_file

FOLDER = "dictionary_additions"
_WHOLE_VALUES = {  # column -> (dictionary, cell that must be new, further cell made from the value)
    "issuer": ("agencies", "name", ""),
    "issuer_parent": ("agencies", "name", ""),
    "signer_title": ("titles", "title_lower", "title_upper"),
    "doc_type": ("document_types", "name", "title_line"),
}
_NAME_PARTS = {"surnames": ("surname", "count_in_sample"), "given_names": ("name", "count_as_last")}
_STATUS = "confirmed in review"


def write_additions(out: Path, corrections: Corrections, local: Path | None = None) -> int:
    """Write OUT/dictionary_additions/*.tsv with what no dictionary has; returns the number of rows.

    `local` is the user's own dictionaries folder. Raises OutputError, ConfigError.
    """
    rows = tuple(additions(corrections, local))
    for name in sorted({name for name, _ in rows}):
        own = [row for other, row in rows if other == name]
        columns = [one for one in table(name).columns if any(one in row for row in own)]
        head = f"# title: {table(name).head.get('title', name)}, proposed additions\n"
        head += f"# source: decisions of reviewers, {datetime.now(UTC):%Y-%m-%d}\n"
        lines = ["\t".join(row.get(column, "") for column in columns) for row in own]
        write_file(out / FOLDER / f"{name}.tsv", head + "\n".join(("\t".join(columns), *lines)) + "\n")
    return len(rows)


def additions(corrections: Corrections, local: Path | None = None) -> Iterator[tuple[str, dict[str, str]]]:
    """(dictionary, row) of everything people confirmed or wrote that the dictionaries lack."""
    values = {name: sorted(set(_decided(corrections, name))) for name in _WHOLE_VALUES}
    proposed: set[tuple[str, str]] = set()
    for column, (name, cell, upper) in _WHOLE_VALUES.items():
        known = {_key(row[cell]) for row in table(name, local).rows}
        for value in values[column]:
            if _key(value) in known or (name, _key(value)) in proposed:
                continue
            proposed.add((name, _key(value)))
            row = {cell: value} | ({upper: value.upper()} if upper else {})
            yield name, _marked(name, row)
    names = [value.split() for value in _decided(corrections, "signer_name")]
    names = [parts for parts in names if len(parts) > 1]
    yield from _new_parts("surnames", (parts[0] for parts in names), local)
    yield from _new_parts("given_names", (parts[-1] for parts in names), local)


def _new_parts(name: str, parts: Iterable[str], local: Path | None) -> Iterator[tuple[str, dict[str, str]]]:
    cell, count = _NAME_PARTS[name]
    known = {_key(row[cell]) for row in table(name, local).rows}
    for part, times in sorted(Counter(parts).items()):
        if _key(part) not in known:
            yield name, _marked(name, {cell: part, count: str(times)})


def _marked(name: str, row: dict[str, str]) -> dict[str, str]:
    return row | ({"status": _STATUS} if "status" in table(name).columns else {})


def _decided(corrections: Corrections, column: str) -> Iterator[str]:
    for columns in corrections.by_document.values():
        decision = columns.get(column)
        if decision is not None and decision.value:
            yield decision.value


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
