"""From the head of a document to cells: number, date, place, type, issuer, subject, marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.body_evidence import with_evidence
from pipeline.extract.casing import province
from pipeline.extract.cells import Cells
from pipeline.extract.doctype import LETTER, TypeReading, read_type
from pipeline.extract.header import Header
from pipeline.extract.issue_date import IssueDate, read_issue_date, read_place, with_slot_readings
from pipeline.extract.issuer import infer_issuer, read_issuers
from pipeline.extract.letters import words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marks import read_arrival, read_captions
from pipeline.extract.number import MARKER, NumberLine, read_number_line, with_slot_reading
from pipeline.extract.pieces import Piece
from pipeline.extract.subject import read_subject
from pipeline.model import SlotReading, Span

_REORGANISED = "2025-07-01"  # the new provinces work from this day (Nghị quyết 202/2025/QH15)


def header_cells(
    cells: Cells, header: Header, body: Sequence[Piece], lexicon: Lexicon, *, tail: Sequence[Piece] = ()
) -> TypeReading | None:
    """Add every cell the header gives.

    `body` are the pieces after the title; `tail` are the last pieces of the document, where consolidated
    texts have their number.
    """
    slots = cells.document.pages[0].slots
    number = _number(cells, header, slots, lexicon) or _late_number(cells, tail, lexicon)
    _dates(cells, header, slots, lexicon)
    if number is None:
        _no_number(cells, header)
    kind = read_type(header, number, lexicon)
    _type(cells, kind)
    _issuer(cells, header, number, lexicon)
    _subject(cells, header, body, lexicon, is_letter=kind is None or kind.name == LETTER)
    _marks(cells, header, lexicon)
    return kind


# --- number -------------------------------------------------------------------------------------------


def _number(
    cells: Cells, header: Header, slots: Sequence[SlotReading], lexicon: Lexicon
) -> NumberLine | None:
    piece = next(iter(header.of("number")), None)
    if piece is None:
        return None
    scanned = _is_scan(cells, piece)
    line = read_number_line(piece.text, lexicon, is_scan=scanned, ocr=piece.confidence)
    if line is None:
        return None
    line = with_slot_reading(line, slots)
    _number_line(cells, line, piece)
    return line


def _late_number(cells: Cells, tail: Sequence[Piece], lexicon: Lexicon) -> NumberLine | None:
    """`Số: 05/VBHN-BNV` on the last page of a consolidated text."""
    for piece in tail:
        if "VBHN" in piece.text and len(piece.text) < 60 and MARKER.match(piece.plain):
            line = read_number_line(piece.text, lexicon, is_scan=_is_scan(cells, piece), ocr=piece.confidence)
            if line and line.symbol.startswith("VBHN"):
                _number_line(cells, line, piece)
                return line
    return None


def _number_line(cells: Cells, line: NumberLine, piece: Piece) -> None:
    rule = f"number_line_{line.form}" + ("_slot" if line.kind else "")
    seen = (piece,)
    both = min(line.confidence, line.symbol_confidence)
    whole = both if line.number else min(0.5, both)
    others = tuple(line.compose(one) for one in line.alternatives)
    # The print is quoted, not claimed: noise in it is no doubt where the number itself is sure.
    cells.add("number_raw", piece.text, rule, max(piece.confidence, whole), pieces=seen)
    cells.add(
        "number",
        line.number,
        rule,
        line.confidence,
        pieces=seen,
        raw=line.slot,
        alternatives=line.alternatives,
    )
    cells.add("symbol", line.symbol, rule, line.symbol_confidence, pieces=seen)
    cells.add("number_symbol", line.number_symbol, rule, whole, pieces=seen, alternatives=others)
    cells.add("number_status", line.status, rule, 0.9 if line.status == "present" else 0.6, pieces=seen)
    if line.kind:
        cells.add("number_kind", line.kind, "slot_reader", line.confidence, pieces=seen)
    if line.status == "blank":
        cells.doubt("number_blank", "the number was left blank", "number_symbol", piece.page_number)
    if line.status == "illegible":
        cells.doubt("number_illegible", "unreadable ink at the number", "number_symbol", piece.page_number)


def _is_scan(cells: Cells, piece: Piece) -> bool:
    """Characters taken from a picture may be handwriting that was misread; those of a text layer are not."""
    pages = cells.document.pages
    return any(one.page.page_number == piece.page_number and one.text_source == "ocr" for one in pages)


def _no_number(cells: Cells, header: Header) -> None:
    """No number line: a spoilt one is illegible, none at all is absent; nothing is taken from the body."""
    has_header = bool(header.of("nation", "motto", "party", "date"))
    spoilt = header.of("number_noise")
    sure = 0.4 if header.frame or has_header else 0.7
    cells.add("number_symbol", "", "no_number_line", sure)
    cells.add("number", "", "no_number_line", sure)
    cells.add("number_status", "illegible" if spoilt else "absent", "no_number_line", 0.6, pieces=spoilt[:1])
    if spoilt:
        message = "the number line cannot be read"
        cells.doubt("number_illegible", message, "number_symbol", spoilt[0].page_number)
    if not has_header:
        cells.doubt("header_absent", "the document shows no header", "number_symbol")


# --- date and place -------------------------------------------------------------------------------------


def _dates(cells: Cells, header: Header, slots: Sequence[SlotReading], lexicon: Lexicon) -> None:
    found = _date_line(cells, header)
    if found is None:
        has_header = bool(header.of("nation", "motto", "party", "number"))
        cells.add("issue_date", "", "no_date_line", 0.45 if has_header else 0.65)
        cells.add("issue_date_precision", "none", "no_date_line", 0.6)
        return
    piece, date = found
    printed = date
    date = with_slot_readings(date, slots)
    start = piece.span.start + date.start
    span = Span(start, piece.span.start + date.end)
    rule = "header_date" + ("" if date is printed else "_slot")
    cells.add(
        "issue_date",
        date.value,
        rule,
        date.confidence,
        span=span,
        raw=date.raw,
        alternatives=date.alternatives,
    )
    cells.add("issue_date_precision", date.precision, rule, date.confidence, span=span, raw=date.raw)
    cells.add("issue_date_raw", date.raw, rule, piece.confidence, span=span, raw=date.raw)
    if date.kind:
        cells.add("day_kind", date.kind, "slot_reader", date.confidence, span=span)
    if date.precision != "day":
        cells.doubt("date_partial", "day or month is blank or unreadable", "issue_date", piece.page_number)
    if not date.plausible:
        cells.doubt("date_implausible", f"not a date: {date.raw}", "issue_date", piece.page_number)
    place, known = read_place(piece.text, date.start, lexicon)
    if place:
        where = Span(piece.span.start, max(piece.span.start, start))
        sure = (0.95 if known else 0.8) * min(1.0, piece.confidence + 0.1)
        cells.add("place", place, "before_date", sure, span=where, raw=piece.text[: date.start].strip(" ,"))
        _current_place(cells, place, date, span=where, lexicon=lexicon)


def _date_line(cells: Cells, header: Header) -> tuple[Piece, IssueDate] | None:
    for piece in header.of("date"):
        date = read_issue_date(piece.text, is_scan=_is_scan(cells, piece), ocr=piece.confidence)
        if date:
            return piece, date
    return None


def _current_place(cells: Cells, place: str, date: IssueDate, *, span: Span, lexicon: Lexicon) -> None:
    name = province(place, lexicon)
    if not name:
        return
    current = lexicon.current_provinces.get(words_key(name), name)
    if date.value >= _REORGANISED:
        current = name
    cells.add("place_current", current, "provinces_2025", 0.85, span=span, raw=place)


# --- type, issuer, subject --------------------------------------------------------------------------------


def _type(cells: Cells, kind: TypeReading | None) -> None:
    if kind is None:
        cells.add("doc_type", "", "no_type", 0.2)
        return
    evidence = (kind.piece,) if kind.piece else ()
    cells.add("doc_type", kind.name, kind.rule, kind.confidence, pieces=evidence)
    cells.add("doc_type_abbr", kind.abbreviation, kind.rule, kind.confidence, pieces=evidence)
    cells.add("doc_type_code", kind.code, kind.rule, kind.confidence, pieces=evidence)
    cells.add(
        "doc_type_standard",
        "true" if kind.is_standard else "false",
        kind.rule,
        kind.confidence,
        pieces=evidence,
    )
    cells.add("system", kind.system, "heading_or_separators", 0.85, pieces=evidence)
    if kind.conflict:
        cells.doubt("type_conflict", f"title and symbol disagree: {kind.conflict}", "doc_type")


def _issuer(cells: Cells, header: Header, number: NumberLine | None, lexicon: Lexicon) -> None:
    printed = read_issuers(header.of("issuer"), number.symbol if number else "", lexicon)
    bodies = [with_evidence(body, cells.document, lexicon) for body in printed]
    if bodies:
        issuer = bodies[-1]
        cells.add("issuer", issuer.name, issuer.rule, issuer.confidence, span=issuer.span, raw=issuer.raw)
        cells.add("issuer_source", "header", issuer.rule, issuer.confidence, span=issuer.span)
        if len(bodies) > 1:
            parent = bodies[-2]
            cells.add(
                "issuer_parent", parent.name, parent.rule, parent.confidence, span=parent.span, raw=parent.raw
            )
        return
    place = next((one.value for one in cells.fields if one.name == "place"), "")
    inferred = infer_issuer(cells.document, place, number.symbol if number else "", lexicon)
    if inferred is None:
        cells.add("issuer", "", "no_issuer", 0.2)
        return
    cells.add(
        "issuer", inferred.name, inferred.rule, inferred.confidence, span=inferred.span, raw=inferred.raw
    )
    cells.add("issuer_source", inferred.source, inferred.rule, inferred.confidence, span=inferred.span)
    cells.doubt("issuer_inferred", f"not in the header; {inferred.rule}", "issuer", inferred.page_number)


def _subject(
    cells: Cells, header: Header, body: Sequence[Piece], lexicon: Lexicon, *, is_letter: bool
) -> None:
    subject = read_subject(header, body, lexicon, is_letter=is_letter)
    if subject is None:
        cells.add("subject", "", "no_subject", 0.3)
        return
    cells.add("subject", subject.text, subject.rule, subject.confidence, pieces=subject.pieces)


# --- marks ------------------------------------------------------------------------------------------------


def _marks(cells: Cells, header: Header, lexicon: Lexicon) -> None:
    for role in ("secrecy", "urgency", "circulation"):
        for piece in header.of(role)[:1]:
            value = lexicon.mark_values[role, piece.plain.strip(" .*[]|_")]
            cells.add(role, value, f"{role}_stamp", 0.8 * piece.confidence, pieces=(piece,))
    arrival = read_arrival(_arrival_pieces(header))
    if arrival:
        sure = 0.8 if header.frame is None else 0.4
        if arrival.number:
            cells.add("arrival_number", arrival.number, "registry_stamp", sure, pieces=arrival.pieces)
        if arrival.date:
            cells.add("arrival_date", arrival.date, "registry_stamp", sure, pieces=arrival.pieces)
    captions = [caption for page in cells.document.pages for caption in page.captions]
    pieces = header.of("caption")
    printed = "\n".join(piece.text for piece in pieces)
    signature = read_captions([*captions, printed], lexicon)
    if signature:
        sure = 0.95 if captions or header.frame is None else 0.6
        cells.add(
            "digital_signature_by", signature.by, "signature_caption", sure, pieces=pieces, raw=signature.raw
        )
        cells.add(
            "digital_signature_time",
            signature.time,
            "signature_caption",
            sure,
            pieces=pieces,
            raw=signature.raw,
        )


def _arrival_pieces(header: Header) -> list[Piece]:
    """The stamp's pieces, and a number without a symbol next to them."""
    found = list(header.of("arrival"))
    if found:
        pages = {piece.line_number for piece in found}
        found += [
            one for one in header.of("other") if any(abs(one.line_number - line) <= 2 for line in pages)
        ]
    return [replace(piece) for piece in sorted(found, key=lambda piece: piece.span.start)]
