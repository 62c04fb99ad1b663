"""Addresses of pictures: pages, header, signature block, the place of a cell."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from pipeline.model import Document
from pipeline.review.originals import NoPicture
from pipeline.review.pictures import INKS, header_part, signature_part
from pipeline.review.room import ReviewRoom

_KEPT_SECONDS = 600  # a picture of one document never changes while it is looked at
_PARTS = {"header": header_part, "signature": signature_part}


def add_picture_pages(app: Flask, room: ReviewRoom) -> None:
    """Add the pages of this module to `app`."""

    @app.get("/picture/<doc_id:doc_id>/<int:page_number>.jpg")
    def picture(doc_id: str, page_number: int) -> Response:
        document = _document(room, doc_id)
        if page_number not in (page.page.page_number for page in document.pages):
            abort(404)
        try:
            return _jpeg(room.pictures.page(document, page_number, _ink()))
        except NoPicture:
            abort(404)

    @app.get("/part/<doc_id:doc_id>/<column:name>.jpg")
    def part(doc_id: str, name: str) -> Response:
        document = _document(room, doc_id)
        place = _PARTS[name](document) if name in _PARTS else None
        if place is None:
            abort(404)
        try:
            return _jpeg(room.pictures.crop(document, *place, is_marked=False, ink=_ink()))
        except NoPicture:
            abort(404)

    @app.get("/evidence/<doc_id:doc_id>/<column:name>.jpg")
    def evidence(doc_id: str, name: str) -> Response:
        document = _document(room, doc_id)
        field = next((one for one in document.fields if one.name == name and one.page_number), None)
        if field is None or field.bbox is None:
            abort(404)
        try:
            crop = room.pictures.crop(document, field.page_number, field.bbox, is_marked=True, ink=_ink())
            return _jpeg(crop)
        except NoPicture:
            abort(404)


def _ink() -> str:
    """The ink asked for; "" for the page as it was scanned."""
    ink = request.args.get("ink", "")
    return ink if ink in INKS else ""


def _document(room: ReviewRoom, doc_id: str) -> Document:
    return room.desk.document(doc_id) or abort(404)


def _jpeg(data: bytes) -> Response:
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return response
