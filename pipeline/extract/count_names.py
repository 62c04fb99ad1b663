"""Count given names in running text: how many different people bear a syllable last, how many in the middle.

Signers are older and come from the whole country, a list of students does not show their names. Each full
name counts once, however often it is printed, so that the famous weigh no more than others. Writes the
columns `people_as_last` and `people_as_middle` of dictionaries/given_names.tsv; other columns stay.

    python -m pipeline.extract.count_names --corpus ../shared/corpus
"""

from __future__ import annotations

import argparse
import lzma
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import regex

from pipeline.dictionary import FOLDER, Table, table
from pipeline.syllable import is_legal

SOURCE = "full names in news and encyclopedia"
PARTS = ("news", "wiki")
FEWEST_BEARERS = 5  # of a surname in the sample; rarer ones are words more often
FEWEST_PEOPLE = 3  # rarer spellings are misprints as often as names
_CAPITALISED = regex.compile(
    r"(?<![\p{L}-])\p{Lu}\p{Ll}{0,6}(?: \p{Lu}\p{Ll}{0,6}){2,9}(?![\p{L}'’-])(?! \p{Lu})"
)
_COUNTED = ("people_as_last", "people_as_middle")


def main() -> None:
    """The command of the module docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    corpus: Path = parser.parse_args().corpus
    people = {name for part in PARTS for name in _names(corpus / f"{part}.txt.xz")}
    last = Counter(name[-1] for name in people)
    middle = Counter(one for name in people for one in name[1:-1])
    _write(table("given_names"), last, middle, people=len(people))


def _names(path: Path) -> Iterator[tuple[str, ...]]:
    surnames = _common_surnames()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for match in _CAPITALISED.finditer(unicodedata.normalize("NFC", line)):
                name = _name_at_end(match[0].split(" "), surnames)
                if name and all(len(one) > 1 and is_legal(one) for one in name):
                    yield name


def _common_surnames() -> frozenset[str]:
    rows = table("surnames").rows
    return frozenset(
        row["surname"]
        for row in rows
        if row["group"].startswith("Kinh") and int(row["count_in_sample"] or 0) >= 5
    )


def _name_at_end(words: list[str], surnames: frozenset[str]) -> tuple[str, ...]:
    """`Phó Chủ tịch UBND Nguyễn Văn An`: four or three words that begin with a surname."""
    for length in (4, 3):
        if len(words) >= length and words[-length] in surnames:
            return tuple(words[-length:])
    return ()


def _write(known: Table, last: Counter[str], middle: Counter[str], *, people: int) -> None:
    columns = (*(name for name in known.columns if name not in _COUNTED), *_COUNTED)
    rows: dict[str, dict[str, str]] = {}
    for row in known.rows:
        if row["status"] != "counted":
            rows.setdefault(row["name"], dict(row))
    for name in sorted({*last, *middle}, key=lambda one: (-last[one] - middle[one], one)):
        if last[name] >= FEWEST_PEOPLE or middle[name] >= FEWEST_PEOPLE:
            rows.setdefault(
                name, {"name": name, "status": "counted", "source": "full names in news and encyclopedia"}
            )
    for name, row in rows.items():
        row |= {"people_as_last": str(last[name]), "people_as_middle": str(middle[name])}
    head = known.head | {"counted": f"people_as_*: among {people} different full names of a common surname"}
    lines = [f"# {key}: {value}" for key, value in head.items()]
    lines += [
        "\t".join(columns),
        *("\t".join(row.get(name, "") for name in columns) for row in rows.values()),
    ]
    (FOLDER / "given_names.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
