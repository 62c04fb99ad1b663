"""`Kính gửi` and `Nơi nhận`: to whom the document goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.extract.header import Header
from pipeline.extract.pieces import RIGHT, Frame, Piece

_LABEL = regex.compile(r"^\W*k[il1]nh\s?(?:g[a-z]{1,3}[il1]|trinh)\W*", regex.IGNORECASE)
_PLACES = regex.compile(r"^\W*n[o0]i\s?nh[a-z]n\b\W*")
_DASH = regex.compile(r"^\s*[-–—•+*]\s*")
_PURPOSE = regex.compile(
    r"\(\s*(?:để\s+)?((?:[bBđĐ]\s?/?\s?c(?:áo)?|báo cáo|p\s?/\s?h|t\s?/\s?h|biết|thực hiện)[^)]{0,25})\)"
)
_KEEP = regex.compile(r"^\W{0,3}l[a-z]{1,3}u\s*[:;.]?\s*(?=(?:vt|vp|van|v\.|ban|hs|nv|[a-z]{2,8}[,.;]))")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One receiver: `list_name` is `kinh_gui`, `noi_nhan` or `luu`; `codes` name who keeps a copy."""

    list_name: str
    ordinal: int
    name: str
    purpose: str
    codes: tuple[str, ...]
    piece: Piece


def read_addressees(header: Header, pieces: Sequence[Piece]) -> tuple[Recipient, ...]:
    """The bodies after `Kính gửi:`, on its line or as a list below."""
    if header.addressee is None:
        return ()
    first = pieces[header.addressee]
    lines = [first, *_list_below(first, pieces[header.addressee + 1 :], header.frame)]
    items = _items([replace(one, text=_without_label(one.text)) if one is first else one for one in lines])
    return tuple(
        Recipient("kinh_gui", ordinal, name, "", (), piece) for ordinal, (name, piece) in enumerate(items, 1)
    )


def _without_label(text: str) -> str:
    match = regex.match(r"^\W*\S+\s?\S+?\s*:\s*", text) or _LABEL.match(text)
    return text[match.end() :] if match else text


def _list_below(first: Piece, following: Sequence[Piece], frame: Frame | None) -> list[Piece]:
    found: list[Piece] = []
    for piece in following[:25]:
        if piece.is_noise:
            continue
        if not (_goes_on_page(first, piece, frame) if frame else _goes_on_text(first, found, piece)):
            break
        found.append(piece)
    return found


def _goes_on_page(first: Piece, piece: Piece, frame: Frame | None) -> bool:
    if frame is None or piece.bbox is None or first.bbox is None or piece.page_number != first.page_number:
        return False
    indented = piece.bbox.left > frame.left + 0.14 * frame.text_width
    below = first.bbox.top - 5 < piece.bbox.center_y < first.bbox.bottom + frame.mm(75)
    return indented and below


def _goes_on_text(first: Piece, found: list[Piece], piece: Piece) -> bool:
    if _DASH.match(piece.text) and not regex.match(r"^\W*\d", piece.text):
        return piece.text.rstrip()[-1:] in ".;," or len(piece.text) < 90
    last = found[-1] if found else first
    open_end = not last.text.rstrip().endswith((".", ";")) and bool(_without_label(first.text) or found)
    short = len(last.text) < 90 and len(piece.text) < 90
    return open_end and short and piece.blank_lines == 0


def _items(lines: Sequence[Piece]) -> list[tuple[str, Piece]]:
    """Items of a dash list; lines that go on are joined."""
    found: list[tuple[str, Piece]] = []
    for piece in lines:
        text = piece.text.strip()
        if not any(char.isalnum() for char in text):
            continue
        begins = bool(_DASH.match(text)) or not found or found[-1][0].rstrip().endswith(";")
        if begins:
            found.append((_DASH.sub("", text), piece))
        else:
            found[-1] = (f"{found[-1][0]} {text}", found[-1][1])
    return [(regex.sub(r"[\s;,.:]+$", "", text), piece) for text, piece in found if len(text) > 1]


def read_places(pieces: Sequence[Piece], areas: dict[int, Frame]) -> tuple[Recipient, ...]:
    """The list under `Nơi nhận:`; the last item, `Lưu:`, says which units keep a copy."""
    start = next((i for i in reversed(range(len(pieces))) if _PLACES.match(pieces[i].plain)), None)
    if start is None:
        return ()
    label = pieces[start]
    rest = _PLACES.sub("", label.plain)
    lines = [replace(label, text=label.text[-len(rest) :])] if rest.strip() else []
    for piece in pieces[start + 1 : start + 60]:
        frame = areas.get(piece.page_number)
        if piece.column == RIGHT or (frame and piece.bbox and frame.x(piece.bbox) > 0.5):
            continue
        if frame is None and not _DASH.match(piece.text) and (piece.blank_lines or not lines):
            break
        if piece.is_noise:
            continue
        lines.append(piece)
        if _KEEP.match(piece.plain.lstrip(" -–")):
            break
    return tuple(_place(ordinal, text, piece) for ordinal, (text, piece) in enumerate(_items(lines), 1))


def _place(ordinal: int, text: str, piece: Piece) -> Recipient:
    keeps = regex.match(r"^L\p{L}{1,2}u\s*[:;.]?\s*(.*)$", text)
    if (keeps and ordinal > 1) or text.startswith("Lưu"):
        listed = keeps[1] if keeps else text[3:]
        codes = tuple(code.strip(" .") for code in regex.split(r"[,;]\s*", listed) if code.strip(" ."))
        return Recipient("luu", ordinal, text, "", codes, piece)
    purpose = _PURPOSE.search(text)
    name = _PURPOSE.sub("", text).strip(" ;,.") if purpose else text
    return Recipient("noi_nhan", ordinal, name, purpose[1].strip() if purpose else "", (), piece)
