"""Is a word a Vietnamese syllable? The grammar of onset, rime and tone, and shares over a text.

Source: the orthography in use since 1945 as described in the domain facts, section 6.4: 27 onsets, 158
rimes, six tones, and the few rules which of them meet. Both tone placements are legal (`hòa`, `hoà`).
Legal does not mean attested: the test separates Vietnamese from garble, it is no spelling check.

`pipeline.restore.syllable` knows the same grammar for another question: it takes a word apart wherever its
tone stands, as restoration must; here a tone on the wrong letter is a sign of garble.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
a ai ay ao au am an ang anh ap at ac ach ăm ăn ăng ăp ăt ăc ây âu âm ân âng âp ât âc
e eo em en eng ep et ec ê êu êm ên ênh êp êt êch i iu y im in inh ip it ich
ia iêu iêm iên iêng iêp iêt iêc o oi om on ong oong op ot oc ooc ô ôi ôm ôn ông ôp ôt ôc
ơ ơi ơm ơn ơp ơt u ui um un ung up ut uc ua uôi uôm uôn uông uôt uôc ư ưi ưu ưm ưn ưng ưt ưc
ưa ươi ươu ươm ươn ương ươp ươt ươc
oa oai oay oao oe oeo oam oan oang oanh oăm oăn oăng oen oap oat oac oach oăt oăc oet
uây uê uơ uy uya uyu uân uâng uênh uyên uyn uynh uât uêch uyêt uych uyp uyt
"""
_RIMES_AFTER_QU = """
a ai ay ao au am an ang anh ap at ac ach ăm ăn ăng ăp ăt ăc ây ân âng ât e eo en em eng et ec
ê ên ênh êt êch ơ ơn y yên yêt yt ynh ych i it in inh ich ôc
"""
_RIMES_ALONE = "yêu yêm yên yêng yêt"  # what is spelt iê after an onset
_BEFORE_Y = frozenset({"", "h", "k", "l", "m", "s", "t", "th", "v"})
_FRONT = frozenset("ieêy")
_STOPPED = ("p", "t", "c", "ch")
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # ngang huyền sắc hỏi ngã nặng
_STOPPED_TONES = ("\u0301", "\u0323")  # rimes that end in a stop have sắc or nặng only
_GLIDE_RIMES_TWO_WAYS = frozenset({"oa", "oe", "uy"})
_MARKED_VOWELS = "ơêâăôư"  # the tone stands on these; ơ before ư in ươ, ê after y
_PIECE = re.compile(r"[^\W_]+")
_FEWEST_LETTERS = 2


def is_legal(word: str) -> bool:
    """Whether `word` (NFC, any case) can be a Vietnamese syllable, in old or new tone placement.

    >>> is_legal("Nghị"), is_legal("hoà"), is_legal("cgxc")
    (True, True, False)
    """
    return word.lower() in _syllables()


def legal_share(text: str) -> float:
    """Share of Vietnamese syllables among the words of `text`: 0.97 and more for clean text, 0.65 and
    less for garble.

    Acronyms, codes and single letters say nothing and are left out; 0.0 when no word is left.
    """
    words = list(_telling_words(text))
    return sum(map(is_legal, words)) / len(words) if words else 0.0


def marked_share(text: str) -> float:
    """Share of words with Vietnamese diacritics: 0.75 to 0.9 for clean text, below 0.3 for
    garble."""
    words = list(_telling_words(text))
    return sum(not word.isascii() for word in words) / len(words) if words else 0.0


def count_words(text: str) -> int:
    """How many words `legal_share` judges by."""
    return sum(1 for _ in _telling_words(text))


def _telling_words(text: str) -> Iterator[str]:
    for chunk in text.split():
        is_code = "/" in chunk and any(character.isdigit() for character in chunk)
        for piece in () if is_code else _PIECE.findall(chunk):
            if _is_telling(piece):
                yield piece


def _is_telling(piece: str) -> bool:
    if len(piece) < _FEWEST_LETTERS or not any(character.isalpha() for character in piece):
        return False
    if not piece.isalpha():
        # Digits inside a small-letter word are misread letters (`c6ng`); `H1N1` and `m2` are not.
        return len(piece) > _FEWEST_LETTERS and any(character.islower() for character in piece)
    capitals = sum(character.isupper() for character in piece)
    return capitals <= 1 or (capitals == len(piece) and is_legal(piece))


# --- the grammar ----------------------------------------------------------------------------------


@cache
def _syllables() -> frozenset[str]:
    """All legal syllables, lower case, NFC: about 20,000 strings."""
    return frozenset(
        spelling
        for onset, rime in _bases()
        for tone in (_STOPPED_TONES if rime.endswith(_STOPPED) else _TONES)
        for spelling in _spellings(onset, rime, tone)
    )


def _bases() -> Iterator[tuple[str, str]]:
    for onset in ["", *_ONSETS.split()]:
        if onset == "qu":
            yield from ((onset, rime) for rime in _RIMES_AFTER_QU.split())
        else:
            yield from ((onset, rime) for rime in _RIMES.split() if _may_meet(onset, rime))
    yield from (("", rime) for rime in _RIMES_ALONE.split())
    # gi before i and iê loses one i: gì, gìn, giếng
    yield from (("g", rime) for rime in _RIMES.split() if rime.startswith(("i", "iê")))


def _may_meet(onset: str, rime: str) -> bool:
    is_front = rime[0] in _FRONT
    if onset in ("k", "gh", "ngh"):
        return is_front or onset == "k"
    if onset in ("c", "g", "ng"):
        return not is_front
    if onset == "":
        return not rime.startswith("iê")
    if onset == "gi":
        return rime[0] not in "iy"
    return rime != "y" or onset in _BEFORE_Y


def _spellings(onset: str, rime: str, tone: str) -> Iterator[str]:
    for place in _tone_places(rime):
        yield onset + unicodedata.normalize("NFC", rime[: place + 1] + tone) + rime[place + 1 :]


def _tone_places(rime: str) -> tuple[int, ...]:
    """Index of the letter that carries the tone; two of them where old and new placement differ."""
    if rime in _GLIDE_RIMES_TWO_WAYS:
        return (0, 1)
    for vowel in _MARKED_VOWELS:
        if vowel in rime:
            return (rime.index(vowel),)
    return (1,) if rime.startswith(("oa", "oe", "oo", "uy")) else (0,)
