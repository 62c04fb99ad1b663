"""What the page is made of: figures, each with the table of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.report.markup import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `note` says in a sentence or two what it shows and what it leaves out.

    `drawings` is empty when there is nothing to draw, and then `note` says so; `tables` are
    (caption, table), the first one holding what is drawn.
    """

    anchor: str
    title: str
    note: str
    drawings: tuple[Element, ...] = ()
    tables: tuple[tuple[str, Table], ...] = ()
