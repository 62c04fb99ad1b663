"""What the source room gives to the others: a checked file, and its pages one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.model import Line, PageImage

DOC_ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """One electronic signature of a PDF.

    `by` names the signer or the signing body and is empty when the file does not tell; `time` is ISO 8601
    with offset, or empty; `source` is `signature_dictionary` or `caption` (the printed stamp text).
    """

    by: str
    time: str
    source: str

    @property
    def caption(self) -> str:
        """The signature in the words of a printed signature stamp, one fact a line."""
        lines = [f"Ký bởi: {self.by}"] if self.by else []
        if self.time:
            moment = datetime.fromisoformat(self.time)
            offset = moment.strftime("%z")
            zone = f" {offset[:3]}:{offset[3:]}" if offset else ""
            lines.append(f"Thời gian ký: {moment:%d.%m.%Y %H:%M:%S}{zone}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An input file that passed all cheap checks.

    `kind` is `pdf`, `tiff`, `jpeg`, `png`, `text` or `pages` (page images joined by name, see `joining`);
    `bytes` its size, of joined pages that of all; `signatures` come from the signature dictionaries of a
    PDF; `notes` say what was unusual (repaired, wrong suffix, ...).
    """

    path: Path
    kind: str
    sha256: str
    bytes: int
    page_count: int
    signatures: tuple[DigitalSignature, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def doc_id(self) -> str:
        """The start of the digest: the same bytes have the same id, wherever they lie."""
        return self.sha256[:DOC_ID_DIGITS]

    @property
    def signatures_as_captions(self) -> tuple[str, ...]:
        """The signatures worded like the stamps printed on a page, see `SourcePage.captions`."""
        return tuple(signature.caption for signature in self.signatures if signature.caption)


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page: either a picture to be read (`image`), or text that can be trusted (`text_lines`).

    `text_source` is `ocr` (the text must come from `image`), `text_layer` or `text_file`. `width`, `height`
    and the boxes of words are pixels at `dpi`: those of `image`, or of the page at 300 dpi when it has a
    trusted text layer; text files have no pixels (0). Lines are in order from top to bottom, split at
    column gaps. `captions` are the digital-signature and copy captions taken out of the text layer, each
    stamp one string with its lines parted by line feeds. `notes` say which choice was made and why.
    """

    page_number: int
    width: int
    height: int
    dpi: float
    image: PageImage | None = None
    text_lines: tuple[Line, ...] = ()
    text_source: str = "ocr"
    captions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
