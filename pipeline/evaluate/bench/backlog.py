"""A synthetic backlog of any size: the sample scans over and over, each file's content its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pikepdf


def make_backlog(files: Sequence[Path], pages: int, folder: Path) -> list[Path]:
    """Write PDFs of one page each to `folder` until there are `pages`; every one has its own hash.

    The pages come from `files` in turn, so that the mix of pages is the same at every size.
    """
    made = []
    for index, (source, number) in zip(range(pages), _pages(files), strict=False):
        path = folder / f"{index:05d}.pdf"
        with pikepdf.open(source) as whole, pikepdf.new() as one:
            one.pages.append(whole.pages[number])
            # The ordinal in the metadata makes the file a content of its own, not a duplicate.
            one.docinfo["/Title"] = f"backlog {index}"
            one.save(path, deterministic_id=True)
        made.append(path)
    return made


def _pages(files: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    counts = {}
    for file in files:
        with pikepdf.open(file) as whole:
            counts[file] = len(whole.pages)
    for _ in count():
        for file, pages in counts.items():
            for number in range(pages):
                yield file, number
