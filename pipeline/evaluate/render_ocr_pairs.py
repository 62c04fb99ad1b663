"""Make pairs of true text and Tesseract output for the channel models of restoration.

Pages of text held out from the language model are drawn in office fonts, damaged at six levels (d0 clean
300 dpi, d1 150 dpi grey with noise, d2 and d3 150 dpi binarised with specks, d4 and d5 200 dpi binarised
too dark and too light) and read by `tesseract -l eng`
and `-l vie`. For each page and level the folder gets `<name>.gt`, `<name>.eng.txt`, `<name>.vie.txt` and
`<name>.vie.tsv` (word confidences). Needs Pillow, tesseract with both languages, the fonts Tinos and Arimo.

    python -m pipeline.evaluate.render_ocr_pairs --corpus ../shared/corpus --out build/ocr_pairs --minutes 25
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipeline.dictionary import table
from pipeline.restore.corpus import is_held_out

FONT_FOLDERS = ("/usr/share/fonts/truetype/croscore",)
FAMILIES = ("Tinos-{}.ttf", "Tinos-{}.ttf", "Tinos-{}.ttf", "Arimo-{}.ttf")
WORDS_A_PAGE = 480


@dataclass(frozen=True)
class Level:
    """How a page is damaged; `ink` > 0 spreads the ink, < 0 thins it; `specks` is a share of the pixels."""

    dpi: int
    blur: float = 0.0
    noise: float = 0.0
    specks: float = 0.0
    ink: int = 0
    binary: bool = False


LEVELS = (
    Level(300),
    Level(150, blur=0.5, noise=16),
    Level(150, blur=0.55, noise=30, specks=0.0015, binary=True),
    Level(150, blur=0.65, noise=40, specks=0.003, binary=True),
    Level(200, blur=0.8, noise=10, ink=1, binary=True),
    Level(200, blur=0.6, noise=20, ink=-1, binary=True),
)


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * options.minutes
    texts = {part: list(_held_out(options.corpus / f"{part}.txt.xz")) for part in ("law", "news", "wiki")}
    for number in range(10_000):
        name = f"page_{number:04d}"
        rng = random.Random(number)
        paragraphs = _page_text(rng, texts)
        for level in range(len(LEVELS)):
            if time.monotonic() > end:
                return
            if not (options.out / f"{name}_d{level}.vie.tsv").exists():
                _make(options.out / f"{name}_d{level}", paragraphs, LEVELS[level], random.Random(number))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=25.0)
    return parser.parse_args()


def _held_out(path: Path) -> Iterator[list[str]]:
    document: list[str] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                document.append(line.strip())
            else:
                if document and is_held_out(document[0]):
                    yield document
                document = []


def _page_text(rng: random.Random, texts: dict[str, list[list[str]]]) -> list[str]:
    part = rng.choice(("law", "law", "law", "news", "wiki"))
    paragraphs: list[str] = _office_lines(rng)
    while sum(len(paragraph.split()) for paragraph in paragraphs) < WORDS_A_PAGE:
        document = rng.choice(texts[part])
        start = rng.randrange(len(document))
        for paragraph in document[start : start + rng.randint(4, 14)]:
            paragraphs.append(" ".join(paragraph.split()[:120]))
    return paragraphs


def _office_lines(rng: random.Random) -> list[str]:
    """Lines as in the head and foot of a decree: capitals, codes, dates and names."""
    agency = rng.choice(table("agencies").rows)["name"]
    kind = rng.choice(table("document_types").rows)
    province = rng.choice(table("provinces").rows)["old_name"]
    date = f"ngày {rng.randint(1, 31):02d} tháng {rng.randint(1, 12)} năm {rng.randint(2002, 2026)}"
    code = f"{rng.randint(1, 4000):02d}/{kind['abbreviation'] or 'CV'}-UBND"
    title = rng.choice(table("titles").rows)["title_upper"]
    names = [_person(rng) for _ in range(4)]
    lines = [
        f"ỦY BAN NHÂN DÂN TỈNH {province.upper()}",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: {code} {province}, {date}",
        kind["title_line"],
        f"Căn cứ {kind['name']} số {code} {date} của {agency};",
        f"{title} {names[0]}",
        f"Ông {names[1]}, bà {names[2]}, đồng chí {names[3]}",
    ]
    rng.shuffle(lines)
    return lines[: rng.randint(3, 8)]


def _person(rng: random.Random) -> str:
    surnames, given = table("surnames").rows, table("given_names").rows
    surname = rng.choice(surnames[:40] if rng.random() < 0.7 else surnames)["surname"]
    return " ".join([surname, rng.choice(given)["name"], rng.choice(given[:200])["name"]])


def _make(base: Path, paragraphs: list[str], level: Level, rng: random.Random) -> None:
    image, lines = _draw(paragraphs, level.dpi, rng)
    picture = base.with_name(base.name + ".png")
    _damage(image, level, rng).save(picture)
    for language, outputs in (("eng", ("txt",)), ("vie", ("txt", "tsv"))):
        command = ["tesseract", str(picture), f"{base}.{language}", "-l", language, "--dpi", str(level.dpi)]
        subprocess.run(
            [*command, *outputs],
            check=True,
            timeout=300,
            capture_output=True,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )
    base.with_name(base.name + ".gt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    picture.unlink()


def _draw(paragraphs: list[str], dpi: int, rng: random.Random) -> tuple[Image.Image, list[str]]:
    family, points = rng.choice(FAMILIES), rng.choice((13, 13, 14, 14, 12))
    image = Image.new("L", (int(8.27 * dpi), int(11.69 * dpi)), 255)
    canvas = ImageDraw.Draw(image)
    left, top, width = int(0.9 * dpi), int(0.6 * dpi), int(6.7 * dpi)
    lines: list[str] = []
    for paragraph in paragraphs:
        style = (
            rng.choice(("Bold",))
            if paragraph.isupper()
            else rng.choice(("Regular",) * 8 + ("Italic", "Bold"))
        )
        font = _font(family.format(style), points * dpi / 72)
        for text in _wrapped(paragraph, font, width):
            if top > image.height - 0.9 * dpi:
                return image, lines
            canvas.text((left, top), text, font=font, fill=rng.choice((0, 20, 40)))
            lines.append(text)
            top += int(points * dpi / 72 * 1.35)
        top += int(rng.choice((0.02, 0.06)) * dpi)
    return image, lines


def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    for folder in FONT_FOLDERS:
        if (Path(folder) / name).is_file():
            return ImageFont.truetype(str(Path(folder) / name), round(size))
    raise SystemExit(f"the font {name} is missing: install fonts-croscore")


def _wrapped(paragraph: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        if line and font.getlength(f"{line} {word}") > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def _damage(image: Image.Image, level: Level, rng: random.Random) -> Image.Image:
    if level.dpi == 300:
        return image
    image = image.rotate(rng.uniform(-0.4, 0.4), resample=Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(level.blur * rng.uniform(0.8, 1.1)))
    noise = np.random.default_rng(rng.randrange(2**32))
    pixels = np.asarray(image, dtype=np.float32) * 0.9 + 15
    pixels += noise.normal(0, level.noise * rng.uniform(0.7, 1.1), pixels.shape).astype(np.float32)
    if level.binary:
        # A higher threshold takes more grey for ink.
        threshold = rng.uniform(130, 150) + 45 * level.ink
        pixels = np.where(pixels > threshold, 255, 0).astype(np.float32)
        share = level.specks * rng.uniform(0.5, 1.2)
        pixels[noise.random(pixels.shape) < share] = 0
        pixels[noise.random(pixels.shape) < share] = 255
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
