"""What an archive says of a document beyond its letterhead: its language and keywords.

Keywords (`Từ khóa` of Thông tư 02/2019/TT-BNV) are subject headings whose words the subject has.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import regex

from pipeline.dictionary import table
from pipeline.extract.cells import Cells
from pipeline.syllable import count_words, legal_share

_FEWEST_WORDS = 20
_VIETNAMESE = 0.8  # share of syllables: clean text has 0.97 and more, garbled text 0.65 and less
_SURE = 0.85
LONGEST = 100  # characters the archival standard leaves for keywords


def add_description(cells: Cells, folder: str = "") -> None:
    """Add language and keywords to the cells already found; `folder` holds a user's own headings."""
    text = cells.document.text
    share = legal_share(text)
    if share >= _VIETNAMESE and count_words(text) >= _FEWEST_WORDS:
        cells.add("language", "vie", "share_of_syllables", share)
    subject = next((one for one in cells.fields if one.name == "subject"), None)
    named = keywords(subject.value, folder) if subject else ()
    if subject and named:
        # A misread word of the subject costs a keyword, it does not make a wrong one.
        cells.add("keywords", "; ".join(named), "words_of_subject", _SURE, span=subject.span)


def keywords(subject: str, folder: str = "") -> tuple[str, ...]:
    """The headings named in `subject`, in the order of their first words there.

    >>> keywords("Về việc phát động phong trào thi đua và công tác khen thưởng")
    ('thi đua', 'khen thưởng')
    """
    text = subject.casefold()
    found = []
    for keyword, pattern in _headings(folder):
        match = pattern.search(text)
        if match:
            found.append((match.start(), keyword))
    kept: list[str] = []
    for _, keyword in sorted(found):
        if len("; ".join([*kept, keyword])) <= LONGEST:
            kept.append(keyword)
    return tuple(kept)


@cache
def _headings(folder: str) -> tuple[tuple[str, regex.Pattern[str]], ...]:
    rows = table("keywords", Path(folder) if folder else None).rows
    return tuple((row["keyword"], _pattern(row["phrases"] or row["keyword"])) for row in rows)


def _pattern(phrases: str) -> regex.Pattern[str]:
    listed = "|".join(regex.escape(one.casefold()) for one in phrases.split("|"))
    return regex.compile(rf"(?<!\p{{L}})(?:{listed})(?!\p{{L}})")
