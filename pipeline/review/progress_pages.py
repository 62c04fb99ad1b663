"""Progress, the sample of sure cells, and what can be taken along."""

from __future__ import annotations

from flask import Flask, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from pipeline.review.additions import FOLDER, write_additions
from pipeline.review.labels import write_labels
from pipeline.review.progress import by_column, paces
from pipeline.review.room import ReviewRoom

LABELS_FOLDER = "training_labels"


def add_progress_pages(app: Flask, room: ReviewRoom) -> None:
    """Add the pages of this module to `app`."""

    @app.get("/progress")
    def progress() -> str:
        return render_template(
            "progress.html",
            room=room.queue,
            paces=paces(room.store.log()),
            columns=by_column(room.store.read()),
            accuracy=room.accuracy(),
        )

    @app.get("/audit")
    def audit() -> AnyResponse:
        cell = room.next_sampled()
        if cell is None:
            return redirect(url_for("progress"))
        return redirect(url_for("document", doc_id=cell[0], audit=cell[1]))

    @app.post("/tables")
    def tables() -> AnyResponse:
        room.write_tables()
        flash(g.words("tables_written"), "note")
        return redirect(url_for("progress"))

    @app.post("/additions")
    def additions() -> AnyResponse:
        count = write_additions(room.options.out, room.store.read(), room.local)
        flash(g.words("additions_written", count, FOLDER), "note")
        return redirect(url_for("progress"))

    @app.post("/labels")
    def labels() -> AnyResponse:
        folder = room.options.out / LABELS_FOLDER
        count = write_labels(folder, room.options.out, room.store.read(), room.originals)
        flash(g.words("labels_written", count, LABELS_FOLDER), "note")
        return redirect(url_for("progress"))
