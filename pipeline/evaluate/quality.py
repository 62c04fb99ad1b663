"""`make quality`: run the real command on samples, real scans and seeds, score, and hold the floor.

usage: python -m pipeline.evaluate.quality [--shared DIR] [--floor FILE] [--only NAME ...] [--keep DIR]
                                           [--cells FILE] [--update-cells]

The samples are scored by `pipeline.evaluate.fields`; scans, header images, seeds and text cases by the
scorers in DIR/tools, where DIR is there. Cells of samples and scans are compared with the last accepted
result, quality_cells.json: what was gained and what was lost is named; --update-cells accepts the new result.
Exit status 9 when a figure is below its floor.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import BELOW_FLOOR, OK
from pipeline.evaluate import changes, fields, restoration

ROOT = Path(__file__).resolve().parents[2]
SOHOA = Path(sys.executable).parent / "sohoa"
LOWER_IS_BETTER = (
    "cer",
    "wrong_sure_share",
    "missing",
    "forbidden",
    "failures",
    "_harm",
    "_errors_left",
    "numbers_changed",
)

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the data is and where results may be kept; `cells` collects the compared cells by data set."""

    shared: Path
    work: Path
    cells: dict[str, tuple[fields.Cell, ...]] = field(default_factory=dict)

    def run_sohoa(self, name: str, source: Path) -> Path:
        """Run the command on `source`; returns the output folder."""
        out = self.work / name
        subprocess.run([SOHOA, "run", source, "--out", out, "--quiet"], check=False)
        return out

    def score(self, tool: str, *arguments: str | Path) -> dict[str, Any]:
        """Run a scorer that writes its figures with --json."""
        target = self.work / f"{Path(tool).stem}.json"
        command: list[str | Path] = [
            sys.executable,
            self.shared / "tools" / tool,
            *arguments,
            "--json",
            target,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        loaded: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        return loaded


# --- one function a data set -----------------------------------------------------------------------


def samples(bench: Bench) -> Figures:
    out = bench.run_sohoa("samples", ROOT / "samples/documents")
    bench.cells["samples"] = fields.compare(ROOT / "samples/ground_truth.json", out)
    return fields.figures(bench.cells["samples"])


def scans(bench: Bench) -> Figures:
    folder = bench.shared / "scans/dev"
    out = bench.run_sohoa("scans", folder)
    bench.cells["scans"] = fields.compare(folder / "ground_truth.json", out)
    found = bench.score("score_fields.py", folder / "ground_truth.json", out)
    plain = {name: value for name, value in found.items() if isinstance(value, int | float)}
    return plain | {name: value["rate"] for name, value in found.items() if _is_rated(value)}


def headers(bench: Bench) -> Figures:
    folder = bench.shared / "headers/dev"
    out = bench.run_sohoa("headers", folder)
    found = bench.score("score_headers.py", folder / "ground_truth.json", out)
    return {name: value["rate"] for name, value in found.items()}


def seeds(bench: Bench) -> Figures:
    command: list[str | Path] = [sys.executable, bench.shared / "tools/score_seeds.py", SOHOA]
    answer = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    print(f"  seeds: {answer}")
    return {"missing": 0 if answer == "all facts right" else answer.count(";") + 1}


def cases(bench: Bench) -> Figures:
    found = bench.score("run_cases.py", SOHOA, bench.shared / "cases/dev")
    flat: Figures = {}
    for name, result in found.items():
        for key in ("f1", "dates_exact_rate", "forbidden", "date", "type", "issuer", "all"):
            if isinstance(result.get(key), int | float):
                flat[f"{name}.{key}"] = result[key]
    return flat


def restoration_pages(bench: Bench) -> Figures:
    return {name: float(value) for name, value in restoration.evaluate(bench.shared).items()}


SETS: dict[str, tuple[Callable[[Bench], Figures], str]] = {
    "samples": (samples, ""),
    "scans": (scans, "scans/dev"),
    "headers": (headers, "headers/dev"),
    "seeds": (seeds, "seeds"),
    "cases": (cases, "cases/dev"),
    "restoration": (restoration_pages, "ocr_pairs"),
}


# --- the gate -------------------------------------------------------------------------------------


def measure(bench: Bench, chosen: list[str]) -> dict[str, Figures]:
    """Figures of every data set that is there; an absent one is named and left out."""
    measured: dict[str, Figures] = {}
    for name in chosen:
        function, needs = SETS[name]
        if needs and not (bench.shared / needs).is_dir():
            print(f"{name}: skipped, {bench.shared / needs} is not there")
            continue
        measured[name] = function(bench)
    return measured


def below(measured: dict[str, Figures], floor: dict[str, Figures]) -> Iterator[str]:
    """A sentence for each measured figure on the wrong side of its floor."""
    for name, figures in measured.items():
        for key, limit in floor.get(name, {}).items():
            value = figures.get(key)
            if value is None:
                yield f"{name}.{key} was not measured"
            elif value > limit if key.split(".")[-1].endswith(LOWER_IS_BETTER) else value < limit:
                yield f"{name}.{key} is {value:.4f}, its floor is {limit}"


def show(measured: dict[str, Figures], floor: dict[str, Figures]) -> None:
    """Print one line a figure: data set, figure, value, floor."""
    for name, figures in measured.items():
        for key, value in sorted(figures.items()):
            limit = floor.get(name, {}).get(key, "")
            print(f"{name:10} {key:34} {value:8.4f}  {limit}")


def show_changes(cells: dict[str, tuple[fields.Cell, ...]], accepted: Path, *, update: bool) -> None:
    """Print the cells gained and lost against `accepted`; `update` writes the new result there."""
    kept = changes.read_verdicts(accepted)
    for name, measured in cells.items():
        if name not in kept:
            print(f"{name}: {accepted.name} has no earlier result of it; --update-cells writes one")
            continue
        for line in changes.changes(name, measured, kept[name]):
            print(line)
    if update:
        changes.write_verdicts(accepted, cells, kept)


def _is_rated(value: object) -> bool:
    return isinstance(value, dict) and value.get("rate") is not None


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    ask.add_argument("--floor", type=Path, default=ROOT / "quality_floor.json")
    ask.add_argument("--only", nargs="+", choices=sorted(SETS), default=list(SETS))
    ask.add_argument("--keep", type=Path, help="keep the output folders here")
    ask.add_argument("--cells", type=Path, default=ROOT / "quality_cells.json")
    ask.add_argument("--update-cells", action="store_true", help="accept the new result: write it to --cells")
    options = ask.parse_args()
    floor: dict[str, Figures] = json.loads(options.floor.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="sohoa-quality-") as scratch:
        work = options.keep or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(options.shared.resolve(), work.resolve())
        measured = measure(bench, options.only)
    show(measured, floor)
    show_changes(bench.cells, options.cells, update=options.update_cells)
    problems = list(below(measured, floor))
    for problem in problems:
        print(f"BELOW THE FLOOR: {problem}")
    return BELOW_FLOOR if problems else OK


if __name__ == "__main__":
    sys.exit(main())
