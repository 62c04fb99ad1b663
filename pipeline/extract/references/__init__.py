"""The documents a text cites: type, number, date, issuer and how each is used."""

from pipeline.extract.references.find import citations_in, find_mentions, find_references

__all__ = ["citations_in", "find_mentions", "find_references"]
