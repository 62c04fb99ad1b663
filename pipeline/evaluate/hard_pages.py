"""Pages spoiled on purpose: what cleaning and reading make of shadows, skew, noise, photos and old faxes.

usage: python -m pipeline.evaluate.hard_pages [--kinds NAME ...] [--pages N] [--font FILE] [--sohoa COMMAND]
                                              [--keep DIR]

A few pages of the project's own samples are drawn at 300 dpi, with seal and signature, and spoiled in named
ways from fixed seeds; nothing is stored. For each kind the character error rate is printed of bare Tesseract
(`tesseract -l vie` on the same picture) and of the command's restored text. Each printed line is compared
with its best place in the text, so that the order of columns does not count; `junk` is the share of letters
that stand on no printed line. Exit status 9 when a kind is above its ceiling. Needs the fonts of `samples/`;
with --font another family is drawn, for which no threshold was ever set: the regular face NAME.ttf, beside it
NAME-Bold.ttf, NAME-Italic.ttf and NAME-BoldItalic.ttf.
"""

from __future__ import annotations

import argparse
import importlib
import random
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.errors import BELOW_FLOOR, OK
from pipeline.evaluate.metrics import graphemes
from pipeline.evaluate.quality import ROOT, SOHOA
from pipeline.evaluate.spoiled import DPI, KINDS, Picture
from pipeline.export.load import load_tables

# A directive with an arrival stamp, a report, a letter with signature and seal.
SOURCES = (("02_ct_huyen_phong_chay", 0), ("08_bc_so_ket", 0), ("14_cv_phong_giao_duc", 0))
_SHIFTS = range(-3, 4)  # letters by which the best place may begin and end elsewhere
_FACES = {"regular": "", "bold": "-Bold", "italic": "-Italic", "bold_italic": "-BoldItalic"}


@dataclass(frozen=True, slots=True)
class Score:
    """Errors against the printed lines, and letters that stand on none of them."""

    errors: int
    letters: int
    junk: int

    def __add__(self, other: Score) -> Score:
        return Score(self.errors + other.errors, self.letters + other.letters, self.junk + other.junk)


# --- reading and scoring ---------------------------------------------------------------------------


def sheets(count: int, face: Path | None = None) -> list[tuple[Picture, list[str]]]:
    """The pages to spoil: picture at 300 dpi and its typed lines; drawn with the family of `face`."""
    sys.path.insert(0, str(ROOT / "samples"))
    compose, scan, source, page_module = (
        importlib.import_module(f"rendering.{name}") for name in ("compose", "scan", "source", "page")
    )
    if face:
        faces = {style: _face(face, suffix) for style, suffix in _FACES.items()}
        page_module.__dict__["font_file"] = faces.__getitem__
    found: list[tuple[Picture, list[str]]] = []
    for stem, index in SOURCES[:count]:
        decree: Any = source.load(ROOT / "samples/source" / f"{stem}.toml")
        page = compose.compose(decree)[index]
        picture = scan.inked(page, source.Scan(dpi=DPI, toner=0.88), random.Random(stem))
        found.append((picture, [line.typed for line in page.lines if len(line.typed) > 1]))
    return found


def _face(regular: Path, suffix: str) -> Path:
    path = regular.with_name(f"{regular.stem}{suffix}{regular.suffix}")
    if not path.is_file():
        raise SystemExit(f"{path} is missing: --font needs a family of four faces")
    return path


def score(lines: list[str], text: str) -> Score:
    """Each line against its best place in `text`; what is longer than all lines together is junk."""
    whole = " ".join(graphemes_joined(text).split())
    errors = letters = 0
    for line in lines:
        wanted = graphemes_joined(line)
        letters += len(wanted)
        best, place = len(wanted), fuzz.partial_ratio_alignment(wanted, whole)
        if place:
            ends = [(place.dest_start + left, place.dest_end + more) for left in _SHIFTS for more in _SHIFTS]
            parts = (whole[max(0, start) : max(0, end)] for start, end in ends)
            best = min(best, *(Levenshtein.distance(wanted, part) for part in parts))
        errors += best
    printed = sum(character.isalpha() for line in lines for character in line)
    return Score(errors, letters, max(0, sum(character.isalpha() for character in whole) - printed))


def graphemes_joined(text: str) -> str:
    return "".join(graphemes(text))


def bare_text(path: Path, dpi: int) -> str:
    command = ["tesseract", str(path), "stdout", "-l", "vie", "--dpi", str(max(70, dpi))]
    environment = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def sohoa_texts(folder: Path, out: Path, command: list[str]) -> dict[str, str]:
    """Restored text by file name."""
    subprocess.run([*command, "run", str(folder), "--out", str(out), "--quiet"], check=True)
    documents = load_tables(out)["documents"]
    pairs = zip(documents["source_file"], documents["text_file"], strict=True)
    return {Path(name).name: (out / text).read_text(encoding="utf-8") for name, text in pairs}


def measure(
    kinds: list[str], pages: list[tuple[Picture, list[str]]], command: list[str], work: Path
) -> dict[str, tuple[Score, Score]]:
    """Scores of bare Tesseract and of the command by kind."""
    scans = work / "scans"
    scans.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        for number, (picture, _) in enumerate(pages, 1):
            spoiled = KINDS[kind].spoil(picture, np.random.default_rng(number))
            dpi = KINDS[kind].dpi
            spoiled.save(scans / f"{kind}-{number}.png", dpi=(dpi, dpi), compress_level=1)
    texts = sohoa_texts(scans, work / "out", command)
    scores: dict[str, tuple[Score, Score]] = {}
    for kind in kinds:
        bare = whole = Score(0, 0, 0)
        for number, (_, lines) in enumerate(pages, 1):
            name = f"{kind}-{number}.png"
            bare += score(lines, bare_text(scans / name, KINDS[kind].dpi))
            whole += score(lines, texts.get(name, ""))
        scores[kind] = bare, whole
    return scores


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    ask.add_argument("--pages", type=int, default=len(SOURCES), help="how many pages of each kind")
    ask.add_argument("--font", type=Path, help="the regular face of another family, e.g. .../DejaVuSerif.ttf")
    ask.add_argument("--sohoa", default=str(SOHOA), help="the command to measure")
    ask.add_argument("--keep", type=Path, help="keep pictures and output here")
    options = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-hard-") as scratch:
        work = options.keep or Path(scratch)
        pages = sheets(options.pages, options.font)
        scores = measure(options.kinds, pages, shlex.split(options.sohoa), work)
    above = False
    print(f"{'kind':14} {'bare CER':>9} {'junk':>7} {'sohoa CER':>10} {'junk':>7}")
    for kind, (bare, whole) in scores.items():
        shares = [part / one.letters for one in (bare, whole) for part in (one.errors, one.junk)]
        high = shares[2] > KINDS[kind].ceiling
        above |= high
        print("{:14} {:9.4f} {:7.4f} {:10.4f} {:7.4f}".format(kind, *shares), "ABOVE" if high else "")
    return BELOW_FLOOR if above else OK


if __name__ == "__main__":
    sys.exit(main())
