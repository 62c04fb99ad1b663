"""Elements of the page. Text and attributes are escaped by the serialiser, so nothing read from a scan
or a file name can become markup; no module of this room ever joins strings into HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Child: TypeAlias = "Element | str | None"
# Characters that have no place in a page; the tables are free of them unless a person put them there.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDE = frozenset("MWmw@%…ƯƠĐƠÔÂ")
_NARROW = frozenset("iljtfrI.,:;'|!()[] -/1")


def element(tag: str, attributes: dict[str, str | float] | None = None, *children: Child) -> Element:
    """One element; `_` in attribute names stands for `-`, numbers are written short, None is left out.

    >>> tostring(element("p", {"class": "note"}, "a < b ", element("b", None, "c")), "unicode")
    '<p class="note">a &lt; b <b>c</b></p>'
    """
    made = Element(tag, {name.replace("_", "-"): _cell(value) for name, value in (attributes or {}).items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            text = _UNSHOWABLE.sub("\ufffd", child)
            if last is None:
                made.text = (made.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        elif child is not None:
            made.append(child)
            last = child
    return made


def html(root: Element) -> str:
    """`root` as an HTML document."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a figure. `numeric` are the indices of columns set to the right, `unbroken` of those
    whose cells stay on one line.

    `rest` says what was left out and where it stands, or is empty.
    """

    heads: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    unbroken: frozenset[int] = frozenset()
    rest: str = ""


def table(content: Table, caption: str) -> Element:
    """An HTML table with row and column headers for screen readers."""
    heads = [
        element("th", {"scope": "col", **_kind(content, index)}, head)
        for index, head in enumerate(content.heads)
    ]
    body = [element("tr", None, *_row_cells(content, row)) for row in content.rows]
    note = element("p", {"class": "rest"}, content.rest) if content.rest else None
    return element(
        "div",
        {"class": "rows"},
        element(
            "table",
            None,
            element("caption", None, caption),
            element("thead", None, element("tr", None, *heads)),
            element("tbody", None, *body),
        ),
        note,
    )


def _row_cells(content: Table, row: Sequence[str]) -> Iterable[Element]:
    for index, cell in enumerate(row):
        if index == 0:
            yield element("th", {"scope": "row", **_kind(content, index)}, cell)
        else:
            yield element("td", _kind(content, index), cell)


def _kind(content: Table, index: int) -> dict[str, str | float]:
    if index in content.numeric:
        return {"class": "number"}
    return {"class": "unbroken"} if index in content.unbroken else {}


def text_width(text: str, size: float = 13.0) -> float:
    """About how many pixels `text` takes in a sans-serif font of `size` pixels; errs to the wide side."""
    units = sum(0.86 if one in _WIDE else 0.34 if one in _NARROW else 0.58 for one in text)
    return units * size


def shortened(text: str, width: float, size: float = 13.0) -> str:
    """`text` on one line, cut with an ellipsis so that it fits `width` pixels."""
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    while text and text_width(text, size) + 0.9 * size > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _cell(value: str | float) -> str:
    return _UNSHOWABLE.sub("\ufffd", value) if isinstance(value, str) else f"{value:.6g}"
