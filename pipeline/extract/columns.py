"""Cut lines on which both columns were read as one: header lines and lines of the signature block.

What gives the right column away are its set phrases (national title, motto, `<place>, ngày ...`), powers
and titles in capitals behind a recipient, and names behind the last recipient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex
from rapidfuzz import fuzz

from pipeline.extract.letters import letter_count, plain, upper_share
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.names import read_name, split_two_names
from pipeline.extract.pieces import LEFT, RIGHT, Frame, Piece, cut
from pipeline.model import DocumentText

HEADER_LINES = 40  # a header ends before this many lines of its page
LONGEST_LINE = 240  # characters
_WIDE_GAP = regex.compile(r"\s{3,}|\t+")
_SLOT_ENDS = regex.compile(r"[/⁄-]|th[a-z]n[gq]\b|n[a-z]m\b")  # a wide blank before these waits for a pen
PLACE_DATE = regex.compile(
    r"(?<![^\s,;])(?P<place>(?:(?:Thành phố|Thủ đô|TP\.?|Tp\.?|Thị xã|TX\.?|Thị trấn|TT\.?|Đặc khu)\s*)?"
    r"\p{Lu}[\p{Ll}'’]*(?:[\s-]+(?:\p{Lu}[\p{Ll}'’]*|\d{1,2})){0,4})"
    r"\s*[,.;]?\s*(?P<date>[nN]g\p{L}{1,2}[^\p{L}].{0,12}?th\p{L}n[gq].{0,30})$"
)
POWER = regex.compile(
    r"(?:t\s?[./]?\s?u\s?[./]?\s?q\s?[.,/]|(?:t\s?[./]?\s?m|k\s?[./]?\s?t|t\s?[./]?\s?l)\s?[.,/]|[tk]/[mtl](?=\s)"
    r"|q\s?\.)\s*(?=\p{L})"
)
_RECIPIENTS = regex.compile(r"^\W*n[o0]i\s?nh[a-z]n")


def split_pieces(
    document: DocumentText, pieces: Iterable[Piece], areas: dict[int, Frame], lexicon: Lexicon
) -> tuple[Piece, ...]:
    """`pieces` with glued lines cut in two; order is kept, left part before right part."""
    found: list[Piece] = []
    rows = 0
    page_number = 0
    in_signature = False
    right_open = two_blocks = False
    for piece in pieces:
        rows = rows + 1 if piece.page_number == page_number else 1
        page_number = piece.page_number
        in_signature = in_signature or bool(_RECIPIENTS.match(piece.plain))
        if len(piece.text) > LONGEST_LINE:
            found.append(piece)  # no line of two columns is that long
            continue
        offset = _stamp_cut(piece, areas) or _header_cut(piece, lexicon) if rows <= HEADER_LINES else 0
        if not offset and not _is_narrow(piece, areas) and (in_signature or two_blocks or piece.is_caps):
            offset = _signature_cut(piece, lexicon, right_open=right_open, two_blocks=two_blocks)
        parts = cut(document, piece, [offset], [LEFT, RIGHT]) if offset else [piece]
        if offset and is_power_or_title(parts[-1].plain, lexicon):
            right_open = True
            two_blocks = is_power_or_title(parts[0].plain, lexicon)
        found += parts
    return tuple(found)


def _is_narrow(piece: Piece, areas: dict[int, Frame]) -> bool:
    frame = areas.get(piece.page_number)
    return bool(frame and piece.bbox and piece.bbox.width < 0.4 * frame.text_width)


def _header_cut(piece: Piece, lexicon: Lexicon) -> int:
    heading = _set_phrase_start(piece.plain, lexicon)
    if heading:
        return heading
    match = PLACE_DATE.search(piece.text)
    if match and match.start() > 2:
        before = piece.text[: match.start()].rstrip()
        # `, ngày` inside a sentence has lower-case text before the place and no number or V/v in front.
        if regex.search(r"/\s*[\p{Lu}\d&][\p{L}\d&. -]*$|-\s*\p{Lu}+\s*$", before) or _starts_left_column(
            piece
        ):
            return match.start()
    return _text_gap(piece)


def _text_gap(piece: Piece) -> int:
    """Where the right column begins after a wide blank of plain text; a blank left for the pen is none."""
    gap = _WIDE_GAP.search(piece.text) if piece.bbox is None else None
    return gap.end() if gap and not _SLOT_ENDS.match(piece.plain, gap.end()) else 0


def _stamp_cut(piece: Piece, areas: dict[int, Frame]) -> int:
    """A registry stamp in the margin may run into the line of the subject; that begins with `Về việc`."""
    frame = areas.get(piece.page_number)
    if frame is None or piece.bbox is None or piece.bbox.left > frame.left - 0.02 * frame.text_width:
        return 0
    match = regex.search(r"\s(?=V(?:ề|ê|ẻ|é|è) v[iịỉ][êệ]c\s|V/v\s)", piece.text)
    return match.end() if match else 0


def _starts_left_column(piece: Piece) -> bool:
    return bool(regex.match(r"\W*(?:s[o0]\s*[:.]?|v\s?/\s?v)\b", piece.plain))


def _set_phrase_start(text: str, lexicon: Lexicon) -> int:
    """Where the national title, the motto or the Party's title begins on a line that begins otherwise."""
    for role in ("nation", "motto", "party", "mass"):
        for phrase in lexicon.marks[role]:
            if len(text) < len(phrase) + 3:
                continue
            place = fuzz.partial_ratio_alignment(phrase, text, score_cutoff=85)
            if place and place.dest_start > 2 and place.dest_end >= len(text) - 3:
                start = text.rfind(" ", 0, place.dest_start + 2) + 1
                return start if start > 2 else 0
    return 0


