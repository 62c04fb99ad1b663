"""Pictures of the page: whole pages, the header and the signature block, the place of one cell enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.image import separate, survey_inks
from pipeline.model import BBox, Document, PageReading
from pipeline.review.originals import NoPicture, Originals, Pixels, Recent

_MOST_JPEG_BYTES = 64_000_000
_PAGE_LONG_SIDE = 1700  # pixels: body text of an A4 page stays readable
_CROP_WIDTH = 1100
_MOST_ENLARGED = 2.0
_QUALITY = 72
_BOX_COLOUR = (40, 40, 215)  # BGR, a strong red
_HEADER_SHARE = 0.34  # of the first page
_BEFORE_SIGNATURE = 0.04
_AFTER_SIGNATURE = 0.08
_MARGIN_ACROSS = 1.2  # of the height of a cell's box
_MARGIN_DOWN = 0.8
_OF_SIGNATURE = ("signer_name", "signer_title", "signing_authority", "signing_for")
_SIGNATURE_SHARE = 0.45  # of the last page, when nothing of the block was found
INKS = ("black", "red", "blue")  # layers of a scan that can be looked at alone
_PAPER = 255
_QUARTER_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


_Key = tuple[str, str, int, BBox | None, str]  # document, kind of picture, page, part, ink


class Pictures:
    """Makes JPEGs of scans and keeps the last ones."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._made: Recent[_Key, bytes] = Recent(_MOST_JPEG_BYTES, len)

    def page(self, document: Document, page_number: int, ink: str = "") -> bytes:
        """A whole page, as it lies in the file turned upright; of one `ink` alone if asked for.

        Raises NoPicture.
        """
        key = (document.doc_id, "page", page_number, None, ink)
        return self._made.get(key) or self._make(key, document)

    def crop(
        self, document: Document, page_number: int, box: BBox, *, is_marked: bool, ink: str = ""
    ) -> bytes:
        """The part `box` (pixels of the scan) of a page, enlarged; marked ones get margin and frame.

        Raises NoPicture, also for a file that was changed: the box would show something else.
        """
        if self._originals.state(document) != "shown":
            raise NoPicture(self._originals.state(document))
        key = (document.doc_id, "cell" if is_marked else "part", page_number, box, ink)
        return self._made.get(key) or self._make(key, document)

    def _make(self, key: _Key, document: Document) -> bytes:
        _, kind, page_number, box, ink = key
        pixels = self._originals.pixels(document, page_number)
        height, width = pixels.shape[:2]
        place = BBox(0, 0, width, height)
        if box is not None:
            place = _inside(pixels, _surroundings(box) if kind == "cell" else box)
        shown = (
            _layer(pixels, place, ink) if ink else pixels[place.top : place.bottom, place.left : place.right]
        )
        if box is not None and kind == "cell":
            shown = _framed(shown, box, place)
        made = _jpeg(_scaled(_upright(shown, rotation_of(document, page_number)), kind))
        self._made.put(key, made)
        return made


def rotation_of(document: Document, page_number: int) -> int:
    """Degrees clockwise by which a page must be turned to stand upright."""
    return next((one.rotation for one in document.pages if one.page.page_number == page_number), 0)


def header_part(document: Document) -> tuple[int, BBox] | None:
    """Page number and place of the header; None without a picture."""
    first = next(iter(document.pages), None)
    if first is None or not first.page.width:
        return None
    return first.page.page_number, _share(first, 0.0, _HEADER_SHARE)


def shown_size(document: Document, part: tuple[int, BBox] | None) -> tuple[int, int] | None:
    """Width and height of a part of a page turned upright, so that its place can be kept free."""
    if part is None:
        return None
    page_number, box = part
    turned = rotation_of(document, page_number) % 180 != 0
    return (box.height, box.width) if turned else (box.width, box.height)


