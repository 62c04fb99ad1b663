"""Coordinates of PDF pages: which part of a page is shown, how it is turned, what matrices do to pictures.

Two kinds of points: those of *user space*, in which the file draws (origin where the file likes, y up), and
those of the page *as shown* (origin at the top left of what is shown, y down, after /Rotate).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
"""x' = a x + c y + e, y' = b x + d y + f (ISO 32000-1, 8.3.3)."""
Box = tuple[float, float, float, float]
"""Two corners: the smaller x and y, then the larger ones."""

_US_LETTER = (0.0, 0.0, 612.0, 792.0)  # what poppler takes when a page has no valid box


@dataclass(frozen=True, slots=True)
class ShownPage:
    """What is shown of a page: `box` is its crop box inside its media box, in user space; `rotation` is
    clockwise, in degrees."""

    box: Box
    rotation: int

    @staticmethod
    def of(page: pikepdf.Page) -> ShownPage:
        """Read from `page`; a broken box counts as none, a broken /Rotate as 0."""
        media = rectangle(page.mediabox) or _US_LETTER
        crop = rectangle(page.cropbox) or media
        left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
        right, top = min(media[2], crop[2]), min(media[3], crop[3])
        box = (left, bottom, right, top) if right > left and top > bottom else media
        return ShownPage(box, whole_number(page.obj.get("/Rotate")) % 360)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points, as shown."""
        left, bottom, right, top = self.box
        is_turned = self.rotation in (90, 270)
        return (top - bottom, right - left) if is_turned else (right - left, top - bottom)

    @property
    def from_user_space(self) -> Matrix:
        """User space to the page as shown."""
        left, bottom, right, top = self.box
        turned: dict[int, Matrix] = {
            90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
            180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
            270: (0.0, -1.0, -1.0, 0.0, top, right),
        }
        return turned.get(self.rotation, (1.0, 0.0, 0.0, -1.0, -left, top))

    @property
    def to_user_space(self) -> Matrix:
        """The page as shown to user space."""
        left, bottom, right, top = self.box
        turned: dict[int, Matrix] = {
            90: (0.0, 1.0, 1.0, 0.0, left, bottom),
            180: (-1.0, 0.0, 0.0, 1.0, right, bottom),
            270: (0.0, -1.0, -1.0, 0.0, right, top),
        }
        return turned.get(self.rotation, (1.0, 0.0, 0.0, -1.0, left, top))


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then` (row vectors, as in PDF)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def as_matrix(values: Iterable[object]) -> Matrix:
    """Six numbers of a file. Raises ValueError or TypeError when they are others."""
    a, b, c, d, e, f = (float(value) for value in values)  # type: ignore[arg-type]
    return a, b, c, d, e, f


def form_matrix(form: pikepdf.Stream, matrix: Matrix) -> Matrix:
    """The matrix inside `form`, painted where `matrix` holds."""
    own = form.get("/Matrix")
    return multiply(as_matrix(list(own)), matrix) if isinstance(own, pikepdf.Array) else matrix


def square(matrix: Matrix) -> Box:
    """The area a picture takes: it is painted into the unit square."""
    a, b, c, d, e, f = matrix
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(xs), min(ys), max(xs), max(ys)


def moved(box: Box, matrix: Matrix) -> Box:
    """`box` under a `matrix` that keeps its sides upright or level."""
    a, b, c, d, e, f = matrix
    xs = sorted((a * box[0] + c * box[1] + e, a * box[2] + c * box[3] + e))
    ys = sorted((b * box[0] + d * box[1] + f, b * box[2] + d * box[3] + f))
    return xs[0], ys[0], xs[1], ys[1]


def rectangle(value: object) -> Box | None:
    """A rectangle of a file, its corners in order; None when it is broken or has no area."""
    try:
        x0, y0, x1, y1 = (float(number) for number in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    left, right, bottom, top = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    return (left, bottom, right, top) if right > left and top > bottom else None


def whole_number(value: object) -> int:
    """A number of a file; 0 when it is none."""
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return 0


def xobject(resources: object, name: str) -> object:
    """The picture or form that content calls `name`, or None."""
    xobjects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    return xobjects.get(name) if isinstance(xobjects, pikepdf.Dictionary) else None
