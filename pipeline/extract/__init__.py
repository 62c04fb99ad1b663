"""From the clean text of a document to fields, child tables and doubts, each with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.config import Settings
from pipeline.extract.anniversaries.find import anniversary_issues
from pipeline.extract.cells import Cells
from pipeline.extract.columns import split_pieces
from pipeline.extract.copies import find_copy_block
from pipeline.extract.description import add_description
from pipeline.extract.extraction import Extraction
from pipeline.extract.header import Header, begins_document, read_header
from pipeline.extract.header_cells import header_cells
from pipeline.extract.lexicon import Lexicon, lexicon
from pipeline.extract.pieces import Frame, Piece, frames, whole_lines
from pipeline.extract.recipients import read_addressees, read_places
from pipeline.extract.records import find_records
from pipeline.extract.restored import doubt_restored
from pipeline.extract.signature_cells import recipient_cells, signature_cells
from pipeline.extract.split import split_pages
from pipeline.model import DocumentText, Record, Span

__all__ = ["Extraction", "extract", "split_pages"]

_TAIL = 40  # pieces at the end of a document in which a consolidated text has its number


def extract(document: DocumentText, settings: Settings) -> Extraction:
    """Read all fields and records out of `document`.

    Pages with boxes are read by geometry, plain text by its words alone. A value that is doubtful is given
    with low confidence or an issue that names its column; what the document does not show stays empty.
    """
    words = lexicon(settings.dictionaries_folder)
    areas = frames(document)
    pieces = split_pieces(document, whole_lines(document, areas), areas, words)
    first_page = pieces[0].page_number if pieces else 1
    on_first = [piece for piece in pieces if piece.page_number == first_page or first_page not in areas]
    cells = Cells(document)
    header = read_header(document, on_first, areas.get(first_page), words)
    copy = find_copy_block(pieces, words)
    header_cells(cells, header, _after_title(header), words, tail=pieces[-_TAIL:])
    signers = signature_cells(cells, pieces, areas, copy, lexicon=words)
    own = pieces[: copy.start] if copy else pieces
    recipients = recipient_cells(cells, read_addressees(header, header.pieces), read_places(own, areas))
    _second_letterhead(cells, pieces, areas, words)
    records = find_records(document, _own_words(cells))
    _cited_later(cells, records)
    doubt_restored(document, cells)
    add_description(cells, settings.dictionaries_folder)
    issues = (*cells.issues, *anniversary_issues(records))
    return Extraction(tuple(cells.fields), (*signers, *recipients, *records), issues)


def _after_title(header: Header) -> tuple[Piece, ...]:
    if header.title is None:
        return ()
    return header.pieces[header.pieces.index(header.title) + 1 :]


def _own_words(cells: Cells) -> tuple[Span, ...]:
    """Where the document gives its own number: no citation of another document."""
    return tuple(one.span for one in cells.fields if one.name == "number_raw" and one.span)


def _cited_later(cells: Cells, records: Sequence[Record]) -> None:
    """A document cannot cite one of a later day: its date, most often its year, was misread then."""
    issued = next((one.value for one in cells.fields if one.name == "issue_date"), "")
    for row in records:
        cited = row["ref_date"] if row.table == "references" and row.confidence >= 0.7 else ""
        if len(issued) == len(cited) == 10 and cited > issued and row["relation"] != "kèm theo":
            cells.doubt("date_implausible", f"cites {row.raw} of a later day", "issue_date", row.page_number)
            return


def _second_letterhead(
    cells: Cells, pieces: Sequence[Piece], areas: dict[int, Frame], words: Lexicon
) -> None:
    """A letterhead on a later page may begin another document; `split_pages` was not sure enough to cut."""
    first = pieces[0].page_number if pieces else 1
    for number in sorted({piece.page_number for piece in pieces} - {first}):
        page = [piece for piece in pieces if piece.page_number == number]
        if begins_document(page, areas.get(number), words):
            cells.doubt("second_document", f"page {number} may begin another document", "", number)
