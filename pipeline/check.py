"""`sohoa check`: what is installed, and the command that installs what is missing."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pipeline import __version__, dictionary
from pipeline.config import Settings
from pipeline.errors import MissingDependency, PipelineError
from pipeline.messages import say, told
from pipeline.ocr import tesseract_library, tesseract_program
from pipeline.source import poppler_version

LIBRARIES = ("opencv-python", "pytesseract", "pdf2image", "pikepdf", "pandas", "regex")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Lines for people, and whether everything a run needs is there."""

    lines: tuple[str, ...]
    is_complete: bool


def check(settings: Settings) -> CheckReport:
    """Look for programs, languages, libraries and dictionaries."""
    found = list(_programs(settings)) + list(_dictionaries(settings))
    lines = [f"sohoa {__version__}, Python {platform.python_version()}"]
    lines += [text for _, text in found]
    lines += [f"ok       {name} {metadata.version(name)}" for name in LIBRARIES]
    complete = all(is_there for is_there, _ in found)
    lines.append(say("everything a run needs is there" if complete else "something is missing, see above"))
    return CheckReport(tuple(lines), complete)


def _programs(settings: Settings) -> Iterator[tuple[bool, str]]:
    for name, version in (("tesseract", tesseract_program.version), ("poppler", poppler_version)):
        try:
            yield True, f"ok       {name} {version()}"
        except MissingDependency as error:
            yield False, told(f"MISSING  {told(str(error))}")
    if tesseract_library.is_usable():
        yield True, f"ok       tesseract {tesseract_library.version()} in the process (tesserocr)"
    else:
        yield True, told('slower   tesserocr is not installed: pip install "sohoa[fast]"')
    try:
        known = tesseract_program.languages()
    except MissingDependency:
        return
    for language in settings.language.split("+"):
        if language in known:
            yield True, f"ok       tesseract language {language}"
        else:
            missing = f"MISSING  tesseract language {language}: apt-get install tesseract-ocr-{language}"
            yield False, told(missing)


def _dictionaries(settings: Settings) -> Iterator[tuple[bool, str]]:
    local = Path(settings.dictionaries_folder) if settings.dictionaries_folder else None
    try:
        tables = [dictionary.table(path.stem, local) for path in sorted(dictionary.FOLDER.glob("*.tsv"))]
    except PipelineError as error:
        yield False, told(f"BROKEN   {told(str(error))}")
        return
    rows = sum(len(table.rows) for table in tables)
    yield bool(tables), told(f"ok       {len(tables)} dictionaries, {rows} rows, in {dictionary.FOLDER}")
