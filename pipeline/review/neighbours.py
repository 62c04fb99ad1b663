"""What other documents of the same run say: names, titles and places by issuing body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from pipeline.export.edits import without_marks
from pipeline.review.queue import read_rows

SHARED = ("signer_name", "signer_title", "place", "issuer", "issuer_parent", "signing_for", "doc_type")
_LEAST_LIKENESS = 80.0  # of 100: a misread name is still this like itself


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Sure values of the run: by (issuer, column), and by column over all issuers, with their counts."""

    by_issuer: dict[tuple[str, str], Counter[str]]
    by_column: dict[str, Counter[str]]

    def of_issuer(self, issuer: str, column: str) -> Iterator[str]:
        """Sure values of `column` in documents of `issuer`, most frequent first."""
        for value, _ in self.by_issuer.get((issuer, column), Counter()).most_common():
            yield value

    def alike(self, column: str, value: str, limit: int = 3) -> list[str]:
        """Sure values of `column` that look like `value` when marks and case are left aside."""
        if not value:
            return []
        known = list(self.by_column.get(column, ()))
        found = process.extract(
            value, known, scorer=fuzz.ratio, processor=folded, limit=limit, score_cutoff=_LEAST_LIKENESS
        )
        return [text for text, _, _ in found]


def load_neighbours(out: Path) -> Neighbours:
    """The sure values of the tables in `out`. Raises InputError when they are missing or damaged."""
    by_issuer: dict[tuple[str, str], Counter[str]] = {}
    by_column: dict[str, Counter[str]] = {name: Counter() for name in SHARED}
    for row in read_rows(out / "documents.csv", "documents"):
        doubtful = set(row["review_columns"].split(";"))
        for name in SHARED:
            if row[name] and name not in doubtful:
                by_column[name][row[name]] += 1
                by_issuer.setdefault((row["issuer"], name), Counter())[row[name]] += 1
    return Neighbours(by_issuer, by_column)


def folded(text: str) -> str:
    """`text` without marks and case, for comparing."""
    return without_marks(text).casefold()