# --- signature block --------------------------------------------------------------------------------


def _signature_cut(piece: Piece, lexicon: Lexicon, *, right_open: bool, two_blocks: bool) -> int:
    gap = _text_gap(piece)
    if gap:
        return gap
    caps = _caps_tail(piece.text, lexicon, right_open=right_open)
    if caps:
        return caps
    names = split_two_names(piece.text, lexicon) if two_blocks else None
    if names:
        return names[2]
    return _name_tail(piece.text, lexicon) if right_open else 0


def _tail_starts(text: str) -> Iterator[int]:
    for match in regex.finditer(r"\s+", text):
        yield match.end()


def _caps_tail(text: str, lexicon: Lexicon, *, right_open: bool) -> int:
    for start in _tail_starts(text):
        tail, head = text[start:], text[:start].rstrip()
        if upper_share(tail) < 0.85 or letter_count(tail) < 4 or letter_count(head) < 5:
            continue  # `KT.` before `CHỦ TỊCH` is no column of its own
        key = plain(tail)
        if is_power_or_title(key, lexicon) and _ends_block(head, key, lexicon):
            return start
        if right_open and head[-1] in ";)." and len(tail.split()) >= 2 and tail.split()[0].isalpha():
            return start
    return 0


def _ends_block(head: str, tail_key: str, lexicon: Lexicon) -> bool:
    """True when `head` is a whole of its own: a recipient, a title, a block before a second power."""
    key = plain(head).strip()
    if head[-1] in ";:,.)" and not POWER.match(key):
        return True
    return lexicon.title_at(key) == key or (is_power_or_title(key, lexicon) and bool(POWER.match(tail_key)))


def is_power_or_title(key: str, lexicon: Lexicon) -> bool:
    """True when a folded line begins with a signing power or a signer's title."""
    return bool(POWER.match(key)) or bool(lexicon.title_at(key.strip(" .,:;-")))


def _name_tail(text: str, lexicon: Lexicon) -> int:
    for start in _tail_starts(text):
        head = text[:start].rstrip()
        if head[-1] not in ".;)":
            continue
        name = read_name(text[start:], lexicon)
        if name and name.score >= 3:
            return start
    return 0
