"""Is a file whole? Each format says so at its end; a scanner that stalls has not written it yet.

Only the first and last few kilobytes are read. What no format can tell (text files, foreign formats) counts
as whole: there the quiet of the file alone decides.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD_BYTES = 4096
TAIL_BYTES = 4096  # writers may pad or comment a file behind its end mark
_PNG_END = b"IEND\xaeB`\x82"
_JPEG_END = b"\xff\xd9"
_PDF_END = b"%%EOF"
_PADDING = b"\x00\r\n"

_MOST_DIRECTORIES = 10_000  # pages of a TIFF; more are not looked at
_MOST_ENTRIES = 4096
_MOST_STRIPS = 1 << 16
# TIFF 6.0: offsets and byte counts of strips (273, 279) and of tiles (324, 325).
_DATA_TAGS = ((273, 279), (324, 325))
# TIFF 6.0, section 2, and BigTIFF: bytes of one value of each type.
_TYPE_BYTES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}


def is_complete(path: Path) -> bool:
    """Whether `path` ends as its format demands. An empty file, or one of zeros so far, is not complete.

    Raises OSError when the file cannot be opened or is not a regular file.
    """
    # O_NONBLOCK: a pipe that took the file's place must not hold the watch up.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is not a regular file")
        return _is_whole(file, status.st_size)


def _is_whole(file: BinaryIO, size: int) -> bool:
    head = file.read(HEAD_BYTES)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read(TAIL_BYTES)
    if not head.strip(b"\x00"):
        return False  # room was made for the file before its bytes came
    if b"%PDF-" in head[:1029]:
        return _PDF_END in tail
    if head.startswith(b"\xff\xd8\xff"):
        return tail.rstrip(_PADDING).endswith(_JPEG_END)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG_END in tail
    if head[:4] in _TIFF_LAYOUTS:
        return _is_whole_tiff(file, size, _TIFF_LAYOUTS[head[:4]])
    return True


# --- TIFF: the directories and the pictures they point at lie inside the file ---------------------


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are written: `order` of bytes, and classic TIFF (4-byte offsets) or BigTIFF (8)."""

    order: str
    is_big: bool

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.is_big else "I")

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.is_big else "H")

    @property
    def entry(self) -> str:
        return self.order + ("HHQ8s" if self.is_big else "HHI4s")


_TIFF_LAYOUTS = {
    b"II*\x00": _Layout("<", False),
    b"MM\x00*": _Layout(">", False),
    b"II+\x00": _Layout("<", True),
    b"MM\x00+": _Layout(">", True),
}


def _is_whole_tiff(file: BinaryIO, size: int, layout: _Layout) -> bool:
    try:
        return all(end <= size for end in _block_ends(file, layout))
    except struct.error:
        return False  # a directory reaches over the end of the file


def _block_ends(file: BinaryIO, layout: _Layout) -> Iterator[int]:
    """Where the directories, their values and the pictures end. Raises struct.error beyond the file."""
    at = _unpack(file, 8 if layout.is_big else 4, layout.offset)
    seen: set[int] = set()
    if at == 0:
        raise struct.error("no first directory yet")
    while at and at not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(at)
        entries = _unpack(file, at, layout.count)
        step, first = struct.calcsize(layout.entry), at + struct.calcsize(layout.count)
        found: dict[int, tuple[int, ...]] = {}
        for number in range(min(entries, _MOST_ENTRIES)):
            tag, values, end = _entry(file, first + number * step, layout)
            found[tag] = values
            yield end
        for offsets, counts in _DATA_TAGS:
            yield from (
                start + length
                for start, length in zip(found.get(offsets, ()), found.get(counts, ()), strict=False)
            )
        at = _unpack(file, first + entries * step, layout.offset)


def _entry(file: BinaryIO, at: int, layout: _Layout) -> tuple[int, tuple[int, ...], int]:
    """Tag, values (of the tags that place a picture) and end of the values of one directory entry."""
    file.seek(at)
    tag, kind, count, inline = struct.unpack(layout.entry, file.read(struct.calcsize(layout.entry)))
    length = count * _TYPE_BYTES.get(kind, 1)
    start = at + struct.calcsize(layout.entry) - len(inline)
    if length > len(inline):
        (start,) = struct.unpack(layout.offset, inline)
    code = {3: "H", 4: "I", 16: "Q"}.get(kind)
    if code is None or not any(tag in tags for tags in _DATA_TAGS):
        return tag, (), start + length
    file.seek(start)
    shape = f"{layout.order}{min(count, _MOST_STRIPS)}{code}"
    return tag, struct.unpack(shape, file.read(struct.calcsize(shape))), start + length


def _unpack(file: BinaryIO, at: int, shape: str) -> int:
    file.seek(at)
    (value,) = struct.unpack(shape, file.read(struct.calcsize(shape)))
    return int(value)
