"""Known events and their base dates: which event words mean, and whether the arithmetic is right.

Source of the base dates: dictionaries/anniversaries.tsv (its column `status` says how sure each is).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import regex
from rapidfuzz import fuzz, process

from pipeline.dictionary import table
from pipeline.extract.folding import flat, fold_key, shape_key

_BRACKET = regex.compile(r"\(.*?\)")
_LEAD = regex.compile(r"^(?:(?:ngay|le|su kien|dip)\s+)+")
_LEAST_ALIKE = 90  # percent, by shape; below it garbled words are too unlike

_LEAST_WITH_DATE = 65


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the table of base dates. `places` are provinces it belongs to, folded; empty: national."""

    event_id: str
    base_date: str
    confirmed: bool
    places: tuple[str, ...]


@cache
def _variants() -> dict[str, tuple[Event, ...]]:
    found: dict[str, tuple[Event, ...]] = {}
    for row in table("anniversaries").rows:
        event = Event(row["id"], row["base_date"], row["status"] == "confirmed", _places(row["scope"]))
        for name in (row["event"], *row["variants"].split("|")):
            key = event_key(name)
            if len(key) >= 6 and not key.replace(" ", "").isdigit() and event not in found.get(key, ()):
                found[key] = (*found.get(key, ()), event)
    return found


def _places(scope: str) -> tuple[str, ...]:
    kind, _, rest = scope.partition(" ")
    if kind != "provincial":
        return ()
    names = regex.split(r"[,()]|\balso\b", rest)
    return tuple(key for name in names if (key := fold_key(name)))


@cache
def _shapes() -> dict[str, str]:
    return {shape_key(key): key for key in _variants()}


def event_key(text: str) -> str:
    """Event words folded for comparison: no brackets, no leading `ngày` or `lễ`, no diacritics."""
    return _LEAD.sub("", fold_key(_BRACKET.sub(" ", text)))


def known_event(words: str, page: str, date_from: str = "") -> Event | None:
    """The event that `words` mean, or None.

    `page` is flat text in which the province of a provincial event must be named. A base date that the
    printed `date_from` contradicts rules an event out; two events of one name are told apart by it.
    """
    named = _named(event_key(words)) if not _is_abroad(words) else _variants().get(event_key(words), ())
    if not named and len(date_from) == 10:
        named = _of_the_day(event_key(words), date_from)
    fitting = [event for event in named if _fits(event, page, date_from)]
    dated = [event for event in fitting if date_from and event.base_date == date_from]
    return next(iter(dated or fitting), None)


def _of_the_day(key: str, date: str) -> tuple[Event, ...]:
    """Garbled words with a base date beside them: the date allows a weaker likeness."""
    names = [name for name, events in _variants().items() if any(event.base_date == date for event in events)]
    shapes = {shape_key(name): name for name in names}
    found = process.extractOne(
        shape_key(key), shapes.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_WITH_DATE
    )
    return tuple(event for event in _variants()[shapes[found[0]]] if event.base_date == date) if found else ()


def _is_abroad(words: str) -> bool:
    """True when the words end with a proper name that is not Vietnamese: another country's day."""
    last = regex.search(r"\p{Lu}\p{L}+(?:[\s-]+\p{Lu}\p{L}+)*\s*$", words)
    return last is not None and fold_key(last[0]) in _countries()


@cache
def _countries() -> frozenset[str]:
    return frozenset(fold_key(row["name"]) for row in table("country_names").rows)


def _fits(event: Event, page: str, date_from: str) -> bool:
    if event.places and not date_from and not any(place in page for place in event.places):
        return False
    shortest = min(len(date_from), len(event.base_date))
    return not date_from or event.base_date[:shortest] == date_from[:shortest]


@lru_cache(maxsize=4_000)
def _named(key: str) -> tuple[Event, ...]:
    """Events by name: the same words, the longest variant that begins the words, the most alike."""
    variants = _variants()
    if not key:
        return ()
    exact = variants.get(key, ())
    # A name that is only a small part of the words ("Quốc khánh" of another country) is another event.
    begins = [name for name in variants if key.startswith(name) and len(name) >= 0.55 * len(key)]
    holds = [name for name in variants if f" {name} " in f" {key} " and len(name) >= 0.6 * len(key)]
    ranked = sorted(begins, key=len, reverse=True) + sorted(holds, key=len, reverse=True)
    events = list(exact) + [event for name in ranked for event in variants[name]]
    if not events:
        for shape, _, _ in process.extract(
            shape_key(key), _shapes().keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE, limit=3
        ):
            events += variants[_shapes()[shape]]
    return tuple(dict.fromkeys(events))


def known_length(words: str) -> int:
    """How many characters at the start of `words` are the full name of a known event that holds a comma
    or a word that would otherwise end it; 0 when there is none."""
    ends = [match.end() for match in regex.finditer(r"[\p{L}\d]+", words)]
    keys = [fold_key(words[:end]) for end in ends[:18]]
    fitting = [end for end, key in zip(ends, keys, strict=False) if key.count(" ") > 3 and key in _variants()]
    return max(fitting, default=0)


def day_of_year_events(month_day: str) -> tuple[str, ...]:
    """Folded names of the known events of a day `MM-DD`, longest first."""
    return _by_day().get(month_day, ())


@cache
def _by_day() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, events in _variants().items():
        for event in events:
            if len(event.base_date) == 10:
                found.setdefault(event.base_date[5:], []).append(name)
    return {day: tuple(sorted(names, key=len, reverse=True)) for day, names in found.items()}


def validity(n_years: int, date_from: str, date_to: str) -> str:
    """`true` when the printed range spans `n_years` and both days are the same day of the year.

    >>> validity(115, "1909-06-28", "2024-06-28"), validity(114, "1909-06-28", "2024-06-28")
    ('true', 'false')
    """
    if not (date_from and date_to):
        return "unknown"
    years = int(date_to[:4]) - int(date_from[:4])
    same_day = len(date_from) < 10 or len(date_to) < 10 or date_from[5:] == date_to[5:]
    return "true" if years == n_years and same_day else "false"


def against_base(n_years: int, event: Event, years: frozenset[int]) -> tuple[str, str]:
    """(valid, target year) of an anniversary without a printed range, from its base date and the
    years the document speaks of: N years on must be one of them or the year after."""
    target = int(event.base_date[:4]) + n_years
    if target in years or target - 1 in years:
        return "true", str(target)
    near = any(abs(target - year) <= 5 for year in years)
    return ("false" if near and event.confirmed else "unknown"), str(target)


def year_kind(n_years: int) -> str:
    """Nghị định 145/2013/NĐ-CP and 111/2018/NĐ-CP: a year ending in 0 is `tròn`, in 5 `lẻ 5`."""
    return {0: "tròn", 5: "lẻ 5"}.get(n_years % 10, "khác")


def names_a_known_day(words: str) -> bool:
    """True when the words mean an event of the table."""
    return bool(_named(event_key(flat(words))))
