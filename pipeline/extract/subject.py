"""The trích yếu: what the document is about, in its own words.

Under the title: centred lines up to the short rule, the legal bases or the first body line. Without a title
(công văn): the block that begins with `V/v` under the number and stops where the left column stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from pipeline.extract.casing import sentence_case
from pipeline.extract.columns import is_power_or_title
from pipeline.extract.header import Header
from pipeline.extract.letters import letter_count, plain, upper_share
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.pieces import Frame, Piece

_ABOUT_MARK = regex.compile(
    r"^\W{0,2}(?:[vV]\s?(?:[1Il]|[^\w\s])\s?[vV]\b|[vVyYfƒ]\s?[/⁄]\s?[vVwWyY]?(?!\p{L})|Vv\s)\s*[:.]?\s*"
)
_MISREAD_ABOUT = regex.compile(r"^\W{0,2}v[a-z] v[il1][eêệ][cco]\b")
_ENDS = regex.compile(r"^[\s*_~•-]+|[\s*_.~-]+$")
_DASH_BELOW = regex.compile(r"\p{L}\s[-–]\s*$")
_DASH_ABOVE = regex.compile(r"^\s*[-–]\s\p{L}")
_MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject, the pieces it was put together from, and the rule that found it."""

    text: str
    pieces: tuple[Piece, ...]
    rule: str
    confidence: float


def read_subject(
    header: Header, body: Sequence[Piece], lexicon: Lexicon, *, is_letter: bool
) -> Subject | None:
    """The subject of the document; `body` are the pieces after the title, `is_letter` says công văn."""
    if header.title is not None:
        lines = _under_title(header, header.title, body, lexicon)
        if header.title_rest and not header.title_rest.upper().startswith("CỦA "):
            return _put_together(
                [header.title_rest, *(one.text for one in lines)],
                (header.title, *lines),
                "title_line",
                lexicon,
            )
        return _put_together([one.text for one in lines], tuple(lines), "under_title", lexicon)
    about = _contiguous(header.of("about", "about_more"), header.frame)
    if about:
        return _put_together([one.text for one in about], about, "about_block", lexicon)
    below = _contiguous(header.of("below_number"), header.frame)
    if below and is_letter:
        return _put_together([one.text for one in below], below, "under_number", lexicon)
    return None


def _put_together(texts: list[str], pieces: tuple[Piece, ...], rule: str, lexicon: Lexicon) -> Subject | None:
    if not texts:
        return None
    text = regex.sub(r"\s+", " ", _joined([_ABOUT_MARK.sub("", one) for one in texts])).strip()
    if upper_share(text) > 0.8:
        text = sentence_case(text, lexicon)
    if _MISREAD_ABOUT.match(plain(text)):
        text = regex.sub(r"^\W*\S+\s+\S+", "Về việc", text)
    text = regex.sub(r"^[^\p{L}\d“\"(]+", "", text).rstrip(" .-_*")
    if letter_count(text) < 6:
        return None
    ocr = min(one.confidence for one in pieces)
    return Subject(text, pieces, rule, 0.9 * min(1.0, ocr + 0.08))


def _joined(lines: list[str]) -> str:
    """`lines` as one text without specks at their ends; a dash between two lines parts words and stays."""
    text = _ENDS.sub("", lines[0])
    for above, below in pairwise(lines):
        dash = " -" if _DASH_BELOW.search(above) or _DASH_ABOVE.match(below) else ""
        text += f"{dash} {_ENDS.sub('', below)}"
    return text


# --- under the title --------------------------------------------------------------------------------


def _under_title(header: Header, title: Piece, body: Sequence[Piece], lexicon: Lexicon) -> list[Piece]:
    frame = header.frame
    found: list[Piece] = []
    for piece in body:
        if len(found) >= _MAX_LINES:
            break
        if _is_beside(piece, frame, title):
            continue
        if _of_whom(piece) and not found:
            continue
        last = found[-1] if found else title
        in_caps = (
            bool(found or header.title_rest) and piece.is_caps and (found[-1] if found else title).is_caps
        )
        if _stops(piece, lexicon, first=not found, in_caps=in_caps):
            break
        ends = _ends_on_page(piece, last, title, frame) if frame else _ends_in_text(piece, found)
        if ends:
            break
        found.append(piece)
    return found


