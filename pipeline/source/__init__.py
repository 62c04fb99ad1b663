"""One input file -> pages. Every file is hostile until checked.

found = discover([folder])           # what is there
source = open_file(path, settings)   # cheap checks, nothing decoded
page = load_page(source, 1, settings)
"""

from pipeline.source.discovery import SUFFIXES, FoundFile, discover, relative_name
from pipeline.source.joining import join_sequences
from pipeline.source.loading import load_image, load_page
from pipeline.source.opening import open_file, read_text
from pipeline.source.raster import poppler_version
from pipeline.source.types import DigitalSignature, SourceFile, SourcePage

__all__ = [
    "SUFFIXES",
    "DigitalSignature",
    "FoundFile",
    "SourceFile",
    "SourcePage",
    "discover",
    "join_sequences",
    "load_image",
    "load_page",
    "open_file",
    "poppler_version",
    "read_text",
    "relative_name",
]
