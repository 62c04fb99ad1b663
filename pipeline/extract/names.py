"""Is this line the name of a person? The gate weighs, it never corrects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from pipeline.extract.letters import letter_count, plain, upper_share
from pipeline.extract.lexicon import Lexicon
from pipeline.syllable import is_legal

_TYPED_SIGNATURE = regex.compile(r"\(?\s*[đĐ]ã\s+ký\s*\)?|\(\s*[đĐ][ãa]\s+k[ýy].{0,20}\)", regex.IGNORECASE)
_EDGE = regex.compile(r"^[^\p{L}]+|[^\p{L}]+$")
_SYLLABLE = regex.compile(r"^\p{L}(?:[\p{L}]|['’ʼ-](?=\p{L}))*$")
_LETTERS_OF_A_WORD = 4


@dataclass(frozen=True, slots=True)
class PersonName:
    """A line taken as a name: `name` without rank or degree, `score` (about -5 .. 8).

    `surname_known` says that the surname is spelled as in the lists; `is_partial` that what stands before
    the name, a surname perhaps, could not be read.
    """

    name: str
    rank: str
    score: float
    surname_known: bool
    is_partial: bool = False


def strip_rank(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """`text` without rank, degree and `(Đã ký)`, and what was taken off in front."""
    text = _EDGE.sub("", _TYPED_SIGNATURE.sub(" ", text).strip())
    match = _rank_pattern(lexicon.name_words["rank"]).match(plain(text))
    if match is None or match.end() >= len(text):
        return text, ""
    return text[match.end() :].strip(), text[: match.end()].strip()


@cache
def _rank_pattern(ranks: frozenset[str]) -> regex.Pattern[str]:
    listed = "|".join(regex.escape(rank) for rank in sorted(ranks, key=len, reverse=True))
    return regex.compile(rf"(?:(?:{listed})(?:\s*\.\s*|\s+))+")


def read_name(text: str, lexicon: Lexicon) -> PersonName | None:
    """`text` as a person's name, or None when it cannot be one.

    Reading errors are left in: only edges, ranks and blanks change. Judge `score` before believing it:
    4 is a name wherever it stands, 2 is a name only at the place of a name.
    """
    bare, rank = strip_rank(text, lexicon)
    tokens = bare.split()
    noise = _noise_in_front(tokens)
    if any(char.isdigit() for token in tokens[noise:] for char in token):
        return None
    clean = [_EDGE.sub("", one) for one in tokens[noise:]]
    syllables = _without_crumbs(clean, lexicon)
    if not _has_shape(syllables) or (len(syllables) == 2 and syllables[0][0].islower()):
        return None  # two syllables of which the first is in small letters are the end of a name
    keys = [plain(one) for one in syllables]
    if any(key in lexicon.name_words["never"] for key in keys) or lexicon.title_at(" ".join(keys)):
        return None
    name = " ".join(syllables)
    surname = _surname(syllables, lexicon)
    exact = surname.casefold() == " ".join(syllables[: len(surname.split())]).casefold() if surname else False
    lost = any(letter_count(token) >= _LETTERS_OF_A_WORD for token in tokens[:noise])
    # Văn and Thị are surnames too, but after crumbs the surname is what the crumbs are of.
    crumbs_in_front = syllables[:1] != clean[:1] and keys[0] in lexicon.name_words["middle"]
    lost = lost or (len(syllables) == 2 and crumbs_in_front)
    return PersonName(name, rank, _score(syllables, keys, surname, lexicon, exact=exact), exact, lost)


def _has_shape(syllables: list[str]) -> bool:
    alone = len(syllables) == 1 and bool(regex.match(r"[HKY]['’]\p{Lu}", syllables[0]))  # Tây Nguyên: K'Brơi
    right_length = 2 <= len(syllables) <= 6 or alone
    return right_length and all(_SYLLABLE.match(one) and len(one) <= 8 for one in syllables)


def _noise_in_front(tokens: list[str]) -> int:
    """How many tokens before a name are strokes read as letters, digits and signs: `N2:`, `SxZZft|`."""
    count = 0
    while len(tokens) - count > 2 and _is_garbled(tokens[count]):
        count += 1
    return count


def _is_garbled(token: str) -> bool:
    text = _EDGE.sub("", token)
    if letter_count(token) == 0 or not text:
        return False  # a dash, a number: lists of names begin like this
    mixed = not _SYLLABLE.match(text) or any(char.isdigit() for char in token)
    # H'Yim has a capital inside, a name all in capitals has many.
    capitals = text.isalpha() and not text.isupper() and upper_share(text[1:]) > 0
    return mixed or (capitals and not is_legal(text))


def _without_crumbs(syllables: list[str], lexicon: Lexicon) -> list[str]:
    """Drop strokes and specks read as letters before and after the name."""
    while len(syllables) > 2 and _is_crumb(syllables[0], syllables[1], lexicon):
        syllables = syllables[1:]
    while len(syllables) > 2 and _is_crumb(syllables[-1], "", lexicon):
        syllables = syllables[:-1]
    return syllables


def _is_crumb(text: str, following: str, lexicon: Lexicon) -> bool:
    if not text or (len(text) <= 3 and text.islower()) or not text[0].isalpha():
        return True
    unknown = len(text) <= 2 and text not in lexicon.surnames.get(plain(text), {})
    return unknown and following in lexicon.surnames.get(plain(following), {})


def _is_spelled(syllable: str, lexicon: Lexicon) -> bool:
    names = lexicon.given_names.get(plain(syllable), {}) | lexicon.surnames.get(plain(syllable), {})
    return syllable.casefold() in {one.casefold() for one in names}


def _score(syllables: list[str], keys: list[str], surname: str, lexicon: Lexicon, *, exact: bool) -> float:
    score = (3.0 if exact else 2.0) if surname else 0.0
    score += _is_spelled(syllables[-1], lexicon)
    score += any(key in lexicon.name_words["middle"] for key in keys[1:-1])
    score += len(syllables) in (3, 4)
    capitals = sum(one[0].isupper() for one in syllables)
    score -= 2 * (len(syllables) - capitals)
    if upper_share(" ".join(syllables)) > 0.8:
        score -= 1.5  # old papers print names in capitals; titles and bodies do so more often
    elif any(upper_share(one[1:]) > 0.3 for one in syllables if len(one) > 1):
        score -= 1
    return score - 2 * (len(set(keys)) < len(keys) - 1)


def _surname(syllables: list[str], lexicon: Lexicon) -> str:
    """The listed surname with which the name begins; its own spelling where the list has it."""
    for count in (4, 2, 1):
        text = " ".join(syllables[:count])
        spellings = lexicon.surnames.get(plain(text), {})
        if len(syllables) > count and spellings:
            return next(
                (one for one in spellings if one.casefold() == text.casefold()),
                max(spellings, key=spellings.__getitem__),
            )
    head = regex.match(r"[HKY](?=['’])", syllables[0])
    return syllables[0] if head else ""


def split_two_names(text: str, lexicon: Lexicon) -> tuple[PersonName, PersonName, int] | None:
    """Two names that stand side by side on one text line, and the offset at which the second begins."""
    best: tuple[float, PersonName, PersonName, int] | None = None
    for match in regex.finditer(r"\s+", text):
        one, other = text[: match.start()], text[match.end() :]
        first, second = read_name(one, lexicon), read_name(other, lexicon)
        if not (first and second and first.surname_known and second.surname_known):
            continue
        total = first.score + second.score - abs(len(one.split()) - len(other.split()))
        if best is None or total > best[0]:
            best = (total, first, second, match.end())
    if best is None or best[1].score < 3 or best[2].score < 3:
        return None
    return best[1], best[2], best[3]
