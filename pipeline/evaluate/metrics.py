"""Error rates of recognised text: characters, words and diacritics.

Characters are grapheme clusters of NFC text, so that a letter with two marks counts once.
"""

from __future__ import annotations

import unicodedata

import regex
from rapidfuzz.distance import Levenshtein


def graphemes(text: str) -> list[str]:
    """The grapheme clusters of `text` in NFC, blanks collapsed."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    return list(regex.findall(r"\X", tidy))


def cer(truth: str, hypothesis: str) -> float:
    """Character error rate: edits needed a character of `truth`.

    >>> cer("Số", "So")
    0.5
    """
    return _rate(graphemes(truth), graphemes(hypothesis))


def wer(truth: str, hypothesis: str) -> float:
    """Word error rate over blank-separated words.

    >>> wer("ngày 04 tháng 02", "ngày 04 thang 02")
    0.25
    """
    return _rate(
        unicodedata.normalize("NFC", truth).split(), unicodedata.normalize("NFC", hypothesis).split()
    )


def diacritic_error_rate(truth: str, hypothesis: str) -> float:
    """Share of the aligned equal base letters whose marks or tones differ.

    >>> diacritic_error_rate("hoa", "hoá")
    0.3333333333333333
    """
    wanted, got = graphemes(truth), graphemes(hypothesis)
    bases = [[base_letter(one) for one in side] for side in (wanted, got)]
    same = wrong = 0
    for block in Levenshtein.opcodes(*bases):
        if block.tag != "equal":
            continue
        for i, j in zip(
            range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True
        ):
            if wanted[i].isalpha():
                same += 1
                wrong += wanted[i] != got[j]
    return wrong / same if same else 0.0


def base_letter(character: str) -> str:
    """The letter without marks and tones: `ệ` and `e` give `e`, `đ` gives `d`."""
    plain = unicodedata.normalize("NFD", character)[:1]
    return {"đ": "d", "Đ": "D"}.get(plain, plain)


def _rate(truth: list[str], hypothesis: list[str]) -> float:
    if not truth:
        return 0.0 if not hypothesis else 1.0
    return Levenshtein.distance(truth, hypothesis) / len(truth)
