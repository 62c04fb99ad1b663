"""What the pieces of a header are, each by a small named rule tried in order.

Set phrases (national title, motto), stamps and captions are told by their words; issuer and subject lines of
the left column by where they stand above or below the number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import regex
from rapidfuzz import fuzz

from pipeline.extract.columns import LONGEST_LINE
from pipeline.extract.issue_date import read_issue_date
from pipeline.extract.letters import upper_share
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.number import MARKER, read_number_line
from pipeline.extract.pieces import LEFT, MIDDLE, RIGHT, Frame, Piece
from pipeline.model import BBox, DocumentText, Span

ABOUT = regex.compile(r"^\W{0,2}(?:v\s?(?:[1il]|[^\w\s])\s?v\b|[vyf]\s?[/⁄]\s?[vwy]?\b|vv\s)")


# A date whose month or year stands behind a wide slot: `ngày`, `ngày 5 tháng`.
_OPEN_DATE = regex.compile(r"\b(?:ng[a-z]y|th[a-z]ng)\W{0,3}\w{0,3}$")
_PLACE = regex.compile(r"\p{Lu}[\p{L}'’.-]*(?:[\s-]+(?:\p{Lu}[\p{L}'’.-]*|phố|xã|trấn|\d{1,2})){0,6}")
LONGEST_BODY = 120  # characters of one line of a body's name


@dataclass(frozen=True, slots=True)
class Role:
    """A header piece and what it was recognised as."""

    name: str
    piece: Piece


# --- roles ------------------------------------------------------------------------------------------

Rule = Callable[[Piece, Lexicon], bool]


def _is_set_phrase(role: str, least: float) -> Rule:
    def rule(piece: Piece, lexicon: Lexicon) -> bool:
        return any(
            abs(len(piece.plain) - len(phrase)) <= 8 and fuzz.ratio(piece.plain, phrase) >= least
            for phrase in lexicon.marks[role]
        )

    return rule


def is_heading(piece: Piece, lexicon: Lexicon) -> bool:
    """True for the national title and for that of the Party."""
    return _is_set_phrase("nation", 75)(piece, lexicon) or _is_set_phrase("party", 80)(piece, lexicon)


def _is_mark(role: str) -> Rule:
    def rule(piece: Piece, lexicon: Lexicon) -> bool:
        return upper_share(piece.text) > 0.7 and piece.plain.strip(" .*[]|_") in lexicon.marks[role]

    return rule


def _is_caption(piece: Piece, lexicon: Lexicon) -> bool:
    head, colon, _ = piece.plain.partition(":")
    known = any(
        head.strip(" »*>").endswith(mark) and len(head) < len(mark) + 8 for mark in lexicon.marks["digital"]
    )
    return (
        bool(colon and known)
        or piece.plain.startswith("digitally signed")
        or bool(regex.search(r"\w\W?@\W?\w+\.", piece.text))
    )


def _is_arrival(piece: Piece, lexicon: Lexicon) -> bool:
    head = regex.split(r"[:\s]{2,}|:", piece.plain.strip())[0].strip()
    if regex.match(r"^\W*ng[a-z]y\s*:", piece.plain):
        return True
    return head in lexicon.marks["arrival"] and not piece.key.startswith("den nay")


def _is_number(piece: Piece, lexicon: Lexicon) -> bool:
    if piece.column == RIGHT or len(piece.text) > 60:
        return False
    if piece.bbox is None and not MARKER.match(piece.plain):
        return False
    return read_number_line(piece.text, lexicon) is not None


def _is_number_noise(piece: Piece, lexicon: Lexicon) -> bool:
    """`Số:` with something unreadable after it."""
    del lexicon
    marker = MARKER.match(piece.plain)
    colon = marker is not None and ":" in marker.group()
    return colon and piece.column != RIGHT and piece.bbox is not None and len(piece.text) < 40


def _is_about(piece: Piece, lexicon: Lexicon) -> bool:
    """`V/v`, or `Về việc` written out in the left column of a page."""
    del lexicon
    in_full = piece.bbox is not None and piece.column == LEFT and piece.plain.startswith("ve viec ")
    return in_full or bool(ABOUT.match(piece.plain))


def _is_date(piece: Piece, lexicon: Lexicon) -> bool:
    """`<place>, ngày ...` alone on its line; a date inside a sentence is not the document's."""
    del lexicon
    date = read_issue_date(piece.text)
    if date is None or ABOUT.match(piece.plain):
        return False
    before, after = piece.text[: date.start].strip(" ,.;*_|"), piece.text[date.end :].strip(" .,;*_|")
    if piece.bbox is not None:
        return len(before) <= 45 and len(after) <= 8
    return len(after) <= 3 and (not before or bool(_PLACE.fullmatch(before)))


def _is_rule(piece: Piece, lexicon: Lexicon) -> bool:
    del lexicon
    return piece.is_rule


ROLE_RULES: tuple[tuple[str, Rule], ...] = (
    ("caption", _is_caption),
    ("arrival", _is_arrival),
    ("nation", _is_set_phrase("nation", 70)),
    ("motto", _is_set_phrase("motto", 70)),
    ("party", _is_set_phrase("party", 78)),
    ("mass", _is_set_phrase("mass", 85)),
    ("secrecy", _is_mark("secrecy")),
    ("urgency", _is_mark("urgency")),
    ("circulation", _is_mark("circulation")),
    ("copy", _is_mark("copy")),
    ("date", _is_date),
    ("about", _is_about),
    ("number", _is_number),
    ("number_noise", _is_number_noise),
    ("rule", _is_rule),
)
RIGHT_ROLES = ("nation", "motto", "party", "mass", "date")


