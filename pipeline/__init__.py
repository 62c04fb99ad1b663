"""sohoa: scanned Vietnamese decrees into clean text and tables an archive can trust."""

__version__ = "0.1.0"
