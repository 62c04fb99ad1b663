"""Take off a page what does not survive being copied, and what only the program that made it understands.

Form fields and signatures belong to the file as it was: what they show stays, as a stamp without any
function. Scanner and editor software leaves its own entries in page dictionaries, resource lists and content
streams; no reader shows them, and a PDF/A validator cannot vouch for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

# ISO 32000-1, tables 30 (page), 33 (resources) and 5 (streams).
_PAGE = frozenset(
    (
        *(
            "/Type",
            "/Parent",
            "/Resources",
            "/Contents",
            "/Rotate",
            "/Group",
            "/Annots",
            "/UserUnit",
            "/Tabs",
        ),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    )
)
_RESOURCES = frozenset(
    (
        *("/ExtGState", "/ColorSpace", "/Pattern", "/Shading"),
        *("/XObject", "/Font", "/ProcSet", "/Properties"),
    )
)
_STREAM = frozenset(("/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL"))


_DEEPEST_FORM = 4
_STAMP = ("/Type", "/Rect", "/F", "/C", "/CA", "/OC")  # what a stamp keeps of a field, besides its look


def fields_as_stamps(page: pikepdf.Page) -> None:
    """Turn every form field of `page` that shows something into a stamp that looks the same."""
    annotations = page.obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    kept = [_as_stamp(one) if _is_field(one) else one for one in annotations]
    page.obj.Annots = pikepdf.Array([one for one in kept if one is not None])


def _is_field(annotation: pikepdf.Object) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == pikepdf.Name.Widget


def _as_stamp(field: pikepdf.Object) -> pikepdf.Dictionary | None:
    appearances = field.get("/AP")
    look = appearances.get("/N") if isinstance(appearances, pikepdf.Dictionary) else None
    if isinstance(look, pikepdf.Dictionary) and not isinstance(look, pikepdf.Stream):
        look = look.get(str(field.get("/AS", "/Off")))  # a box has one look for each of its states
    if not isinstance(look, pikepdf.Stream):
        return None
    _drop_unused(look, 0)
    stamp = pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, AP=pikepdf.Dictionary(N=look))
    for key in _STAMP:
        if key in field:
            stamp[key] = field[key]
    return stamp


def _drop_unused(form: pikepdf.Stream, depth: int) -> None:
    """Take out of the resources of `form` the pictures and forms its content does not paint."""
    resources = form.get("/Resources")
    painted = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(painted, pikepdf.Dictionary) or depth > _DEEPEST_FORM:
        return
    used = {str(one.operands[0]) for one in pikepdf.parse_content_stream(form, "Do") if one.operands}
    _keep(painted, frozenset(used))
    for inner in painted.values():
        if isinstance(inner, pikepdf.Stream) and inner.get("/Subtype") == pikepdf.Name.Form:
            _drop_unused(inner, depth + 1)


def tidy_page(page: pikepdf.Page) -> None:
    """Keep of `page`, its resources and its content streams only the entries the standard defines."""
    _keep(page.obj, _PAGE)
    resources = page.obj.get("/Resources")
    if isinstance(resources, pikepdf.Dictionary):
        _keep(resources, _RESOURCES)
    for stream in _contents(page):
        _keep(stream, _STREAM)


def _keep(entries: pikepdf.Object, known: frozenset[str]) -> None:
    for key in list(entries.keys()):
        if key not in known:
            del entries[key]


def _contents(page: pikepdf.Page) -> Iterator[pikepdf.Stream]:
    contents = page.obj.get("/Contents")
    for stream in contents if isinstance(contents, pikepdf.Array) else (contents,):
        if isinstance(stream, pikepdf.Stream):
            yield stream
