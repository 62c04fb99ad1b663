"""The CSV set, the files of each document, and what describes them.

`load_tables` stands in `pipeline.export.load`, so that writing does not need pandas.
"""

from pipeline.export.datapackage import descriptor
from pipeline.export.evidence import (
    document_files,
    evidence_file,
    load_document,
    save_document,
    write_document_files,
)
from pipeline.export.manifest import RunManifest, write_run_manifest
from pipeline.export.rows import document_rows
from pipeline.export.tables import FileSeen, write_tables

__all__ = [
    "FileSeen",
    "RunManifest",
    "descriptor",
    "document_files",
    "document_rows",
    "evidence_file",
    "load_document",
    "save_document",
    "write_document_files",
    "write_run_manifest",
    "write_tables",
]
