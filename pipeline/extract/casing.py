"""From `ỦY BAN NHÂN DÂN TỈNH LAI CHÂU` to `Ủy ban nhân dân tỉnh Lai Châu`.

Rules of Nghị định 30/2020/NĐ-CP, Appendix II: common nouns of administrative units are lower case before a
name and capital before a number; kinds of bodies and the first letter of their fields are capital; names of
places are capital in every syllable. Set phrases and provinces come from the dictionaries, with the marks
they have there, because engines drop marks from capitals first of all.
"""

from __future__ import annotations

from functools import cache, lru_cache

import regex
from rapidfuzz.distance import Levenshtein

from pipeline.dictionary import table
from pipeline.extract.letters import plain, upper_share, words_key
from pipeline.extract.lexicon import Lexicon

_LONGEST_PHRASE = 5  # words
_SMALL = frozenset(["va", "cua", "cac", "cho", "ve", "trong", "thuoc", "tai", "tren", "voi", "ve", "ngoai"])
_TOKEN = regex.compile(r"[\p{L}\p{M}\d.&'’]+|[^\s\p{L}\d]+")
_LOOKALIKES = {"0": "[OQDC0]", "1": "[TILĐ1]", "5": "[S5]", "6": "[GC6]", "8": "[B8]"}
_FULL_NAMES = (
    (regex.compile(r"\bUBND\b"), "Ủy ban nhân dân"),
    (regex.compile(r"\bHĐND\b"), "Hội đồng nhân dân"),
)


def body_name(text: str, lexicon: Lexicon) -> str:
    """The name of a body in sentence case, usual abbreviations of councils written out.

    >>> from pipeline.extract.lexicon import lexicon
    >>> body_name("UBND TỈNH LAI CHÂU", lexicon())
    'Ủy ban nhân dân tỉnh Lai Châu'
    """
    cased = sentence_case(text, lexicon)
    for pattern, full in _FULL_NAMES:
        cased = pattern.sub(full, cased)
    return cased[:1].upper() + cased[1:]


def sentence_case(text: str, lexicon: Lexicon) -> str:
    """`text` in the case of running text; text that is not in capitals is returned as it is."""
    text = regex.sub(r"\s+", " ", text).strip()
    if upper_share(text) < 0.6:
        return text
    mended = (_abbreviation(token, lexicon) for token in _TOKEN.findall(text))
    tokens = [part for token in mended for part in _unglue(token, lexicon)]
    cased = _case_tokens(tokens, lexicon)
    joined = regex.sub(r"\s+([,.;:)])", r"\1", " ".join(cased))
    return joined[:1].upper() + joined[1:]


def _case_tokens(tokens: list[str], lexicon: Lexicon) -> list[str]:
    found: list[str] = []
    index = 0
    context = "start"  # start | head | field | name
    while index < len(tokens):
        width, words, context = _next(tokens, index, context, lexicon)
        found.append(words)
        index += width
    return found


def _next(tokens: list[str], index: int, context: str, lexicon: Lexicon) -> tuple[int, str, str]:
    """How many tokens are consumed at `index`, their cased form, and the context after them."""
    token = tokens[index]
    key = plain(token)
    if not regex.search(r"\p{L}|\d", token):
        return 1, token, "field" if token in ",-–" else context
    if key == "so" and tokens[index + 1 : index + 2] and tokens[index + 1].isdigit():
        return 1, "số", "name"
    if not regex.search(r"[aeiouy]", key) and token.isupper():
        return 1, token, context  # an abbreviation: QL, TTPVHCC
    place = _place(tokens, index, lexicon) or _end_after_province(tokens, index, lexicon)
    if place and context == "name":
        return (*place, "name")
    width, phrase = _phrase(tokens, index, lexicon)
    is_head = bool(phrase) and words_key(phrase) in lexicon.heads
    if phrase and (context != "name" or width > 1):
        after = (
            "name"
            if key.endswith(" uy") or words_key(phrase).endswith(" uy")
            else "head"
            if is_head
            else "lower"
        )
        return width, phrase, after
    if place:
        return (*place, "name")
    wide, unit = _unit(tokens, index, lexicon)
    if unit and context != "name":
        following = tokens[index + wide : index + wide + 3]
        numbered = bool(following) and following[0].isdigit()
        capital = numbered or words_key(" ".join(following)) == "ho chi minh"
        return wide, unit.capitalize() if capital else unit, "name"
    if key in _SMALL:
        return 1, token.lower(), "field"
    if context == "name":
        return 1, _title(token), "name"
    return 1, _title(token) if context in ("start", "head", "field") else token.lower(), "lower"


def _unit(tokens: list[str], index: int, lexicon: Lexicon) -> tuple[int, str]:
    for width in (2, 1):
        unit = lexicon.units.get(plain(" ".join(tokens[index : index + width])), "")
        if unit and len(tokens) >= index + width:
            return width, unit
    return 0, ""


