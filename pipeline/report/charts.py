"""Bars and columns as SVG: no script, no outside file; every mark has a title that shows on hovering.

Sizes are pixels of a drawing 960 wide, which the page scales to its own width. Colours stand in page.css.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.report.markup import Child, element, shortened, text_width

WIDTH = 960.0
_ROW = 26.0
_BAR = 16.0
_COLUMNS_HEIGHT = 190.0
_SMALL = 11.5
Written = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar: `kind` is its class in the style sheet, `told` what hovering tells."""

    kind: str
    value: float
    told: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of `parts`; `label` names it, `shown` is written at its end."""

    label: str
    parts: tuple[Part, ...]
    shown: str

    @property
    def value(self) -> float:
        return sum(part.value for part in self.parts)


def drawing(height: float, told: str, *children: Child) -> Element:
    """An SVG of the page's width; `told` describes it to who cannot see it."""
    return element(
        "svg",
        {"viewBox": f"0 0 {WIDTH:g} {height:g}", "role": "img", "aria-label": told, "class": "drawing"},
        *children,
    )


def rows(bars: Sequence[Bar], told: str, label_width: float = 300.0) -> Element:
    """Horizontal bars from top to bottom, labels at the left."""
    most = max((bar.value for bar in bars), default=0) or 1
    shown_width = max((text_width(bar.shown) for bar in bars), default=0) + 16
    room = WIDTH - label_width - shown_width
    marks: list[Element] = []
    for index, bar in enumerate(bars):
        top = index * _ROW + 4
        marks.append(
            _text(label_width - 12, top + 13, shortened(bar.label, label_width - 14), "end", bar.label)
        )
        left = label_width
        for part in bar.parts:
            width = room * part.value / most
            if part.value:
                marks.append(_box(left, top, max(width, 1.5), _BAR, part))
            left += width
        marks.append(_text(left + 8, top + 13, bar.shown, kind="value"))
    axis = element(
        "line", {"x1": label_width, "x2": label_width, "y1": 0, "y2": len(bars) * _ROW, "class": "axis"}
    )
    return drawing(len(bars) * _ROW + 2, told, *marks, axis)


def columns(
    bars: Sequence[Bar], told: str, written: Written, limit: tuple[float, str] | None = None
) -> Element:
    """Vertical columns from left to right over a scale; `limit` is (share of the width, its name).

    Labels are thinned out when there are many columns.
    """
    left, top, bottom = 52.0, 26.0, 26.0 + _COLUMNS_HEIGHT
    step = (WIDTH - left - 8) / max(len(bars), 1)
    width = min(step * 0.72, 64.0)
    ticks = scale(max((bar.value for bar in bars), default=0))
    marks = _grid(ticks, left, bottom, written)
    widest = max((text_width(bar.label, _SMALL) for bar in bars), default=0) + 10
    every = max(1, math.ceil(widest / step))
    show_values = max((text_width(bar.shown, _SMALL) for bar in bars), default=0) < step
    for index, bar in enumerate(bars):
        middle = left + step * (index + 0.5)
        level = bottom
        for part in bar.parts:
            height = _COLUMNS_HEIGHT * part.value / ticks[-1]
            level -= height
            if part.value:
                marks.append(_box(middle - width / 2, level, width, max(height, 1.5), part))
        if index % every == 0:
            marks.append(_text(middle, bottom + 17, bar.label, "middle", kind="tick"))
        if show_values and bar.value:
            marks.append(_text(middle, level - 5, bar.shown, "middle", kind="tick"))
    if limit is not None:
        marks += _limit(left + (WIDTH - left - 8) * limit[0], top, bottom, limit[1])
    return drawing(bottom + 26, told, *marks)


def scale(most: float, steps: int = 4) -> tuple[float, ...]:
    """Round numbers from 0 to `most` or just above, in steps of 1, 2 or 5 times a power of ten.

    >>> scale(16)
    (0.0, 5.0, 10.0, 15.0, 20.0)
    """
    step = max(1.0, round_up(max(most, 1.0) / steps))
    return tuple(step * index for index in range(math.ceil(max(most, 1.0) / step) + 1))


def round_up(value: float) -> float:
    """The next of 1, 2 or 5 times a power of ten; `value` is positive.

    >>> round_up(0.3), round_up(7.0)
    (0.5, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= value)


def legend(entries: Sequence[tuple[str, str]]) -> Element:
    """What the colours mean, as (class, name)."""
    items = [
        element("li", None, element("span", {"class": f"swatch {kind}"}), name) for kind, name in entries
    ]
    return element("ul", {"class": "legend"}, *items)


def _grid(ticks: Sequence[float], left: float, bottom: float, written: Written) -> list[Element]:
    marks: list[Element] = []
    for tick in ticks:
        y = bottom - _COLUMNS_HEIGHT * tick / ticks[-1]
        kind = "axis" if tick == 0 else "grid"
        marks.append(element("line", {"x1": left, "x2": WIDTH, "y1": y, "y2": y, "class": kind}))
        marks.append(_text(left - 8, y + 4, written(tick), "end", kind="tick"))
    return marks


def _limit(x: float, top: float, bottom: float, name: str) -> list[Element]:
    line = element("line", {"x1": x, "x2": x, "y1": top - 12, "y2": bottom, "class": "limit"})
    is_right = x > WIDTH * 0.7
    return [
        line,
        _text(x - 7 if is_right else x + 7, top - 6, name, "end" if is_right else "start", kind="tick"),
    ]


def _box(left: float, top: float, width: float, height: float, part: Part) -> Element:
    place: dict[str, str | float] = {"x": left, "y": top, "width": width, "height": height}
    return element("rect", place | {"class": part.kind}, element("title", None, part.told))


def _text(
    x: float, y: float, text: str, anchor: str = "start", told: str = "", kind: str = "label"
) -> Element:
    place: dict[str, str | float] = {"x": x, "y": y, "text_anchor": anchor, "class": kind}
    return element("text", place, text, element("title", None, told) if told and told != text else None)
