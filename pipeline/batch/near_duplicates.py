"""Documents that show the same pages in different files: a PDF saved again, a scan in another format.

Two documents are near duplicates when they have as many pages, each page looks like its counterpart and the
words agree. They are reported, never dropped: which of them is the record is for an archivist to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.batch.ledger_rows import DocumentRow
from pipeline.model import Issue

CODE = "near_duplicate"
MOST_BITS_APART = 6  # of the 64 of a picture's digest; see `pipeline.image.digest`
LEAST_WORDS_ALIKE = 90.0  # per cent; two readings of one page differ in a few letters
_PICTURE = "picture:"
_BANDS = 4  # parts of a digest of which one must be equal, so that not every pair is compared
_BAND_BITS = 16
_MOST_LETTERS = 20_000  # of each text that are compared


def near_duplicates(
    documents: Iterable[DocumentRow], read_text: Callable[[str], str]
) -> dict[str, tuple[str, ...]]:
    """doc_id -> the doc_ids of its near duplicates, in the order of `documents`.

    `read_text` gives the text of a doc_id; it is only asked for documents whose pages look alike.
    """
    by_band: dict[tuple[int, int, str], list[_Looks]] = defaultdict(list)
    found: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        looks = _Looks.of(document)
        if looks is None:
            continue
        seen: set[str] = set()
        for band in looks.bands():
            for other in by_band[band]:
                if other.doc_id not in seen and other.is_like(looks):
                    seen.add(other.doc_id)
                    if _words_agree(read_text(other.doc_id), read_text(looks.doc_id)):
                        found[other.doc_id].append(looks.doc_id)
                        found[looks.doc_id].append(other.doc_id)
            by_band[band].append(looks)
    return {doc_id: tuple(others) for doc_id, others in found.items()}


def issue(others: tuple[str, ...]) -> Issue:
    """The doubt to be told of a document with near duplicates `others`."""
    return Issue(CODE, f"shows the same pages as {', '.join(others)}")


@dataclass(frozen=True, slots=True)
class _Looks:
    """How the pages of a document look: 64 bits of a picture, or a text that must be equal."""

    doc_id: str
    pages: tuple[int | str, ...]

    @staticmethod
    def of(document: DocumentRow) -> _Looks | None:
        """None when no page is known by its looks."""
        if not any(document.digests):
            return None
        return _Looks(document.doc_id, tuple(_page(digest) for digest in document.digests))

    def bands(self) -> Iterator[tuple[int, int, str]]:
        """Keys of which near duplicates share at least one, as a rule."""
        first = next(page for page in self.pages if page != "")
        if isinstance(first, str):
            yield len(self.pages), -1, first
            return
        for band in range(_BANDS):
            bits = first >> band * _BAND_BITS & (1 << _BAND_BITS) - 1
            yield len(self.pages), band, f"{bits:x}"

    def is_like(self, other: _Looks) -> bool:
        return len(self.pages) == len(other.pages) and all(map(_is_alike, self.pages, other.pages))


def _page(digest: str) -> int | str:
    return int(digest.removeprefix(_PICTURE), 16) if digest.startswith(_PICTURE) else digest


def _is_alike(page: int | str, other: int | str) -> bool:
    if isinstance(page, int) and isinstance(other, int):
        return (page ^ other).bit_count() <= MOST_BITS_APART
    return page == other


def _words_agree(text: str, other: str) -> bool:
    words, others = (" ".join(one.casefold().split())[:_MOST_LETTERS] for one in (text, other))
    return fuzz.ratio(words, others, score_cutoff=LEAST_WORDS_ALIKE) >= LEAST_WORDS_ALIKE