def assign_roles(
    document: DocumentText, inside: list[Piece], frame: Frame | None, lexicon: Lexicon
) -> list[Role]:
    """The role of every piece `inside` the header; what a slot parted is one piece again."""
    joined = _join_rows(document, inside, frame) if frame else inside
    roles = [Role(_role(piece, lexicon), piece) for piece in joined]
    roles = _one_number(roles)
    return _left_column(_without_margin(roles, frame), frame)


def _role(piece: Piece, lexicon: Lexicon) -> str:
    if len(piece.text) > LONGEST_LINE:
        return "other"
    return next((name for name, rule in ROLE_RULES if rule(piece, lexicon)), "other")


def _join_rows(document: DocumentText, pieces: list[Piece], frame: Frame) -> list[Piece]:
    """Join what a wide slot parted: `Số:` and `/UBND-TH`, `..., ngày` and `tháng 6 năm 2023`."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last and _belongs_to(last, piece, frame):
            span = Span(last.span.start, piece.span.end)
            text = f"{last.text} {piece.text}"
            found[-1] = replace(last, text=text, span=span, bbox=document.locate(span)[2])
            continue
        found.append(piece)
    return found


def _belongs_to(left: Piece, right: Piece, frame: Frame) -> bool:
    if not (left.bbox and right.bbox and left.span.end + 1 >= right.span.start):
        return False
    same_row = min(left.bbox.bottom, right.bbox.bottom) - max(left.bbox.top, right.bbox.top)
    if same_row < 0.4 * min(left.bbox.height, right.bbox.height) or right.bbox.left < left.bbox.right:
        return False
    near = right.bbox.left - left.bbox.right < 0.2 * frame.text_width
    marker = MARKER.match(left.plain)
    opens = marker is not None and len(left.plain) - marker.end() <= 8 and "/" not in left.plain
    return near and (opens or bool(_OPEN_DATE.search(left.plain)))


def _one_number(roles: list[Role]) -> list[Role]:
    """Of several number lines the first with a symbol and the word `Số` is the document's own."""
    numbers = [role for role in roles if role.name == "number"]
    if len(numbers) < 2:
        return roles
    best = min(numbers, key=lambda role: (not MARKER.match(role.piece.plain), numbers.index(role)))
    return [role if role.name != "number" or role is best else Role("other", role.piece) for role in roles]


def _without_margin(roles: list[Role], frame: Frame | None) -> list[Role]:
    """What stands above the national title is a caption or a library's stamp, not the header."""
    top = next(
        (role.piece.bbox for role in roles if role.name in ("nation", "party") and role.piece.bbox), None
    )
    if frame is None or top is None:
        return roles
    border = top.top - frame.mm(3.5)
    return [
        Role("margin", role.piece)
        if role.name == "other" and role.piece.bbox and role.piece.bbox.center_y < border
        else role
        for role in roles
    ]


# --- the left column ----------------------------------------------------------------------------------


def _left_column(roles: list[Role], frame: Frame | None) -> list[Role]:
    number = next((i for i, role in enumerate(roles) if role.name == "number"), None)
    about = next((i for i, role in enumerate(roles) if role.name == "about"), None)
    if frame is None:
        return _left_of_text(roles, number)
    number_box = roles[number].piece.bbox if number is not None else None
    about_box = roles[about].piece.bbox if about is not None else None
    return [Role(_left_of_page(role, frame, number_box, about_box), role.piece) for role in roles]


def _left_of_page(role: Role, frame: Frame, number: BBox | None, about: BBox | None) -> str:
    """The role of a piece of the left column, from where it stands to the number and to `V/v`."""
    box = role.piece.bbox
    if role.name != "other" or box is None or role.piece.is_noise:
        return role.name
    if frame.x(box) > 0.47 or box.height > frame.mm(18):
        return role.name
    if about and box.center_y > about.center_y:
        return "about_more"
    if number and box.center_y > number.center_y:
        return "below_number"
    return "issuer" if _may_name_body(role.piece) else role.name


def _may_name_body(piece: Piece) -> bool:
    return piece.is_caps and len(piece.text) <= LONGEST_BODY


def _left_of_text(roles: list[Role], number: int | None) -> list[Role]:
    """Plain text: issuer lines stand above the number, `V/v` runs on to the right column or a blank line."""
    found: list[Role] = []
    open_role = ""
    for index, role in enumerate(roles):
        piece, name = role.piece, role.name
        if role.name in RIGHT_ROLES and piece.column != RIGHT:
            open_role = ""
        if role.name in ("about", "number"):
            open_role = "about_more" if role.name == "about" else "below_number"
        elif role.name == "other":
            if piece.blank_lines and piece.column != LEFT and open_role == "below_number":
                open_role = ""
            above = number is None or index < number
            if open_role and piece.column != RIGHT and not (above and piece.is_caps):
                name = open_role
            elif above and piece.column in ("", LEFT, MIDDLE) and _may_name_body(piece):
                name = "issuer"
        found.append(Role(name, piece))
    return found
