"""Character errors in header lines, wherever in the text they stand.

Programs order the two columns of a letterhead differently, so that each line of the truth is looked for on
its own: the cost is that of its best place in the text.
"""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.evaluate.metrics import graphemes

_SLACK = 3  # characters by which the best place may reach further than the fuzzy match tells


def header_cer(truths: Mapping[str, str], texts: Mapping[str, str]) -> float:
    """Edits needed a character of all header lines; `truths` and `texts` by file name.

    >>> header_cer({"a": "Số: 12/CT"}, {"a": "Độc lập Số: 17/CT Kính gửi"})
    0.1111111111111111
    """
    errors = total = 0
    for name, header in truths.items():
        text = "".join(graphemes(texts.get(name, "")))
        for line in header.split("\n"):
            wanted = "".join(graphemes(line))
            errors += _line_errors(wanted, text) if wanted else 0
            total += len(wanted)
    return errors / total if total else 0.0


def _line_errors(line: str, text: str) -> int:
    place = fuzz.partial_ratio_alignment(line, text)
    if not place:
        return len(line)
    starts = range(max(0, place.dest_start - _SLACK), place.dest_start + _SLACK)
    ends = range(place.dest_end - _SLACK, place.dest_end + _SLACK + 1)
    found = min(Levenshtein.distance(line, text[start:end]) for start in starts for end in ends)
    return min(found, len(line))
