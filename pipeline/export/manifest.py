"""run_manifest.json: when a run took place, with what, and how many documents it gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from pipeline.config import Settings
from pipeline.export.writing import write_file

RUN_MANIFEST = "run_manifest.json"


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What is true of one run and not of its documents; the times stand here and not in the tables.

    `started` and `finished` carry a time zone. `versions` names programs and dictionaries, `counts`
    e.g. files, documents, failures, pages.
    """

    started: datetime
    finished: datetime
    versions: Mapping[str, str]
    settings: Settings
    counts: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.started.tzinfo is None or self.finished.tzinfo is None:
            raise ValueError("the times of a run need a time zone")


def write_run_manifest(out: Path, manifest: RunManifest) -> None:
    """Write run_manifest.json to `out`. Raises OutputError."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1).decode()
    write_file(out / RUN_MANIFEST, text + "\n")
