"""What a file really is, by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError

HEAD_BYTES = 4096
PDF_HEADER_WITHIN = 1024  # readers accept the header anywhere in the first 1,024 bytes
_SUFFIX_KINDS = {
    ".pdf": "pdf",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".txt": "text",
    ".md": "text",
    ".pages": "pages",
}
_MAGIC = (
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"%sohoa-pages", "pages"),
)
_FOREIGN_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "RTF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "a RIFF file (WebP, AVI)"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "DjVu"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<head", "HTML"),
    (b"<body", "HTML"),
    (b"<?xml", "XML"),
    (b"<svg", "SVG"),
)
_NAMES = {"pdf": "PDF", "tiff": "TIFF", "jpeg": "JPEG", "png": "PNG", "text": "text", "pages": "joined pages"}


def detect_kind(path: Path, head: bytes) -> tuple[str, tuple[str, ...]]:
    """Kind of the file that starts with `head`, and a note when its name says something else.

    Raises InputError `wrong_type`, naming what the file really is.
    """
    named = _SUFFIX_KINDS.get(path.suffix.lower(), "")
    found = _magic_kind(head)
    if found:
        is_misnamed = named != found
        note = f"named {path.suffix or 'without suffix'} but is {_NAMES[found]}: read as {_NAMES[found]}"
        return found, (note,) if is_misnamed else ()
    foreign = _foreign(head)
    if named == "text" and not foreign:
        return "text", ()
    really = foreign or ("plain text" if _is_readable(head) else "of an unknown type")
    wanted = f", not {_NAMES[named]}" if named else ""
    raise InputError(
        f"{path} is {really}{wanted}", code="wrong_type", hint="Give a PDF, TIFF, JPEG, PNG or text file"
    )


def _magic_kind(head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    has_pdf_header = b"%PDF-" in head[: PDF_HEADER_WITHIN + 5]
    return "pdf" if has_pdf_header and not _foreign(head) else ""


def _foreign(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for markup, name in _MARKUP:
        if start.startswith(markup):
            return name
    if head[4:8] == b"ftyp":
        return "a HEIC picture or a film"
    return next(
        (name for magic, name in _FOREIGN_MAGIC if head.startswith(magic) and _is_sure(magic, head)), ""
    )


def _is_sure(magic: bytes, head: bytes) -> bool:
    # Two letters may also start a plain text; binary files have zero bytes soon after.
    return len(magic) > 2 or not _is_readable(head)


def _is_readable(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) * 100 < len(
        head
    )
