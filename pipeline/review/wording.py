"""The words of the page in Vietnamese and English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.dictionary import table
from pipeline.export.schema import schema_of

LANGUAGES = ("en", "vi")


@dataclass(frozen=True)
class Wording:
    """The words of one language, `en` or `vi`."""

    language: str

    def __call__(self, key: str, *values: object) -> str:
        """The words for `key`, `values` put in. Raises KeyError when there are none."""
        words = _words()[key][self.language]
        return words % values if values else words

    def column(self, name: str) -> str:
        """A short label for a column of documents.csv; its description where there is none."""
        label = _words().get(f"column.{name}")
        if label:
            return label[self.language]
        column = schema_of("documents").column(name)
        text = column.description_vi if self.language == "vi" else column.description_en
        return text.rstrip(".") or name

    def reason(self, code: str) -> str:
        """A short name for a code of review_reasons; the explanation where nobody gave it one."""
        short = _words().get(f"reason.{code}")
        return short[self.language] if short else self.explanation(code) or code

    def explanation(self, code: str) -> str:
        """What a code of review_reasons means, in a sentence; empty where nobody explained it."""
        return _reasons().get(code, {}).get(f"description_{self.language}", "")


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in table("interface").rows}


@cache
def _reasons() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table("review_codes").rows}
