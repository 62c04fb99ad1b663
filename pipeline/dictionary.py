"""Read the tables in dictionaries/: tab-separated, UTF-8, NFC, with `# key: value` lines on top.

A table looks like this::

    # title: Document types
    # version: 1
    # source: Nghị định 30/2020/NĐ-CP, Appendix III
    # licence: CC0-1.0
    name<TAB>abbr<TAB>...
    Quyết định<TAB>QĐ<TAB>...

A user adds rows without code: a file of the same name in a local folder (`dictionaries_folder` in the
settings) is read after the shipped one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import ConfigError

_HERE = Path(__file__).resolve().parent
# An installed wheel carries the tables inside the package; a checkout has them beside it.
FOLDER = _HERE / "dictionaries" if (_HERE / "dictionaries").is_dir() else _HERE.parent / "dictionaries"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one dictionary, each a mapping column -> cell, and what its head says."""

    name: str
    head: dict[str, str]
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


@cache
def table(name: str, local: Path | None = None) -> Table:
    """Load `dictionaries/<name>.tsv`, then the rows of `<local>/<name>.tsv` when that file exists.

    Raises ConfigError when a file is missing or a row does not fit its header.

    >>> table("document_types").rows[0]["name"]
    'Nghị quyết'
    """
    shipped = _read(FOLDER / f"{name}.tsv")
    extra = local / f"{name}.tsv" if local else None
    if extra is None or not extra.is_file():
        return shipped
    added = _read(extra)
    if not set(added.columns) <= set(shipped.columns):
        unknown = ", ".join(sorted(set(added.columns) - set(shipped.columns)))
        raise ConfigError(f"{extra} has unknown columns: {unknown}", hint=f"Use {', '.join(shipped.columns)}")
    blank = dict.fromkeys(shipped.columns, "")
    return Table(name, shipped.head, shipped.columns, shipped.rows + tuple(blank | row for row in added.rows))


def _read(path: Path) -> Table:
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the dictionary {path}: {error}", hint="Reinstall sohoa") from error
    head: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    rows: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not columns and line.startswith("#"):
            key, _, value = line.lstrip("# ").partition(":")
            head[key.strip()] = value.strip()
        elif not columns:
            columns = tuple(line.split("\t"))
        elif line.strip():
            cells = line.split("\t")
            if len(cells) > len(columns):
                raise ConfigError(f"{path}, line {number}: {len(cells)} cells under {len(columns)} columns")
            rows.append(dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True)))
    return Table(path.stem, head, columns, tuple(rows))
