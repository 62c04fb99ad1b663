"""Find the input files under the paths a user names."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import InputError

SUFFIXES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".txt")
"""What is looked for in folders; other files (such as .md) are read only when named themselves."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """`relative` is the path below the folder the user named, with `/`; always printable NFC text."""

    path: Path
    relative: str


def discover(paths: Sequence[Path], *, exclude: Path | None = None) -> tuple[FoundFile, ...]:
    """Files named in `paths` and files under the folders named there, each file once, in stable order.

    In folders, hidden files and folders (leading dot), symbolic links and the folder `exclude` are left
    out. A subfolder that may not be listed is itself returned, so that opening it tells the trouble.
    Raises InputError `not_found` for a path that does not exist.
    """
    unwanted = _real(exclude) if exclude else ""
    seen: set[str] = set()
    found: list[FoundFile] = []
    for path in paths:
        if not path.exists():
            raise InputError(
                f"{path} does not exist", code="not_found", hint="Check the spelling of the path"
            )
        for file in _under(path, unwanted) if path.is_dir() else (FoundFile(path, _printable(path.name)),):
            key = _real(file.path)
            if key not in seen:
                seen.add(key)
                found.append(file)
    return tuple(_distinct(found))


def _distinct(found: Sequence[FoundFile]) -> Iterator[FoundFile]:
    """Files of equal relative path get more of their path; what is spelt alike on disk too gets `~2`.

    >>> twins = [FoundFile(Path("a/x.pdf"), "x.pdf"), FoundFile(Path("b/x.pdf"), "x.pdf")]
    >>> [one.relative for one in _distinct(twins)]
    ['a/x.pdf', 'b/x.pdf']
    """
    counts = Counter(file.relative for file in found)
    taken: set[str] = set()
    for file in found:
        name = file.relative
        if counts[name] > 1:
            parts = [_printable(part) for part in file.path.absolute().parts[1:]]
            inside = name.count("/") + 2
            name = "/".join(parts[-inside:])
        repeat = 1
        while name in taken:
            repeat += 1
            name = f"{name.removesuffix(f'~{repeat - 1}')}~{repeat}"
        taken.add(name)
        yield replace(file, relative=name)


def _under(folder: Path, unwanted: str) -> Iterator[FoundFile]:
    found: list[FoundFile] = []

    def refused(error: OSError) -> None:
        at = Path(error.filename)
        found.append(FoundFile(at, relative_name(at, folder)))

    for root, folders, names in os.walk(folder, onerror=refused):
        here = Path(root)
        folders[:] = [name for name in folders if name[0] != "." and _real(here / name) != unwanted]
        for name in names:
            path = here / name
            if name[0] != "." and path.suffix.lower() in SUFFIXES and not path.is_symlink():
                found.append(FoundFile(path, relative_name(path, folder)))
    yield from sorted(found, key=lambda file: (file.relative.split("/"), os.fsencode(file.path)))


def relative_name(path: Path, folder: Path) -> str:
    """The path below `folder` as tables and logs show it: with `/`, printable, NFC.

    >>> relative_name(Path("in/h1/a.pdf"), Path("in"))
    'h1/a.pdf'
    """
    return "/".join(_printable(part) for part in path.relative_to(folder).parts) or _printable(folder.name)


def _printable(name: str) -> str:
    text = os.fsencode(name).decode("utf-8", "replace")
    text = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) == "Cc" else one for one in text)
    return unicodedata.normalize("NFC", text)


def _real(path: Path) -> str:
    return os.path.realpath(path)
