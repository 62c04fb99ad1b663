"""Digital signatures of a PDF, from its signature dictionaries.

Nothing is verified: the signatures tell who says to have signed, and when. Nearly all Vietnamese signing
programs leave the /Name of the dictionary empty, so the name comes from the signer's certificate inside
/Contents (CMS, RFC 5652).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pikepdf

from pipeline.source.certificate import signer_name
from pipeline.source.types import DigitalSignature

_MOST_FIELDS = 500
_DEEPEST_FIELD = 8
_TIME_STAMP = "/ETSI.RFC3161"  # a time-stamping service, not a signer
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:(Z)|([+-])(\d{2})'?(\d{2})?)?")
_REASON = re.compile(r"(.+?)\s*<[^<>]*@[^<>]*>\s*đã ký lên văn bản này")


def signatures(pdf: pikepdf.Pdf) -> tuple[DigitalSignature, ...]:
    """Who signed `pdf` when, oldest first, each signer and time once. Raises what pikepdf raises."""
    found = {_signature(value) for value in _values(pdf)}
    known = [signature for signature in found if signature.by or signature.time]
    return tuple(sorted(known, key=lambda one: (one.time, one.by)))


def _values(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
    waiting = [(field, 0) for field in _array(fields)]
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        field, depth = waiting.pop(0)
        if not isinstance(field, pikepdf.Dictionary):
            continue
        value = field.get("/V")
        if isinstance(value, pikepdf.Dictionary) and _is_by_signer(value):
            yield value
        if depth < _DEEPEST_FIELD:
            waiting += [(kid, depth + 1) for kid in _array(field.get("/Kids"))]


def _is_by_signer(value: pikepdf.Dictionary) -> bool:
    return "/ByteRange" in value and str(value.get("/SubFilter")) != _TIME_STAMP


def _array(value: object) -> list[pikepdf.Object]:
    return list(value) if isinstance(value, pikepdf.Array) else []


def _signature(value: pikepdf.Dictionary) -> DigitalSignature:
    reason = _REASON.match(_text(value.get("/Reason")))
    contents = value.get("/Contents")
    certified = signer_name(bytes(contents)) if isinstance(contents, pikepdf.String) else ""
    by = _text(certified) or _text(value.get("/Name")) or (reason[1] if reason else "")
    return DigitalSignature(by, iso_time(_text(value.get("/M"))), "signature_dictionary")


def _text(value: object) -> str:
    return " ".join(unicodedata.normalize("NFC", str(value)).split()) if value is not None else ""


def iso_time(date: str) -> str:
    """A PDF date as ISO 8601, empty when it is none.

    >>> iso_time("D:20250219075513+07'00'")
    '2025-02-19T07:55:13+07:00'
    """
    match = _DATE.match(date)
    if not match:
        return ""
    *digits, is_utc, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = map(int, digits)
    zone = None
    if is_utc or sign:
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        zone = timezone(-offset if sign == "-" else offset) if offset < timedelta(hours=24) else None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).isoformat()
    except ValueError:
        return ""
