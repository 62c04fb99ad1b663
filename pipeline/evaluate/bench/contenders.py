"""The programs that are compared: each reads the same files and leaves one text for each file.

They are started as commands, as a user would, in a folder of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

DPI = "300"
LANGUAGE = "vie"
_ONE_THREAD = {
    "OMP_THREAD_LIMIT": "1"
}  # one page a process: more threads only cost (measured: twice the CPU)

Run = Callable[[Sequence[Path], int, Path], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A program under comparison. `read(files, jobs, folder)` gives the text of each file by name."""

    name: str
    read: Run
    is_installed: bool = True


def contenders() -> tuple[Contender, ...]:
    """All programs that are compared; the first is the baseline."""
    return (
        Contender("bare Tesseract", bare_tesseract),
        Contender("OCRmyPDF", ocrmypdf, _command("ocrmypdf") is not None),
        Contender("sohoa", sohoa),
    )


def bare_tesseract(files: Sequence[Path], jobs: int, folder: Path) -> dict[str, str]:
    """`pdftoppm -r 300 -gray` and `tesseract -l vie` page by page, as a script of three lines does it.

    Files are drawn and pages are read `jobs` at a time.
    """

    def read(page: Path) -> None:
        _call("tesseract", str(page), str(page.with_suffix("")), "-l", LANGUAGE)

    with ThreadPoolExecutor(jobs) as threads:
        stems = [folder / f"{index:04d}" for index in range(len(files))]
        drawn = threads.map(_rasterise, files, stems)
        pages = {file.name: group for file, group in zip(files, drawn, strict=True)}
        list(threads.map(read, [page for group in pages.values() for page in group]))
    return {
        name: "\n".join(_text(page.with_suffix(".txt")) for page in group) for name, group in pages.items()
    }


def _rasterise(file: Path, stem: Path) -> list[Path]:
    if file.suffix.lower() != ".pdf":
        copy = stem.with_name(stem.name + file.suffix)
        shutil.copyfile(file, copy)
        return [copy]
    _call("pdftoppm", "-r", DPI, "-gray", "-png", str(file), str(stem))
    return sorted(stem.parent.glob(f"{stem.name}-*.png"))


def ocrmypdf(files: Sequence[Path], jobs: int, folder: Path) -> dict[str, str]:
    """OCRmyPDF with deskewing and a sidecar text; its `--jobs` spreads the pages of one file."""
    texts = {}
    for index, file in enumerate(files):
        sidecar = folder / f"{index:04d}.txt"
        _call(
            str(_command("ocrmypdf")), "--language", LANGUAGE, "--deskew", "--force-ocr",
            "--invalidate-digital-signatures",  # else it refuses signed files
            "--output-type", "pdf", "--image-dpi", DPI, "--jobs", str(jobs), "--sidecar", str(sidecar),
            "--quiet", str(file), str(sidecar.with_suffix(".pdf")),
        )  # fmt: skip
        texts[file.name] = _text(sidecar)
    return texts


def sohoa(files: Sequence[Path], jobs: int, folder: Path) -> dict[str, str]:
    """The whole program: reading, restoration, handwriting, fields and every table."""
    _call(
        str(_command("sohoa")), "run", *map(str, files), "--out", str(folder), "--jobs", str(jobs), "--quiet"
    )
    documents = pd.read_csv(folder / "documents.csv", dtype=str, keep_default_na=False)
    texts: dict[str, str] = {}
    for source_file, text_file in zip(documents["source_file"], documents["text_file"], strict=True):
        name = Path(source_file).name
        texts[name] = texts.get(name, "") + _text(folder / text_file)
    return texts


def _command(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))


def _call(*command: str) -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}", **_ONE_THREAD}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    # Some documents of a batch may fail (8); a contender that gives nothing shows in its error rate.
    if done.returncode not in (0, 8):
        print(f"{command[0]} left with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}",
              file=sys.stderr)  # fmt: skip


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
