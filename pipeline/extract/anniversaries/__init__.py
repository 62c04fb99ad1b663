"""Anniversaries and the holidays of the year: what a text celebrates, since when, and whether it adds up."""

from pipeline.extract.anniversaries.find import anniversaries_in, anniversary_issues, find_anniversaries

__all__ = ["anniversaries_in", "anniversary_issues", "find_anniversaries"]