def _title(token: str) -> str:
    return (
        token
        if regex.fullmatch(r"\p{Lu}{1,2}\.?|[IVX]+|\d+", token) and not token.isalpha()
        else token.capitalize()
    )


def _phrase(tokens: list[str], index: int, lexicon: Lexicon) -> tuple[int, str]:
    for width in range(min(_LONGEST_PHRASE, len(tokens) - index), 0, -1):
        if not all(any(char.isalnum() for char in token) for token in tokens[index : index + width]):
            continue
        printed = " ".join(tokens[index : index + width])
        phrase = lexicon.fields.get(words_key(printed))
        # One syllable says too little to change its marks (Bổ trợ is no Bộ), but for the first of a name.
        alike = width > 1 or index == 0 or printed.isascii()
        if phrase and (alike or phrase.casefold() == printed.casefold()):
            return width, phrase
    return 0, ""


def _place(tokens: list[str], index: int, lexicon: Lexicon) -> tuple[int, str] | None:
    for width in (5, 4, 3, 2):
        words = tokens[index : index + width]
        if len(words) < width or not (words[0][0].isalpha() and words[-1][0].isalpha()):
            continue
        text = " ".join(words)
        if plain(words[0]) in lexicon.units:
            continue
        if found := province(text, lexicon) or places().get(text.casefold(), ""):
            return width, found
    return None


def _end_after_province(tokens: list[str], index: int, lexicon: Lexicon) -> tuple[int, str] | None:
    """After `TỈNH` only a province can end the line, so that even a short name may lack a letter."""
    rest = tokens[index:]
    if index == 0 or plain(tokens[index - 1]) != "tinh" or not 2 <= len(rest) <= 4:
        return None
    found = province(" ".join(rest), lexicon, shortest=5)
    return (len(rest), found) if found else None


@cache
def places() -> dict[str, str]:
    """Names of districts and communes of two syllables and more, by their lower-case spelling."""
    return {row["name"].casefold(): row["name"] for row in table("communes").rows if " " in row["name"]}


@lru_cache(maxsize=4000)
def _near_province(key: str, names: tuple[str, ...]) -> str:
    close = [name for name in names if Levenshtein.distance(name, key, score_cutoff=1) <= 1]
    return close[0] if len(close) == 1 else ""


def province(text: str, lexicon: Lexicon, *, shortest: int = 7) -> str:
    """The province `text` names, marks mended; empty when it names none.

    One wrong or missing letter is allowed in names of at least `shortest` characters.
    """
    key = words_key(text)
    if key in lexicon.provinces:
        return lexicon.provinces[key]
    if len(key) < shortest:
        return ""
    return lexicon.provinces.get(_near_province(key, tuple(lexicon.provinces)), "")


def _abbreviation(token: str, lexicon: Lexicon) -> str:
    """`MT1Q` is MTTQ: a digit in a known abbreviation is a letter that looks like it."""
    if not (any(char.isdigit() for char in token) and sum(char.isupper() for char in token) >= 2):
        return token
    pattern = regex.compile("".join(_LOOKALIKES.get(char, regex.escape(char)) for char in token))
    known = {phrase for phrase in lexicon.fields.values() if phrase.isupper() and pattern.fullmatch(phrase)}
    return known.pop() if len(known) == 1 else token


def _unglue(token: str, lexicon: Lexicon) -> list[str]:
    """The words of a token whose blanks were lost: `TỈNHLÂMĐỒNG`, `BANNHÂN`."""
    if len(token) < 7 or not token.isalpha() or plain(token) in _vocabulary(lexicon):
        return [token]
    pieces = _segments(plain(token), _vocabulary(lexicon))
    if not pieces:
        return [token]
    words, start = [], 0
    for piece in pieces:
        words.append(token[start : start + len(piece)])
        start += len(piece)
    return words


_VOCABULARIES: dict[int, frozenset[str]] = {}


def _vocabulary(lexicon: Lexicon) -> frozenset[str]:
    if id(lexicon) not in _VOCABULARIES:
        phrases = [*lexicon.fields, *lexicon.provinces, *lexicon.units]
        words = {word for phrase in phrases for word in phrase.split() if len(word) > 1 and word.isalpha()}
        _VOCABULARIES[id(lexicon)] = frozenset(words)
    return _VOCABULARIES[id(lexicon)]


def _segments(text: str, vocabulary: frozenset[str]) -> list[str]:
    """`text` as a row of known words, the fewest possible; empty when there is none."""
    best: list[list[str] | None] = [[]] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 7), end):
            before = best[start]
            if before is None or text[start:end] not in vocabulary:
                continue
            known = best[end]
            if known is None or len(before) + 1 < len(known):
                best[end] = [*before, text[start:end]]
    found = best[-1]
    return found if found and len(found) > 1 else []
