"""Which spelling of a name is the likeliest, and how likely: engines lose and add marks in small bold print.

For each syllable the spellings with the same letters are weighed (Bayes' rule): how many people bear each at
that place of a name, times how likely each reading of it is, given the confidence of the reading. A name that
the lists cannot judge, as those of many minority peoples, stays as it was read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import prod

from rapidfuzz.distance import Levenshtein

from pipeline.dictionary import table
from pipeline.extract.letters import plain
from pipeline.extract.lexicon import Lexicon
from pipeline.syllable import is_legal

SURE = 0.9  # a name below is named for review; on drawn names 99 % of those above are right
CHANGE_MARGIN = 4.0  # how much likelier another spelling must be before it is written
LEAST_LIKELY = 0.03  # a spelling below is not told as an alternative
_MOST_ALTERNATIVES = 5
_CONTRADICTED = 0.5  # two readings of a syllable, and no list to choose between them
_ENOUGH_PEOPLE = 3  # who bear a syllable, before its spellings can be weighed
_UNLISTED = 0.5  # people, for a syllable the lists lack
_ILLEGAL = 0.002  # people, for what is no Vietnamese syllable
_RARE_IN_MIDDLE = 0.2  # a given name that the middle of names shows seldom
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Of errors in the marks alone: how often a hat, hook or breve is touched, how often a tone is exchanged for
# another against lost or added, and by how many wrong spellings the errors of a syllable are shared.
_WRONG_WORDS = 20  # by how many words the errors of letters are shared
_HAT_TOUCHED, _TONE_EXCHANGED, _WRONG_SPELLINGS = 0.12, 0.8, 2.5


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one syllable and its confidence, 0..1; above 0.98 no engine read it."""

    text: str
    confidence: float


Syllable = Sequence[Reading]
"""The readings of one syllable; the first is what the text has."""


@dataclass(frozen=True, slots=True)
class WeighedName:
    """The likeliest spelling of a name, its probability, and others worth a look, likeliest first."""

    name: str
    probability: float
    alternatives: tuple[str, ...]
    is_as_read: bool


def weigh_name(syllables: Sequence[Syllable], lexicon: Lexicon) -> WeighedName:
    """The name that `syllables` spell best."""
    read = [readings[0].text for readings in syllables]
    options = [
        _options(readings, _people(readings, place, len(syllables), lexicon))
        for place, readings in enumerate(syllables)
    ]
    if not _can_judge(read, options, lexicon):
        return _best_reading(syllables, lexicon)
    chosen = [_chosen(one, readings) for one, readings in zip(options, syllables, strict=True)]
    return WeighedName(
        name=" ".join(chosen),
        probability=prod(one[text] for one, text in zip(options, chosen, strict=True)),
        alternatives=_alternatives(chosen, read, options),
        is_as_read=chosen == read,
    )


# --- one syllable -------------------------------------------------------------------------------------

Options = dict[str, float]
"""The spellings a syllable may have with their probabilities; what is missing to 1 is any other word."""


def _people(readings: Syllable, place: int, length: int, lexicon: Lexicon) -> dict[str, float]:
    """How many people bear each spelling of the letters read at this place of a name."""
    lists = [(lexicon.surnames, 1.0)] if place == 0 else [(lexicon.given_names, 1.0)]
    if 0 < place < length - 1:
        lists = [(lexicon.middle_names, 1.0), (lexicon.given_names, _RARE_IN_MIDDLE)]
    keys = {key for one in readings for key in _keys(one.text, tuple(lists[0][0]))}
    found: dict[str, float] = {}
    for names, weight in lists:
        for key in keys:
            for name, people in names.get(key, {}).items():
                found[name] = found.get(name, 0.0) + weight * (people + 1)
    return found


