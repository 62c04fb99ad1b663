"""A reader without OCR and a clock without waiting, for the loop of the folder watch."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.batch.watch.journal import Journal
from pipeline.batch.watch.results import Fate, Result
from pipeline.model import Failure
from pipeline.source import FoundFile


class FakeTime:
    """Seconds that pass when somebody sleeps; `then` is called at each rest."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.now = 1000.0
        self.rests: list[float] = []
        self.then = then

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float, _least: float = 0.0) -> None:
        self.rests.append(seconds)
        self.now += max(seconds, 0.01)
        self.then()


class FakeReader:
    """Gives each file the fate its name tells: `bad`, `locked`, else done; keeps what it was asked."""

    def __init__(self) -> None:
        self.read_files: list[str] = []
        self.errors: list[Exception] = []  # raised by the next reads, one each
        self.raises_at: Callable[[FoundFile], Exception | None] = lambda _: None
        self.while_reading: Callable[[FoundFile], None] = lambda _: None
        self.gone: list[Path] = []
        self.moves: list[tuple[Path, Path]] = []
        self.struck: list[str] = []
        self.refreshes = 0

    def read(self, files: Sequence[FoundFile]) -> Iterator[Result]:
        if self.errors:
            raise self.errors.pop(0)
        for found in files:
            if error := self.raises_at(found):
                raise error
            self.read_files.append(found.relative)
            self.while_reading(found)
            yield self._result(found)

    def _result(self, found: FoundFile) -> Result:
        name = found.path.name
        if "bad" in name:
            return Result(found, Fate.FAILED, "ff", failures=(Failure(name, "damaged", "open", "broken"),))
        if "locked" in name or not found.path.exists():
            told = Failure(name, "no_permission", "open", "may not be read")
            return Result(found, Fate.AGAIN, failures=(told,))
        return Result(found, Fate.DONE, "aa" + name, ("id-" + name,), "a letter")

    def unread(self, result: Result) -> Collection[Path]:
        self.struck.append(result.sha256)
        return ()

    def known(self, folder: Path, present: Collection[Path]) -> Collection[Path]:  # noqa: ARG002
        return ()

    def unfinished(self, folder: Path) -> Collection[Path]:  # noqa: ARG002
        return ()

    def vanished(self, paths: Iterable[Path]) -> None:
        self.gone.extend(paths)

    def moved(self, old: Path, new: Path) -> None:
        self.moves.append((old, new))

    def refresh(self) -> str:
        self.refreshes += 1
        return "all tables"


class Diary:
    """A journal that can be read back."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.journal = Journal(as_json=True, stream=self._stream)

    def events(self, *names: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._stream.getvalue().splitlines()]
        return [line for line in lines if not names or line["event"] in names]
