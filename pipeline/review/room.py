"""What all pages share: the queue, the desk, pictures, suggestions and the sample of sure cells."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.corrections import CorrectionStore
from pipeline.export.settled import SettledDocuments
from pipeline.review.audit import Accuracy, Cell, draw_sample, estimate
from pipeline.review.neighbours import Neighbours, load_neighbours
from pipeline.review.options import ReviewOptions
from pipeline.review.originals import Originals
from pipeline.review.pictures import Pictures
from pipeline.review.queue import Entry, Filters, ReviewQueue, load_queue
from pipeline.review.screen import Desk
from pipeline.review.suggestions import Suggestions


class ReviewRoom:
    """Built once at the start; raises InputError when the tables of the run are missing or damaged."""

    queue: ReviewQueue
    desk: Desk
    suggestions: Suggestions

    def __init__(self, options: ReviewOptions) -> None:
        self.options = options
        self._documents = SettledDocuments(options.out)
        self._written = self._documents.written
        neighbours = load_neighbours(options.out)  # first, so that no store is made where no tables are
        self.store = CorrectionStore(options.out)
        self._take_in(neighbours)
        self.sample: tuple[Cell, ...] = draw_sample(options.out, self.queue, self.store.read())
        self.originals = Originals(options.find_original, options.settings)
        self.pictures = Pictures(self.originals)

    def follow(self) -> None:
        """Take in tables that were written anew, from here or by a run. Raises InputError."""
        written = self._documents.written
        if written != self._written:
            self._take_in(load_neighbours(self.options.out))
            self._written = written

    @property
    def local(self) -> Path | None:
        """The user's own dictionaries folder."""
        folder = self.options.settings.dictionaries_folder
        return Path(folder) if folder else None

    def look_again(self, doc_id: str) -> tuple[str, ...]:
        """The open questions of a document as they are now; the queue follows."""
        document = self.desk.document(doc_id)
        entry = self.queue.entry(doc_id)
        columns = self.desk.open_questions(document, entry) if document else ()
        self.queue.set_open(doc_id, columns)
        return columns

    def next_open(self, doc_id: str, filters: Filters) -> Entry | None:
        """The next document to check; one that somebody else finished meanwhile is passed over."""
        for entry in self.queue.open_after(doc_id, filters):
            if self.look_again(entry.doc_id):
                return entry
        return None

    def next_sampled(self) -> Cell | None:
        """The next cell of the sample that nobody checked."""
        corrections = self.store.read()
        unchecked = (cell for cell in self.sample if cell[1] not in corrections.of(cell[0]))
        return next(unchecked, None)

    def accuracy(self) -> Accuracy:
        """What the sample tells so far."""
        return estimate(self.sample, self.store.read())

    def write_tables(self) -> None:
        """Write all tables again with the corrections in them."""
        self.options.refresh()

    def _take_in(self, neighbours: Neighbours) -> None:
        """Hold what the tables tell now."""
        self.queue = load_queue(self.options.out, self.store)
        self.desk = Desk(self._documents, self.store, neighbours, self.options.settings.review_threshold)
        self.suggestions = Suggestions(neighbours, self.local)
