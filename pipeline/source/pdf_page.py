"""What a PDF page shows, without rendering it: its size as displayed and the pictures painted on it.

Coordinates are points of the page as shown (`pipeline.pdf_space`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

from pipeline.pdf_space import (
    Box,
    Matrix,
    ShownPage,
    as_matrix,
    form_matrix,
    moved,
    multiply,
    rectangle,
    square,
    whole_number,
    xobject,
)
from pipeline.source.raster import POINTS_PER_INCH

LEAST_COVER = 0.9  # a picture that covers this much of a page is the scan of that page
_LEAST_SCAN_DPI = 30.0  # coarser pictures are coloured backgrounds
_TINY = 1e-6
_MOST_CONTENT_BYTES = 50_000_000
_MOST_PLACEMENTS = 2000
_DEEPEST_FORM = 4
_DRAWING = "f F f* B B* b b* S s sh BI"
_HIDDEN = 2 | 32  # annotation flags Hidden and NoView


@dataclass(frozen=True, slots=True)
class Placement:
    """A picture painted on a page. `matrix` maps its unit square (y up) to displayed points (y down)."""

    image: pikepdf.Stream
    matrix: Matrix

    @property
    def box(self) -> Box:
        """Left, top, right, bottom of the area it takes, in points."""
        return square(self.matrix)

    @property
    def size(self) -> tuple[int, int]:
        """Declared width and height in pixels."""
        return whole_number(self.image.get("/Width")), whole_number(self.image.get("/Height"))

    @property
    def resolutions(self) -> tuple[float, float]:
        """Pixels per inch across and down the page."""
        width, height = self.size
        a, b, _, _, _, _ = self.matrix
        if abs(a) < abs(b):  # lies on its side
            width, height = height, width
        left, top, right, bottom = self.box
        across, down = max(right - left, _TINY), max(bottom - top, _TINY)
        return width * POINTS_PER_INCH / across, height * POINTS_PER_INCH / down

    @property
    def dpi(self) -> float:
        """Its resolution in the coarser direction."""
        return min(self.resolutions)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """Displayed size in points, and what is painted, in the order of painting.

    `marks` are the areas of visible annotations (stamps, typed remarks), painted last; `others` are pictures
    inside annotations and soft masks, known by size only; `last_drawing` tells how many pictures were
    painted before the last line art (0: none was painted over a picture).
    """

    width: float
    height: float
    placements: tuple[Placement, ...]
    marks: tuple[Box, ...] = ()
    others: tuple[pikepdf.Stream, ...] = ()
    last_drawing: int = 0

    def share(self, placement: Placement) -> float:
        """Share of the page that `placement` covers."""
        left, top, right, bottom = placement.box
        across = max(0.0, min(right, self.width) - max(left, 0.0))
        down = max(0.0, min(bottom, self.height) - max(top, 0.0))
        return across * down / (self.width * self.height)

    @property
    def cover(self) -> Placement | None:
        """The scan that covers the page; None when there is none or several lie in layers."""
        covers = [
            placement
            for placement in self.placements
            if self.share(placement) >= LEAST_COVER and placement.dpi >= _LEAST_SCAN_DPI
        ]
        return covers[0] if len(covers) == 1 else None

    def over(self, cover: Placement) -> tuple[Placement, ...]:
        """The pictures painted over `cover`."""
        return self.placements[self.placements.index(cover) + 1 :]

    def is_drawn_over(self, cover: Placement) -> bool:
        """Whether line art is painted over `cover`."""
        return self.last_drawing > self.placements.index(cover)


def read_page(pdf: pikepdf.Pdf, page_index: int) -> PdfPage:
    """Geometry and pictures of a page. Raises what pikepdf raises on broken structures."""
    page = pdf.pages[page_index]
    view = ShownPage.of(page)
    display = view.from_user_space
    width, height = view.size
    placements: list[Placement] = []
    last_drawing = 0
    for painted in _walk(page.obj, page.obj.get("/Resources"), display, 0):
        if isinstance(painted, Placement):
            placements.append(painted)
        else:
            last_drawing = len(placements)
        if len(placements) >= _MOST_PLACEMENTS:
            break
    shown = list(_shown_annotations(page.obj))
    return PdfPage(
        width,
        height,
        tuple(placements),
        marks=tuple(moved(rectangle, display) for _, rectangle in shown),
        others=(*_soft_masks(placements), *_appearance_images(normal for normal, _ in shown)),
        last_drawing=last_drawing,
    )


# --- painted pictures -----------------------------------------------------------------------------


class LineArt:
    """Lines or areas were painted here."""


def _walk(
    content: pikepdf.Object, resources: object, matrix: Matrix, depth: int
) -> Iterator[Placement | LineArt]:
    if _is_bomb(content):
        return
    stack: list[Matrix] = []
    for instruction in pikepdf.parse_content_stream(content, f"q Q cm Do {_DRAWING}"):
        operands: list[Any] = list(instruction.operands)
        match str(instruction.operator):
            case "q":
                stack.append(matrix)
            case "Q" if stack:
                matrix = stack.pop()
            case "cm" if len(operands) == 6:
                matrix = multiply(as_matrix(operands), matrix)
            case "Do" if operands:
                yield from _paint(xobject(resources, str(operands[0])), resources, matrix, depth)
            case "q" | "Q" | "cm" | "Do":
                pass
            case _:
                yield LineArt()


def _paint(painted: object, resources: object, matrix: Matrix, depth: int) -> Iterator[Placement | LineArt]:
    if not isinstance(painted, pikepdf.Stream):
        return
    if painted.get("/Subtype") == "/Image":
        yield Placement(painted, matrix)
    elif painted.get("/Subtype") == "/Form" and depth < _DEEPEST_FORM:
        inner = form_matrix(painted, matrix)
        yield from _walk(painted, painted.get("/Resources", resources), inner, depth + 1)


def _is_bomb(content: pikepdf.Object) -> bool:
    """Whether the content would unpack to more than a page can sensibly hold."""
    contents = content if isinstance(content, pikepdf.Stream) else content.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    room = _MOST_CONTENT_BYTES
    for stream in streams:
        if not isinstance(stream, pikepdf.Stream):
            continue
        raw = stream.read_raw_bytes()
        filters = stream.get("/Filter")
        if filters is None:
            room -= len(raw)
        elif str(filters) == "/FlateDecode" or _only(filters) == "/FlateDecode":
            room -= _unpacked_length(raw, room)
        else:
            room -= 1000 * len(raw)  # the worst an older filter can do
        if room <= 0:
            return True
    return False


def _only(filters: object) -> str:
    return str(filters[0]) if isinstance(filters, pikepdf.Array) and len(filters) == 1 else ""


def _unpacked_length(raw: bytes, most: int) -> int:
    try:
        return len(zlib.decompressobj().decompress(raw, most + 1))
    except zlib.error:
        return len(raw)


# --- annotations and masks ------------------------------------------------------------------------


def _shown_annotations(page: pikepdf.Object) -> Iterator[tuple[pikepdf.Stream, Box]]:
    """Appearance and rectangle (page coordinates) of the annotations a reader shows."""
    annotations = page.get("/Annots")
    for annotation in list(annotations)[:_MOST_PLACEMENTS] if isinstance(annotations, pikepdf.Array) else ():
        if not isinstance(annotation, pikepdf.Dictionary) or whole_number(annotation.get("/F")) & _HIDDEN:
            continue
        appearance = annotation.get("/AP")
        normal = appearance.get("/N") if isinstance(appearance, pikepdf.Dictionary) else None
        place = rectangle(annotation.get("/Rect"))
        if isinstance(normal, pikepdf.Stream) and place:
            yield normal, place


def _soft_masks(placements: Sequence[Placement]) -> Iterator[pikepdf.Stream]:
    for placement in placements:
        mask = placement.image.get("/SMask")
        if isinstance(mask, pikepdf.Stream):
            yield mask


def _appearance_images(appearances: Iterable[pikepdf.Stream]) -> Iterator[pikepdf.Stream]:
    for appearance in appearances:
        for painted in _walk(appearance, appearance.get("/Resources"), (1, 0, 0, 1, 0, 0), 1):
            if isinstance(painted, Placement):
                yield painted.image
