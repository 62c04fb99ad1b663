"""The ground truth, taken from the same source and the same layout as the picture."""

from __future__ import annotations

import re
from typing import Any

from rendering.page import Page, PrintedLine
from rendering.source import Decree, SourceError

_BODY_LINES = 5  # of the first page stand in header_text
_CLOSING = ("recipients", "sign")
_HEADER = ("parent", "issuer", "number", "subject", "state", "motto", "date", "title", "addressee")


def reading_text(pages: list[Page], *, glued: bool = False, typed: bool = False) -> str:
    """All printed lines, pages joined by a form feed.

    Columns come one after the other (left, right), or `glued` as an engine reads them that sees no
    columns. `typed` leaves out what was written by hand.
    """
    return "\n\f".join("\n".join(_page_lines(page, glued=glued, typed=typed)) for page in pages)


def _page_lines(page: Page, *, glued: bool, typed: bool) -> list[str]:
    if glued:
        rows: dict[int, list[PrintedLine]] = {}
        for line in sorted(page.lines, key=lambda one: (one.baseline, one.column)):
            near = next((key for key in rows if abs(key - line.baseline) < 5), round(line.baseline))
            rows.setdefault(near, []).append(line)
        ordered = [sorted(row, key=lambda one: one.column) for row in rows.values()]
        return [" ".join(_shown(line, typed) for line in row) for row in ordered]
    return [_shown(line, typed) for line in _by_columns(page)]


def _by_columns(page: Page) -> list[PrintedLine]:
    """Left column before right, in the header and again in the closing block."""
    header = [line for line in page.lines if line.column and line.role not in _CLOSING]
    middle = [line for line in page.lines if not line.column]
    closing = [line for line in page.lines if line.role in _CLOSING]
    return [*sorted(header, key=_column), *middle, *sorted(closing, key=_column)]


def _column(line: PrintedLine) -> int:
    return line.column


def _shown(line: PrintedLine, typed: bool) -> str:
    return line.typed if typed else line.text


def truth(decree: Decree, pages: list[Page], names: dict[str, str]) -> dict[str, Any]:
    """One entry of ground_truth.json. `names` maps number and date of every sample to its file."""
    _check(decree, pages)
    lost = decree.lost_ink
    entry: dict[str, Any] = {
        "file": decree.file,
        "source": "written for this project; every body, place and person is invented",
        "license": "CC0-1.0",
        "pages": 1 if decree.file.endswith(".txt") else len(pages),
        "kind": decree.kind,
        "doc_number": None if lost and "number" in decree.ink else decree.number_symbol,
        "number_handwritten": "number" in decree.ink,
        **_date_and_place(decree),
        "doc_type": decree.type,
        "issuer": " ".join(decree.issuer_lines),
        "parent_body": " ".join(decree.parent_lines) or None,
        "subject": decree.subject,
        "signer_name": decree.signer,
        "signer_title": decree.title,
        "signing_authority": "; ".join(decree.authority) or None,
        "anniversaries": [_anniversary(one) for one in decree.anniversaries],
        "header_text": _header_text(pages[0], typed=lost),
        "quality": decree.quality,
        "notes": decree.notes,
        "references": [_reference(one, names, decree) for one in decree.references],
    }
    if decree.secretary:
        entry["co_signer"] = decree.secretary
    if decree.caption:
        entry["signature_caption"] = list(decree.caption)
    if decree.arrival:
        entry["arrival_number"] = decree.arrival["number"]
        entry["arrival_date"] = decree.arrival["iso"]
    absent = ["issue_date"] if decree.date is None else []
    return entry | ({"absent": absent} if absent else {})


def _date_and_place(decree: Decree) -> dict[str, Any]:
    if decree.date is None:
        return {"issue_date": None, "issue_date_text": None, "place": None}
    if decree.lost_ink and "day" in decree.ink:
        text = f"{decree.place}, {decree.date_words('')}"
        month = decree.date.isoformat()[:7]
        return {"issue_date": None, "issue_month": month, "issue_date_text": text, "place": decree.place}
    text = f"{decree.place}, {decree.date_words()}"
    return {"issue_date": decree.date.isoformat(), "issue_date_text": text, "place": decree.place}


def _anniversary(given: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: an empty date there means that the page prints none."""
    return {key: None if value == "" else value for key, value in given.items()}


def _reference(given: dict[str, Any], names: dict[str, str], decree: Decree) -> dict[str, Any]:
    target = names.get(f"{given['number_symbol']} {given.get('date')}")
    shape = {"type": None, "number_symbol": None, "date": None, "issuer": None} | given
    return shape | {"resolves_to": target if target != decree.file else None}


def _header_text(page: Page, *, typed: bool) -> str:
    lines = [line for line in _by_columns(page) if line.role in _HEADER]
    body = [line for line in page.lines if line.role == "body"][:_BODY_LINES]
    return "\n".join(_shown(line, typed) for line in [*lines, *body])


def _check(decree: Decree, pages: list[Page]) -> None:
    """Every value of the truth must stand on the page. Raises SourceError."""
    text = re.sub(r"\s+", " ", reading_text(pages))
    wanted = [decree.signer, decree.subject, decree.number_symbol, *decree.issuer_lines]
    wanted += [one["event"] for one in decree.anniversaries]
    wanted += [one.get("printed", one["number_symbol"]) for one in decree.references]
    wanted += [one["issuer"] for one in decree.references if one.get("issuer")]
    missing = [value for value in wanted if value not in text]
    missing += [value for one in decree.anniversaries for value in _dates(one) if not _stands(value, text)]
    dated = [one["date"] for one in decree.references if one.get("date")]
    missing += [value for value in dated if not _stands(value, text)]
    if missing:
        raise SourceError(f"{decree.stem}: not on the page: {missing}")


def _dates(anniversary: dict[str, Any]) -> list[str]:
    return [value for key in ("date_from", "date_to") if (value := anniversary.get(key))]


def _stands(iso: str, text: str) -> bool:
    year, month, day = (int(part) for part in iso.split("-"))
    slash = rf"\b0?{day}/0?{month}/{year}\b"
    return re.search(rf"{slash}|ngày 0?{day} tháng 0?{month} năm {year}\b", text) is not None
