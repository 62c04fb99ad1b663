"""The trigram language model over syllables: asked for many n-grams in one call, mapped from disk.

File `language_model.bin`: a line of JSON (format, version, counts, seeds, offsets), padding to 64 bytes,
then arrays, each at the offset the head names:

    unigram, unigram_backoff   float32, one per word of lexicon.tsv
    levels                     float32 (3, 256): quantised bigram probability, backoff, trigram probability
    bigrams                    uint32 cells: fingerprint 16 bits, probability 8, backoff 8
    trigram_marks              uint16 cells: fingerprint; trigram_values uint8 cells: probability

A pair's cell is the exclusive or of three cells (see static_table). All scores are natural logarithms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import FOLDER
from pipeline.errors import ConfigError
from pipeline.restore import static_table
from pipeline.restore.corpus import SPECIAL
from pipeline.restore.corpus import UNKNOWN as UNKNOWN_CLASS
from pipeline.restore.kneser_ney import Estimates, Floats

FORMAT = "sohoa trigrams"
VERSION = 1
_ALIGN = 64
UNKNOWN = SPECIAL.index(UNKNOWN_CLASS)
_WORD = np.uint64(16)
_BYTE = np.uint32(255)

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LanguageModel:
    """Words are numbers of rows in lexicon.tsv; see `extend`."""

    unigram: Scores
    unigram_backoff: Scores
    levels: Scores
    bigrams: NDArray[np.uint32]
    trigram_marks: NDArray[np.uint16]
    trigram_values: NDArray[np.uint8]
    head: dict[str, Any]

    def extend(self, first: Ids, second: Ids, backoff: Scores, word: Ids) -> tuple[Scores, Scores]:
        """Score of `word` after `first second`, and the backoff weight of the new context `second word`.

        `backoff` is what the call that made `second` gave back (0 for an unknown context). All arrays have
        the same length.
        """
        first, second, word = (self._known(words) for words in (first, second, word))
        pair = second.astype(np.uint64) << _WORD | word.astype(np.uint64)
        known, low, new_backoff = self._pairs(pair, second, word)
        scores = low + backoff
        asked = np.flatnonzero(known & (backoff != 0))
        if len(asked):
            triple = first[asked].astype(np.uint64) << np.uint64(32) | pair[asked]
            found, values = self._triples(triple)
            scores[asked[found]] = values[found]
        return scores, new_backoff

    def _known(self, words: Ids) -> Ids:
        # Words that a user added to the lexicon have no n-grams.
        if words.max(initial=0) < len(self.unigram):
            return words
        return np.where(words < len(self.unigram), words, UNKNOWN)

    def _pairs(
        self, pair: static_table.Keys, second: Ids, word: Ids
    ) -> tuple[NDArray[np.bool_], Scores, Scores]:
        hashes = static_table.mixed(pair, self.head["bigram_seed"])
        a, b, c = static_table.places(hashes, len(self.bigrams) // 3)
        cells = self.bigrams[a] ^ self.bigrams[b] ^ self.bigrams[c]
        known = (cells >> np.uint32(16)) == static_table.fingerprints(hashes)
        low = np.where(
            known,
            self.levels[0, (cells >> np.uint32(8)) & _BYTE],
            self.unigram_backoff[second] + self.unigram[word],
        )
        return known, low, np.where(known, self.levels[1, cells & _BYTE], np.float32(0))

    def _triples(self, triple: static_table.Keys) -> tuple[NDArray[np.bool_], Scores]:
        hashes = static_table.mixed(triple, self.head["trigram_seed"])
        marks, values = self.trigram_marks, self.trigram_values
        a, b, c = static_table.places(hashes, len(marks) // 3)
        found = (marks[a] ^ marks[b] ^ marks[c]) == static_table.fingerprints(hashes)
        return found, self.levels[2, values[a] ^ values[b] ^ values[c]]


@lru_cache(maxsize=2)
def load_model(path: Path = FOLDER / "language_model.bin") -> LanguageModel:
    """Map the model at `path`; forked processes share its pages.

    Raises ConfigError when the file is missing, cut short or of another format.
    """
    try:
        raw = np.memmap(path, dtype=np.uint8, mode="r")
        line = bytes(raw[: 1 << 16]).split(b"\n", 1)[0]
        head = json.loads(line)
        if head["format"] != FORMAT or head["version"] != VERSION:
            raise ValueError(f"format {head['format']} {head['version']}")
        arrays = {
            # A plain array over the same pages: every slice of a memmap costs a Python call.
            name: np.asarray(raw[start : start + size]).view(np.ndarray).view(kind).reshape(shape)
            for name, start, size, kind, shape in head["arrays"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"cannot read the language model {path}: {error}", hint="Run make language-model"
        ) from error
    small = {name: np.array(arrays.pop(name)) for name in ("unigram", "unigram_backoff", "levels")}
    return LanguageModel(**small, **arrays, head=head)


def write_model(path: Path, estimates: Estimates, notes: dict[str, Any]) -> None:
    """Quantise `estimates` and write them to `path`; `notes` go into the head."""
    levels = np.zeros((3, 256), dtype=np.float32)
    bigram, levels[0] = _quantised(estimates.bigram)
    # A backoff weight of exactly 0 means "context unknown" to `extend`.
    backoff, levels[1] = _quantised(np.where(estimates.bigram_backoff == 0, -1e-6, estimates.bigram_backoff))
    trigram, levels[2] = _quantised(estimates.trigram)
    bigram_seed, bigrams = _table(estimates.bigram_keys, bigram << np.uint32(8) | backoff, 16)
    trigram_seed, trigrams = _table(estimates.trigram_keys, trigram, 8)
    arrays: dict[str, NDArray[Any]] = {
        "unigram": estimates.unigram.astype(np.float32),
        "unigram_backoff": estimates.unigram_backoff.astype(np.float32),
        "levels": levels,
        "bigrams": bigrams,
        "trigram_marks": (trigrams >> np.uint32(8)).astype(np.uint16),
        "trigram_values": (trigrams & _BYTE).astype(np.uint8),
    }
    head = {"format": FORMAT, "version": VERSION, "bigram_seed": bigram_seed, "trigram_seed": trigram_seed}
    head |= {"bigram_count": len(estimates.bigram_keys), "trigram_count": len(estimates.trigram_keys)} | notes
    _write(path, head, arrays)


def _table(keys: static_table.Keys, values: NDArray[np.uint32], bits: int) -> tuple[int, NDArray[np.uint32]]:
    for seed in range(1, 20):
        marks = static_table.fingerprints(static_table.mixed(keys, seed)).astype(np.uint32)
        found = static_table.build(keys, marks << np.uint32(bits) | values, seed)
        if found is not None:
            return seed, found
    raise ValueError("the n-grams cannot be placed in a table")


def _quantised(values: Floats) -> tuple[NDArray[np.uint32], Scores]:
    """256 levels that hold equally many values each; a level's value is its mean."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, 257)[1:-1]))
    bins = np.searchsorted(edges, values)
    counts = np.maximum(np.bincount(bins, minlength=256), 1)
    return bins.astype(np.uint32), (np.bincount(bins, values, 256) / counts).astype(np.float32)


def _write(path: Path, head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    placed: list[list[Any]] = []
    for name, values in arrays.items():
        placed.append([name, 0, values.nbytes, values.dtype.str, list(values.shape)])
    # The head's own length moves the arrays: room is kept for offsets of ten digits.
    start = -(-(len(json.dumps(head | {"arrays": placed})) + 10 * len(placed) + 1) // _ALIGN) * _ALIGN
    for row in placed:
        row[1] = start
        start = -(-(start + row[2]) // _ALIGN) * _ALIGN
    with path.open("wb") as file:
        file.write(json.dumps(head | {"arrays": placed}).encode() + b"\n")
        for row, values in zip(placed, arrays.values(), strict=True):
            file.seek(row[1])
            file.write(values.tobytes())
