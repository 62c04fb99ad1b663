"""Join the documents of a batch by what they cite of each other."""

from pipeline.extract.links.join import link

__all__ = ["link"]
