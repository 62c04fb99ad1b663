"""Find the documents a text cites: type, number, date, issuer and how the citation is used.

The number with its symbol is the anchor; the type stands before it, date and issuer behind it. One row
is given for each document cited, with the first mention as evidence; later mentions complete its date
and issuer and make it surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.extract.dates.grammar import DateHit, date_at, date_before
from pipeline.extract.flow import Cover, Flow, flow_of, record
from pipeline.extract.references.issuer import Issuer, issuer_after, issuer_before, repaired_by_symbol
from pipeline.extract.references.laws import laws_in
from pipeline.extract.references.mention import Mention, row_of
from pipeline.extract.references.merge import merged
from pipeline.extract.references.misread import repaired
from pipeline.extract.references.numbers import Number, numbers_in, type_of_symbol
from pipeline.extract.references.relation import relation_of
from pipeline.extract.references.short import ShortNumber, short_numbers
from pipeline.extract.references.types import TypeHit, type_before
from pipeline.model import DocumentText, Record, Span

_HEADER_NUMBER = regex.compile(r"(?:^|\n)\s*s[o06]\s*[:.;]?\s*$")
_SO_BEFORE = regex.compile(r"(?:^|\s)s[o06]\s*[:.]?\s*$")
_CLOSING = regex.compile(r"\s*\)")
_TAIL = regex.compile(r"(?:[/.\-](?!ng)[a-z\d]{1,6})+")
_EARLIEST = "1900"  # numbers with a symbol are younger
_SESSION = regex.compile(r"\s*,?\s*\(?\s*kh[oO]a\s+[ivxlc\d]{1,6}\s*\)?")


def find_references(document: DocumentText, skip: Sequence[Span] = ()) -> tuple[Record, ...]:
    """Rows of references.csv, in the order of first mention, one for each document cited.

    `skip` are stretches of the document's clean text that cite nothing: the document's own number and
    header, the caption of a copy stamp. A citation that touches one of them is left out.
    """
    flow = flow_of(document)
    mentions = merged(citations_in(flow, skip))
    return tuple(record(document, flow, "references", row_of(mention)) for mention in mentions)


def citations_in(flow: Flow, skip: Sequence[Span] = ()) -> list[Mention]:
    """Every citation of the flow that touches none of the spans `skip` of the clean text."""
    return [mention for mention in find_mentions(flow) if not _skipped(flow, mention, skip)]


def _skipped(flow: Flow, mention: Mention, skip: Sequence[Span]) -> bool:
    span = flow.span(mention.start, mention.end)
    return any(span.start < other.end and other.start < span.end for other in skip)


def find_mentions(flow: Flow) -> list[Mention]:
    """Every citation of the flow, in order: numbered ones and laws cited by name."""
    mentions: list[Mention] = []
    for number in numbers_in(flow.text):
        mentions += _mentions(flow, number, mentions[-1] if mentions else None)
    numbered = _share_backwards(flow, mentions)
    taken = Cover(len(flow.text), ((one.start, one.end) for one in numbered))
    laws = [_law_mention(flow, hit) for hit in laws_in(flow, taken)]
    short = [_short_mention(flow, hit) for hit in short_numbers(flow, taken)]
    return sorted(numbered + laws + short, key=lambda mention: mention.start)


def _mentions(flow: Flow, number: Number, previous: Mention | None) -> list[Mention]:
    if _HEADER_NUMBER.search(flow.flat, max(0, number.start - 12), number.start):
        return []  # the line of the document's own number
    hit = type_before(flow, number.start, law=number.is_parliament)
    rule, confidence, start = "number", 0.95, number.start
    if hit and (not hit.weak or number.sure or hit.so):
        ref_type, start = hit.name, hit.start
        confidence = 0.93 if hit.exact else 0.7
        rule = "type_and_number" if hit.exact else "misread_type_and_number"
    elif previous and _in_list(flow, previous, number):
        own_type = type_of_symbol(number) if number.sure else ""
        ref_type, rule, confidence = own_type or previous.ref_type, "list", 0.85
    elif number.sure:
        ref_type, rule, confidence = type_of_symbol(number), "symbol", 0.6
        ref_type = ref_type or ("Công văn" if number.form == "state" else "")
    elif _SO_BEFORE.search(flow.flat, max(0, number.start - 8), number.start) and type_of_symbol(number):
        ref_type, rule, confidence = type_of_symbol(number), "so_and_code", 0.5
    else:
        return []
    if misread := repaired(number, ref_type):
        number, rule, confidence = misread, "misread_symbol", min(confidence, 0.7)
    return _complete(flow, number, hit, _Start(start, ref_type, rule, confidence))


@dataclass(frozen=True, slots=True)
class _Start:
    position: int
    ref_type: str
    rule: str
    confidence: float


def _in_list(flow: Flow, previous: Mention, number: Number) -> bool:
    gap = flow.flat[previous.end : number.start]
    return len(gap) < 25 and bool(regex.fullmatch(r"[\s,;]*(?:va|v3|cung)?\s*(?:s[o0e6]\s*[:.]?)?\s*", gap))


def _complete(flow: Flow, number: Number, hit: TypeHit | None, begun: _Start) -> list[Mention]:
    date, issuer, end = _date_and_issuer(flow, number.end)
    if issuer is None:
        issuer = issuer_before(flow, begun.position)
        date = date or (date_before(flow.flat, issuer.start) if issuer else None)
    confidence, repaired = begun.confidence, repaired_by_symbol(issuer, number.groups) if issuer else None
    if repaired:
        issuer, confidence = repaired, confidence - 0.25
    mention = Mention(
        start=begun.position,
        end=end,
        ref_type=begun.ref_type,
        number=number.number,
        symbol=number.symbol,
        number_symbol=number.number_symbol,
        form=number.form,
        date=date,
        issuer=issuer,
        relation=relation_of(flow, begun.position),
        list_member=bool(hit and hit.members),
        confidence=confidence,
        rule=f"references.{begun.rule}",
    )
    members = hit.members if hit and begun.rule.endswith(("type_and_number", "misread_symbol")) else ()
    return [_member(mention, number, member) for member in members] + [mention]


def _member(mention: Mention, number: Number, member: tuple[str, int, int]) -> Mention:
    """The bare `18` of `số 18, 19-NQ/TW`: symbol, date and issuer are those of the full number."""
    text, start, end = member
    tail = number.number_symbol[len(number.number) :]
    first = min(mention.start, start)
    return replace(
        mention,
        start=first,
        end=end,
        number=text,
        number_symbol=text + tail,
        list_member=True,
        confidence=mention.confidence - 0.1,
        rule="references.shared_symbol",
    )


def _date_and_issuer(flow: Flow, end: int) -> tuple[DateHit | None, Issuer | None, int]:
    """Date and issuer behind a number, in either order; and where they end."""
    if tail := _TAIL.match(flow.flat, end):  # an odd end of the symbol: "/26.X"
        end = tail.end()
    if session := _SESSION.match(flow.flat, end):
        end = session.end()
    date = date_at(flow.flat, end)
    date = date if date and date.date[:4] >= _EARLIEST else None
    end = date.end if date else end
    closing = _CLOSING.match(flow.flat, end) if date else None
    end = closing.end() if closing else end
    issuer = issuer_after(flow, end)
    if issuer is None:
        return date, None, end
    end = issuer.end
    if date is None:
        behind = _SESSION.match(flow.flat, end)
        date = date_at(flow.flat, behind.end() if behind else end)
        end = date.end if date else end
    return date, issuer, end


def _share_backwards(flow: Flow, mentions: list[Mention]) -> list[Mention]:
    """`Quyết định số 8/QĐ-X ngày ... và Quyết định số 54/QĐ-X ngày ... của X`: the issuer is shared."""
    shared = list(mentions)
    for index in range(len(shared) - 2, -1, -1):
        one, two = shared[index], shared[index + 1]
        gap = flow.flat[one.end : two.start] if one.end <= two.start else ""
        joined = one.symbol == two.symbol and bool(regex.fullmatch(r"\s*(?:,|;|va)\s*(?:cac )?(?:so )?", gap))
        if joined and one.issuer is None and two.issuer is not None and two.issuer.start > two.start:
            shared[index] = replace(one, issuer=two.issuer)
    return shared


def _law_mention(flow: Flow, hit: tuple[int, int, str, str, DateHit | None]) -> Mention:
    start, end, ref_type, title, date = hit
    return Mention(
        start=start,
        end=end,
        ref_type=ref_type,
        number="",
        symbol="",
        number_symbol="",
        form="legal",
        date=date,
        issuer=None,
        relation=relation_of(flow, start),
        list_member=False,
        confidence=0.7,
        rule="references.law_by_name",
        title=title,
    )


def _short_mention(flow: Flow, hit: ShortNumber) -> Mention:
    date, issuer, end = _date_and_issuer(flow, hit.end)
    year = DateHit(hit.start, hit.end, hit.year, "year") if hit.year else None
    return Mention(
        start=hit.start,
        end=end,
        ref_type=hit.ref_type,
        number=hit.number,
        symbol="",
        number_symbol="",
        form="",
        date=date or year,
        issuer=issuer,
        relation=relation_of(flow, hit.start),
        list_member=hit.list_member,
        confidence=0.5,
        rule="references.number_without_symbol",
    )
