"""What the documents of a batch told of each other, kept beside the evidence: OUT/verdicts.jsonl.

Evidence holds what the machine read of one document alone. What the batch changed in it (a number that the
order of dates corrects, a citation that found its document, a proposed name, a near duplicate) stands here,
as whole cells and rows with their rules and clues, so that whoever reads evidence gets the cells of the
tables. The file is written together with them and is a pure function of what they are made of:

    {"decisions":12,"review_threshold":0.9,"schema_version":1}     how the tables were written
    {"doc_id":"...","reading":"...","fields":[...], ...}           one line a document, in their order
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import msgspec

from pipeline.errors import InputError
from pipeline.export.evidence import without_surrogates
from pipeline.model import Document, Field, Issue, Record

VERDICTS = "verdicts.jsonl"
_VERSION = 1
_AGAIN = "Write the tables again with: sohoa run PATH --out FOLDER"
_Part = TypeVar("_Part", Field, Record)


class BatchVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the batch changed in document `doc_id`.

    `reading` is the mark of the evidence it was told of (`load_reading`): of another reading it says nothing.
    `fields` and `records` are the cells and rows that became others, by their place in the document; places
    past its end are added ones, as all `issues` are.
    """

    doc_id: str
    reading: str
    fields: tuple[tuple[int, Field], ...] = ()
    records: tuple[tuple[int, Record], ...] = ()
    issues: tuple[Issue, ...] = ()


class Writing(msgspec.Struct, frozen=True):
    """How the tables were written: `decisions` is the place in the log of people's decisions up to which they
    know them, `review_threshold` the confidence below which a cell is named for review."""

    decisions: int
    review_threshold: float
    schema_version: int = _VERSION


class BatchVerdicts(msgspec.Struct, frozen=True):
    """The verdicts of a finished run by doc_id, and the `writing` of its tables; None where an older version
    wrote them, which kept no verdicts."""

    by_document: Mapping[str, BatchVerdict]
    writing: Writing | None


def batch_verdict(read: tuple[Document, str], judged: Document) -> BatchVerdict:
    """What makes `judged` of a document as it was `read` (with the mark of its reading)."""
    document, mark = read
    return BatchVerdict(
        judged.doc_id,
        mark,
        tuple(_others(document.fields, judged.fields)),
        tuple(_others(document.records, judged.records)),
        judged.issues[len(document.issues) :],
    )


def with_batch_verdict(document: Document, verdict: BatchVerdict) -> Document:
    """`document` as it was read, with what the batch told of it; the same object when that is nothing.

    For every `judged` document that keeps the parts of `document` or puts others in their place, and only
    adds to its issues: `with_batch_verdict(document, batch_verdict((document, mark), judged)) == judged`.
    """
    if not (verdict.fields or verdict.records or verdict.issues):
        return document
    return replace(
        document,
        fields=_changed(document.fields, verdict.fields),
        records=_changed(document.records, verdict.records),
        issues=(*document.issues, *verdict.issues),
    )


def line(told: Writing | BatchVerdict) -> str:
    """A line of the file: the first one, or that of a document."""
    return msgspec.json.encode(without_surrogates(msgspec.to_builtins(told))).decode() + "\n"


def read_verdicts(out: Path) -> BatchVerdicts:
    """The verdicts of the run in `out`; none when its tables were written without them.

    Raises InputError when the file cannot be read, is damaged or comes from another version.
    """
    path = out / VERDICTS
    try:
        first, *lines = path.read_bytes().splitlines()
        writing = msgspec.json.decode(first, type=Writing)
        if writing.schema_version != _VERSION:
            message = f"{path} has version {writing.schema_version}, not {_VERSION}"
            raise InputError(message, hint=_AGAIN, code="verdicts_version")
        decode = msgspec.json.Decoder(BatchVerdict).decode
        return BatchVerdicts({one.doc_id: one for one in map(decode, lines)}, writing)
    except FileNotFoundError:
        return BatchVerdicts({}, None)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", hint=_AGAIN) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path} is damaged: {error}", hint=_AGAIN, code="verdicts_damaged") from error


def _others(read: Sequence[_Part], judged: Sequence[_Part]) -> Iterable[tuple[int, _Part]]:
    for place, (before, after) in enumerate(zip_longest(read, judged)):
        if after is not None and after != before:
            yield place, after


def _changed(read: Sequence[_Part], told: Iterable[tuple[int, _Part]]) -> tuple[_Part, ...]:
    found = dict(enumerate(read)) | dict(told)
    return tuple(found[place] for place in sorted(found))
