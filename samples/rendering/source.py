"""The text sources in `samples/source/*.toml`: one fictitious document each, nothing about pixels."""

from __future__ import annotations

import datetime
import tomllib
import unicodedata
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class SourceError(ValueError):
    """A source file says something the renderer cannot use; the message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How the paper became a picture. Angles in degrees, `noise` in grey levels, `blur` in pixels."""

    dpi: int = 200
    mode: str = "colour"
    skew: float = 0.4
    noise: float = 3.0
    blur: float = 0.5
    quality: int = 50
    paper: tuple[int, int, int] = (252, 251, 247)
    toner: float = 0.93
    punch: bool = False
    dark_edge: bool = False
    show_through: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    """One document as its drafter wrote it.

    `body` is one paragraph a line: `^ ` centred bold, `= ` bold, `~ ` italic (legal bases), `*..*` bold
    inside a paragraph. `ink` names the parts written by hand (`number`, `day`); `lost_ink` leaves them
    out of a text file, as OCR does.
    """

    stem: str
    file: str
    kind: str
    type: str
    issuer_lines: tuple[str, ...]
    number: str
    symbol: str
    subject: str
    body: str
    signer: str
    title: str
    seal: tuple[str, ...]
    quality: str
    system: str = "state"
    parent_lines: tuple[str, ...] = ()
    place: str = ""
    date: datetime.date | None = None
    addressees: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    secretary: str = ""
    recipients: tuple[str, ...] = ()
    ink: tuple[str, ...] = ("number", "day")
    lost_ink: bool = False
    body_size: float = 14.0
    column_width: float = 0.36
    arrival: dict[str, str] = field(default_factory=dict)
    caption: tuple[str, ...] = ()
    text_layer: str = ""
    notes: str = ""
    anniversaries: tuple[dict[str, Any], ...] = ()
    references: tuple[dict[str, Any], ...] = ()
    scan: Scan = field(default_factory=Scan)

    @property
    def is_letter(self) -> bool:
        """True for a công văn, which has its subject under the number and no title."""
        return self.type == "CÔNG VĂN"

    @property
    def is_party(self) -> bool:
        return self.system == "party"

    @property
    def number_symbol(self) -> str:
        """`07/CT-UBND` for the State, `05-CT/HU` for the Party."""
        return f"{self.number}{'-' if self.is_party else '/'}{self.symbol}"

    def date_words(self, day: str | None = None) -> str:
        """`ngày 05 tháng 3 năm 2021`: a zero before days below 10 and before January and February."""
        if self.date is None:
            return ""
        month = f"{self.date.month:02d}" if self.date.month < 3 else str(self.date.month)
        shown = f"{self.date.day:02d}" if day is None else day
        return f"ngày {shown} tháng {month} năm {self.date.year}"


def load(path: Path) -> Decree:
    """Read one source. Raises SourceError when a key is unknown, missing or contradicts the text."""
    try:
        raw = tomllib.loads(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")))
        scan = Scan(**{key: _frozen(value) for key, value in raw.pop("scan", {}).items()})
        known = {one.name for one in fields(Decree)}
        if unknown := set(raw) - known:
            raise SourceError(f"{path}: unknown keys {sorted(unknown)}")
        return Decree(stem=path.stem, scan=scan, **{key: _frozen(value) for key, value in raw.items()})
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{path}: {error}") from error


def load_all(folder: Path) -> tuple[Decree, ...]:
    """Every source of `folder`, in the order of the names."""
    return tuple(load(path) for path in sorted(folder.glob("*.toml")))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