@lru_cache(maxsize=4000)
def _keys(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The letters of `text`; of what is no syllable also those of names one letter away."""
    key = plain(text)
    if is_legal(text) or key in known:
        return (key,)
    return (key, *(one for one in known if Levenshtein.distance(one, key, score_cutoff=1) <= 1))


def _options(readings: Syllable, people: dict[str, float]) -> Options:
    prior = dict(people)
    for text in {one.text for one in readings}:
        prior[text] = prior.get(text, 0.0) + (_UNLISTED if is_legal(text) else _ILLEGAL)
    weights = {one: count * prod(_likelihood(one, each) for each in readings) for one, count in prior.items()}
    whole = sum(weights.values())
    return {
        one: (1 - _wrong_letters(one, readings, people)) * weight / whole for one, weight in weights.items()
    }


def _wrong_letters(spelling: str, readings: Syllable, people: Container[str]) -> float:
    """How likely a letter of `spelling` is wrong; what no list has is wrong more often."""
    shares = [(one.text, _share(one.confidence)[1 if one.text in people else 2]) for one in readings]
    backing = [share for text, share in shares if plain(text) == plain(spelling)]
    return prod(backing) if backing else max(share for _, share in shares)


def _likelihood(spelling: str, reading: Reading) -> float:
    marks, _, letters = _share(reading.confidence)
    if spelling == reading.text:
        return 1 - marks
    if plain(spelling) != plain(reading.text):
        return letters / _WRONG_WORDS
    (base, tone), (read_base, read_tone) = _parts(spelling), _parts(reading.text)
    share = 1.0 if base == read_base else _HAT_TOUCHED
    if tone and read_tone and tone != read_tone:
        share *= _TONE_EXCHANGED
    return marks * share / _WRONG_SPELLINGS


@cache
def _shares() -> tuple[tuple[float, float, float, float], ...]:
    names = ("at_least", "marks", "listed", "unlisted")
    found = [tuple(float(row[name]) for name in names) for row in table("name_confidence").rows]
    return tuple((least, marks, listed, unlisted) for least, marks, listed, unlisted in found)


def _share(confidence: float) -> tuple[float, float, float]:
    shares = (one[1:] for one in _shares() if confidence >= one[0])
    return next(shares, _shares()[-1][1:])


@cache
def _parts(syllable: str) -> tuple[str, str]:
    """The letters of a syllable with hats and hooks, and its tone."""
    marks = unicodedata.normalize("NFD", syllable.casefold())
    base = "".join(mark for mark in marks if mark not in _TONES)
    return unicodedata.normalize("NFC", base), "".join(mark for mark in marks if mark in _TONES)


# --- the whole name -----------------------------------------------------------------------------------


def _can_judge(read: Sequence[str], options: Sequence[Options], lexicon: Lexicon) -> bool:
    """True for a name of a common surname all of whose other syllables people bear in some spelling."""
    surname = max(options[0], key=options[0].__getitem__)
    return surname in lexicon.common_surnames and all(_is_borne(text, lexicon) for text in read[1:])


def _is_borne(text: str, lexicon: Lexicon) -> bool:
    """True when enough people are known by the letters of `text`; what is no syllable may be any of them."""
    key = plain(text)
    known = [names.get(key, {}) for names in (lexicon.given_names, lexicon.middle_names)]
    return not is_legal(text) or any(people >= _ENOUGH_PEOPLE for names in known for people in names.values())


def _is_listed(text: str, lexicon: Lexicon) -> bool:
    key = plain(text)
    return any(
        text in names.get(key, {}) for names in (lexicon.given_names, lexicon.middle_names, lexicon.surnames)
    )


def _best_reading(syllables: Sequence[Syllable], lexicon: Lexicon) -> WeighedName:
    """The name by its readings alone: of several of a syllable the surest one that is a word."""
    probability = 1.0
    chosen: list[str] = []
    for readings in syllables:
        best = max(readings, key=lambda one: (is_legal(one.text), one.confidence))
        marks, listed, unlisted = _share(best.confidence)
        probability *= max(0.0, 1 - marks - (listed if _is_listed(best.text, lexicon) else unlisted))
        if any(is_legal(one.text) and one.text.casefold() != best.text.casefold() for one in readings):
            probability *= _CONTRADICTED
        chosen.append(best.text)
    read = [readings[0].text for readings in syllables]
    others = _other_readings(chosen, syllables)
    return WeighedName(" ".join(chosen), probability, others, is_as_read=chosen == read)


def _other_readings(chosen: Sequence[str], syllables: Sequence[Syllable]) -> tuple[str, ...]:
    names = (
        " ".join([*chosen[:place], reading.text, *chosen[place + 1 :]])
        for place, readings in enumerate(syllables)
        for reading in readings
    )
    return tuple(dict.fromkeys(name for name in names if name != " ".join(chosen)))[:_MOST_ALTERNATIVES]


def _chosen(options: Options, readings: Syllable) -> str:
    """The likeliest spelling; one that nobody read must be much likelier than what was read."""
    read = readings[0].text
    best = max(options, key=options.__getitem__)
    margin = 1.0 if any(one.text == best for one in readings) else CHANGE_MARGIN
    return best if options[best] > margin * options[read] else read


def _alternatives(chosen: list[str], read: list[str], options: Sequence[Options]) -> tuple[str, ...]:
    found: list[tuple[float, str]] = []
    for place, one in enumerate(options):
        for text, probability in one.items():
            if text != chosen[place] and (probability >= LEAST_LIKELY or text == read[place]):
                name = " ".join([*chosen[:place], text, *chosen[place + 1 :]])
                found.append((probability, name))
    ordered = [name for _, name in sorted(found, key=lambda one: (-one[0], one[1]))]
    if read != chosen:
        ordered.insert(0, " ".join(read))
    return tuple(dict.fromkeys(ordered))[:_MOST_ALTERNATIVES]
