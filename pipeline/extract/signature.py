"""The signature block: powers, title and name, wherever the reading order put them.

`block := power* title name` (Nghị định 30/2020/NĐ-CP, Appendix I, ô 7; Hướng dẫn 36-HD/VPTW): the last title
line is the signer's own; the name is the best candidate after it in the same column, also on the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.names import PersonName, read_name
from pipeline.extract.pieces import LEFT, RIGHT, Frame, Piece
from pipeline.extract.signature_lines import Entry, clean_line, deputy_line, read_entry

_LINES_TO_NAME = 14
_SECRETARY = "thu ky"
_CHAIR = "Chủ tọa"
_CHAIR_CRUMBS = ("chu", "chu t", "chu to", "hu toa", "chu roa", "chu tqa")
_TYPED = regex.compile(r"\(\s*[đĐ]ã\s+ký", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One signer: powers and titles in order, and the name when one was found.

    `is_typed`: `(Đã ký)` stands above the name; `has_ink`: a pen or seal was read as crumbs there;
    `is_crowded`: such crumbs stand before the title, where a power (`KT.`) may be lost.
    """

    entries: tuple[Entry, ...]
    name: PersonName | None
    name_piece: Piece | None
    start: int
    end: int
    side: str
    is_typed: bool
    has_ink: bool
    is_crowded: bool = False

    @property
    def powers(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.code)

    @property
    def title(self) -> Entry | None:
        """The signer's own title: the last line without a power, or `Q. GIÁM ĐỐC`."""
        last = self.entries[-1]
        return last if not last.code or last.code == "Q" else None


def find_blocks(pieces: Sequence[Piece], areas: dict[int, Frame], lexicon: Lexicon) -> tuple[Block, ...]:
    """All signature blocks of a document in order; pieces of left and right column are kept apart."""
    found: list[Block] = []
    secretaries = [piece for piece in pieces if piece.key == _SECRETARY and piece.bbox]
    for side, run in (("right", _run(pieces, areas, left=False)), ("left", _run(pieces, areas, left=True))):
        index = 0
        while index < len(run):
            chair = _chair(run[index][1], secretaries, areas) if side == "right" else None
            block = _block(run, index, side, first=chair, areas=areas, lexicon=lexicon)
            if block is None:
                index += 1
                continue
            found.append(block)
            index = max(index + 1, next((i for i, (at, _) in enumerate(run) if at > block.end), len(run)))
    return tuple(sorted(found, key=lambda block: block.start))


Numbered = tuple[int, Piece]


def _run(pieces: Sequence[Piece], areas: dict[int, Frame], *, left: bool) -> list[Numbered]:
    found: list[Numbered] = []
    for index, piece in enumerate(pieces):
        frame = areas.get(piece.page_number)
        if frame and piece.bbox:
            at = frame.x(piece.bbox)
            widest = 0.78 if piece.is_caps else 0.66
            if piece.bbox.width > widest * frame.text_width or (at < 0.45) != left:
                continue
        elif (piece.column == LEFT) != left or (not left and _is_item(piece)):
            continue
        found.append((index, piece))
    return found


def _is_item(piece: Piece) -> bool:
    """An item of `Nơi nhận` in text whose columns were read one after the other."""
    return bool(regex.match(r"^\s*[-–•+]\s", piece.text)) and piece.text.rstrip()[-1:] in ";,."


# --- powers and titles --------------------------------------------------------------------------------


def _block(
    run: list[Numbered],
    index: int,
    side: str,
    *,
    first: Entry | None,
    areas: dict[int, Frame],
    lexicon: Lexicon,
) -> Block | None:
    first = first or read_entry(run[index][1], lexicon)
    if first is None or not _is_block_place(run[index][1], areas, side):
        return None
    entries = [first]
    position = index + 1
    ink = False
    while position < len(run) and position - index < 9:
        piece = run[position][1]
        if piece.is_noise or piece.is_rule:
            ink = ink or piece.bbox is not None
            position += 1
            continue
        entry = read_entry(piece, lexicon)
        if entry is None or entry.is_guess:
            entry = deputy_line(entries[-1], piece, lexicon) or entry
        if entry is not None and _same_block(entries[-1].pieces[-1], piece, areas):
            entries.append(entry)
        elif _continues(entries, piece, areas, lexicon):
            last = entries[-1]
            entries[-1] = Entry(last.code, f"{last.text} {clean_line(piece.text)}", (*last.pieces, piece))
        else:
            break
        position += 1
    name, name_piece, end, typed, more_ink = _find_name(run, position, entries, areas=areas, lexicon=lexicon)
    crowded = not any(entry.code for entry in entries) and _is_crowded(run, entries[0].pieces[0], areas)
    return Block(tuple(entries), name, name_piece, run[index][0], end, side, typed, ink or more_ink, crowded)


