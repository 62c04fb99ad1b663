"""The real command on real files."""

import csv
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOHOA = Path(sys.executable).parent / "sohoa"
SAMPLES = ROOT / "samples/documents"


@dataclass(frozen=True)
class Run:
    """One finished call of the command."""

    out: Path
    code: int
    stdout: str
    stderr: str

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def call(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """`sohoa` with `arguments`; `text` goes to its standard input."""
    command = [str(SOHOA), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, input=text, timeout=500, check=False)


def run_on(out: Path, paths: Sequence[Path], *options: str) -> Run:
    done = call("run", *paths, "--out", out, *options)
    return Run(out, done.returncode, done.stdout, done.stderr)


@pytest.fixture
def sohoa_run(tmp_path: Path) -> Callable[..., Run]:
    """Run the command on some paths; the output goes to a fresh folder unless `out` is given."""

    def start(*paths: Path, options: Sequence[str] = (), out: Path | None = None) -> Run:
        return run_on(out or tmp_path / "out", paths, *options)

    return start


@pytest.fixture(scope="session")
def samples_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All samples through the whole program, once."""
    return run_on(tmp_path_factory.mktemp("samples"), [SAMPLES])
