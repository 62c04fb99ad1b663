"""How dates and stretches of time are written; the finder of a document's dates builds on it."""

from pipeline.extract.dates.grammar import DateHit, date_hits, iso_date
from pipeline.extract.dates.periods import Period, periods_in

__all__ = ["DateHit", "Period", "date_hits", "iso_date", "periods_in"]