def signature_part(document: Document) -> tuple[int, BBox] | None:
    """Page number and place of the signature block: around what was read of it, else the last page's foot."""
    pages = {one.page.page_number: one for one in document.pages if one.page.width}
    found = [one for one in document.fields if one.name in _OF_SIGNATURE and one.bbox is not None]
    found = [one for one in found if one.page_number in pages]
    if not found:
        last = next(reversed(pages.values()), None)
        return (last.page.page_number, _share(last, 1 - _SIGNATURE_SHARE, 1.0)) if last else None
    page = pages[found[-1].page_number]
    union = BBox.union(one.bbox for one in found if one.bbox and one.page_number == found[-1].page_number)
    assert union is not None
    if page.rotation:
        return page.page.page_number, _share(page, 0.0, 1.0)
    top = max(0, union.top - round(_BEFORE_SIGNATURE * page.page.height))
    bottom = min(page.page.height, union.bottom + round(_AFTER_SIGNATURE * page.page.height))
    return page.page.page_number, BBox(0, top, page.page.width, bottom)


def _share(reading: PageReading, start: float, end: float) -> BBox:
    """From `start` to `end` (shares of the height of the upright page), as a box on the scan."""
    width, height = reading.page.width, reading.page.height
    if reading.rotation == 90:
        return BBox(round(start * width), 0, round(end * width), height)
    if reading.rotation == 180:
        return BBox(0, round((1 - end) * height), width, round((1 - start) * height))
    if reading.rotation == 270:
        return BBox(round((1 - end) * width), 0, round((1 - start) * width), height)
    return BBox(0, round(start * height), width, round(end * height))


def _inside(pixels: Pixels, box: BBox) -> BBox:
    """What of `box` lies on the page, at least one pixel."""
    height, width = pixels.shape[:2]
    left, top = min(max(0, box.left), width - 1), min(max(0, box.top), height - 1)
    return BBox(left, top, min(width, max(left + 1, box.right)), min(height, max(top + 1, box.bottom)))


def _surroundings(box: BBox) -> BBox:
    across, down = round(_MARGIN_ACROSS * box.height), round(_MARGIN_DOWN * box.height)
    return BBox(max(0, box.left - across), max(0, box.top - down), box.right + across, box.bottom + down)


def _layer(pixels: Pixels, place: BBox, ink: str) -> Pixels:
    """One ink of a part of the page; a grey page is all black, an ink the page does not have leaves paper."""
    inks = survey_inks(pixels)
    if inks is None and ink == "black":
        return pixels[place.top : place.bottom, place.left : place.right]
    found = getattr(separate(pixels, inks, place), ink) if inks else None
    return np.full((place.height, place.width), _PAPER, np.uint8) if found is None else found


def _framed(part: Pixels, box: BBox, place: BBox) -> Pixels:
    """The part `place` of a page with a frame drawn around `box`."""
    shown = cv2.cvtColor(part, cv2.COLOR_GRAY2BGR) if part.ndim == 2 else part.copy()
    left, top = box.left - place.left, box.top - place.top
    line = max(1, box.height // 25)
    corner = (left + box.width, top + box.height)
    cv2.rectangle(shown, (left - line, top - line), corner, _BOX_COLOUR, line)
    return np.asarray(shown, np.uint8)


def _upright(pixels: Pixels, rotation: int) -> Pixels:
    turn = _QUARTER_TURNS.get(rotation)
    return pixels if turn is None else np.asarray(cv2.rotate(pixels, turn), np.uint8)


def _scaled(pixels: Pixels, kind: str) -> Pixels:
    height, width = pixels.shape[:2]
    factor = _PAGE_LONG_SIDE / max(height, width) if kind == "page" else _CROP_WIDTH / width
    factor = min(factor, 1.0 if kind != "cell" else _MOST_ENLARGED)
    if kind == "cell":
        factor = min(factor, _PAGE_LONG_SIDE / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    is_made, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not is_made:
        raise NoPicture("unreadable")
    return bytes(data)
