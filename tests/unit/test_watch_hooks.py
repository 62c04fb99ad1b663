"""A hook hears of the event in JSON; whatever it does, it cannot stop the watch."""

import json
import shlex
import sys
import time
from pathlib import Path

import pytest

from pipeline.batch.watch.hooks import parse, run_hook
from pipeline.errors import UsageError

EVENT = {"event": "failure", "message": "1 file failed", "files": [{"file": "hộp 1/a.pdf"}]}


def python(code: str) -> tuple[str, ...]:
    return parse(shlex.join([sys.executable, "-c", code]))


def test_the_event_comes_as_json_and_in_variables(tmp_path: Path) -> None:
    code = (
        "import json, os, sys; "
        f"json.dump([json.load(sys.stdin), os.environ['SOHOA_EVENT'], os.environ['SOHOA_MESSAGE']], "
        f"open({str(tmp_path / 'heard')!r}, 'w'))"
    )
    assert run_hook(python(code), EVENT) == ""
    assert json.loads((tmp_path / "heard").read_text(encoding="utf-8")) == [EVENT, "failure", "1 file failed"]


def test_no_shell_reads_the_command() -> None:
    assert parse("notify 'a b' ; rm -rf x") == ("notify", "a b", ";", "rm", "-rf", "x")


def test_a_failing_hook_is_told() -> None:
    assert "exit code 3: no mail" in run_hook(
        python("import sys; sys.stderr.write('no mail'); sys.exit(3)"), EVENT
    )


def test_a_hook_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot start" in run_hook((str(tmp_path / "none"),), EVENT)


def test_a_hook_that_hangs_is_stopped_with_its_children() -> None:
    started = time.monotonic()
    hang = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    assert "stopped" in run_hook(python(hang), EVENT, timeout_seconds=0.5)
    assert time.monotonic() - started < 30, "the grandchild held the pipe open"


def test_a_hook_that_does_not_read_is_no_trouble() -> None:
    large = EVENT | {"files": ["x" * 1000] * 500}
    assert run_hook(python("pass"), large) == ""


@pytest.mark.parametrize("command", ["", "  ", "mail 'x"])
def test_a_hook_that_cannot_be_read_is_refused_at_once(command: str) -> None:
    with pytest.raises(UsageError):
        parse(command)
