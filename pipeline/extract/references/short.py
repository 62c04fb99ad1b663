"""Citations by a bare number: `Nghị quyết 18 và 19 của ...`, `Nghị định 116/2017`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from pipeline.extract.flow import Cover, Flow

_NAMES = "Nghị quyết,Nghị định,Quyết định,Chỉ thị,Thông tư,Công văn,Kết luận,Pháp lệnh,Công điện,Tờ trình"
_TYPES = _NAMES.replace(",", "|")
_NOT_A_NUMBER = r"(?![\d/\-–]|\s?[/\-–]|[.,]\d|\s+(?:năm|tháng|ngày làm|điều|người|%))"
_SHORT = regex.compile(
    rf"(?<!\p{{L}})(?P<type>{_TYPES})\s+(?:số\s*[:.]?\s*)?(?P<one>\d{{1,5}})(?:/(?P<year>(?:19|20)\d\d))?"
    r"(?:\s*(?:,|và)\s+(?:số\s+)?(?P<two>\d{1,5}))?" + _NOT_A_NUMBER
)
_SAID = regex.compile(r"\s+số\s")
_GOES_ON = regex.compile(r"\s*(?:,|\(|của|về|ngày|quy định|\))")


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """A type with a number but without a symbol, at flow characters `start`..`end`."""

    start: int
    end: int
    ref_type: str
    number: str
    year: str
    list_member: bool


def short_numbers(flow: Flow, taken: Cover) -> Iterator[ShortNumber]:
    """Bare numbers outside what is `taken`; without `số` a date, an issuer or a year must follow."""
    for match in _SHORT.finditer(flow.text):
        if taken.touches(match.start(), match.end()):
            continue
        sure = _SAID.search(match[0]) or match["year"] or _GOES_ON.match(flow.text, match.end())
        if not sure:
            continue
        in_list = bool(match["two"])
        for name in ("one", "two"):
            if match[name]:
                year = match["year"] or "" if name == "one" else ""
                yield ShortNumber(match.start(), match.end(), match["type"], match[name], year, in_list)
