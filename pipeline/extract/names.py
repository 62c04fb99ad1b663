"""Is this line the name of a person? The gate weighs, it never corrects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from pipeline.extract.letters import plain, upper_share
from pipeline.extract.lexicon import Lexicon

_TYPED_SIGNATURE = regex.compile(r"\(?\s*[đĐ]ã\s+ký\s*\)?|\(\s*[đĐ][ãa]\s+k[ýy].{0,20}\)", regex.IGNORECASE)
_EDGE = regex.compile(r"^[^\p{L}]+|[^\p{L}]+$")
_SYLLABLE = regex.compile(r"^\p{L}(?:[\p{L}]|['’ʼ-](?=\p{L}))*$")
_COMMON_SURNAME = 40  # of 8,757 people


@dataclass(frozen=True, slots=True)
class PersonName:
    """A line taken as a name: `name` without rank or degree, `score` (about -5 .. 8).

    `surname_known` and `all_known` say that the surname, that every syllable is spelled as in the lists.
    """

    name: str
    rank: str
    score: float
    surname_known: bool
    all_known: bool


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
    syllables = _without_crumbs([_EDGE.sub("", one) for one in bare.split()], lexicon)
    if not _has_shape(syllables) or any(char.isdigit() for char in bare):
        return None
    keys = [plain(one) for one in syllables]
    if any(key in lexicon.name_words["never"] for key in keys) or lexicon.title_at(" ".join(keys)):
        return None
    name = " ".join(syllables)
    spelled = [_is_spelled(one, lexicon) for one in syllables]
    surname = _surname(syllables, lexicon)
    exact = surname.casefold() == " ".join(syllables[: len(surname.split())]).casefold() if surname else False
    known = exact and all(spelled[len(surname.split()) :])
    return PersonName(name, rank, _score(syllables, keys, surname, lexicon, exact=exact), exact, known)


def _has_shape(syllables: list[str]) -> bool:
    alone = len(syllables) == 1 and bool(regex.match(r"[HKY]['’]\p{Lu}", syllables[0]))  # Tây Nguyên: K'Brơi
    right_length = 2 <= len(syllables) <= 6 or alone
    return right_length and all(_SYLLABLE.match(one) and len(one) <= 8 for one in syllables)


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


def restored_name(name: PersonName, lexicon: Lexicon) -> str:
    """`name` with the marks of its surname put back, where only one common surname fits; else as read.

    Only a Kinh name is touched: every other syllable must be a listed given name. The result is a proposal
    and must be flagged.
    """
    syllables = name.name.split()
    spellings = lexicon.surnames.get(plain(syllables[0]), {})
    if (
        name.surname_known
        or len(spellings) != 1
        or not all(_is_spelled(one, lexicon) for one in syllables[1:])
    ):
        return name.name
    surname, count = next(iter(spellings.items()))
    return " ".join([surname, *syllables[1:]]) if count >= _COMMON_SURNAME else name.name


def has_commoner_reading(name: PersonName, lexicon: Lexicon) -> tuple[str, ...]:
    """Names that differ from `name` in one lost mark and are far commoner; engines lose marks under seals."""
    syllables = name.name.split()
    found = []
    for index, one in enumerate(syllables[1:], 1):
        is_last = index == len(syllables) - 1
        spellings = (lexicon.given_names if is_last else lexicon.middle_names).get(plain(one), {})
        own = spellings.get(one, 0)
        for other, count in spellings.items():
            if other != one and count >= 8 * max(own, 1) and count >= 15:
                found.append(" ".join([*syllables[:index], other, *syllables[index + 1 :]]))
    return tuple(found)


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
