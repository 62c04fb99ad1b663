"""The head of a document, taken apart: which piece of it is what.

Boxes of Nghị định 30/2020/NĐ-CP, Appendix I: issuing body, number and `V/v` on the left, national title,
motto, place and date on the right, then the title or `Kính gửi`. Registry stamps, signature captions and
marks of secrecy stand among them and are set apart by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.extract.columns import is_power_or_title
from pipeline.extract.header_roles import ABOUT, Role, assign_roles, is_heading
from pipeline.extract.issue_date import read_issue_date
from pipeline.extract.lexicon import DocumentType, Lexicon
from pipeline.extract.number import MARKER
from pipeline.extract.pieces import LEFT, RIGHT, Frame, Piece
from pipeline.model import DocumentText

PLAIN_TEXT_LINES = 45  # a head of plain text ends before this many lines
_ADDRESSEE = regex.compile(r"^\W*k[il1]nh\s?(?:g[a-z]{1,3}[il1]|trinh)\b|^\W*k[il1]nh\s?g[uư]i")
_NUMBERED = regex.compile(r"\d|/")
_SECOND_TITLE = regex.compile(r":\s*\W*$")


@dataclass(frozen=True, slots=True)
class Header:
    """The pieces of the first page by what they are; `end` is the index of the first piece below."""

    pieces: tuple[Piece, ...]
    end: int
    roles: tuple[Role, ...]
    title: Piece | None
    title_type: DocumentType | None
    title_rest: str
    addressee: int | None
    frame: Frame | None

    def of(self, *names: str) -> tuple[Piece, ...]:
        """The header pieces with one of the roles `names`, in order."""
        return tuple(role.piece for role in self.roles if role.name in names)


def read_header(
    document: DocumentText, pieces: Sequence[Piece], frame: Frame | None, lexicon: Lexicon
) -> Header:
    """Take the head of the first page apart. `pieces` are those of that page, already cut into columns."""
    limit = len(pieces) if frame else min(len(pieces), PLAIN_TEXT_LINES)
    title, title_type, rest = _find_title(pieces[:limit], frame, lexicon)
    addressee = next((i for i in range(limit) if _ADDRESSEE.match(pieces[i].plain)), None)
    body = _first_body_line(pieces[:limit], frame)
    ends = [index for index in (title, addressee, body) if index is not None]
    end = min(ends, key=lambda index: _height(pieces[index], index)) if ends else limit
    inside = _above(pieces[:limit], end, frame) if ends else list(pieces[:limit])
    roles = assign_roles(document, inside, frame, lexicon)
    return Header(
        pieces=tuple(pieces),
        end=end,
        roles=tuple(roles),
        title=pieces[title] if title is not None else None,
        title_type=title_type,
        title_rest=rest,
        addressee=addressee,
        frame=frame,
    )


def _height(piece: Piece, index: int) -> float:
    return piece.bbox.center_y if piece.bbox else float(index)


def _above(pieces: Sequence[Piece], end: int, frame: Frame | None) -> list[Piece]:
    border = pieces[end].bbox
    if frame is None or border is None:
        return list(pieces[:end])
    # A block of the left column may reach down beside `Kính gửi`, but never below its line.
    return [piece for piece in pieces if piece.bbox and piece.bbox.center_y < border.center_y - 2]


def begins_document(pieces: Sequence[Piece], frame: Frame | None, lexicon: Lexicon) -> bool:
    """True when a page opens with a letterhead: a national or Party title and a number line at its top."""
    top = [piece for piece in pieces if not frame or (piece.bbox and piece.bbox.top < 0.3 * frame.height)][
        :20
    ]
    has_heading = any(is_heading(piece, lexicon) for piece in top)
    numbered = any(
        piece.column != RIGHT and MARKER.match(piece.plain) and _NUMBERED.search(piece.text) for piece in top
    )
    return has_heading and (numbered or any(read_issue_date(piece.text) for piece in top))


# --- title and body ---------------------------------------------------------------------------------


def _find_title(
    pieces: Sequence[Piece], frame: Frame | None, lexicon: Lexicon
) -> tuple[int | None, DocumentType | None, str]:
    """Index, type and what follows on the same line of the piece that names the type of the document."""
    for index, piece in enumerate(pieces):
        if piece.plain.strip() in lexicon.marks["arrival"] or not piece.is_caps:
            continue
        if piece.column in (LEFT, RIGHT) and not _is_central(piece, frame):
            continue
        if frame and piece.bbox and piece.bbox.top > 0.75 * frame.height:
            continue
        found = lexicon.type_of_title(piece.key)
        if found and not _SECOND_TITLE.search(piece.text):
            return index, found, ""
        for one in lexicon.types:
            if one.key.count(" ") and piece.key.startswith(one.key + " "):
                words = len(one.key.split())
                parts = piece.text.split()
                return index, one, " ".join(parts[words:])
    return _unlisted_title(pieces, frame, lexicon), None, ""


def _unlisted_title(pieces: Sequence[Piece], frame: Frame | None, lexicon: Lexicon) -> int | None:
    """A title outside the list: capitals, alone in the middle under the date, no `V/v` and no body's name."""
    if any(ABOUT.match(piece.plain) for piece in pieces):
        return None
    date = next((index for index, piece in enumerate(pieces) if read_issue_date(piece.text)), None)
    if date is None or frame is None:
        return None
    for piece in pieces[date + 1 :]:
        if not (piece.is_caps and piece.bbox and pieces[date].bbox) or piece.confidence < 0.6:
            continue
        below = piece.bbox.center_y > pieces[date].bbox.center_y + frame.mm(4)  # type: ignore[union-attr]
        central = _is_central(piece, frame) and 0.4 < frame.x(piece.bbox) < 0.6
        if below and central and 2 <= len(piece.text.split()) <= 9 and piece.text[-1] != ":":
            stands_for_issuer = is_body_name(piece, lexicon) or is_power_or_title(piece.plain, lexicon)
            return None if stands_for_issuer else pieces.index(piece)
    return None


def _is_central(piece: Piece, frame: Frame | None) -> bool:
    return frame is not None and piece.bbox is not None and 0.3 <= frame.x(piece.bbox) <= 0.7


def is_body_name(piece: Piece, lexicon: Lexicon) -> bool:
    """True when a line begins like the name of a body (`SỞ ...`, `ỦY BAN NHÂN DÂN`)."""
    first = piece.key.split()[0] if piece.key else ""
    return first in lexicon.heads or any(piece.key.startswith(head + " ") for head in lexicon.heads)


def _first_body_line(pieces: Sequence[Piece], frame: Frame | None) -> int | None:
    for index, piece in enumerate(pieces):
        if piece.is_caps or piece.is_noise or read_issue_date(piece.text):
            continue
        if frame and piece.bbox:
            wide = piece.bbox.width > 0.8 * frame.text_width
            if wide and piece.bbox.top > frame.mm(25) and piece.bbox.height < frame.mm(25):
                return index
        elif len(piece.text) > 110:
            return index
    return None
