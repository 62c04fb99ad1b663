"""Blank slots on rendered and scanned header pages: how often are digits read where there are none?

usage: python tests/evidence/blank_slots.py [--pages 300] [--seed 1] [--keep DIR]

Each page has a letterhead whose number, day or month was left open, as blanks, dots or a rule, with what else
may stand there: specks, a seal's edge, a signature's tail, show-through. It goes through the scanner of the
samples, Tesseract, and the slot reader. The claim: at most 1 % of blank slots give digits that a table would
hold as sure (from the review threshold on).
"""

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "samples"))
from rendering.page import Ink, Page, Rule, Run, text_width
from rendering.scan import _through_scanner, inked
from rendering.source import Scan

from pipeline.extract.number import slot_confidence
from pipeline.handwriting import read_slots
from pipeline.image import clean
from pipeline.model import OcrPage, PageImage, SlotReading
from pipeline.ocr import Engine, engine, order_lines

REVIEW = 0.6
MOST_FALSE = 0.01
SYMBOLS = ("/UBND-VX", "/QĐ-UBND", "/KH-SNV", "/BC-VP", "/TB-HĐTĐ", "-CV/TU", "-TB/HU")
ISSUERS = (("UBND TỈNH MẪU", "SỞ VĂN HÓA"), ("UBND HUYỆN MẪU", "PHÒNG NỘI VỤ"), ("TỈNH ỦY MẪU", "VĂN PHÒNG"))
OPEN_NUMBER = ("      ", "         ", ".......", "……", "_____", "   .....   ")
OPEN_DAY = ("     ", "       ", "....", "…..", "____", "  ...  ")


@dataclass(frozen=True)
class Blank:
    """One page and which of its slots were left open."""

    picture: Image.Image
    scan: Scan
    open_kinds: tuple[str, ...]


def line(
    page: Page, text: str, middle: float, baseline: float, *, style: str = "regular", size: float = 13
) -> None:
    page.runs.append(Run(text, middle - text_width(text, style, size) / 2, baseline, style, size))


def letterhead(rng: random.Random) -> tuple[Page, tuple[str, ...]]:
    """A first page as printed, and the kinds of its open slots."""
    page = Page(1)
    parent, issuer = rng.choice(ISSUERS)
    symbol = rng.choice(SYMBOLS)
    day, month = rng.choice(OPEN_DAY), rng.choice(OPEN_DAY)
    has_month = rng.random() < 0.75
    number = rng.choice(OPEN_NUMBER)
    line(page, parent, 160, 72)
    line(page, issuer, 160, 88, style="bold")
    page.rules.append(Rule(130, 93, 60))
    line(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 410, 72, style="bold", size=12)
    line(page, "Độc lập - Tự do - Hạnh phúc", 410, 88, style="bold")
    page.rules.append(Rule(330, 92, 160))
    line(page, f"Số:{number}{symbol}", 160, 114)
    shown = f" {rng.randint(3, 9)} " if has_month else month
    line(page, f"Mẫu, ngày{day}tháng{shown}năm 20{rng.randint(10, 29)}", 410, 114, style="italic")
    for row, text in enumerate(("KẾ HOẠCH", "Tổ chức phong trào thi đua năm tới trên địa bàn", "")):
        line(page, text, 297, 150 + 17 * row, style="bold", size=14)
    body = "Thực hiện chương trình công tác năm, cơ quan xây dựng kế hoạch với các nội dung sau đây:"
    for row in range(6):
        page.runs.append(Run(body, 85, 210 + 20 * row, "regular", 12))
    return page, ("number", "day") if has_month else ("number", "day", "month")


def scratches(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Specks, a stray pen stroke or a dotted rule near the slots."""
    draw = ImageDraw.Draw(picture)
    unit = picture.width / 595
    for _ in range(rng.randint(0, 25)):
        x, y = rng.uniform(80, 520) * unit, rng.uniform(95, 122) * unit
        size = rng.uniform(0.3, 1.1) * unit
        draw.ellipse(
            (x, y, x + size, y + size), fill=rng.choice(((60, 60, 60), (120, 120, 120), (30, 30, 90)))
        )
    if rng.random() < 0.25:  # a rule printed under the slot
        x = rng.choice((135, 395)) * unit
        draw.line(
            (x, 116 * unit, x + 40 * unit, 116 * unit), fill=(60, 60, 60), width=max(1, round(unit / 2))
        )
    return picture


def blank(rng: random.Random) -> Blank:
    page, kinds = letterhead(rng)
    if rng.random() < 0.2:
        page.inks.append(
            Ink("seal", rng.uniform(60, 250), rng.uniform(125, 170), ("SỞ MẪU", "TỈNH MẪU"), 100)
        )
    scan = Scan(
        dpi=rng.choice((200, 300, 300)),
        mode=rng.choice(("colour", "colour", "grey", "bilevel")),
        noise=rng.uniform(1, 9),
        blur=rng.uniform(0.3, 1.2),
        skew=rng.uniform(0, 0.8),
        toner=rng.uniform(0.75, 0.98),
        show_through=rng.choice((0.0, 0.0, 0.15)),
    )
    back, _ = letterhead(rng)
    picture = scratches(inked(page, scan, rng), rng)
    return Blank(_through_scanner(picture, inked(back, scan, rng), scan, rng).convert("RGB"), scan, kinds)


def read(one: Blank, engine: Engine) -> tuple[SlotReading, ...]:
    """The slots of the page's upper part, as a run reads them."""
    upper = one.picture.crop((0, 0, one.picture.width, round(one.picture.height * 0.45)))
    pixels = np.ascontiguousarray(np.asarray(upper, np.uint8)[:, :, ::-1])
    cleaned = clean(PageImage(1, pixels, float(one.scan.dpi)))
    lines = order_lines(engine.read(cleaned.image, 60.0))
    height, width = cleaned.image.pixels.shape[:2]
    return read_slots(OcrPage(1, width, height, cleaned.image.dpi, lines), cleaned.image)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pages", type=int, default=300)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--keep", type=Path, help="keep pages with false digits here")
    options = ask.parse_args()
    rng = random.Random(options.seed)
    reader = engine("vie", 3, in_process=True)
    counts: Counter[str] = Counter()
    for index in range(options.pages):
        page = blank(rng)
        counts["open"] += len(page.open_kinds)
        for slot in read(page, reader):
            if slot.kind not in page.open_kinds or not slot.readings:
                continue
            counts["found"] += 1
            digits, chance = slot.readings[0]
            is_sure = bool(digits) and slot_confidence(chance) >= REVIEW
            counts["digits"] += bool(digits)
            counts["sure"] += is_sure
            if digits:
                print(
                    f"page {index}: {slot.kind} {digits} {chance:.3f}{' SURE' if is_sure else ''}", flush=True
                )
            if digits and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                page.picture.save(options.keep / f"{index}_{slot.kind}_{digits}.png")
    found = max(1, counts["found"])
    print(f"{options.pages} pages, {counts['open']} open slots, {counts['found']} of them found and read")
    print(
        f"digits where there are none: {counts['digits'] / found:.4f}, as sure: {counts['sure'] / found:.4f}"
    )
    return 0 if counts["found"] >= counts["open"] / 2 and counts["sure"] / found <= MOST_FALSE else 1


if __name__ == "__main__":
    sys.exit(main())
