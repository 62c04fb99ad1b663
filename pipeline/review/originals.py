"""The scans behind the documents: found, compared with what was read, and decoded page by page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Settings
from pipeline.errors import PipelineError
from pipeline.model import Document
from pipeline.source import SourceFile, load_image, open_file

Pixels = NDArray[np.uint8]
State = Literal["shown", "text", "missing", "changed", "unreadable"]
Key = TypeVar("Key")
Value = TypeVar("Value")

_MOST_DECODED_BYTES = 200_000_000
_MOST_FILES = 500


class NoPicture(Exception):
    """A page of a document cannot be shown; `state` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class Recent(Generic[Key, Value]):
    """The values used last, as long as they weigh no more than `most` together; for several threads."""

    def __init__(self, most: int, weigh: Callable[[Value], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()
        self.weight = 0

    def get(self, key: Key) -> Value | None:
        """The value kept for `key`, if it still is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep `value`; the oldest ones give way."""
        with self._lock:
            if key in self._kept:
                self.weight -= self._weigh(self._kept.pop(key))
            self._kept[key] = value
            self.weight += self._weigh(value)
            while self.weight > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self.weight -= self._weigh(oldest)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file as it was when it was looked at; `mark` changes when somebody writes to it."""

    source: SourceFile
    mark: tuple[int, int]


class Originals:
    """Gives the pages of scans as pixels; `find` names the file of a document, or None."""

    def __init__(self, find: Callable[[Document], Path | None], settings: Settings) -> None:
        self._find = find
        self._settings = settings
        self._files: Recent[Path, _Opened] = Recent(_MOST_FILES, lambda _: 1)
        self._pages: Recent[tuple[Path, tuple[int, int], int], Pixels] = Recent(
            _MOST_DECODED_BYTES, lambda pixels: pixels.nbytes
        )
        self._decoding = threading.Lock()  # one page at a time: a decoded page takes tens of megabytes

    def state(self, document: Document) -> State:
        """Whether the scan of `document` can be shown, and if not, why."""
        path = self._find(document)
        if path is None or not path.is_file():
            return "missing"
        try:
            source = self._open(path).source
        except PipelineError:
            return "unreadable"
        if source.sha256 != document.source_sha256:
            return "changed"
        return "text" if source.kind == "text" else "shown"

    def pixels(self, document: Document, page_number: int) -> Pixels:
        """Page `page_number` as grey or BGR pixels of the scan, also of a file that was changed since.

        Raises NoPicture.
        """
        state = self.state(document)
        path = self._find(document)
        if state not in ("shown", "changed") or path is None:
            raise NoPicture(state)
        try:
            opened = self._open(path)
            key = (path, opened.mark, page_number)
            with self._decoding:
                pixels = self._pages.get(key)
                if pixels is None:
                    pixels = load_image(opened.source, page_number, self._settings).pixels
                    self._pages.put(key, pixels)
        except (PipelineError, OSError) as error:
            raise NoPicture("unreadable") from error
        return pixels

    def _open(self, path: Path) -> _Opened:
        status = path.stat()
        mark = (status.st_mtime_ns, status.st_size)
        opened = self._files.get(path)
        if opened is None or opened.mark != mark:
            opened = _Opened(open_file(path, self._settings), mark)
            self._files.put(path, opened)
        return opened