def _is_beside(piece: Piece, frame: Frame | None, title: Piece) -> bool:
    if piece.is_noise and not piece.is_rule:
        return True
    if frame is None or piece.bbox is None or title.bbox is None:
        return piece.is_rule and frame is not None
    above = piece.bbox.center_y < title.bbox.center_y + 0.3 * title.bbox.height
    small = piece.bbox.width < 0.3 * frame.text_width
    if letter_count(piece.text) < 4 and piece.bbox.width < 0.1 * frame.text_width:
        return True
    in_margin = piece.bbox.left < frame.left - 0.04 * frame.text_width and frame.x(piece.bbox) < 0.3
    stamp = in_margin or (small and not 0.25 <= frame.x(piece.bbox) <= 0.75)
    crumbs = piece.confidence < 0.5 and letter_count(piece.text) < 12
    return (
        above
        or stamp
        or crumbs
        or (piece.is_rule and piece.bbox.bottom < title.bbox.bottom + title.bbox.height)
    )


def _of_whom(piece: Piece) -> bool:
    """`CỦA BAN BÍ THƯ` under `KẾT LUẬN` names the author, not the subject."""
    return piece.is_caps and piece.key.startswith("cua ")


def _stops(piece: Piece, lexicon: Lexicon, *, first: bool, in_caps: bool) -> bool:
    if piece.is_rule or regex.match(r"^\W*k[il1]nh\s?(?:g[a-z]{1,3}[il1]|trinh)\b", piece.plain):
        return True
    if (
        piece.is_caps
        and not in_caps
        and (is_power_or_title(piece.plain.strip(" .-"), lexicon) or _is_body_line(piece, lexicon))
    ):
        return True
    if regex.match(r"^\W*(?:[ivx]+\s?[.)]|1\s?[.)]|dieu\s?1\b|\(?ban hanh kem theo|\(kem theo)", piece.plain):
        return True
    return piece.bbox is None and not first and _opens_body(piece, lexicon)


def _opens_body(piece: Piece, lexicon: Lexicon) -> bool:
    """`Căn cứ`, `Thực hiện`, `Năm 2020`: with their marks, or in text that has none at all."""
    text = piece.text.lstrip(" -")
    if not text[:1].isupper():
        return False
    toneless = piece.text.isascii()
    return any(
        text.casefold().startswith(phrase.casefold() + " ")
        or (toneless and piece.plain.startswith(key + " "))
        for key, phrase in lexicon.openers
    )


def _is_body_line(piece: Piece, lexicon: Lexicon) -> bool:
    words = piece.key.split()
    return any(" ".join(words[:count]) in lexicon.heads for count in (1, 2, 3, 4))


def _ends_on_page(piece: Piece, last: Piece, title: Piece, frame: Frame) -> bool:
    if not (piece.bbox and last.bbox and title.bbox):
        return False
    if piece.bbox.bottom < last.bbox.top:
        return True
    step = piece.bbox.center_y - last.bbox.center_y
    if step > frame.mm(14 if last is title else 9.5):
        return True
    offset = abs(frame.x(piece.bbox) - 0.5 * (frame.x(title.bbox) + 0.5))
    if offset > 0.075:
        return True
    starts_paragraph = piece.bbox.left > frame.left + 0.04 * frame.text_width and (
        piece.bbox.right > frame.right - 0.02 * frame.text_width
    )
    return starts_paragraph and offset > 0.022 and step > frame.mm(7.3)


def _ends_in_text(piece: Piece, found: list[Piece]) -> bool:
    if not found:
        return len(piece.text) > 400 or (piece.blank_lines > 3)
    if found[0].heading != piece.heading or len(piece.text) > 160:
        return True
    return piece.blank_lines > found[0].blank_lines


def _contiguous(pieces: Sequence[Piece], frame: Frame | None) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for piece in pieces:
        if frame and found and piece.bbox and found[-1].bbox:
            step = piece.bbox.center_y - found[-1].bbox.center_y
            if step > frame.mm(9.8) or step < 0:
                break
        if piece.confidence < 0.4 and letter_count(piece.text) < 8:
            continue
        found.append(piece)
    return tuple(found)
