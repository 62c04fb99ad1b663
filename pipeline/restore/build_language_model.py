"""Build the language model and the lexicon of restoration from plain text, in numpy alone.

    python -m pipeline.restore.build_language_model --corpus ../shared/corpus --exclude FILE ...

`--corpus` takes files or folders of plain text (`*.txt`, `*.txt.xz`); `law=3:path` counts a file three times.
Everything that shares twelve words in a row with an `--exclude` file is cut first. Writes
`language_model.bin` and `lexicon.tsv` into `--out` (default: the program's dictionaries).
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.dictionary import FOLDER
from pipeline.restore import corpus, domain_text
from pipeline.restore.kneser_ney import Counts, counted, estimate, merged
from pipeline.restore.language_model import write_model
from pipeline.restore.syllable import is_syllable

MINIMUM_SYLLABLE, MINIMUM_ACRONYM, MINIMUM_OTHER = 3, 40, 300
BIGRAMS, TRIGRAMS = 800_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One training file as token numbers, how often it counts, and its digest."""

    name: str
    weight: int
    stream: NDArray[np.int32]
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the lexicon: `count` in the training text, share written with a capital or in capitals."""

    word: str
    kind: str
    count: int
    capital: float


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    numbering = corpus.Numbering()
    tests = numbering.encode(path.read_text(encoding="utf-8", errors="replace") for path in options.exclude)
    parts = [_read(spec, numbering) for spec in _specs(options.corpus)]
    parts = _without_tests(parts, tests.copy(), numbering)
    spoken = [text + "\n" for text in domain_text.sentences()]
    parts.append(Part("dictionaries", domain_text.WEIGHT, numbering.encode(spoken).copy(), _digest(spoken)))
    entries, ids = lexicon(list(numbering.numbers), parts)
    grams = [_grams(part, ids) for part in parts]
    weights = [part.weight for part in parts]
    trigrams = merged([three for three, _ in grams], weights)
    bigrams = merged([two for _, two in grams], weights)
    estimated = estimate(trigrams, bigrams, len(entries), (options.bigrams, options.trigrams))
    digest = hashlib.sha256(" ".join(part.digest for part in parts).encode()).hexdigest()[:16]
    write_model(options.out / "language_model.bin", estimated, {"corpus": digest, "words": len(entries)})
    _write_lexicon(options.out / "lexicon.tsv", entries, parts, digest)
    print(f"{len(entries)} words, {len(estimated.trigram_keys)} trigrams, corpus {digest}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build the language model of restoration.")
    parser.add_argument("--corpus", nargs="+", required=True, help="[WEIGHT=]file or folder")
    parser.add_argument("--exclude", nargs="*", type=Path, default=[], help="test texts to cut out")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--bigrams", type=int, default=BIGRAMS)
    parser.add_argument("--trigrams", type=int, default=TRIGRAMS)
    return parser.parse_args(arguments)


def _specs(given: Iterable[str]) -> list[tuple[int, Path]]:
    specs = []
    for spec in given:
        weight, _, path = spec.rpartition("=")
        root = Path(path)
        files = sorted([*root.glob("*.txt"), *root.glob("*.txt.xz")]) if root.is_dir() else [root]
        specs += [(int(weight or 1), file) for file in files]
    return specs


def _read(spec: tuple[int, Path], numbering: corpus.Numbering) -> Part:
    weight, path = spec
    digest = hashlib.sha256()

    def texts() -> Iterable[str]:
        for text in corpus.documents(path):
            digest.update(text.encode())
            yield text

    return Part(path.name, weight, numbering.encode(texts()), digest.hexdigest())


def _without_tests(parts: list[Part], tests: NDArray[np.int32], numbering: corpus.Numbering) -> list[Part]:
    """Cut what test texts also contain; equal in canonical form counts as equal."""
    classes: dict[str, int] = {}
    names = [corpus.token_class(token) for token in numbering.numbers]
    canonical = np.array([classes.setdefault(name, len(classes)) for name in names], dtype=np.int32)
    words = np.array([name not in (corpus.BOUNDARY, corpus.COMMA) for name in classes])
    kept = []
    for part in parts:
        cut = corpus.overlapping(canonical[part.stream], canonical[tests], words)
        print(f"{part.name}: {len(cut)} tokens, {int(cut.sum())} cut as test text", flush=True)
        kept.append(Part(part.name, part.weight, part.stream[~cut], part.digest))
    return kept


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def lexicon(raw: list[str], parts: list[Part]) -> tuple[list[Entry], NDArray[np.uint16]]:
    """Choose the vocabulary: (entries by id, id of each raw token)."""
    counts = sum(np.bincount(part.stream, minlength=len(raw)) for part in parts)
    given = np.bincount(parts[-1].stream, minlength=len(raw))
    # Of each word: count, with a capital, in capitals, in the dictionaries' own text.
    totals: dict[str, list[int]] = {}
    for token, count, sure in zip(raw, np.asarray(counts).tolist(), given.tolist(), strict=True):
        total = totals.setdefault(corpus.token_class(token), [0, 0, 0, 0])
        total[0] += count
        total[1] += count if token[0].isupper() and not token.isupper() else 0
        total[2] += count if token.isupper() else 0
        total[3] += sure
    entries = [Entry(word, "special", totals.get(word, [0])[0], 0.0) for word in corpus.SPECIAL]
    chosen = [(word, kind, total) for word, total in totals.items() if (kind := _kind(word, total))]
    chosen.sort(key=lambda item: (-item[2][0], item[0]))
    entries += [Entry(word, kind, total[0], _capital(kind, total)) for word, kind, total in chosen]
    number = {entry.word: index for index, entry in enumerate(entries)}
    unknown = number[corpus.UNKNOWN]
    ids = np.array([number.get(corpus.token_class(token), unknown) for token in raw], dtype=np.uint16)
    return entries, ids


def _capital(kind: str, total: list[int]) -> float:
    count, title, upper, _ = total
    return round(upper / count if kind == "acronym" else title / max(1, count - upper), 3)


def _kind(word: str, total: list[int]) -> str:
    count, _, upper, sure = total
    if word in corpus.SPECIAL or not word.isalpha() or len(word) > 20:
        return ""
    if len(word) == 1:
        return "letter" if count >= MINIMUM_OTHER else ""
    if is_syllable(word):
        return "syllable" if count >= MINIMUM_SYLLABLE or sure else ""
    if count >= MINIMUM_ACRONYM and upper >= 0.7 * count:
        return "acronym"
    return "name" if sure else "other" if count >= MINIMUM_OTHER else ""


def _grams(part: Part, ids: NDArray[np.uint16]) -> tuple[Counts, Counts]:
    stream = ids[part.stream].astype(np.uint64)
    # A run of boundaries (a full stop and the end of its line) is one boundary.
    stream = stream[np.concatenate(([True], (stream[1:] != 0) | (stream[:-1] != 0)))]
    two = stream[:-1] << np.uint64(16) | stream[1:]
    return counted(two[:-1] << np.uint64(16) | stream[2:]), counted(two)


def _write_lexicon(path: Path, entries: list[Entry], parts: list[Part], digest: str) -> None:
    sources = ", ".join(f"{part.name} x{part.weight}" for part in parts)
    head = (
        "# title: Words of the language model: syllables in use, acronyms, names\n# version: 1\n"
        f"# source: counts in {sources}; built by pipeline.restore.build_language_model\n"
        "# licence: counts are facts; no text of the sources is contained\n"
        f"# corpus: {digest}\n# order: the row number is the word's number in language_model.bin\n"
        "word\tkind\tcount\tcapital\n"
    )
    rows = "".join(f"{e.word}\t{e.kind}\t{e.count}\t{e.capital:g}\n" for e in entries)
    path.write_text(head + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
