"""The dictionaries as the header and signature rules ask for them: folded keys, longest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.dictionary import table
from pipeline.extract.letters import plain, words_key


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A row of document_types.tsv. `name` is in sentence case, `system` is `state|party|legal|mass|other`."""

    name: str
    key: str
    abbreviation: str
    system: str
    code: str

    @property
    def is_standard(self) -> bool:
        return self.system != "other"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Views on the dictionaries; keys are `words_key`, those of `marks`, names and units `plain`.

    `surnames`, `given_names` (as the last syllable) and `middle_names` give the spellings of a folded name
    with how many people bear them; `common_surnames` are those of the Kinh and of people named like them.
    """

    types: tuple[DocumentType, ...]
    titles: dict[str, str]
    marks: dict[str, tuple[str, ...]]
    mark_values: dict[tuple[str, str], str]
    openers: tuple[tuple[str, str], ...]
    surnames: dict[str, dict[str, int]]
    common_surnames: frozenset[str]
    given_names: dict[str, dict[str, int]]
    middle_names: dict[str, dict[str, int]]
    provinces: dict[str, str]
    current_provinces: dict[str, str]
    heads: frozenset[str]
    units: dict[str, str]
    fields: dict[str, str]
    agencies: dict[str, str]
    unfinished_bodies: frozenset[str]
    bare_bodies: frozenset[str]
    not_heads: tuple[str, ...]
    name_words: dict[str, frozenset[str]]

    def type_of_title(self, key: str) -> DocumentType | None:
        """The type whose title line `key` is, one or two misread letters allowed (edit distance)."""
        best: tuple[int, DocumentType] | None = None
        for one in self.types:
            allowed = 0 if len(one.key) < 5 else 1 if len(one.key) < 9 else 2
            distance = Levenshtein.distance(one.key, key, score_cutoff=allowed)
            if one.key and distance <= allowed and (best is None or distance < best[0]):
                best = (distance, one)
        return best[1] if best else None

    def types_of_abbreviation(self, abbreviation: str) -> tuple[DocumentType, ...]:
        """Types written `abbreviation` in a symbol (case counts: TTr is not TTR)."""
        return tuple(one for one in self.types if one.abbreviation and one.abbreviation == abbreviation)

    def title_at(self, key: str) -> str:
        """The longest known title with which `key` begins, as a key; empty when there is none."""
        match = _title_pattern(tuple(self.titles)).match(key)
        return match.group() if match else ""


@cache
def _title_pattern(keys: tuple[str, ...]) -> regex.Pattern[str]:
    ordered = sorted(keys, key=len, reverse=True)
    return regex.compile(r"(?:" + "|".join(map(regex.escape, ordered)) + r")\b")


@cache
def lexicon(folder: str = "") -> Lexicon:
    """The dictionaries, with a user's own rows from `folder` when one is named.

    Raises ConfigError when a dictionary is missing or broken.
    """
    local = Path(folder) if folder else None
    marks, values = _marks(local)
    words = table("body_words", local).rows
    provinces = table("provinces", local).rows
    surnames, given = table("surnames", local).rows, table("given_names", local).rows
    return Lexicon(
        types=tuple(_types(local)),
        titles={words_key(row["title_upper"]): row["title_lower"] for row in table("titles", local).rows},
        marks={role: tuple(keys) for role, keys in marks.items()},
        mark_values=values,
        openers=tuple(
            (plain(row["phrase"]), row["phrase"])
            for row in table("page_marks", local).rows
            if row["role"] == "opener"
        ),
        surnames=_counted(surnames, "surname", "count_in_sample"),
        common_surnames=frozenset(row["surname"] for row in surnames if row["group"].startswith("Kinh")),
        given_names=_counted(given, "name", "count_as_last", "people_as_last"),
        middle_names=_counted(given, "name", "count_as_middle", "people_as_middle"),
        provinces={words_key(row["old_name"]): row["old_name"] for row in reversed(provinces)}
        | {words_key(row["new_name"]): row["new_name"] for row in provinces if row["new_name"]},
        current_provinces={
            words_key(row["old_name"]): row["new_name"] for row in provinces if row["new_name"]
        },
        heads=frozenset(words_key(row["phrase"]) for row in words if row["role"] == "head"),
        units={plain(row["phrase"]): row["phrase"] for row in words if row["role"] == "unit"},
        fields={
            words_key(row["phrase"]): row["phrase"]
            for row in words
            if row["role"] in ("head", "field", "short")
        },
        agencies={words_key(row["name"]): row["name"] for row in reversed(table("agencies", local).rows)},
        unfinished_bodies=frozenset(words_key(row["phrase"]) for row in words if row["role"] == "unfinished"),
        bare_bodies=frozenset(words_key(row["phrase"]) for row in words if row["role"] == "bare"),
        not_heads=tuple(plain(row["phrase"]) for row in words if row["role"] == "not_a_head"),
        name_words=_by_role(table("name_words", local).rows),
    )


def _by_role(rows: Iterable[dict[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["role"], set()).add(plain(row["word"]))
    return {role: frozenset(words) for role, words in found.items()}


def _counted(rows: Iterable[dict[str, str]], column: str, *counts: str) -> dict[str, dict[str, int]]:
    """Names by their folded form: all spellings with the sum of their `counts`."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        spellings = found.setdefault(plain(row[column]), {})
        cells = [row.get(count, "") for count in counts]
        number = sum(int(cell) for cell in cells if cell.isdigit())
        spellings[row[column]] = max(number, spellings.get(row[column], 0))
    return found


def _marks(local: Path | None) -> tuple[dict[str, list[str]], dict[tuple[str, str], str]]:
    marks: dict[str, list[str]] = {}
    values: dict[tuple[str, str], str] = {}
    for row in table("page_marks", local).rows:
        key = plain(row["phrase"])
        marks.setdefault(row["role"], []).append(key)
        values[row["role"], key] = row["value"]
    return marks, values


_IN_NAMES = ("head", "field", "short")
_SYSTEMS = {"state administrative": "state", "legal normative": "legal", "Party": "party"}


def _types(local: Path | None) -> list[DocumentType]:
    return [
        DocumentType(
            name=row["name"],
            key=words_key(row["title_line"]),
            abbreviation=row["abbreviation"],
            system=_SYSTEMS.get(row["system"].split(" (")[0], "other"),
            code=row["tt05_2025_type_code"],
        )
        for row in table("document_types", local).rows
        if row["system"] != "copy form"
    ]
