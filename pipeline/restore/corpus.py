"""Training text: read it, keep a part out of it, and turn it into numbered tokens.

A corpus file is plain text or text packed with xz; paragraphs by line, a blank line between documents.
"""

from __future__ import annotations

import itertools
import lzma
import re
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.orthography import to_old_style

HELD_OUT_SHARE = 100
BOUNDARY, NUMBER, CODE, UNKNOWN, COMMA = "<s>", "<num>", "<code>", "<unk>", "<,>"
SPECIAL = (BOUNDARY, NUMBER, CODE, UNKNOWN, COMMA)

TOKEN = re.compile(r"\d+(?:[./,:-]?\w+)*|[^\W\d_]+|[.;:!?,\n]")
ROMAN = re.compile(r"(?=[IVXLC])(?:X[LC]|L?X{0,3})(?:IX|IV|V?I{0,3})")


def is_held_out(first_line: str) -> bool:
    """True for one document in a hundred; these never train the language model (channel pages use them)."""
    return zlib.crc32(first_line.encode()) % HELD_OUT_SHARE == 7


def documents(path: Path) -> Iterator[str]:
    """The documents of a corpus file, NFC, without those that are held out."""
    lines: list[str] = []
    with lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb") as stream:
        for raw in itertools.chain(stream, (b"",)):
            line = raw.decode("utf-8", errors="replace").strip()
            if line:
                lines.append(line)
            elif lines:
                if not is_held_out(lines[0]):
                    yield unicodedata.normalize("NFC", "\n".join(lines)) + "\n"
                lines = []


def token_class(token: str) -> str:
    """What the language model sees of one raw token: a special class, or the word in canonical form.

    >>> token_class("Hoà"), token_class("34-CT"), token_class("XIV")
    ('hòa', '<code>', '<num>')
    """
    if token[0].isdigit():
        return CODE if any(c.isalpha() for c in token) else NUMBER
    if token in ".;:!?\n":
        return BOUNDARY
    if token == ",":
        return COMMA
    if token.isupper() and ROMAN.fullmatch(token):
        return NUMBER
    return to_old_style(token.lower())


class Numbering:
    """Gives each raw token (case kept) a number in order of appearance."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def encode(self, texts: Iterable[str]) -> NDArray[np.int32]:
        """All tokens of `texts` as one row of numbers."""
        stream = array("i")
        numbers, find = self.numbers, TOKEN.findall
        for text in texts:
            stream.extend([numbers.setdefault(token, len(numbers)) for token in find(text)])
        return np.frombuffer(stream, dtype=np.int32)


def overlapping(
    stream: NDArray[np.int32], tests: NDArray[np.int32], words: NDArray[np.bool_], length: int = 12
) -> NDArray[np.bool_]:
    """True for each token of `stream` inside a run of `length` words that `tests` also contains.

    `words[n]` tells whether token number n is a word; line ends and punctuation do not interrupt a run.
    """
    marked = np.zeros(len(stream), dtype=bool)
    place = np.flatnonzero(words[stream])
    tests = tests[words[tests]]
    if len(place) < length or len(tests) < length:
        return marked
    found = np.isin(_run_hashes(stream[place], length), np.unique(_run_hashes(tests, length)))
    for hit in np.flatnonzero(found).tolist():
        marked[place[hit] : place[hit + length - 1] + 1] = True
    return marked


def _run_hashes(stream: NDArray[np.int32], length: int) -> NDArray[np.uint64]:
    count = len(stream) - length + 1
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(length):
        total *= np.uint64(0x9E3779B97F4A7C15)
        total += stream[offset : offset + count].astype(np.uint64) + np.uint64(1)
    return total
