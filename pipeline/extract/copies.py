"""Where a copy's own block and the annexes begin, so that their words are not taken for the document's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.names import read_name
from pipeline.extract.pieces import Frame, Piece

_ANNEX = regex.compile(r"^\W*(?:phu luc(?:\s+(?:so\s+)?[\divxlc]+|\b)|mau so\s*\d|bieu (?:mau|so)\b)")
_ENCLOSED = regex.compile(
    r"^\W*\(?\s*(?:ban hanh\s+)?kem theo (?:van ban|quyet dinh|ke hoach|cong van|thong tu|nghi dinh"
    r"|to trinh|bao cao)"
)
_LINES_ABOVE_COPY_MARK = 8


@dataclass(frozen=True, slots=True)
class CopyBlock:
    """A copy's certification: its form (`sao y`, `sao lục`, `trích sao`) and the indices of its pieces."""

    form: str
    start: int
    mark: Piece


def find_copy_block(pieces: Sequence[Piece], lexicon: Lexicon) -> CopyBlock | None:
    """The block under the copied text that certifies it, or None; a stamp at the head has no block."""
    for index in reversed(range(len(pieces))):
        piece = pieces[index]
        key = piece.plain.strip(" .*_-")
        if not piece.is_caps or key not in lexicon.marks["copy"]:
            continue
        form = lexicon.mark_values["copy", key]
        if index < 12 or index < len(pieces) // 3:
            return CopyBlock(form, len(pieces), piece)
        return CopyBlock(form, _block_start(pieces, index, lexicon), piece)
    return None


def _block_start(pieces: Sequence[Piece], mark: int, lexicon: Lexicon) -> int:
    """Above the mark stand the copying agency and its number, above them the last name of the copied text."""
    start = mark
    for index in range(mark - 1, max(-1, mark - _LINES_ABOVE_COPY_MARK), -1):
        name = read_name(pieces[index].text, lexicon)
        if name and name.score >= 4:
            break
        if pieces[index].plain.lstrip(" -").startswith("luu") or regex.search(
            r"\./\.?\s*$", pieces[index].text
        ):
            break
        start = index
        if pieces[index].blank_lines and pieces[index].is_caps:
            break
    return start


def first_annex(pieces: Sequence[Piece], areas: dict[int, Frame], after: int) -> int:
    """Index of the first piece of the first annex after piece `after`; the number of pieces when none."""
    for index in range(after, len(pieces)):
        if _is_annex(pieces[index], areas):
            return index
    return len(pieces)


def _is_annex(piece: Piece, areas: dict[int, Frame]) -> bool:
    if not _ANNEX.match(piece.plain) and not _ENCLOSED.match(piece.plain):
        return False
    frame = areas.get(piece.page_number)
    if frame is None or piece.bbox is None:
        return len(piece.text) < 60 and (
            piece.is_caps or bool(piece.heading) or piece.text.istitle() or len(piece.text) < 16
        )
    return (
        piece.bbox.top < 0.35 * frame.height
        and 0.25 < frame.x(piece.bbox) < 0.9
        and piece.bbox.width < 0.8 * frame.text_width
    )


def count_annexes(pieces: Sequence[Piece], areas: dict[int, Frame], after: int) -> int:
    """How many annexes with their own heading follow piece `after`."""
    headings = {
        piece.key
        for piece in pieces[after:]
        if regex.match(r"^\W*phu luc\b", piece.plain) and _is_annex(piece, areas) and len(piece.text) < 40
    }
    return len(headings)
