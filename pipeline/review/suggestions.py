"""What somebody may be about to type: values of this run and of the dictionaries that begin that way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from pipeline.dictionary import table
from pipeline.export.schema import schema_of
from pipeline.review.neighbours import Neighbours, folded

MOST = 6
_SHORTEST = 1
_WHOLE_SYLLABLE = 3
_DICTIONARIES = {
    "doc_type": (("document_types", "name"),),
    "signer_title": (("titles", "title_lower"),),
    "signing_for": (("titles", "title_lower"),),
    "issuer": (("agencies", "name"),),
    "issuer_parent": (("agencies", "name"),),
    "place": (("provinces", "new_name"), ("provinces", "old_name"), ("communes", "name")),
    "place_current": (("provinces", "new_name"),),
}
_SHARED_WITH = {"place_current": "place", "digital_signature_by": "signer_name"}


@dataclass(frozen=True)
class Suggestions:
    """Values to offer; `local` is the folder with a user's own dictionaries, or None."""

    neighbours: Neighbours
    local: Path | None = None

    def find(self, column: str, text: str) -> tuple[str, ...]:
        """Up to six values of `column` that begin with `text`, then those with a word that does.

        Marks and case need not be typed: `nguyen v` finds `Nguyễn Văn An`.
        """
        wanted = folded(text).lstrip()
        if len(wanted) < _SHORTEST:
            return ()
        known = [(value, folded(value)) for value in dict.fromkeys(self._values(column))]
        begin = (value for value, key in known if key.startswith(wanted))
        within = (value for value, key in known if f" {wanted}" in key)
        completed = self._names(text) if column == "signer_name" else ()
        found = dict.fromkeys((*islice(begin, MOST), *islice(within, MOST), *completed))
        return tuple(islice((value for value in found if value != text), MOST))

    def _values(self, column: str) -> Iterator[str]:
        yield from schema_of("documents").column(column).enum
        counted = self.neighbours.by_column.get(_SHARED_WITH.get(column, column))
        if counted:
            yield from (value for value, _ in counted.most_common())
        for name, cell in _DICTIONARIES.get(column, ()):
            yield from (row[cell] for row in table(name, self.local).rows if row[cell])

    def _names(self, text: str) -> Iterable[str]:
        """`text` with its last syllable completed: the first one as a surname, others as given names."""
        *before, last = text.split(" ")
        if not last:
            return ()
        keys = self._surnames if not any(before) else self._given_names
        wanted = folded(last)
        # `thi` is more likely Thị than the start of Thiện: a whole syllable counts several times.
        fitting = sorted(
            (-count * (_WHOLE_SYLLABLE if len(key) == len(wanted) else 1), name)
            for key, name, count in keys
            if key.startswith(wanted)
        )
        return [" ".join((*before, name)) for _, name in fitting[:MOST]]

    @cached_property
    def _surnames(self) -> tuple[tuple[str, str, int], ...]:
        rows = table("surnames", self.local).rows
        return tuple((folded(row["surname"]), row["surname"], _count(row["count_in_sample"])) for row in rows)

    @cached_property
    def _given_names(self) -> tuple[tuple[str, str, int], ...]:
        rows = table("given_names", self.local).rows
        return tuple(
            (folded(row["name"]), row["name"], _count(row["count_as_last"]) + _count(row["count_as_middle"]))
            for row in rows
        )


def _count(cell: str) -> int:
    return int(cell) if cell.isdigit() else 0
