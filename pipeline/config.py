"""One `Settings` for the whole program: TOML file < environment < command line; unknown keys are errors.

Only this module reads the environment. Every setting can be given as `SOHOA_<NAME>`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import ConfigError

ENVIRONMENT_PREFIX = "SOHOA_"
_NOT_SETTINGS = ("SOHOA_EVENT", "SOHOA_MESSAGE")  # what a hook of the folder watch is told


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a user may set. Limits protect the machine from hostile input."""

    language: str = "vie"
    """Tesseract language."""
    psm: int = 3
    """Tesseract page segmentation mode of the first read."""
    in_process_ocr: bool = True
    """Whether Tesseract reads inside the worker process where tesserocr is installed; else by its program."""
    raster_dpi: int = 300
    """Resolution at which PDF pages without a covering image are rasterised."""
    max_pages: int = 1000
    """A file with more pages is refused."""
    max_page_pixels: int = 120_000_000
    """An image with more pixels is refused (A3 at 600 dpi has 70 million)."""
    max_file_bytes: int = 1_000_000_000
    """A file with more bytes is refused."""
    max_text_characters: int = 5_000_000
    """A text or a page's text layer with more characters is refused."""
    page_timeout_seconds: float = 120.0
    """One page may take this long before it counts as failed."""
    document_timeout_seconds: float = 120.0
    """Putting one document together from its read pages may take this long."""
    worker_memory_bytes: int = 3_000_000_000
    """Address space a worker process may take."""
    worker_resident_bytes: int = 1_500_000_000
    """A worker process that holds more memory than this after a task is replaced by a fresh one."""
    max_document_seconds: float = 7200.0
    """Reading all pages of one file may take this much working time before the rest counts as failed."""
    max_attempts: int = 3
    """A document that crashes, hangs or needs too much memory is tried this often, then set aside."""
    retry_pause_seconds: float = 2.0
    """Pause before the second attempt; each further pause is five times as long."""
    review_threshold: float = 0.6
    """A cell whose confidence is below this is named in review_columns."""
    use_file_name: bool = False
    """Whether a number in a file's name may weigh, weakly, for one read from ink; recorded where it did."""
    dictionaries_folder: str = ""
    """Folder with a user's own additions to the dictionaries."""


# How patiently the machine works; a document comes out the same with other values.
_WORKING = frozenset(
    {
        "page_timeout_seconds",
        "document_timeout_seconds",
        "max_document_seconds",
        "worker_memory_bytes",
        "worker_resident_bytes",
        "max_attempts",
        "retry_pause_seconds",
    }
)


def reading_settings(settings: Settings) -> dict[str, Any]:
    """The settings that change what a document becomes, by name."""
    return {name: getattr(settings, name) for name in names() if name not in _WORKING}


def load(
    file: Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Settings from `file`, then `environment`, then `overrides` (later ones win).

    Raises ConfigError when the file cannot be read, a key is unknown or a value has the wrong type.
    """
    values: dict[str, Any] = _from_file(file) if file else {}
    for name, text in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX) and name not in _NOT_SETTINGS:
            values[name.removeprefix(ENVIRONMENT_PREFIX).lower()] = text
    values |= {name: value for name, value in (overrides or {}).items() if value is not None}
    try:
        # strict=False lets "300" from the environment become a number.
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"a setting is wrong: {error}", hint=f"Known settings: {', '.join(names())}"
        ) from error


def names() -> tuple[str, ...]:
    """Names of all settings."""
    return Settings.__struct_fields__


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read the settings file {file}: {error}", hint="It must be TOML") from error
