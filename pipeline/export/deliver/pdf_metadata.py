"""The fields of a document as metadata of its PDF: XMP with Dublin Core, and the same in /Info."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pikepdf

from pipeline import __version__, dictionary

PRODUCER = f"sohoa {__version__}"
_LANGUAGES = {"vie": "vi"}  # XMP asks for RFC 3066 codes, the tables give ISO 639-2
_DOUBT = "Cần kiểm tra / to be checked: "


def write_metadata(pdf: pikepdf.Pdf, row: Mapping[str, str]) -> None:
    """Give `pdf` the metadata of `row`, a row of documents.csv by column. Old metadata go.

    Values a person should still check are named in dc:description, so that none of them passes for sure.
    """
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    values = dublin_core(row)
    # Editing through pikepdf keeps XMP and the Info dictionary in step, as PDF/A asks.
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
        for name, value in values.items():
            metadata[name] = value
        metadata["pdf:Producer"] = PRODUCER
        metadata["xmp:CreatorTool"] = PRODUCER
    pdf.Root.Lang = pikepdf.String(_LANGUAGES.get(row.get("language", ""), "vi"))
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def forget_time(pdf: pikepdf.Pdf) -> None:
    """Take off when and by which library `pdf` was prepared: equal documents give equal files."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
        for name in ("xmp:MetadataDate", "xmp:ModifyDate"):
            if name in metadata:
                del metadata[name]
        metadata["pdf:Producer"] = PRODUCER


def dublin_core(row: Mapping[str, str]) -> dict[str, Any]:
    """Property -> value in the form XMP wants; empty ones are left out."""
    found: dict[str, Any] = {}
    for rule in _rules():
        cell = row.get(rule["column"], "")
        values = [part.strip() for part in cell.split(rule["split"])] if rule["split"] else [cell]
        if rule["property"] == "dc:language":
            values = [_LANGUAGES.get(value, value) for value in values]
        values = [value for value in values if value]
        if not values:
            continue
        match rule["form"]:
            case "list":
                found.setdefault(rule["property"], []).extend(values)
            case "bag":
                found.setdefault(rule["property"], set()).update(values)
            case _:
                found.setdefault(rule["property"], values[0])
    doubtful = row.get("review_columns", "").replace(";", ", ")
    if doubtful:
        found["dc:description"] = _DOUBT + doubtful
    return found


@cache
def _rules() -> tuple[dict[str, str], ...]:
    return dictionary.table("pdf_metadata").rows
