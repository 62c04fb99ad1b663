"""Short texts made of the dictionaries, so that the language model knows names and set phrases.

Places, agencies, titles and personal names are too rare in running text to be learned from it; here each
of them is said in the surroundings in which decrees print it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from pipeline.dictionary import table

WEIGHT = 2
_PEOPLE = 30_000


def sentences() -> Iterator[str]:
    """All texts; the same ones every time."""
    yield from _phrases()
    yield from _places()
    yield from _agencies()
    yield from _people()


def _phrases() -> Iterator[str]:
    for row in table("phrases").rows:
        yield from [row["phrase"]] * int(row["weight"] or 1)


def _places() -> Iterator[str]:
    for row in table("communes").rows:
        here = f"{row['kind']} {row['name']}"
        district = f", {row['district']}" if row["district"] else ""
        yield f"{here}{district}, tỉnh {row['province']}"
        yield f"Ủy ban nhân dân {here}" if row["level"] == "district" else here
        if row["level"] == "district":
            yield from (f"UBND {here}", f"{here}, tỉnh {row['province']}", f"trên địa bàn {here}")
    for row in table("provinces").rows:
        kind = row["old_kind"]
        for name in (row["old_name"], row["new_name"]):
            for text in (
                "Ủy ban nhân dân {}",
                "UBND {}",
                "Tỉnh ủy {}",
                "Hội đồng nhân dân {}",
                "{}",
                "{}, ngày",
            ):
                yield from [text.format(f"{kind} {name}")] * 3
            yield from (f"{name}, ngày", f"Sở Nội vụ {name}", f"Đoàn đại biểu tỉnh {name}")


def _agencies() -> Iterator[str]:
    for name in ("agencies", "document_types", "titles", "anniversaries"):
        column = {"titles": "title_lower", "anniversaries": "event"}.get(name, "name")
        for row in table(name).rows:
            yield from [row[column]] * 5
    for row in table("abbreviations").rows:
        yield from (row["abbr"], row["expansion"], row["expansion"])


def _people() -> Iterator[str]:
    rng = random.Random(20_020_405)
    surnames = table("surnames").rows
    given = table("given_names").rows
    surname_weights = [int(row["count_in_sample"] or 0) + 2 for row in surnames]
    last = [int(row["count_as_last"] or 0) + 1 for row in given]
    middle = [int(row["count_as_middle"] or 0) + 1 for row in given]
    for _ in range(_PEOPLE):
        family = rng.choices(surnames, surname_weights)[0]["surname"]
        between = rng.choice(("Văn", "Thị", "")) if rng.random() < 0.3 else ""
        between = between or rng.choices(given, middle)[0]["name"]
        address, name = rng.choice(("ông", "bà", "đồng chí", "")), rng.choices(given, last)[0]["name"]
        yield f"{address} {family} {between} {name}"
