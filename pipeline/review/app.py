"""The web application: which address shows what. Pages are made on the server; a small script adds keys."""

from __future__ import annotations

import secrets

from flask import Flask, Response, abort, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as AnyResponse

from pipeline.errors import PipelineError
from pipeline.export.schema import schema_of
from pipeline.review.desk_pages import add_desk_pages
from pipeline.review.gate import HEADERS, Gate
from pipeline.review.options import ReviewOptions
from pipeline.review.picture_pages import add_picture_pages
from pipeline.review.progress_pages import add_progress_pages
from pipeline.review.room import ReviewRoom
from pipeline.review.wording import LANGUAGES, Wording

_MOST_FORM_BYTES = 1_000_000
_LONGEST_NAME = 80
_OPEN_TO_ALL = frozenset(("enter", "static"))


class _DocumentId(BaseConverter):
    """A doc_id and nothing else: no path ever comes from a request."""

    regex = "[0-9a-f]{16}(?:-[0-9]+)?"


class _ColumnName(BaseConverter):
    """The name of a column; whether it exists is checked where it is used."""

    regex = "[a-z_]{1,40}"


def create_app(options: ReviewOptions, gate: Gate) -> Flask:
    """The application for the finished run in `options.out`; `gate` guards it.

    Raises InputError when the tables are missing or damaged, OutputError when the store cannot be made.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),  # sessions end with the program
        SESSION_COOKIE_NAME=f"sohoa_review_{gate.port}",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=_MOST_FORM_BYTES,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters |= {"doc_id": _DocumentId, "column": _ColumnName}
    room = ReviewRoom(options)
    _guard(app, gate)
    app.before_request(room.follow)
    _words(app)
    _entrance(app, gate, room)
    add_desk_pages(app, room)
    add_picture_pages(app, room)
    add_progress_pages(app, room)
    return app


def _guard(app: Flask, gate: Gate) -> None:
    @app.before_request
    def check() -> None:
        g.words = Wording(_language())
        if not gate.is_own_host(request.headers.get("Host", "")):
            abort(421, g.words("refused_host"))
        if request.endpoint not in _OPEN_TO_ALL and not session.get("admitted"):
            abort(403, g.words("refused_entry"))
        if request.method == "POST" and not gate.is_own_form(request.headers.get("Origin", "")):
            abort(403, g.words("refused_form"))

    @app.before_request
    def name_first() -> AnyResponse | None:
        needs_name = request.endpoint in ("queue", "document", "decide", "progress", "next_document", "audit")
        return redirect(url_for("name")) if needs_name and not session.get("who") else None

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _words(app: Flask) -> None:
    @app.context_processor
    def words() -> dict[str, object]:
        return {"t": g.words, "language": g.words.language, "who": session.get("who", "")}

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        text = g.words("not_found") if code in (404, 405) else error.description or error.name
        return render_template("message.html", text=text), code

    @app.errorhandler(PipelineError)
    def fail(error: PipelineError) -> tuple[str, int]:
        return render_template("message.html", text=g.words("not_done", str(error))), 500

    @app.template_global()
    def column_rules(name: str) -> tuple[str, str]:
        """Pattern and an example of a column, for the browser."""
        column = schema_of("documents").column(name)
        return column.pattern, column.example


def _language() -> str:
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _entrance(app: Flask, gate: Gate, room: ReviewRoom) -> None:
    @app.get("/enter")
    def enter() -> AnyResponse:
        if not gate.admit(request.args.get("token", "")):
            abort(403, g.words("refused_entry"))
        session["admitted"] = True
        # Only the first to enter is the reviewer named on the command line; others say who they are.
        session.setdefault("who", room.options.reviewer if gate.admitted == 1 else "")
        return redirect(url_for("queue"))

    @app.get("/name")
    def name() -> str:
        return render_template("name.html")

    @app.post("/name")
    def set_name() -> AnyResponse:
        session["who"] = " ".join(request.form.get("who", "").split())[:_LONGEST_NAME]
        return redirect(url_for("queue"))

    @app.post("/language")
    def set_language() -> AnyResponse:
        session["language"] = request.form.get("language", "")
        back = request.form.get("back", "")
        is_own = back.startswith("/") and not back.startswith(("//", "/\\"))
        return redirect(back if is_own else url_for("queue"))
