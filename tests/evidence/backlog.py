"""A backlog of short invented letters for the evidence scripts: as many as wanted, the same every time.

Among them are files of identical content, files with two letters, letters that cite each other, empty files,
and files that are no text: everything a run has to tell apart.
"""

from __future__ import annotations

import random
from pathlib import Path

KINDS = ("Công văn", "Chỉ thị", "Kế hoạch", "Thông báo", "Quyết định")
SYMBOLS = {"Công văn": "UBND-VX", "Chỉ thị": "CT-UBND", "Kế hoạch": "KH-UBND", "Thông báo": "TB-UBND"}
MATTERS = (
    "trồng cây",
    "phòng cháy, chữa cháy rừng",
    "thi đua",
    "tiếp công dân",
    "giữ gìn vệ sinh",
    "thủy lợi",
)
SIGNERS = ("Hoàng Đình Khiêm", "Lò Thị Mây", "Nguyễn Văn Suối", "Trần Thu Khê", "Vàng A Lềnh")


def letter(number: int, chance: random.Random) -> str:
    """One letter of an invented province."""
    kind = chance.choice(KINDS)
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(2012, 2025)
    matter = chance.choice(MATTERS)
    cited = f"Công văn số {chance.randint(1, number + 1)}/UBND-VX ngày {day}/{month}/{year - 1}"
    return (
        "ỦY BAN NHÂN DÂN\nTỈNH HƯNG NAM\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        f"Độc lập - Tự do - Hạnh phúc\n\nSố: {number}/{SYMBOLS.get(kind, 'QĐ-UBND')}\nV/v {matter}\n\n"
        f"Hưng Nam, ngày {day:02d} tháng {month:02d} năm {year}\n\nKính gửi: Các sở, ban, ngành.\n\n"
        f"Thực hiện {cited} về việc {matter}, đề nghị các đơn vị triển khai trước 30/{month}/{year}./.\n\n"
        f"Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nCHỦ TỊCH\n\n{chance.choice(SIGNERS)}\n"
    )


def write_backlog(folder: Path, count: int, *, seed: int = 1, bad: bool = True) -> None:
    """Write `count` files below `folder`, in subfolders of two hundred."""
    chance = random.Random(seed)
    before = letter(0, chance)
    for number in range(1, count + 1):
        path = folder / f"{number // 200:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = letter(number, chance)
        if number % 37 == 0:
            text = before  # once more, the same bytes
        elif number % 53 == 0:
            text = f"{text}\f{letter(number + count, chance)}"
        before = text
        data = text.encode()
        if bad and number % 101 == 0:
            data = b""
        elif bad and number % 103 == 0:
            data = bytes(range(256)) * 8 + str(number).encode()
        path.write_bytes(data)
