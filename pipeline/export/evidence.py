"""One document as files: evidence/<doc_id>.json (everything known), text/ (restored), ocr/ (as read)."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import InputError
from pipeline.export.rows import document_rows, text_file
from pipeline.export.writing import write_file
from pipeline.model import PAGE_BREAK, Document

SCHEMA_VERSION = 1
_WIDTH = 110
_MARK_BYTES = 8
# One character stands for one character, so that offsets into the text stay right.
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Version(msgspec.Struct, frozen=True):
    schema_version: int


class _Evidence(_Version, frozen=True):
    document: Document


def document_files(document: Document) -> tuple[tuple[str, str], ...]:
    """(path below the output folder, text) of the text as read, the restored text and the evidence.

    Pages are split by form feeds. The texts hold exactly the characters that char_start and char_end of
    the tables count; a control character shows as a blank. The evidence comes last: written in this order,
    where it stands the texts do too.

    Raises ValueError when the document does not fit the tables (so that one faulty document is found here
    and not when all tables are written).
    """
    for _ in document_rows(document, review_threshold=0.0):
        pass
    as_read = PAGE_BREAK.join(_plain(reading.page.text) for reading in document.pages)
    restored = PAGE_BREAK.join(_plain(reading.restored.text) for reading in document.pages)
    return (
        (f"ocr/{document.doc_id}.txt", as_read),
        (text_file(document.doc_id), restored),
        (f"evidence/{document.doc_id}.json", _as_json(document)),
    )


def write_document_files(out: Path, document: Document) -> None:
    """Write what `document_files` gives below `out`. Raises OutputError, and ValueError as that does."""
    for name, text in document_files(document):
        write_file(out / name, text)


def evidence_file(out: Path, doc_id: str) -> Path:
    """Where the evidence of document `doc_id` stands below `out`."""
    return out / "evidence" / f"{doc_id}.json"


def save_document(path: Path, document: Document) -> None:
    """Write `document` as JSON that `load_document` reads back; same document, same bytes.

    Raises OutputError when the disk refuses.
    """
    write_file(path, _as_json(document))


def _as_json(document: Document) -> str:
    values = {"schema_version": SCHEMA_VERSION, "document": msgspec.to_builtins(document)}
    try:
        text = _layout(values)
    except UnicodeEncodeError:  # a file name that is not UTF-8 brings lone surrogates
        text = _layout(without_surrogates(values))
    return text + "\n"


def load_document(path: Path) -> Document:
    """The document `save_document` wrote to `path`: what the machine read of it alone.

    What counts of a finished run's document is given by `pipeline.export.settled`. Raises InputError when the
    file cannot be read, is damaged or comes from another version.
    """
    return load_reading(path)[0]


def load_reading(path: Path) -> tuple[Document, str]:
    """`load_document` with the mark of the reading: another file, another mark. Raises InputError."""
    again = "Run the document again"
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).schema_version
        if version != SCHEMA_VERSION:
            message = f"the evidence file {path} has version {version}, not {SCHEMA_VERSION}"
            raise InputError(message, hint=again, code="evidence_version")
        mark = hashlib.blake2b(data, digest_size=_MARK_BYTES).hexdigest()
        return msgspec.json.decode(data, type=_Evidence).document, mark
    except OSError as error:
        message = f"cannot read the evidence file {path}: {error.strerror or error}"
        raise InputError(message, hint=again) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = f"the evidence file {path} is damaged: {error}"
        raise InputError(message, hint=again, code="evidence_damaged") from error


def _plain(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def without_surrogates(value: Any) -> Any:
    """`value`, made of texts, lists and dictionaries, as UTF-8 holds it: lone surrogates show as U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: without_surrogates(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_surrogates(item) for item in value]
    return value


def _layout(value: Any, indent: str = "") -> str:
    """JSON a person can read: what fits stands on one line, the rest is opened one step further."""
    flat = msgspec.json.encode(value).decode()
    if len(indent) + len(flat) <= _WIDTH or not isinstance(value, (dict, list, tuple)):
        return flat
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f'"{key}":{_layout(item, inner)}' for key, item in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _layout(item, inner) for item in value) + f"\n{indent}]"
