"""Laws cited by name without a number: `Luật Tổ chức chính quyền địa phương ngày 19/6/2015`."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pipeline.extract.dates.grammar import DateHit, date_hits
from pipeline.extract.flow import Cover, Flow

# A comma belongs to a name like "Luật Phòng, chống tham nhũng" or "Luật Thi đua, Khen thưởng".
_INNER_COMMA = r"(?:chống|thuế|\p{Lu}\p{Ll}+\s+\p{Ll}+\s+và|\p{Lu}\p{Ll}+\s+\p{Ll}+\s*[;.])"
_AFTER = (
    rf"[;.()\n\"”]|,\s(?!{_INNER_COMMA})|,\s(?:Luật|Nghị|Pháp)"
    r"|\b(?:ngày|năm|số|đã|được|quy định|có)\b|\bvà\s+(?:Luật|Nghị|các)|$"
)
_NAME = regex.compile(
    r"(?<!\p{L})(?P<type>Bộ luật|Luật|Pháp lệnh)\s+(?P<name>\p{Lu}\p{Ll}+(?:(?:,\s|\s-\s|\s)\p{L}+){0,14}?)"
    rf"(?=\s*(?:{_AFTER}))"
)
_NO_NAME = ("này", "trên")


def laws_in(flow: Flow, taken: Cover) -> Iterator[tuple[int, int, str, str, DateHit | None]]:
    """(start, end, type, title, date) of every law cited by name outside what is `taken`."""
    for match in _NAME.finditer(flow.text):
        if taken.touches(match.start(), match.end()):
            continue
        if match["name"] in _NO_NAME or regex.match(r"\s*số\b", flow.text, pos=match.end()):
            continue
        date, end = _date(flow, match.end())
        title = f"{match['type']} {match['name']}".replace("\n", " ")
        yield match.start(), end, match["type"], title, date


def _date(flow: Flow, end: int) -> tuple[DateHit | None, int]:
    hits = date_hits(flow.flat, end, min(len(flow.flat), end + 45))
    if not hits or flow.flat[end : hits[0].start].strip(" ,") not in ("", "ngay"):
        return None, end
    return hits[0], hits[0].end
