"""The queue and the screen of one document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, flash, g, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from pipeline.export.corrections import Conflict, Decision, RefusedValue
from pipeline.export.schema import schema_of
from pipeline.review.pictures import header_part, shown_size, signature_part
from pipeline.review.queue import FACETS, Filters
from pipeline.review.room import ReviewRoom
from pipeline.review.screen import Cell, ReadAgain, Screen, answers, whole_number
from pipeline.review.text_view import text_pieces

PAGE_SIZE = 50
_STATES = ("open", "done", "all")


def add_desk_pages(app: Flask, room: ReviewRoom) -> None:
    """Add the pages of this module to `app`."""
    _queue(app, room)
    _document(app, room)
    _moves(app, room)


def filters_of() -> Filters:
    """The filters in the address of this request."""
    chosen = {name: request.args.get(name, "")[:200] for name in FACETS}
    state = request.args.get("state", "open")
    return Filters(**chosen, state=state if state in _STATES else "open")


def query_of(filters: Filters) -> dict[str, Any]:
    """`filters` as the address holds them; what is not filtered is left out."""
    found: dict[str, Any] = {name: str(getattr(filters, name)) for name in FACETS if getattr(filters, name)}
    return found | ({"state": filters.state} if filters.state != "open" else {})


def _queue(app: Flask, room: ReviewRoom) -> None:
    @app.get("/")
    def queue() -> str:
        filters = filters_of()
        found = room.queue.find(filters)
        pages = max(1, -(-len(found) // PAGE_SIZE))
        page = min(max(1, whole_number(request.args.get("page", "1"))), pages)
        return render_template(
            "queue.html",
            room=room.queue,
            found=len(found),
            entries=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
            filters=filters,
            query=query_of(filters),
            facets=room.queue.facets(filters),
            states=_STATES,
            page=page,
            pages=pages,
        )


def _document(app: Flask, room: ReviewRoom) -> None:
    @app.get("/document/<doc_id:doc_id>")
    def document(doc_id: str) -> str:
        return _shown(room, _screen(room, doc_id))

    @app.post("/document/<doc_id:doc_id>")
    def decide(doc_id: str) -> AnyResponse | tuple[str, int]:
        screen = _screen(room, doc_id)
        try:
            given = answers(screen, request.form)
            if given:
                room.store.decide(given, session["who"])
        except ReadAgain:
            flash(g.words("read_again"), "problem")
            return _shown(room, screen), 409
        except Conflict as conflict:
            flash(g.words("conflict"), "problem")
            again = [name.removeprefix("asked.") for name in request.form if name.startswith("asked.")]
            return _shown(room, _screen(room, doc_id, again), conflict.decisions), 409
        except RefusedValue as refused:
            words = g.words(f"refused.{refused.reason}", refused.value, refused.wanted)
            flash(f"{g.words.column(refused.column)}: {words}", "problem")
            return _shown(room, screen, refused=refused.column), 422
        room.look_again(doc_id)
        if request.args.get("audit"):
            return redirect(url_for("audit"))
        return redirect(url_for("next_document", after=doc_id, **query_of(filters_of())))


def _moves(app: Flask, room: ReviewRoom) -> None:
    @app.get("/next")
    def next_document() -> AnyResponse:
        filters = filters_of()
        entry = room.next_open(request.args.get("after", ""), filters)
        if entry is None:
            flash(g.words("all_done"), "note")
            return redirect(url_for("queue", **query_of(filters)))
        return redirect(url_for("document", doc_id=entry.doc_id, **query_of(filters)))

    @app.post("/undo")
    def undo() -> AnyResponse:
        query = query_of(filters_of())
        try:
            restored = room.store.undo(session.get("who", ""))
        except Conflict as conflict:
            flash(g.words("conflict_undo"), "problem")
            return redirect(url_for("document", doc_id=conflict.decisions[0].doc_id, **query))
        if not restored:
            flash(g.words("nothing_to_undo"), "note")
            return redirect(url_for("queue", **query))
        room.look_again(restored[0].doc_id)
        flash(g.words("undone"), "note")
        return redirect(url_for("document", doc_id=restored[0].doc_id, **query))

    @app.get("/suggestions/<column:column>")
    def suggestions(column: str) -> AnyResponse:
        if column not in schema_of("documents").by_name:
            abort(404)
        return jsonify(room.suggestions.find(column, request.args.get("text", "")[:200]))


def _screen(room: ReviewRoom, doc_id: str, again: Sequence[str] = ()) -> Screen:
    audited = request.args.get("audit", "")
    if audited and (doc_id, audited) not in room.sample:
        audited = ""
    screen = room.desk.screen(doc_id, room.queue.entry(doc_id), audited=audited, again=again)
    return screen or abort(404)


def _shown(room: ReviewRoom, screen: Screen, theirs: tuple[Decision, ...] = (), refused: str = "") -> str:
    """The screen; after a problem it keeps what the person had put in."""
    filters = filters_of()
    boxed: dict[int, list[Cell]] = {page.page.page_number: [] for page in screen.document.pages}
    for cell in screen.asked:
        if cell.box is not None and cell.machine.page_number in boxed:
            boxed[cell.machine.page_number].append(cell)
    following = next(room.queue.open_after(screen.document.doc_id, filters), None)
    return render_template(
        "document.html",
        screen=screen,
        document=screen.document,
        boxed=boxed,
        theirs={one.column: one for one in theirs},
        refused=refused,
        given=request.form,
        state=room.originals.state(screen.document),
        parts={
            "header": shown_size(screen.document, header_part(screen.document)),
            "signature": shown_size(screen.document, signature_part(screen.document)),
        },
        texts={page.page.page_number: text_pieces(page) for page in screen.document.pages},
        following=following,
        query=query_of(filters),
        address=f"{request.path}?{urlencode(request.args)}" if request.args else request.path,
        audited=request.args.get("audit", "") if screen.asked else "",
    )
