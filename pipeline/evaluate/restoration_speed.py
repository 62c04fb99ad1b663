"""How long restoration takes, against Tesseract reading the same text as a picture on the same core."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.restore import restore_text
from pipeline.restore.orthography import strip_diacritics

FONT = Path("/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf")
PAGE_WORDS = 400
Figures = dict[str, float]


def speed(folder: Path) -> Figures:
    """Time for a page against `tesseract -l vie` reading the same text as a picture, one core each."""
    text = next(folder.glob("003_*.txt")).read_text(encoding="utf-8")
    page = _page_text(text)
    if not FONT.is_file():
        print(f"(e) speed: skipped, {FONT} is not there (Debian: fonts-croscore)")
        return {}
    with tempfile.TemporaryDirectory() as scratch:
        picture = Path(scratch) / "page.png"
        _draw(page, picture)
        reading = min(_timed(lambda: _read(picture, "vie")) for _ in range(2))
        garbled = _read(picture, "eng")
    figures: Figures = {}
    for mode, given in (("vietnamese", page), ("stripped", strip_diacritics(page)), ("english", garbled)):
        restore_text(given, mode)
        taken = min(_timed(partial(restore_text, given, mode)) for _ in range(5))
        figures[f"speed_{mode}"] = taken / reading
        print(
            f"(e) {mode}: {1000 * taken:.0f} ms for {len(given.split())} words, "
            f"{taken / reading:.1%} of Tesseract's {reading:.2f} s"
        )
    return figures


def _page_text(text: str) -> str:
    lines: list[str] = []
    count = 0
    for line in text.split("\n"):
        for start in range(0, len(line.split()), 14):
            part = line.split()[start : start + 14]
            lines.append(" ".join(part))
            count += len(part)
        if count >= PAGE_WORDS:
            break
    return "\n".join(lines)


def _draw(text: str, target: Path) -> None:
    image = Image.new("L", (2480, 3508), 255)
    font = ImageFont.truetype(str(FONT), 54)
    for number, line in enumerate(text.split("\n")):
        ImageDraw.Draw(image).text((200, 200 + 78 * number), line, font=font, fill=0)
    image.save(target, dpi=(300, 300))


def _read(picture: Path, language: str) -> str:
    command = ["tesseract", str(picture), "stdout", "-l", language, "--dpi", "300"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, check=True, capture_output=True, env=environment, timeout=300)
    return done.stdout.decode("utf-8", errors="replace")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
