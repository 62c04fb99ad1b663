"""The page on which an archivist confirms or corrects doubtful cells, served on this machine only.

    app = create_app(ReviewOptions(out, settings, find_original, refresh))

Nothing is loaded from elsewhere: templates, style and script come with the package.
"""

from pipeline.review.options import ReviewOptions

__all__ = ["ReviewOptions"]
