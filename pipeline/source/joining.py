"""Page images named in sequence (`scan_001.jpg`, `scan_002.jpg`; `CV 12 trang 1.png`) as one file of pages.

A joined file is a list that stands for its pages, `<name>.pages`: one SHA-256 a page, and nothing else, so
that the same pages have the same id wherever they lie. Where they lie stands beside it, in `<name>.paths`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import InputError, OutputError
from pipeline.source.discovery import FoundFile
from pipeline.source.pictures import count_frames

SUFFIX = ".pages"
MAGIC = b"%sohoa-pages 1\n"
_PATHS = ".paths"
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
_TIFFS = (".tif", ".tiff")
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,9})(?P<after>[^0-9]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One page image of a joined file, and the digest it had when it was listed."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Named:
    found: FoundFile
    group: tuple[str, str, str, str]  # folder, name before and after the number, suffix
    digits: str


def join_sequences(files: Sequence[FoundFile], folder: Path) -> tuple[FoundFile, ...]:
    """`files` with every run of page images numbered in sequence replaced by one joined file.

    Pages of one run lie in one folder, have the same name but for their last number, and the same suffix;
    where two have the same number (`1.jpg`, `01.jpg`) none are joined, and a TIFF of several pages stays by
    itself. The lists are written below
    `folder`, and only when they change. A joined file stands where its first page stood.
    Raises OutputError when a list cannot be written, InputError when a page cannot be read.
    """
    joined: dict[FoundFile, FoundFile] = {}
    dropped: set[FoundFile] = set()
    for run in _runs(files):
        joined[run[0].found] = _listed(run, folder)
        dropped |= {one.found for one in run[1:]}
    return tuple(joined.get(found, found) for found in files if found not in dropped)


def _runs(files: Iterable[FoundFile]) -> Iterator[list[_Named]]:
    groups: dict[tuple[str, str, str, str], list[_Named]] = {}
    for found in files:
        named = _named(found)
        if named:
            groups.setdefault(named.group, []).append(named)
    for group in groups.values():
        group.sort(key=lambda one: int(one.digits))
        if len({int(one.digits) for one in group}) == len(group):
            yield from (run for run in _consecutive(group) if len(run) > 1)


def _named(found: FoundFile) -> _Named | None:
    match = _NUMBERED.fullmatch(found.path.stem)
    suffix = found.path.suffix.lower()
    if match is None or suffix not in _PICTURES or (suffix in _TIFFS and _has_pages(found.path)):
        return None
    group = (str(found.path.parent), match["before"], match["after"], suffix)
    return _Named(found, group, match["number"])


def _has_pages(path: Path) -> bool:
    try:
        return count_frames(path, Settings(max_pages=1)) > 1
    except InputError:
        return False  # opening the joined file tells what is wrong with its page


def _consecutive(group: Sequence[_Named]) -> Iterator[list[_Named]]:
    run: list[_Named] = []
    for one in group:
        if run and not _follows(run[-1].digits, one.digits):
            yield run
            run = []
        run.append(one)
    yield run


def _follows(digits: str, after: str) -> bool:
    """Whether a page numbered `after` is the next one: 09 and 10, 9 and 10, but not 09 and 010.

    >>> _follows("09", "10"), _follows("9", "10"), _follows("9", "010"), _follows("1", "3")
    (True, True, False, False)
    """
    padded = digits.startswith("0") or after.startswith("0")
    return int(after) == int(digits) + 1 and (not padded or len(digits) == len(after))


# --- the list -------------------------------------------------------------------------------------


def _listed(run: Sequence[_Named], folder: Path) -> FoundFile:
    first, last = run[0].found, run[-1]
    before, slash, _ = first.relative.rpartition("/")
    start, end = run[0].digits, last.digits
    stem = f"{run[0].group[1]}{start}-{end}{run[0].group[2]}"
    name = os.fsencode(stem).decode("utf-8", "replace") + first.path.suffix
    path = folder / f"{first.relative}{SUFFIX}"
    _write_list(path, [one.found.path for one in run])
    return FoundFile(path, f"{before}{slash}{name}")


def _write_list(path: Path, pages: Sequence[Path]) -> None:
    places = b"\0".join(os.fsencode(os.path.abspath(page)) for page in pages)  # noqa: PTH100 - keeps links
    beside = path.with_suffix(_PATHS)
    if _is_current(path, beside, places, pages):
        return
    listed = MAGIC + b"".join(f"{_digest(page)}\n".encode() for page in pages)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(places)
        if not path.is_file() or path.read_bytes() != listed:
            path.write_bytes(listed)
        else:
            os.utime(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}", hint="Choose another --out") from error


def _is_current(path: Path, beside: Path, places: bytes, pages: Sequence[Path]) -> bool:
    """Whether the list names these pages and none changed after it was written."""
    try:
        made = path.stat().st_mtime_ns
        changed = max(max(page.stat().st_mtime_ns, page.stat().st_ctime_ns) for page in pages)
        return changed < made and beside.read_bytes() == places
    except OSError:
        return False


def _digest(page: Path) -> str:
    try:
        with page.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "0" * 64  # opening the joined file tells what is wrong with its page


def read_list(path: Path) -> tuple[Part, ...]:
    """The pages of the joined file `path`. Raises InputError `damaged` when the list is not whole."""
    try:
        head, *digests = path.read_text(encoding="ascii").splitlines()
        places = path.with_suffix(_PATHS).read_bytes().split(b"\0")
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    if head.encode() + b"\n" != MAGIC or len(digests) != len(places):
        raise _damaged(path)
    return tuple(
        Part(Path(os.fsdecode(place)), digest) for place, digest in zip(places, digests, strict=True)
    )


def check_part(part: Part) -> None:
    """Raise InputError `changed` when the page is no longer the one that was listed."""
    if _digest(part.path) != part.sha256:
        raise InputError(
            f"{part.path} changed or vanished since it was joined", code="changed", hint="Run again"
        )


def _damaged(path: Path) -> InputError:
    return InputError(f"the list of pages {path} is damaged", code="damaged", hint="Run again with --join")
