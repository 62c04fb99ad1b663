"""A folder as a BagIt bag (RFC 8493): what is in it, with SHA-256 sums, so that any loss or change shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.export.writing import output_errors, write_file

PAYLOAD = "data"
BAG_MARK = "bagit.txt"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_bag(folder: Path, info: Mapping[str, str]) -> None:
    """Turn `folder`, whose payload stands in `data/`, into a bag; `info` goes into bag-info.txt.

    Names in it must be plain (`naming.safe`): no line break or per cent sign, which RFC 8493 would encode.

    No date is written unless `info` brings one: equal payloads give equal bags. Raises OutputError.
    """
    with output_errors(folder):
        payload = sorted(path for path in (folder / PAYLOAD).rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in payload)
        write_file(folder / "manifest-sha256.txt", _sums(folder, payload))
    told = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    write_file(folder / BAG_MARK, _DECLARATION)
    write_file(folder / "bag-info.txt", "".join(f"{name}: {value}\n" for name, value in told.items()))
    with output_errors(folder):
        tags = sorted(path for path in folder.iterdir() if path.is_file())
        write_file(folder / "tagmanifest-sha256.txt", _sums(folder, tags))


def _sums(folder: Path, paths: list[Path]) -> str:
    lines = (f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}" for path in paths)
    return "".join(f"{line}\n" for line in lines)
