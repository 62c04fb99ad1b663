"""anniversaries.ics: the dated anniversaries of a batch for a calendar program (iCalendar, RFC 5545).

One all-day event for each event and day, however many documents cite it. Only days that a document gives
in full are drawn; nothing is taken from the clock, so equal tables give an equal file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import InputError
from pipeline.export.cells import unguard
from pipeline.export.edits import without_marks
from pipeline.export.writing import output_errors, write_file

CALENDAR = "anniversaries.ics"
_LINE_OCTETS = 75  # RFC 5545, 3.1: longest content line without its line break
_KIND = "anniversary"
_NAMED_BY = ("number_symbol", "doc_type", "issuer", "issue_date")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//sohoa//anniversaries//VI",
    "CALSCALE:GREGORIAN",
)


@dataclass(frozen=True, slots=True)
class Citation:
    """An anniversary as one document gives it. `day` is the anniversary's, `issued` an ISO date or part of
    one; `is_sure` when its arithmetic agrees and its confidence reaches the threshold for review."""

    ann_id: str
    day: date
    n_years: str
    event: str
    event_id: str
    raw_text: str
    document: str
    issued: str
    is_sure: bool
    confidence: float

    @property
    def key(self) -> tuple[date, str]:
        """What makes two citations one event of the calendar."""
        return self.day, self.event_id or " ".join(without_marks(self.event).casefold().split())


def read_citations(out: Path, review_threshold: float) -> Iterator[Citation]:
    """The dated anniversaries of the tables in `out`, in their order. Raises InputError.

    Reviews, stretches of years and holidays are none; a day without its year or month is not dated.
    """
    documents = {row["doc_id"]: row for row in _rows(out / "documents.csv")}
    for row in _rows(out / "anniversaries.csv"):
        day = _day(row["date_to"])
        if day is None or row["kind"] != _KIND:
            continue
        document = documents[row["doc_id"]]
        confidence = float(row["confidence"] or 0)
        yield Citation(
            ann_id=row["ann_id"],
            day=day,
            n_years=row["n_years"],
            event=_one_line(row["event"]),
            event_id=row["event_id"],
            raw_text=_one_line(row["raw_text"]),
            document=_named(document),
            issued=document["issue_date"],
            is_sure=row["valid"] == "true" and confidence >= review_threshold,
            confidence=confidence,
        )


def write_calendar(out: Path, rows: Iterable[Citation], *, after: date | None = None) -> int:
    """Write anniversaries.ics to `out`; returns how many events it holds. Raises OutputError.

    `after` leaves out the days up to and with it. A calendar without an event is not allowed (RFC 5545,
    3.4): then there is no file, and an older one is taken away.
    """
    events: dict[tuple[date, str], list[Citation]] = {}
    for row in rows:
        if after is None or row.day > after:
            events.setdefault(row.key, []).append(row)
    if not events:
        with output_errors(out / CALENDAR):
            (out / CALENDAR).unlink(missing_ok=True)
        return 0
    lines = [*_HEAD, *(line for key in sorted(events) for line in _event(events[key])), "END:VCALENDAR"]
    write_file(out / CALENDAR, "".join(f"{fold_line(line)}\r\n" for line in lines))
    return len(events)


def escape(text: str) -> str:
    """`text` as a value of type TEXT (RFC 5545, 3.3.11).

    >>> escape("a; b, c")
    'a\\\\; b\\\\, c'
    """
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def fold_line(line: str) -> str:
    """A content line in pieces of at most 75 octets (RFC 5545, 3.1); no letter is cut in two."""
    pieces = [""]
    octets = 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > _LINE_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += letter
        octets += size
    return "\r\n".join(pieces)


# --- one event --------------------------------------------------------------------------------------


def _event(citations: list[Citation]) -> list[str]:
    """The lines of one event. It is tentative when no citation is sure or two count the years differently."""
    best = max(citations, key=lambda one: (one.is_sure, one.confidence))  # of equals the first
    is_firm = best.is_sure and len({one.n_years for one in citations}) == 1
    cited = dict.fromkeys(f"- {one.document}: “{one.raw_text}”{_doubt(one)}" for one in citations)
    summary = f"{best.n_years} năm {best.event}" if best.n_years else best.event
    description = "\n".join(("Nêu trong:", *cited))
    return [
        "BEGIN:VEVENT",
        f"UID:{min(one.ann_id for one in citations)}@sohoa",
        f"DTSTAMP:{_stamp(citations)}",
        f"DTSTART;VALUE=DATE:{_basic(best.day)}",
        f"SUMMARY:{escape(summary)}",
        f"DESCRIPTION:{escape(description)}",
        f"STATUS:{'CONFIRMED' if is_firm else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _doubt(citation: Citation) -> str:
    return "" if citation.is_sure else " (cần kiểm tra)"


def _stamp(citations: list[Citation]) -> str:
    """The latest day of issue of the citing documents, else the day itself, as the UTC time DTSTAMP wants."""
    issued = (_day(f"{one.issued}-01-01"[:10]) for one in citations if one.issued)
    latest = max((day for day in issued if day), default=citations[0].day)
    return f"{_basic(latest)}T000000Z"


def _basic(day: date) -> str:
    return day.isoformat().replace("-", "")


# --- the tables -------------------------------------------------------------------------------------


def _named(document: Mapping[str, str]) -> str:
    """A document as people cite it, with its file; what was read in doubt is said to be."""
    number, kind, issuer, issued = (_one_line(document[name]) for name in _NAMED_BY)
    known = [part for part in (f"{kind} {number}".strip(), issuer, issued) if part]
    doubtful = set(document["review_columns"].split(";")) & set(_NAMED_BY)
    warning = " (cần kiểm tra)" if doubtful else ""
    return f"{', '.join((*known, document['source_file']))}{warning}"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines, strict=True):
                yield {name: unguard(cell) for name, cell in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot read the table {path}: {error}", code="no_tables") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None  # such a day never was


def _one_line(text: str) -> str:
    return " ".join(text.split())
