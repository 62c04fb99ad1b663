"""Where a file that holds several documents is to be cut: at a page that opens with a letterhead of its own.

Nghị định 30/2020/NĐ-CP, Appendix I, and Hướng dẫn 36-HD/VPTW give each document the national (or Party)
title, its number and its date at the top of its first page. Annexes, forms, what is enclosed (`Kèm theo ...`)
and a copy's certification may look alike and stay with the document before them. In doubt nothing is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.config import Settings
from pipeline.dictionary import table
from pipeline.extract.columns import split_pieces
from pipeline.extract.header import is_body_name
from pipeline.extract.header_roles import is_heading
from pipeline.extract.issue_date import read_issue_date
from pipeline.extract.lexicon import Lexicon, lexicon
from pipeline.extract.number import MARKER, NumberLine, read_number_line
from pipeline.extract.pieces import RIGHT, Frame, Piece, frames, whole_lines
from pipeline.extract.signature import find_blocks
from pipeline.model import DocumentText, PageReading

_HEAD_LINES = 40  # lines of a page among which its head is looked for
_HEAD_PIECES = 20  # pieces at the top of a page without boxes
_HEAD_SHARE = 0.3  # of the height of a page with boxes
_ENCLOSURE_SHARE = 0.5  # `(Kèm theo ...)` stands under the title of what is enclosed
_LONGEST_MARK = 120  # characters; a longer line is a sentence
_COPY_PAGE_PIECES = 15  # a certification alone on its page has fewer
_ENCLOSED = regex.compile(
    r"^\W*(?:(?:ban hanh )?kem theo\b|dinh kem\b|phu luc\b|phu bieu\b|mau so\b|mau \d|bieu (?:mau|so)\b)"
)
_RECIPIENTS = regex.compile(r"^\W*n?[o0]i\s?nh[a-z]n\b")


@dataclass(frozen=True, slots=True)
class _Letterhead:
    """What the top of a page shows of a letterhead."""

    has_heading: bool
    number: NumberLine | None
    has_date: bool
    has_title: bool


def split_pages(document: DocumentText, settings: Settings) -> tuple[tuple[int, ...], ...]:
    """The pages (0-based indices, all of them, in order) of each document that `document` holds.

    A page begins another document when it opens with a whole letterhead and the pages before it are a
    document of their own: they have a number line or a signature block.
    """
    words = lexicon(settings.dictionaries_folder)
    groups: list[tuple[int, ...]] = [(0,)] if document.pages else []
    for index in range(1, len(document.pages)):
        before = [document.pages[number] for number in groups[-1]]
        if _begins_another(document.pages[index], before, words):
            groups.append((index,))
        else:
            groups[-1] = (*groups[-1], index)
    return tuple(groups)


def _begins_another(page: PageReading, before: Sequence[PageReading], words: Lexicon) -> bool:
    pieces, areas = _pieces((page,), words, most=_HEAD_LINES)
    frame = areas.get(page.page.page_number)
    head = _letterhead(pieces, frame, words)
    if not head.has_heading or _is_enclosed(pieces, frame) or _is_copy(head, pieces, words):
        return False
    opened = _first_letterhead(before[0], words)
    if _is_same_number(opened.number, head.number):
        return False
    if head.number and (head.has_date or head.number.number):
        return opened.number is not None or _is_signed(before, words)
    # Without a number the title and the date must speak, and the document before must be complete.
    return head.has_title and head.has_date and opened.number is not None and _is_signed(before, words)


def _pieces(
    pages: Sequence[PageReading], words: Lexicon, most: int | None = None
) -> tuple[tuple[Piece, ...], dict[int, Frame]]:
    text = DocumentText(tuple(pages))
    areas = frames(text)
    return split_pieces(text, list(whole_lines(text, areas))[:most], areas, words), areas


# --- the page that may begin a document -------------------------------------------------------------


def _first_letterhead(page: PageReading, words: Lexicon) -> _Letterhead:
    pieces, areas = _pieces((page,), words, most=_HEAD_LINES)
    return _letterhead(pieces, areas.get(page.page.page_number), words)


def _letterhead(pieces: Sequence[Piece], frame: Frame | None, words: Lexicon) -> _Letterhead:
    top = _top(pieces, frame, _HEAD_SHARE)
    numbers = (read_number_line(piece.text, words) for piece in top if _may_be_number(piece))
    return _Letterhead(
        has_heading=any(is_heading(piece, words) for piece in top),
        number=next((one for one in numbers if one and one.symbol), None),
        has_date=any(read_issue_date(piece.text) for piece in top),
        has_title=any(_is_title(piece, words) for piece in top),
    )


def _top(pieces: Sequence[Piece], frame: Frame | None, share: float) -> list[Piece]:
    if frame is None:
        return list(pieces[:_HEAD_PIECES])
    return [piece for piece in pieces if piece.bbox and piece.bbox.top < share * frame.height]


def _may_be_number(piece: Piece) -> bool:
    return piece.column != RIGHT and len(piece.text) <= 60 and bool(MARKER.match(piece.plain))


def _is_title(piece: Piece, words: Lexicon) -> bool:
    named = words.type_of_title(piece.key) if piece.is_caps else None
    return named is not None and named.is_standard and not is_body_name(piece, words)


def _is_enclosed(pieces: Sequence[Piece], frame: Frame | None) -> bool:
    """True when the page says that it belongs to another document; a line of running text does not count."""
    for piece in _top(pieces, frame, _ENCLOSURE_SHARE):
        wide = frame is not None and piece.bbox is not None and piece.bbox.width > 0.8 * frame.text_width
        is_mark = piece.text.lstrip().startswith("(") or not (wide or len(piece.text) > _LONGEST_MARK)
        if is_mark and _ENCLOSED.match(piece.plain):
            return True
    return False


def _is_copy(head: _Letterhead, pieces: Sequence[Piece], words: Lexicon) -> bool:
    """True for a copy's certification: its symbol (`12/SY-UBND`), or its mark on a page with little else."""
    forms = {
        row["abbreviation"] for row in table("document_types").rows if "sao" in row["name"].lower().split()
    }
    group = regex.split(r"[-/]", head.number.symbol)[0] if head.number else ""
    if group in forms:
        return True
    marked = any(piece.is_caps and piece.plain.strip(" .*_-") in words.marks["copy"] for piece in pieces)
    return marked and len(pieces) < _COPY_PAGE_PIECES


def _is_same_number(first: NumberLine | None, second: NumberLine | None) -> bool:
    """True for the same document once more: a repeated head or a second copy of its first page."""
    return bool(first and second and first.number and first.number_symbol == second.number_symbol)


# --- the pages before it ----------------------------------------------------------------------------


def _is_signed(pages: Sequence[PageReading], words: Lexicon) -> bool:
    pieces, areas = _pieces(pages, words)
    if any(_RECIPIENTS.match(piece.plain) for piece in pieces):
        return True
    return any(block.name is not None for block in find_blocks(pieces, areas, words))
