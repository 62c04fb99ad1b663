"""Two runs in one folder exclude each other."""

import os
from pathlib import Path

import pytest

from pipeline.batch.lock import LOCK, run_lock
from pipeline.errors import OutputError, UsageError


def test_a_second_run_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    refused = pytest.raises(UsageError, match=f"process {os.getpid()}")
    with run_lock(tmp_path), refused as caught, run_lock(tmp_path):
        pass
    assert caught.value.code == "busy"


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), run_lock(tmp_path):
            raise ZeroDivisionError
    with run_lock(tmp_path):
        pass


def test_a_lock_file_that_a_dead_process_left_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text("1\n", encoding="utf-8")
    with run_lock(tmp_path):
        pass


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError), run_lock(tmp_path / "none"):
        pass
