"""How well restoration does, with counts: seeds, rendered pages, harm, speed, calibration.

usage: python -m pipeline.evaluate.restoration [--shared DIR]

Words are compared in canonical tone placement without punctuation at their edges. On rendered pages only
lines that OCR found are counted: at least half of their letters must be in its text. Pages named test_*
trained neither the language model nor the channel.
"""

from __future__ import annotations

import argparse
import bisect
import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from pipeline.evaluate.restoration_speed import Figures, speed
from pipeline.model import Edit, RestoredText
from pipeline.restore import REVIEW_MARGIN, restore_text
from pipeline.restore.orthography import strip_diacritics, to_old_style
from pipeline.restore.tokens import is_protected

ROOT = Path(__file__).resolve().parents[2]
_MARKS = ".,;:!?()[]{}\"“”‘’'…*«»-–—_|¬~`^•=<>/\\"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over the words of the lines that OCR found."""

    words: int = 0
    right_before: int = 0
    right_after: int = 0
    harmed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.words + other.words,
            self.right_before + other.right_before,
            self.right_after + other.right_after,
            self.harmed + other.harmed,
        )


def evaluate(shared: Path) -> Figures:
    """All figures that the data in `shared` allows; prints each with its counts."""
    figures: Figures = {}
    if (shared / "seeds").is_dir():
        figures |= stripped_seeds(shared / "seeds") | garbled_seed(shared / "seeds")
    else:
        print(f"seeds: skipped, {shared / 'seeds'} is not there")
    archive = shared / "ocr_pairs/pairs.tar.xz"
    if archive.is_file():
        pages = read_pairs(archive)
        figures |= english_pages(pages) | vietnamese_pages(pages)
    else:
        print(f"rendered pages: skipped, {archive} is not there")
    return figures | (speed(shared / "seeds") if (shared / "seeds").is_dir() else {})


# --- the data sets --------------------------------------------------------------------------------


def stripped_seeds(folder: Path) -> Figures:
    """Syllables right after all diacritics were taken away, and how margins and errors agree."""
    total = right = sure = sure_right = 0
    for path in sorted(folder.glob("00[1-4]_*.txt")):
        truth = path.read_text(encoding="utf-8")
        result = restore_text(strip_diacritics(truth), "stripped")
        wanted, got = (re.findall(r"[^\W\d_]+", to_old_style(text)) for text in (truth, result.text))
        total += len(wanted)
        right += sum(a == b for a, b in zip(wanted, got, strict=True))
        for edit in result.edits:
            if edit.margin >= REVIEW_MARGIN:
                sure += 1
                sure_right += to_old_style(truth[edit.span.start : edit.span.end]) == edit.after
        _calibration(truth, result)
    print(f"(a) stripped seeds 001-004: {right} of {total} syllables right")
    print(f"(f) restored with margin above {REVIEW_MARGIN:g}: {sure_right} of {sure} right")
    return {"stripped_syllables": right / total, "sure_right": sure_right / sure}


def _calibration(truth: str, result: RestoredText) -> None:
    steps = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 100.0)
    rows = []
    for low, high in pairwise(steps):
        edits = [edit for edit in result.edits if low <= edit.margin < high and edit.before != edit.after]
        right = sum(to_old_style(truth[edit.span.start : edit.span.end]) == edit.after for edit in edits)
        rows.append(f"{low:g}-{high:g}: {right}/{len(edits)}")
    print(f"    right by margin: {'  '.join(rows)}")


def garbled_seed(folder: Path) -> Figures:
    """The document that an English model read."""
    truth = (folder / "000_truth.txt").read_text(encoding="utf-8")
    observed = next(path for path in folder.glob("000_*.txt") if path.name != "000_truth.txt")
    text = observed.read_text(encoding="utf-8")
    score = compare(truth, text, restore_text(text).text, every_line=True)
    _show("(b) seed 000, mode chosen by itself", score)
    return {"seed_000_words": score.right_after / score.words}


def english_pages(pages: dict[str, dict[str, str]]) -> Figures:
    """Rendered pages that an English model read, by level of damage."""
    figures: Figures = {}
    sure = sure_right = 0
    for level in ("d0", "d1", "d2", "d3"):
        score, _ = _scored(pages, level, "eng", "english")
        for name, texts in pages.items():
            if name.endswith(level):
                rated = list(_rated_edits(texts["gt"], restore_text(texts["eng"], "english")))
                sure += sum(margin >= REVIEW_MARGIN for margin, _ in rated)
                sure_right += sum(right for margin, right in rated if margin >= REVIEW_MARGIN)
        _show(f"(b) English-OCR pages, level {level}", score)
        figures[f"english_{level}_words"] = score.right_after / score.words
    print(f"(f) English-OCR pages, margin above {REVIEW_MARGIN:g}: {sure_right} of {sure} right")
    return figures | {"english_sure_right": sure_right / max(1, sure)}


def _rated_edits(truth: str, result: RestoredText) -> Iterator[tuple[float, bool]]:
    """(margin, right) of each word that restoration wrote; words are found again by alignment."""
    spans = [found.span() for found in re.finditer(r"\S+", result.text) if words(found[0])]
    right = _right([words(result.text[a:b])[0] for a, b in spans], words(truth))
    starts = [start for start, _ in spans]
    shift = 0
    for edit in result.edits:
        place = bisect.bisect_right(starts, edit.span.start + shift) - 1
        shift += len(edit.after) - len(edit.before)
        if place >= 0 and edit.before != edit.after and any(c.isalpha() for c in edit.after):
            yield edit.margin, right[place]


def vietnamese_pages(pages: dict[str, dict[str, str]]) -> Figures:
    """Rendered pages that the Vietnamese model read: errors left, and right words made wrong."""
    figures: Figures = {}
    changed = 0
    for name, levels in (("clean", ("d0", "d1")), ("degraded", ("d2", "d3"))):
        whole = Score()
        for level in levels:
            score, edits = _scored(pages, level, "vie", "vietnamese")
            changed += sum(is_protected(edit.before) and edit.before != edit.after for edit in edits)
            _show(f"(c) vie-OCR pages, level {level}", score)
            whole += score
        left = (whole.words - whole.right_after) / (whole.words - whole.right_before)
        figures[f"vie_{name}_errors_left"] = left
        figures[f"vie_{name}_harm"] = whole.harmed / whole.right_before
        print(
            f"(d) {name}: {left:.1%} of the errors left; right words made wrong "
            f"{whole.harmed} of {whole.right_before} = {whole.harmed / whole.right_before:.3%}"
        )
    print(f"(d) numbers, dates and codes changed: {changed}")
    return figures | {"numbers_changed": float(changed)}


# --- comparing ------------------------------------------------------------------------------------


def read_pairs(archive: Path) -> dict[str, dict[str, str]]:
    """Test pages of the archive: name -> {"gt", "eng", "vie"} texts."""
    pages: dict[str, dict[str, str]] = {}
    with tarfile.open(archive) as files:
        for member in files:
            name = Path(member.name).name
            stream = files.extractfile(member) if name.startswith("test_") else None
            if stream is not None:
                page, _, kind = name.partition(".")
                text = io.TextIOWrapper(stream, encoding="utf-8").read()
                pages.setdefault(page, {})[kind.partition(".")[0]] = text
    return pages


def _scored(
    pages: dict[str, dict[str, str]], level: str, language: str, mode: str
) -> tuple[Score, list[Edit]]:
    score = Score()
    edits: list[Edit] = []
    for name, texts in sorted(pages.items()):
        if name.endswith(level):
            result = restore_text(texts[language], mode)
            score += compare(texts["gt"], texts[language], result.text)
            edits += result.edits
    return score, edits


def compare(truth: str, observed: str, restored: str, *, every_line: bool = False) -> Score:
    """Count words of `truth` before and after restoration, in lines that `observed` holds."""
    lines = truth.split("\n")
    found = set(range(len(lines))) if every_line else set(found_lines(lines, observed))
    wanted = [(word, number in found) for number, line in enumerate(lines) for word in words(line)]
    truth_words = [word for word, _ in wanted]
    before, after = (_right(truth_words, words(text)) for text in (observed, restored))
    rows = [(b, a) for (_, counts), b, a in zip(wanted, before, after, strict=True) if counts]
    return Score(
        len(rows), sum(b for b, _ in rows), sum(a for _, a in rows), sum(b and not a for b, a in rows)
    )


def words(text: str) -> list[str]:
    """Words in canonical tone placement without punctuation at their edges."""
    bare = (word.strip(_MARKS) for word in to_old_style(text).split())
    return [word for word in bare if any(c.isalnum() for c in word)]


def found_lines(lines: Iterable[str], observed: str) -> Iterator[int]:
    """Numbers of the true lines of which at least half the letters are in the OCR text, in order."""
    folded = [[strip_diacritics(word).lower() for word in words(line)] for line in lines]
    wanted = " ".join(word for line in folded for word in line)
    got = " ".join(strip_diacritics(word).lower() for word in words(observed))
    same = [False] * len(wanted)
    for step in Levenshtein.opcodes(wanted, got):
        if step.tag == "equal":
            same[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
    place = 0
    for number, line in enumerate(folded):
        hits = 0
        for word in line:
            hits += sum(same[place : place + len(word)])
            place += len(word) + 1
        if line and 2 * hits >= sum(map(len, line)):
            yield number


def _right(truth: list[str], got: list[str]) -> list[bool]:
    right = [False] * len(truth)
    for step in Levenshtein.opcodes(truth, got):
        if step.tag == "equal":
            right[step.src_start : step.src_end] = [True] * (step.src_end - step.src_start)
    return right


def _show(name: str, score: Score) -> None:
    before, after = score.right_before / score.words, score.right_after / score.words
    print(
        f"{name}: {before:.2%} -> {after:.2%} of {score.words} words, {score.harmed} made wrong", flush=True
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    evaluate(ask.parse_args().shared)


if __name__ == "__main__":
    main()
