"""Text files: encoding, pages, and the marks of Markdown taken off."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import InputError
from pipeline.model import PAGE_BREAK, Line, Word
from pipeline.source.guard import hostile

_BYTES_PER_CHARACTER = 4
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD_ENCODINGS = ("cp1258", "cp1252")
_MOST_CONTROL_SHARE = 0.01
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
# Marks may span the lines of one paragraph; an asterisk in brackets, between blanks or alone is text.
_INNER = r"((?:(?!\n\s*\n|\*\*).)+?)"
_MARKDOWN = (
    ("heading", re.compile(r"^[ ]{0,3}#{1,6}(?:[ ]+|$)", re.MULTILINE), ""),
    ("bold", re.compile(rf"\*\*(?=\S){_INNER}(?<=\S)\*\*", re.DOTALL), r"\1"),
    (
        "italic",
        re.compile(r"(?<![\w*])\*(?=[^\s*)\]])((?:(?!\n\s*\n)[^*])+?)(?<=[^\s*(\[])\*(?![\w*])"),
        r"\1",
    ),
    ("hard break", re.compile(r"(?<=\S)(?:\\|[ ]{2,})$", re.MULTILINE), ""),
    ("escape", re.compile(r"\\([\\`*_{}\[\]()#+.!~>-])"), r"\1"),
)


def read_pages(path: Path, sha256: str, max_characters: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Pages of a text file (parted by form feeds, NFC), and notes on its encoding.

    `sha256` stands for the content, so that the pages of one file are decoded once.
    Raises InputError `wrong_type` for binary content, `too_large`, `empty`.
    """
    return _read_pages(path, sha256, max_characters)


def read_stream(stream: BinaryIO, max_characters: int) -> tuple[str, ...]:
    """Pages of a text that comes through a pipe. Raises InputError as `read_pages` does."""
    source = Path("standard input")
    with hostile(source):
        data = stream.read(max_characters * _BYTES_PER_CHARACTER + 1)
    return _pages(source, data, max_characters)[0]


@lru_cache(maxsize=2)
def _read_pages(path: Path, _sha256: str, max_characters: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with hostile(path), path.open("rb") as stream:
        data = stream.read(max_characters * _BYTES_PER_CHARACTER + 1)
    return _pages(path, data, max_characters)


def _pages(path: Path, data: bytes, max_characters: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(data) > max_characters * _BYTES_PER_CHARACTER:
        raise _too_large(path, max_characters)
    text, notes = _decode(path, data)
    if len(text) > max_characters:
        raise _too_large(path, max_characters)
    if not text.strip():
        raise InputError(f"{path} holds no text", code="empty")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split(PAGE_BREAK)
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()  # the form feed that ends the last page
    return tuple(pages), notes


def page_lines(page: str) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Lines of a page without Markdown marks, blank lines kept, and a note on the marks found."""
    plain, found = strip_markdown(page)
    lines = [Line(tuple(Word(word) for word in text.split())) for text in plain.split("\n")]
    if lines and not lines[-1].words:
        lines.pop()  # the line feed that ends the last line
    told = ", ".join(f"{count} x {mark}" for mark, count in found)
    return tuple(lines), (f"Markdown marks taken off: {told}",) if told else ()


def strip_markdown(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    """`text` without Markdown marks, and how many of which it had; the lines stay the same lines.

    >>> strip_markdown("### **Nơi nhận:**")
    ('Nơi nhận:', (('heading', 1), ('bold', 1)))
    """
    found = []
    for mark, pattern, plain in _MARKDOWN:
        text, count = pattern.subn(plain, text)
        if count:
            found.append((mark, count))
    return text, tuple(found)


def _decode(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(path, data, encoding), ()
    if b"\x00" in data:
        raise _binary(path)
    try:
        return _checked(path, data.decode("utf-8")), ()
    except UnicodeDecodeError:
        pass
    for encoding in _OLD_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _checked(path, text), (f"not UTF-8: read as {encoding}",)
    raise _binary(path)


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return _checked(path, data.decode(encoding))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not the {encoding} text it says it is", code="damaged") from error


def _checked(path: Path, text: str) -> str:
    if len(_CONTROL.findall(text)) > _MOST_CONTROL_SHARE * len(text):
        raise _binary(path)
    return _CONTROL.sub("", text)


def _binary(path: Path) -> InputError:
    return InputError(f"{path} is not a text file", code="wrong_type", hint="Give a text file in UTF-8")


def _too_large(path: Path, max_characters: int) -> InputError:
    return InputError(
        f"{path} has more than {max_characters} characters",
        code="too_large",
        hint="Split it or raise max_text_characters",
    )
