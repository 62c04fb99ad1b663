"""The run manifest holds what changes from run to run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.export import RunManifest, write_run_manifest

STARTED = datetime(2023, 6, 2, 8, 12, 33, tzinfo=UTC)


def manifest(started: datetime = STARTED) -> RunManifest:
    finished = STARTED + timedelta(seconds=90)
    return RunManifest(started, finished, {"tesseract": "5.3.0"}, Settings(), {"documents": 3})


def test_the_manifest_tells_times_versions_settings_and_counts(tmp_path: Path) -> None:
    write_run_manifest(tmp_path / "out", manifest())
    values = json.loads((tmp_path / "out/run_manifest.json").read_text())
    assert values["started"] == "2023-06-02T08:12:33Z"
    assert values["finished"] == "2023-06-02T08:14:03Z"
    assert values["versions"] == {"tesseract": "5.3.0"}
    assert values["settings"]["language"] == Settings().language
    assert values["counts"] == {"documents": 3}


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        manifest(STARTED.replace(tzinfo=None))
