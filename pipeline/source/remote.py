"""Input named by an address (`s3://bucket/scans`, `sftp://host/scans`), and results brought there.

fsspec speaks to the stores. Remote input is copied into a local folder first: it is hashed and read there,
and the review page and the searchable PDFs need it again. A second run copies only what is new or changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import InputError, MissingDependency, OutputError
from pipeline.source.discovery import SUFFIXES

_INDEX = ".mirror.json"
_PUBLISHED = ".published.json"
_CACHE_BYTES = 4_000_000_000  # of fetched files a machine keeps between tasks


def is_address(text: str) -> bool:
    """True for `s3://...` and the like, false for a path.

    >>> is_address("s3://archive/scans"), is_address("scans/a.pdf")
    (True, False)
    """
    scheme, mark, rest = text.partition("://")
    return bool(mark and rest and scheme.isalnum())


def mirror_folder(address: str, out: Path) -> Path:
    """Where the copy of `address` stands for a run with output folder `out`: beside it, one for each address.

    >>> mirror_folder("s3://archive/scans", Path("tables")).parent
    PosixPath('tables-inputs')
    """
    readable = "".join(one if one.isalnum() else "-" for one in address.partition("://")[2])
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return out.with_name(f"{out.name}-inputs") / f"{readable[:60]}-{digest}"


def mirror(address: str, folder: Path) -> Path:
    """Copy the documents under `address` into `folder`, what is new or changed; returns `folder`.

    Files whose names would leave the folder are refused. What vanished at the address stays in the copy.
    Raises InputError when the address cannot be read, MissingDependency when its kind of store needs a
    package, OutputError when the disk refuses.
    """
    store, root = _store(address)
    with _troubles(address):
        found = _documents(store, root)
    if not found:
        raise InputError(
            f"no documents under {address}", code="nothing_found", hint="Name a folder with scans"
        )
    index = _read_index(folder / _INDEX)
    wanted = [one for one in found if index.get(one) != found[one] or not (folder / one).is_file()]
    try:
        for relative in wanted:
            with _troubles(address):
                _copy(store, _joined(root, relative), folder / relative)
            index[relative] = found[relative]
    finally:  # what has come is not copied again after a broken connection
        if folder.is_dir():
            _write_index(folder / _INDEX, index)
    return folder


def publish(folder: Path, address: str) -> int:
    """Copy the results in `folder` to `address`, what is new or changed; returns how many files went.

    Ledgers, locks and hidden files stay. Raises OutputError when the store refuses.
    """
    store, root = _store(address)
    index = _read_index(folder / _PUBLISHED)
    sent = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith(".") or ".sqlite" in path.name:
            continue
        mark = hashlib.sha256(path.read_bytes()).hexdigest()
        if index.get(relative) == f"{address} {mark}":
            continue
        try:
            target = _joined(root, relative)
            store.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            store.put_file(str(path), target)
        except Exception as error:  # every store has errors of its own
            hint = "Check the address and your rights there, then run again"
            raise OutputError(f"cannot write {address}/{relative}: {error}", hint=hint) from error
        index[relative] = f"{address} {mark}"
        sent += 1
    _write_index(folder / _PUBLISHED, index)
    return sent


def fetched(address: str) -> Path:
    """A copy of the file at `address` in this machine's folder for temporary files.

    The oldest copies go when there are too many. Raises InputError when the address cannot be read.
    """
    folder = Path(tempfile.gettempdir()) / f"sohoa-fetched-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    store, path = _store(address)
    with _troubles(address):
        key = f"{address} {_mark(store.info(path))}"
        target = folder / (hashlib.sha256(key.encode()).hexdigest() + PurePosixPath(address).suffix)
        if not target.is_file():
            _copy(store, path, target)
            _prune(folder, keep=target)
    return target


def _store(address: str) -> tuple[Any, str]:
    try:
        fsspec: Any = importlib.import_module("fsspec")  # a package of the extra `cluster`
    except ImportError as error:
        raise MissingDependency(
            f"{address} needs the package fsspec", hint='Type: make extras, or pip install "sohoa[cluster]"'
        ) from error
    try:
        store, path = fsspec.url_to_fs(address)
    except ImportError as error:
        raise MissingDependency(f"{address} needs a package: {error}", hint="Install it with pip") from error
    except ValueError as error:
        raise InputError(
            f"{address} is no address: {error}", code="not_found", hint="Type s3://..."
        ) from error
    return store, str(path)


def _documents(store: Any, root: str) -> dict[str, str]:
    """Relative path -> a mark that changes with the content, of every document under `root`."""
    marks: dict[str, str] = {}
    for path, about in sorted(store.find(root, detail=True).items()):
        relative = path.removeprefix(root.rstrip("/")).lstrip("/") or PurePosixPath(path).name
        parts = PurePosixPath(relative).parts
        is_document = PurePosixPath(relative).suffix.lower() in SUFFIXES
        if is_document and not any(part == ".." or part.startswith(".") for part in parts):
            marks[relative] = _mark(about)
    return marks


def _mark(about: Mapping[str, Any]) -> str:
    """What tells one state of a file from another, in the words of any store."""
    when = next((about[key] for key in ("ETag", "LastModified", "mtime", "created") if about.get(key)), "")
    return f"{about.get('size')} {when}"


def _joined(root: str, relative: str) -> str:
    """The path of `relative` below `root`; a root that is itself the file stays."""
    return root if PurePosixPath(root).name == relative else f"{root.rstrip('/')}/{relative}"


def _copy(store: Any, path: str, target: Path) -> None:
    part = target.with_name(target.name[:200] + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        store.get_file(path, str(part))
        part.replace(target)
    except OSError as error:
        if error.errno is None or isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise OutputError(
            f"cannot write {target}: {error}", hint="Free some space, then run again"
        ) from error
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _troubles(address: str) -> Iterator[None]:
    """Whatever a store raises, told with its address."""
    try:
        yield
    except (InputError, OutputError):
        raise
    except Exception as error:  # every store has errors of its own
        hint = "Check the address, your rights and the network, then run again"
        raise InputError(f"cannot read {address}: {error}", code="io_error", hint=hint) from error


def _read_index(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_index(file: Path, index: dict[str, str]) -> None:
    part = file.with_name(file.name + ".part")
    try:
        part.write_text(json.dumps(index, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error}", hint="Check the folder, then run again") from error


def _prune(folder: Path, keep: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    total = sum(path.stat().st_size for path in files)
    for path in files:
        if total <= _CACHE_BYTES:
            return
        if path != keep:
            total -= path.stat().st_size
            path.unlink(missing_ok=True)
