"""One document, several mentions: `ngày 07/4/2014` and `ngày 07 tháng 4 năm 2014` are one date."""

from __future__ import annotations

from dataclasses import replace

from pipeline.extract.folding import fold_key
from pipeline.extract.references.issuer import same_body
from pipeline.extract.references.mention import Mention


def merged(mentions: list[Mention]) -> list[Mention]:
    """One mention for each document: the first, completed by the dates and issuers of the later ones.

    Mentions of one number with different full dates, or of bodies that cannot be one, stay apart.
    """
    kept: list[Mention] = []
    places: dict[str, list[int]] = {}
    for mention in mentions:
        same = places.setdefault(_key(mention), [])
        index = next((place for place in same if _is_same(kept[place], mention)), None)
        if index is None:
            same.append(len(kept))
            kept.append(mention)
        else:
            kept[index] = _completed(kept[index], mention)
    return kept


def _is_same(one: Mention, two: Mention) -> bool:
    if one.date and two.date and not _dates_agree(one.date.date, two.date.date):
        return False
    return (
        not (one.issuer and two.issuer) or same_body(one.issuer.name, two.issuer.name) or _same_day(one, two)
    )


def _key(mention: Mention) -> str:
    if not mention.number_symbol:
        if mention.number:
            year = mention.date.date[:4] if mention.date else ""
            return fold_key(f"{mention.ref_type} {mention.number} {year}")
        return fold_key(f"{mention.ref_type} {mention.title}")
    return fold_key(mention.number_symbol)


def _dates_agree(one: str, two: str) -> bool:
    return one.startswith(two) or two.startswith(one)


def _same_day(one: Mention, two: Mention) -> bool:
    return bool(one.date and two.date and one.date.date == two.date.date)


def _completed(first: Mention, later: Mention) -> Mention:
    return replace(
        first,
        ref_type=first.ref_type if first.confidence >= later.confidence else later.ref_type,
        date=first.date or later.date,
        issuer=first.issuer or later.issuer,
        relation=first.relation if first.relation != "viện dẫn" else later.relation,
        confidence=min(0.98, max(first.confidence, later.confidence) + 0.02),
    )