def _is_crowded(run: list[Numbered], title: Piece, areas: dict[int, Frame]) -> bool:
    frame, box = areas.get(title.page_number), title.bbox
    if frame is None or box is None:
        return False
    for _, piece in run:
        if (
            piece.bbox is None
            or not (piece.is_noise or piece.is_rule)
            or piece.page_number != title.page_number
        ):
            continue
        beside = 0 <= box.left - piece.bbox.right < frame.mm(35) and piece.bbox.width > frame.mm(4)
        if beside and abs(piece.bbox.center_y - box.center_y) < 0.6 * box.height:
            return True
    return False


def _chair(piece: Piece, secretaries: Sequence[Piece], areas: dict[int, Frame]) -> Entry | None:
    """Beside `THƯ KÝ` of minutes stands `CHỦ TỌA`; a seal may leave no more of it than `CHỦ`."""
    frame = areas.get(piece.page_number)
    if frame is None or piece.bbox is None or piece.key not in _CHAIR_CRUMBS or not piece.text[0].isupper():
        return None
    for other in secretaries:
        if other.bbox and other.page_number == piece.page_number:
            apart = abs(other.bbox.center_y - piece.bbox.center_y)
            if apart < frame.mm(8) and frame.x(piece.bbox) > 0.56:
                return Entry("", _CHAIR, (piece,), is_guess=True)
    return None


def _is_block_place(piece: Piece, areas: dict[int, Frame], side: str) -> bool:
    frame = areas.get(piece.page_number)
    if frame is None or piece.bbox is None:
        return True
    at = frame.x(piece.bbox)
    return at > 0.56 if side == "right" else at < 0.42


def _same_block(last: Piece, piece: Piece, areas: dict[int, Frame]) -> bool:
    frame = areas.get(piece.page_number)
    if frame is None or not (last.bbox and piece.bbox):
        return piece.blank_lines <= max(2, last.blank_lines)
    if last.page_number != piece.page_number:
        return last.bbox.top > 0.75 * frame.height and piece.bbox.top < 0.2 * frame.height
    step = piece.bbox.center_y - last.bbox.center_y
    return step < frame.mm(18) and abs(frame.x(piece.bbox) - frame.x(last.bbox)) < 0.2


def _continues(entries: list[Entry], piece: Piece, areas: dict[int, Frame], lexicon: Lexicon) -> bool:
    """A line in capitals right below goes on with what the line above began."""
    last = entries[-1].pieces[-1]
    if not piece.is_caps or piece.blank_lines or not _same_block(last, piece, areas) or len(piece.text) > 60:
        return False
    frame = areas.get(piece.page_number)
    if frame and piece.bbox and last.bbox and piece.bbox.center_y - last.bbox.center_y > frame.mm(10.5):
        return False
    if piece.bbox and piece.confidence < 0.5:
        return False
    name = read_name(piece.text, lexicon)
    return not (name and name.score >= 4)


# --- the name -----------------------------------------------------------------------------------------


def _find_name(
    run: list[Numbered], start: int, entries: list[Entry], *, areas: dict[int, Frame], lexicon: Lexicon
) -> tuple[PersonName | None, Piece | None, int, bool, bool]:
    anchor = entries[-1].pieces[-1]
    best: tuple[float, PersonName, int, Piece] | None = None
    end = run[start - 1][0]
    typed = ink = False
    seen = 0
    for at, piece in run[start:]:
        if seen >= _LINES_TO_NAME or not _may_follow(anchor, piece, areas):
            break
        if best is not None and read_entry(piece, lexicon) is not None:
            break
        typed = typed or bool(_TYPED.search(piece.text))
        if piece.is_noise:
            ink = ink or piece.bbox is not None
            continue
        seen += 1
        name = read_name(piece.text, lexicon)
        if name is None or (piece.is_caps and piece.bbox is not None and piece.confidence < 0.6):
            continue
        score = name.score + _place_score(anchor, piece, areas)
        if score >= 2.5 and (best is None or score > best[0]):
            best = (score, name, at, piece)
    if best is None:
        return None, None, end, typed, ink
    return best[1], best[3], max(end, best[2]), typed, ink


def _may_follow(anchor: Piece, piece: Piece, areas: dict[int, Frame]) -> bool:
    frame = areas.get(piece.page_number)
    if frame is None or not (anchor.bbox and piece.bbox):
        return True
    if piece.page_number == anchor.page_number:
        return True
    return (
        piece.page_number == anchor.page_number + 1
        and anchor.bbox.top > 0.7 * frame.height
        and (piece.bbox.top < 0.25 * frame.height)
    )


def _place_score(anchor: Piece, piece: Piece, areas: dict[int, Frame]) -> float:
    """2 on the axis of the title and not far below it, less elsewhere."""
    frame = areas.get(piece.page_number)
    if frame is None or not (anchor.bbox and piece.bbox):
        return 1.5 if piece.blank_lines or piece.column == RIGHT else 1.0
    offset = abs(frame.x(piece.bbox) - frame.x(anchor.bbox))
    score = 2.0 if offset < 0.06 else 1.0 if offset < 0.12 else -2.0
    if piece.page_number == anchor.page_number:
        drop = (piece.bbox.center_y - anchor.bbox.center_y) / frame.height
        score -= 3.0 if drop < 0.0 or drop > 0.3 else 0.0
    return score
