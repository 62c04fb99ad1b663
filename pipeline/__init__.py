"""sohoa: scanned Vietnamese decrees into clean text and tables an archive can trust.

    from pipeline import process, process_all, load_tables, restore

`process(path)` reads one document, `process_all(path)` every document of a file that holds several,
`load_tables(folder)` gives the tables of a run as typed pandas frames, `restore(text)` gives a toneless or
garbled text its Vietnamese letters back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "load_tables", "process", "process_all", "restore"]

if TYPE_CHECKING:
    from pipeline.document import process, process_all
    from pipeline.export.load import load_tables
    from pipeline.restore import restore_text as restore

_HOMES = {
    "process": ("pipeline.document", "process"),
    "process_all": ("pipeline.document", "process_all"),
    "load_tables": ("pipeline.export.load", "load_tables"),
    "restore": ("pipeline.restore", "restore_text"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that `sohoa --help` answers at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home, attribute = _HOMES[name]
    return getattr(import_module(home), attribute)
