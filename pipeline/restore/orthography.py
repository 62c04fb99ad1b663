"""Unicode form and tone placement: one canonical form inside, the document's own style outside.

Two styles of tone placement are in use, and they differ in three open rimes only: *hòa khỏe thủy* (old)
and *hoà khoẻ thuỷ* (new). After qu- both agree (*quý*). Inside the program the old style stands; what is
printed is never changed only for its style (names and quotations keep their spelling).
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.model import Edit, Span

# Not limited by the Unicode rules: a composed letter is the same letter, so its margin is very large.
CERTAIN = 99.0

_DECOMPOSED = re.compile(r"[^\W\d_]?[\u0300-\u036f]+")
_ETH = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ"}

_OLD = {"o": "òóỏõọ", "u": "ùúủũụ"}
_NEW = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_RIMES = ("oa", "oe", "uy")

_TO_OLD = {
    f"{rime[0]}{new}": f"{old}{rime[1]}"
    for rime in _RIMES
    for old, new in zip(_OLD[rime[0]], _NEW[rime[1]], strict=True)
}
_TO_NEW = {old: new for new, old in _TO_OLD.items()}
_TO_OLD |= {new.upper(): old.upper() for new, old in _TO_OLD.items()} | {
    new.capitalize(): old.capitalize() for new, old in _TO_OLD.items()
}
_TO_NEW |= {old.upper(): new.upper() for old, new in _TO_NEW.items()} | {
    old.capitalize(): new.capitalize() for old, new in _TO_NEW.items()
}
_NEW_STYLE = re.compile(rf"(?<![qQ])(?:{'|'.join(_TO_OLD)})(?!\w)")
_OLD_STYLE = re.compile(rf"(?<![qQ])(?:{'|'.join(_TO_NEW)})(?!\w)")


def compose(text: str) -> list[Edit]:
    """Edits that bring letters to NFC and Ð, Ɖ, ð to Đ, đ.

    >>> [edit.after for edit in compose("Ðảng")]
    ['Đ']
    """
    edits = []
    if not unicodedata.is_normalized("NFC", text):
        for found in _DECOMPOSED.finditer(text):
            after = unicodedata.normalize("NFC", found[0])
            if after != found[0]:
                edits.append(Edit(Span(*found.span()), found[0], after, "unicode:nfc", CERTAIN))
    for found in re.finditer("[ÐƉð]", text):
        edits.append(Edit(Span(*found.span()), found[0], _ETH[found[0]], "unicode:d-bar", CERTAIN))
    return sorted(edits, key=lambda edit: edit.span)


def to_old_style(text: str) -> str:
    """`text` with the tone of open oa, oe, uy on the first vowel: the canonical form.

    >>> to_old_style("Tỉnh uỷ, khoá, hoàn, quý")
    'Tỉnh ủy, khóa, hoàn, quý'
    """
    return _NEW_STYLE.sub(lambda found: _TO_OLD[found[0]], text)


def to_new_style(text: str) -> str:
    """`text` with the tone of open oa, oe, uy on the second vowel."""
    return _OLD_STYLE.sub(lambda found: _TO_NEW[found[0]], text)


def style_counts(text: str) -> tuple[int, int]:
    """How many syllables of `text` show the old and the new style."""
    return len(_OLD_STYLE.findall(text)), len(_NEW_STYLE.findall(text))


def prefers_new_style(text: str) -> bool:
    """True when `text` writes the new style more often than the old one."""
    old, new = style_counts(text)
    return new > old


def strip_diacritics(text: str) -> str:
    """`text` (any form) without tones and marks, đ as d.

    >>> strip_diacritics("Đường quốc lộ")
    'Duong quoc lo'
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")
