"""What a run tells while it works: a progress bar on a terminal, plain or JSON lines in a log."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from pipeline.batch.ledger_rows import PathRow
from pipeline.batch.run import RunResult
from pipeline.batch.tasks import DocumentDone
from pipeline.messages import told
from pipeline.model import Failure


class Log:
    """Writes to standard error; use as a context manager so that the bar is always closed."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False, as_json: bool = False) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._as_json = as_json
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def outcome(self, found: PathRow, outcome: DocumentDone | Failure, finished: int, total: int) -> None:
        """Tell of one outcome: always of a failure, of a document where there is no bar."""
        if self._as_json:
            self._json(found, outcome, finished, total)
        elif isinstance(outcome, Failure):
            self._print(told(f"FAILED {outcome.path} [{outcome.stage}] {told(outcome.message)}"))
        elif not self._quiet and (self._verbose or not self._shows_bar):
            self._print(f"[{finished}/{total}] {found.relative}: {outcome.summary}")
        if self._shows_bar:
            self._advance(finished, total)

    def finish(self, result: RunResult, out: Path) -> None:
        """Tell the sum of a run."""
        if self._quiet:
            return
        if self._as_json:
            self._write({"event": "finished", **result.counts()})
            return
        self._print(result.sentence(out))

    @property
    def _shows_bar(self) -> bool:
        return sys.stderr.isatty() and not (self._quiet or self._as_json)

    def _advance(self, finished: int, total: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, unit="file", file=sys.stderr, leave=False)
        self._bar.update(finished - self._bar.n)

    def _print(self, line: str) -> None:
        safe = line.encode("utf-8", "replace").decode("utf-8")
        if self._bar is not None:
            self._bar.write(safe, file=sys.stderr)
        else:
            print(safe, file=sys.stderr, flush=True)

    def _json(self, found: PathRow, outcome: DocumentDone | Failure, finished: int, total: int) -> None:
        event: dict[str, Any] = {"file": found.relative, "finished": finished, "total": total}
        if isinstance(outcome, Failure):
            event |= {
                "event": "failed",
                "code": outcome.code,
                "stage": outcome.stage,
                "message": outcome.message,
            }
        else:
            event |= {"event": "done", "doc_ids": outcome.doc_ids, "summary": outcome.summary}
        self._write(event)

    def _write(self, event: dict[str, Any]) -> None:
        timed = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}
        print(json.dumps(timed, ensure_ascii=True), file=sys.stderr, flush=True)
