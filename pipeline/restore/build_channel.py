"""Learn how Tesseract garbles Vietnamese: P(observed | true) from pairs of page texts.

    python -m pipeline.restore.build_channel --pairs FOLDER ... --language eng

Each folder holds `<name>.gt` and `<name>.eng.txt`, `<name>.vie.txt` (see
pipeline/evaluate/render_ocr_pairs.py). Writes
`channel_<language>_letters.tsv` (one true letter -> 0 to 3 observed characters) and
`channel_<language>_words.tsv` (true word -> observed token, with counts), and prints how often words were
joined and broken.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from pipeline.dictionary import FOLDER
from pipeline.restore.aligned_pairs import core, groups
from pipeline.restore.orthography import strip_diacritics, to_old_style

LONGEST = 3
ROUNDS = 4
Pairs = Counter[tuple[str, str]]
Letters = dict[str, dict[str, float]]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Learn a channel model from OCR pairs.")
    parser.add_argument("--pairs", nargs="+", type=Path, required=True)
    parser.add_argument("--language", choices=("eng", "vie"), required=True)
    parser.add_argument("--skip", default="test_", help="leave out pages whose name starts so")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    pages = [
        page
        for folder in options.pairs
        for page in sorted(folder.glob("*.gt"))
        if not page.name.startswith(tuple(options.skip.split(",")))
    ]
    pairs, shapes = collect(pages, options.language)
    letters = learn(pairs)
    source = f"{sum(pairs.values())} words of {len(pages)} rendered pages"
    _write(options.out / f"channel_{options.language}_letters.tsv", letters, options.language, source)
    _write_words(options.out / f"channel_{options.language}_words.tsv", pairs, options.language, source)
    print(source, dict(shapes.most_common(8)))


def collect(pages: Iterable[Path], language: str) -> tuple[Pairs, Counter[tuple[int, int]]]:
    """Pairs of (true word, observed token) with counts, and how many words came as how many tokens."""
    pairs: Pairs = Counter()
    shapes: Counter[tuple[int, int]] = Counter()
    for page in pages:
        observed = page.with_name(f"{page.stem}.{language}.txt")
        if not observed.is_file():
            continue
        for group in groups(page.read_text(encoding="utf-8"), observed.read_text(encoding="utf-8")):
            shapes[len(group.truth), len(group.observed)] += 1
            if len(group.truth) == len(group.observed) == 1:
                word, token = core(group.truth[0]), core(group.observed[0])
                if word.isalpha() and token and len(token) <= 2 * len(word) + 2:
                    pairs[to_old_style(word), token] += 1
    return pairs, shapes


def learn(pairs: Pairs) -> Letters:
    """P(observed characters | true letter) by expectation maximisation over best alignments."""
    letters: Letters | None = None
    for _ in range(ROUNDS):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for (word, token), count in pairs.items():
            for letter, piece in _aligned(word, token, letters):
                counts[letter][piece] += count
        letters = {letter: _smoothed(pieces) for letter, pieces in counts.items()}
    return letters or {}


def _smoothed(pieces: Counter[str]) -> dict[str, float]:
    total = sum(pieces.values())
    return {piece: math.log((count - 0.3) / total) for piece, count in pieces.items()}


def _aligned(word: str, token: str, letters: Letters | None) -> list[tuple[str, str]]:
    """The likeliest cut of `token` into one piece for each letter of `word`."""
    width = len(token)
    best = [0.0] + [-math.inf] * width
    choices: list[list[int]] = []
    for letter in word:
        row, chosen = [-math.inf] * (width + 1), [0] * (width + 1)
        for end in range(width + 1):
            for length in range(min(LONGEST, end) + 1):
                if best[end - length] == -math.inf:
                    continue
                score = best[end - length] + _log_probability(letter, token[end - length : end], letters)
                if score > row[end]:
                    row[end], chosen[end] = score, length
        best = row
        choices.append(chosen)
    if best[width] < -60 or best[width] < -9 * len(word):
        return []
    pieces, end = [], width
    for letter, chosen in zip(reversed(word), reversed(choices), strict=True):
        pieces.append((letter, token[end - chosen[end] : end]))
        end -= chosen[end]
    return pieces


def _log_probability(letter: str, piece: str, letters: Letters | None) -> float:
    if letters is not None and (known := letters.get(letter, {}).get(piece)) is not None:
        return known
    if letters is None and strip_diacritics(piece).lower() == strip_diacritics(letter).lower():
        return -0.3
    return (-4.0, -5.0, -7.5, -10.0)[len(piece)] - (2.0 if letters else 0.0)


def _write(path: Path, letters: Letters, language: str, source: str) -> None:
    rows = [
        f"{letter}\t{piece}\t{value:.3f}\n"
        for letter, pieces in sorted(letters.items())
        for piece, value in sorted(pieces.items(), key=lambda item: -item[1])
        if value > -11
    ]
    head = _head(f"What tesseract -l {language} writes for one letter", source)
    path.write_text(head + "letter\tpiece\tlog_probability\n" + "".join(rows), encoding="utf-8")


def _write_words(path: Path, pairs: Pairs, language: str, source: str) -> None:
    totals: Counter[str] = Counter()
    for (word, _), count in pairs.items():
        totals[word] += count
    rows = [
        f"{word}\t{token}\t{count}\t{totals[word]}\n"
        for (word, token), count in sorted(pairs.items(), key=lambda item: (item[0][0], -item[1]))
        if count >= 2 and not (language == "vie" and word == token)
    ]
    head = _head(f"What tesseract -l {language} writes for whole words", source)
    path.write_text(head + "word\tobserved\tcount\ttotal\n" + "".join(rows), encoding="utf-8")


def _head(title: str, source: str) -> str:
    return f"# title: {title}\n# version: 1\n# source: {source}\n# licence: CC0-1.0\n"


if __name__ == "__main__":
    main()
