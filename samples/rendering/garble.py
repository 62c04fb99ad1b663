"""Vietnamese as an English OCR reads it. A table and a seeded choice; no OCR program is run.

Tones and marks mostly vanish (`phát động` -> `phat dong`), circumflexes turn into é, 6 or survive by
accident, and some letters become digits. The table was written for this project.
"""

from __future__ import annotations

import random
import re
import unicodedata

# letter -> what it may become; repeated entries are likelier
_LETTERS = {
    "á": "aaaaaá", "à": "aaaaaa", "ả": "aaaaa4", "ã": "aaaaã", "ạ": "aaaaa",
    "ă": "aaaai", "ắ": "aaaái", "ằ": "aaaad", "ẳ": "aaaa", "ẵ": "aaaa", "ặ": "aaaai",
    "â": "aaaa4â", "ấ": "aaaá", "ầ": "aaaa", "ẩ": "aaaA", "ẫ": "aaaa", "ậ": "aaaa",
    "é": "eé", "è": "ee", "ẻ": "ee", "ẽ": "ee", "ẹ": "ee",
    "ê": "éééeê", "ế": "éééé", "ề": "éééé", "ể": "éééé", "ễ": "éé", "ệ": "éééé¢",
    "í": "iiií", "ì": "iiii", "ỉ": "iiii", "ĩ": "iii", "ị": "iii",
    "ó": "oooó", "ò": "ooo", "ỏ": "ooo", "õ": "ooo", "ọ": "ooo",
    "ô": "ooo66ô", "ố": "ooo6é", "ồ": "oooo", "ổ": "ooo6", "ỗ": "oo6", "ộ": "oooo6",
    "ơ": "oooo", "ớ": "oooó", "ờ": "oooo", "ở": "oooo", "ỡ": "oo", "ợ": "oooog",
    "ú": "uuuú", "ù": "uuu", "ủ": "uuuui", "ũ": "uuu", "ụ": "uuu",
    "ư": "uuuu", "ứ": "uuuú", "ừ": "uuuu", "ử": "uuuu", "ữ": "uuuu", "ự": "uuuy",
    "ý": "yyý", "ỳ": "yy", "ỷ": "yy", "ỹ": "yy", "ỵ": "yy",
    "đ": "dddddd", "Đ": "DDDDP", "“": '"', "”": '"', "–": "-",
}  # fmt: skip
_WORDS = {"là": ("13", "la", "la"), "Số:": ("S6:", "So:", "Số:"), "xã": ("xa", "x4", "xa")}
_DIGIT = re.compile(r"\d")


def garble(line: str, rng: random.Random) -> str:
    """One line of `line` misread. Words with digits (dates, numbers) keep their digits."""
    return re.sub(r"\S+", lambda match: _word(match.group(), rng), line)


def _word(word: str, rng: random.Random) -> str:
    if word in _WORDS:
        return _latin(rng.choice(_WORDS[word]))
    return _latin("".join(_letter(sign, rng) for sign in word))


def _letter(sign: str, rng: random.Random) -> str:
    choices = _LETTERS.get(sign) or _LETTERS.get(sign.lower())
    if not choices:
        return sign
    # Inside capitals a digit or an accent is what English OCR hardly ever offers: plain letters there.
    chosen = rng.choice(choices)
    if sign.isupper():
        return unicodedata.normalize("NFD", chosen)[0].upper() if not _DIGIT.match(chosen) else _plain(sign)
    return chosen


def _plain(sign: str) -> str:
    return unicodedata.normalize("NFD", sign)[0]


def _latin(text: str) -> str:
    """Only letters of Western Europe are left: an English engine has no others."""
    return "".join(sign if ord(sign) < 256 else _plain(sign) for sign in text)
