#!/usr/bin/env python3
"""Render the sample documents and their ground truth from `samples/source/`.

usage: render.py [--only STEM ...] [--out FOLDER] | --versions

Without options everything in samples/documents, samples/texts, ground_truth.json and made_with.json is
made anew. `--only` renders the named sources and leaves the truth alone; `--out` writes elsewhere.
`--versions` prints the versions in use as made_with.json holds them.
The same libraries and fonts (see made_with.json) give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import PIL
from PIL import features

try:
    import fpdf
except ModuleNotFoundError:
    sys.exit("render.py: fpdf2 is missing. Install it with: pip install 'sohoa[samples]'")
from rendering.compose import compose
from rendering.files import write
from rendering.page import FontMissing, Page, font_file
from rendering.source import Decree, SourceError, load_all
from rendering.truth import reading_text, truth

HERE = Path(__file__).resolve().parent


def made_with() -> dict[str, str]:
    """Versions of everything that has a say in the bytes."""
    fonts = hashlib.sha256()
    for style in ("regular", "bold", "italic", "bold_italic"):
        fonts.update(font_file(style).read_bytes())
    return {
        "pillow": PIL.__version__,
        "freetype": str(features.version("freetype2")),
        "jpeg": str(features.version("jpg")),
        "libtiff": str(features.version("libtiff")),
        "zlib": str(features.version("zlib")),
        "numpy": np.__version__,
        "fpdf2": fpdf.__version__,
        "font": font_file("regular").name,
        "fonts_sha256": fonts.hexdigest(),
    }


def main() -> int:
    ask = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    ask.add_argument("--only", nargs="+", metavar="STEM", help="render these sources only")
    ask.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: samples)")
    ask.add_argument("--versions", action="store_true", help="print the versions in use, render nothing")
    args = ask.parse_args()
    try:
        if args.versions:
            print(json.dumps(made_with()))
            return 0
        decrees = load_all(HERE / "source")
        if unknown := set(args.only or ()) - {decree.stem for decree in decrees}:
            print(f"render.py: no such source: {', '.join(sorted(unknown))}", file=sys.stderr)
            return 2
        _render(decrees, set(args.only or ()), args.out)
    except (SourceError, FontMissing) as error:
        print(f"render.py: {error}", file=sys.stderr)
        return 2
    return 0


def _render(decrees: tuple[Decree, ...], only: set[str], out: Path) -> None:
    documents, texts = out / "documents", out / "texts"
    for folder in (documents, texts):
        folder.mkdir(parents=True, exist_ok=True)
    laid_out: dict[str, list[Page]] = {}
    for decree in decrees:
        if only and decree.stem not in only:
            continue
        pages = laid_out[decree.stem] = compose(decree)
        path = write(decree, pages, documents)
        (texts / f"{decree.stem}.txt").write_text(reading_text(pages) + "\n", encoding="utf-8", newline="\n")
        print(f"{path.name}\t{len(pages)} pages\t{path.stat().st_size} bytes")
    if not only:
        names = {f"{one.number_symbol} {one.date}": one.file for one in decrees}
        entries = [truth(decree, laid_out[decree.stem], names) for decree in decrees]
        _write_json(out / "ground_truth.json", entries)
        _write_json(out / "made_with.json", made_with())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
