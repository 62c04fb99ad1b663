"""Workers that do their tasks at once in this process, and fail where the test says so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.config import Settings
from pipeline.source import SourceFile


class InlineWorkers:
    """`trouble` maps (name of the task, file name) to the errors of its first attempts."""

    jobs = 2

    def __init__(self, trouble: dict[tuple[str, str], list[BaseException]] | None = None) -> None:
        self.trouble = trouble or {}
        self.calls: list[tuple[str, str]] = []

    def start(self, _jobs: int, _settings: Settings) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def submit(self, task: Callable[..., Any], *args: Any, timeout_seconds: float) -> Future[Any]:
        assert timeout_seconds > 0
        real, subject = args[0], args[1]
        path = subject.path if isinstance(subject, SourceFile) else subject
        assert isinstance(path, Path)
        key = (real.__name__, path.name)
        self.calls.append(key)
        future: Future[Any] = Future()
        try:
            if self.trouble.get(key):
                raise self.trouble[key].pop(0)
            future.set_result(task(*args))
        except Exception as error:
            future.set_exception(error)
        return future
