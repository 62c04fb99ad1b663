"""A register of who signed for whom, built from the batch: a doubtful name is held against it.

The same person signs many papers of one body. A name that others of the batch read the same way is surer; one
that differs from a well-known name of the same title by tone marks or one letter is offered that name, and
stays as read.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from pipeline.extract.folding import fold_key
from pipeline.extract.links.trace import Signature, Trace
from pipeline.extract.links.verdicts import NameVerdict

SURE = 0.8
"""A name from this confidence on needs no other witness."""
YEARS = 3
"""So many years apart the holder of a title is taken for the same one."""
CONFIRMED = 0.9
REPEATED = 0.7
"""Confidence of a name that only doubtful readings repeat: the same print may be misread the same way."""
REPEATS = 3
DOUBTED = 0.5
_SIGNERS = ("signer", "co_signer")

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One signature of the batch: who, when, how sure, in which document."""

    name: str
    year: str
    confidence: float
    doc_id: str


def people(documents: Sequence[Trace]) -> dict[Key, tuple[Entry, ...]]:
    """The register: all signatures by body, place and title."""
    found: dict[Key, list[Entry]] = {}
    for document in documents:
        for one in document.signatures:
            key = _key(document, one)
            if key:
                entry = Entry(one.name, document.issue_date[:4], one.confidence, document.doc_id)
                found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def judge_names(document: Trace, register: dict[Key, tuple[Entry, ...]]) -> tuple[NameVerdict, ...]:
    """What the register tells of the doubtful names of `document`."""
    found = (
        _judge(one, document, register.get(_key(document, one) or ("", "", ""), ()))
        for one in document.signatures
        if one.confidence < SURE
    )
    return tuple(one for one in found if one)


def _key(document: Trace, one: Signature) -> Key | None:
    if one.role not in _SIGNERS or not (document.issuer and one.title):
        return None
    return fold_key(document.issuer), fold_key(document.place), fold_key(one.title)


def _judge(one: Signature, document: Trace, entries: Sequence[Entry]) -> NameVerdict | None:
    peers = [entry for entry in entries if entry.doc_id != document.doc_id and _is_near_year(entry, document)]
    own = _spelled(one.name)
    known = Counter(_spelled(entry.name) for entry in peers)
    sure = {_spelled(entry.name) for entry in peers if entry.confidence >= SURE}
    rivals = [name for name in known if name != own and is_close(name, own) and _is_known(name, known, sure)]
    if rivals:
        best = max(rivals, key=lambda name: (name in sure, known[name], name))
        if own not in sure and (best in sure or known[best] > known[own] + 1):
            told = min(entry.name for entry in peers if _spelled(entry.name) == best)
            clue = f"{told} signs with this title in {_counted(known[best])} of the batch"
            return NameVerdict(one.row, min(one.confidence, DOUBTED), told, clue)
        return None
    if own in sure or known[own] + 1 >= REPEATS:
        clue = f"the same name and title in {_counted(known[own])} of the batch"
        level = CONFIRMED if own in sure else REPEATED
        return NameVerdict(one.row, max(one.confidence, level), "", clue) if level > one.confidence else None
    return None


def _counted(documents: int) -> str:
    return f"{documents} other document{'s' * (documents > 1)}"


def _is_known(name: str, known: Counter[str], sure: set[str]) -> bool:
    """Read surely once, or twice at all."""
    return name in sure or known[name] >= 2


def _is_near_year(entry: Entry, document: Trace) -> bool:
    own = document.issue_date[:4]
    return bool(own and entry.year) and abs(int(own) - int(entry.year)) <= YEARS


def _spelled(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()


def is_close(left: str, right: str) -> bool:
    """Whether two names differ by tone marks and marks of letters only, or by one letter.

    >>> is_close("trần văn an", "trân văn ân"), is_close("trần văn an", "trần văn anh")
    (True, True)
    >>> is_close("trần văn an", "lê thị hoa")
    False
    """
    return Levenshtein.distance(fold_key(left), fold_key(right), score_cutoff=1) <= 1
