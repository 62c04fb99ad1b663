"""Take an old text layer off a page without touching what the page shows.

Three kinds of old text are in the way of the restored one:
- invisible text (rendering mode 3), as OCR programs write it: taken out;
- text painted before the scan that covers it, which nobody can see: taken out;
- visible text whose letters were read anew from the picture of the page, because the file's own letters are
  garbled: it stays where it is but is marked to read as nothing (/ActualText, ISO 32000-1, 14.9.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, String

from pipeline.export.deliver.pdf_layer import INVISIBLE
from pipeline.pdf_space import Box, Matrix, as_matrix, form_matrix, multiply, square, xobject

LEAST_COVER = 0.9  # share of the page a picture must cover to hide what lies below
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_MARKS = frozenset(("BMC", "BDC", "EMC"))
_CLIPPING = 4  # rendering modes from here on clip what comes later: such text shapes the page
_DEEPEST_FORM = 4
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SILENT = ([Name.Span, Dictionary(ActualText=String(""))], Operator("BDC"))

Instruction = tuple[list[Any], Operator]


@dataclass(frozen=True, slots=True)
class OldText:
    """How much old text a page had: pieces taken out, and visible pieces that read as nothing now."""

    removed: int = 0
    silenced: int = 0


@dataclass(slots=True)
class _State:
    """The part of the graphics state that matters here.

    `font` is the choice of a font that no kept text has used yet: without text left, none stays behind.
    """

    matrix: Matrix
    mode: int
    font: Any = None


@dataclass(slots=True)
class _Work:
    """One page being cleaned; `covers_left` pictures will still be painted over what comes now."""

    pdf: pikepdf.Pdf
    shown: Box
    is_silencing: bool
    covers_left: int = 0
    removed: int = 0
    silenced: int = 0
    depth: int = 0


def clear_old_text(pdf: pikepdf.Pdf, page: pikepdf.Page, shown: Box, *, is_covered: bool) -> OldText:
    """Remove the invisible text of `page` and what hides behind its scan, or mute its visible text.

    `is_covered` tells that the page looks like the picture that covers it and was read from that alone:
    then visible text is something else, such as the caption of a signature, and keeps its letters. Else
    the page was read as it looks, with its visible text. `shown` is the part of the page that is shown, in
    user space. Raises what pikepdf raises on broken content.
    """
    work = _Work(pdf, shown, is_silencing=not is_covered)
    if is_covered:
        work.covers_left = sum(1 for _ in _covers(page.obj, page.obj.get("/Resources"), shown))
    resources = page.obj.get("/Resources")
    own = _copied(resources)
    cleaned = _cleaned(work, page.obj, own, _State(_IDENTITY, 0))
    if cleaned is not None:
        page.obj.Resources = own
        page.obj.Contents = pdf.make_stream(cleaned)
    return OldText(work.removed, work.silenced)


def _cleaned(work: _Work, content: pikepdf.Object, resources: Dictionary, state: _State) -> bytes | None:
    """The content without old text, or None when there was none. Changes `resources` where forms change."""
    stack: list[_State] = []
    kept: list[Any] = []
    is_changed = False
    marks: list[bool] = []
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        operands: list[Any] = list(instruction.operands)
        _follow(operator, operands, state, stack)
        replaced: list[Any] | None = None
        if operator in _SHOWS and _is_old(work, state):
            work.removed += 1
            replaced = _advance(operator, operands)
        elif operator == "Tf":
            state.font = instruction
            continue
        elif operator == "Do" and operands:
            is_changed |= _paint(work, resources, str(operands[0]), state)
        elif work.is_silencing:
            replaced = _silenced(work, operator, operands, marks)
        is_changed |= replaced is not None
        if state.font is not None and replaced is None and _uses_font(operator, operands, resources):
            kept.append(state.font)
            state.font = None
        kept += [instruction] if replaced is None else replaced
    return pikepdf.unparse_content_stream(kept) if is_changed else None


def _follow(operator: str, operands: list[Any], state: _State, stack: list[_State]) -> None:
    match operator:
        case "q":
            stack.append(_State(state.matrix, state.mode, state.font))
        case "Q" if stack:
            former = stack.pop()
            state.matrix, state.mode, state.font = former.matrix, former.mode, former.font
        case "cm" if len(operands) == 6:
            state.matrix = multiply(as_matrix(operands), state.matrix)
        case "Tr" if operands:
            state.mode = int(operands[0])


def _uses_font(operator: str, operands: list[Any], resources: Dictionary) -> bool:
    """Whether the font chosen last must be there: text is shown, or a form that may rely on it."""
    if operator == "Do" and operands:
        painted = xobject(resources, str(operands[0]))
        return isinstance(painted, pikepdf.Stream) and painted.get("/Subtype") == Name.Form
    return operator in _SHOWS


def _is_old(work: _Work, state: _State) -> bool:
    if state.mode >= _CLIPPING:
        return False
    return state.mode == INVISIBLE or work.covers_left > 0


def _advance(operator: str, operands: list[Any]) -> list[Any]:
    """What remains of a removed piece of text: those that begin a new line still do."""
    if operator == "'":
        return [([], Operator("T*"))]
    if operator == '"' and len(operands) == 3:
        return [([operands[0]], Operator("Tw")), ([operands[1]], Operator("Tc")), ([], Operator("T*"))]
    return []


def _silenced(work: _Work, operator: str, operands: list[Any], marks: list[bool]) -> list[Any] | None:
    """Frame text objects so that they read as nothing; marks of tags go, those of layers stay.

    Readers end the frame at the next end of any mark, so other marks must not stand inside it.
    """
    instruction = (operands, Operator(operator))
    match operator:
        case "BT":
            return [_SILENT, instruction]
        case "ET":
            work.silenced += 1
            return [instruction, ([], Operator("EMC"))]
        case "BMC" | "BDC":
            is_layer = bool(operands) and operands[0] == Name.OC
            marks.append(is_layer)
            return None if is_layer else []
        case "EMC":
            return None if not marks or marks.pop() else []
    return None


# --- pictures and forms ----------------------------------------------------------------------------


def _paint(work: _Work, resources: Dictionary, name: str, state: _State) -> bool:
    """Go on into a painted form; whether it was replaced by a cleaned copy."""
    painted = xobject(resources, name)
    if not isinstance(painted, pikepdf.Stream):
        return False
    if painted.get("/Subtype") == Name.Image:
        work.covers_left -= _is_cover(painted, state.matrix, work.shown)
        return False
    if painted.get("/Subtype") != Name.Form or work.depth >= _DEEPEST_FORM:
        return False
    given = painted.get("/Resources")
    own = _copied(given if isinstance(given, Dictionary) else resources)
    work.depth += 1
    cleaned = _cleaned(work, painted, own, _State(form_matrix(painted, state.matrix), state.mode))
    work.depth -= 1
    if cleaned is None:
        return False
    copy = work.pdf.make_stream(cleaned)
    for key, value in painted.items():
        if key not in ("/Length", "/Filter", "/DecodeParms", "/Resources", "/StructParents"):
            copy[key] = value
    copy.Resources = own
    forms = _copied(resources.XObject)
    forms[name] = copy
    resources.XObject = forms
    return True


def _covers(content: pikepdf.Object, resources: object, shown: Box) -> Iterator[pikepdf.Stream]:
    """The opaque pictures that cover the page, in the order of painting; also those inside forms."""
    yield from _covers_of(content, resources, (_IDENTITY, shown, 0))


def _covers_of(
    content: pikepdf.Object, resources: object, place: tuple[Matrix, Box, int]
) -> Iterator[pikepdf.Stream]:
    matrix, shown, depth = place
    state, stack = _State(matrix, 0), list[_State]()
    for instruction in pikepdf.parse_content_stream(content, "q Q cm Do"):
        operator, operands = str(instruction.operator), list(instruction.operands)
        _follow(operator, operands, state, stack)
        painted = xobject(resources, str(operands[0])) if operator == "Do" and operands else None
        if not isinstance(painted, pikepdf.Stream):
            continue
        if painted.get("/Subtype") == Name.Image and _is_cover(painted, state.matrix, shown):
            yield painted
        elif painted.get("/Subtype") == Name.Form and depth < _DEEPEST_FORM:
            inner = form_matrix(painted, state.matrix)
            yield from _covers_of(painted, painted.get("/Resources", resources), (inner, shown, depth + 1))


def _is_cover(image: pikepdf.Stream, matrix: Matrix, shown: Box) -> bool:
    if any(key in image for key in ("/ImageMask", "/SMask", "/Mask")):
        return False  # what lies below may show through
    x0, y0, x1, y1 = square(matrix)
    left, bottom, right, top = shown
    across = max(0.0, min(x1, right) - max(x0, left))
    down = max(0.0, min(y1, top) - max(y0, bottom))
    return across * down >= LEAST_COVER * (right - left) * (top - bottom)


def _copied(entries: object) -> Dictionary:
    """A dictionary of its own with the same entries; other pages may share the old one."""
    found = Dictionary()
    if isinstance(entries, Dictionary):
        for key, value in entries.items():
            found[key] = value
    return found
