"""The written syllable: onset, rime and tone, and whether the orthography allows them together.

The rules are those of the school grammar (domain facts; rimes in dictionaries/rimes.tsv). They accept
spellings that nobody uses; the language model's vocabulary says which ones are in use.

`pipeline.syllable` asks whether a word is spelt as Vietnamese is, to tell it from garble: a tone on the wrong
letter is refused there and taken here, where restoration mends it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pipeline.dictionary import table
from pipeline.restore.orthography import to_old_style

TONES = {
    "\u0300": "huyền",
    "\u0301": "sắc",
    "\u0309": "hỏi",
    "\u0303": "ngã",
    "\u0323": "nặng",
}
LEVEL = "ngang"

# Longest first, so that ngh is tried before ng and n.
_ONSETS = (
    *("ngh",),
    *("ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x"),
    "",
)
_FRONT = ("i", "e", "ê", "y")
_NEVER_BEFORE_FRONT = ("c", "g", "ng")
_ONLY_BEFORE_FRONT = ("gh", "ngh")
_STOPPED = ("p", "t", "c", "ch")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A legal syllable: lower case, `rime` without tone."""

    onset: str
    rime: str
    tone: str


@lru_cache(maxsize=65_536)
def parse(word: str) -> Syllable | None:
    """The parts of `word` (any case, either tone placement), or None when it is no legal syllable.

    >>> parse("Nghiêng")
    Syllable(onset='ngh', rime='iêng', tone='ngang')
    >>> parse("gì"), parse("quyết").rime, parse("stc")
    (Syllable(onset='gi', rime='i', tone='huyền'), 'yêt', None)
    """
    lower = to_old_style(unicodedata.normalize("NFC", word.lower()))
    base, tone = split_tone(lower)
    if base is None or not 1 <= len(base) <= 7:
        return None
    if tone not in ("sắc", "nặng") and base.endswith(_STOPPED):
        return None
    for onset in _ONSETS:
        rime = base[len(onset) :]
        if base.startswith(onset) and _fits(onset, rime):
            return Syllable(onset, rime, tone)
    return _gi_syllable(base, tone)


def split_tone(word: str) -> tuple[str | None, str]:
    """`word` without its tone mark, and the tone's name; (None, "") when it carries two tones.

    >>> split_tone("tiếng")
    ('tiêng', 'sắc')
    """
    kept, tone = [], LEVEL
    for character in unicodedata.normalize("NFD", word):
        if character in TONES:
            if tone != LEVEL:
                return None, ""
            tone = TONES[character]
        else:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def is_syllable(word: str) -> bool:
    """True when the orthography allows `word` as one syllable."""
    return parse(word) is not None


def _fits(onset: str, rime: str) -> bool:
    free, after_qu = _rimes()
    if onset == "qu":
        return rime in after_qu
    if rime not in free or (onset == "gi" and rime.startswith(("iê", "ia"))):
        return False
    front = rime.startswith(_FRONT)
    if onset in _NEVER_BEFORE_FRONT:
        return not front
    if onset in _ONLY_BEFORE_FRONT:
        return front
    return not (onset == "" and rime.startswith("iê")) and not (onset and rime.startswith("yê"))


def _gi_syllable(base: str, tone: str) -> Syllable | None:
    # gi before i or iê writes one i only: gì, gìn, giếng.
    free, _ = _rimes()
    rime = base[1:]
    if base.startswith("gi") and rime in free:
        return Syllable("gi", rime, tone)
    return None


@lru_cache(maxsize=1)
def _rimes() -> tuple[frozenset[str], frozenset[str]]:
    rows = table("rimes").rows
    return (
        frozenset(row["rime"] for row in rows if row["free"]),
        frozenset(row["rime"] for row in rows if row["after_qu"]),
    )
