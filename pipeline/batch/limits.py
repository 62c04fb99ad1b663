"""Which trouble may pass when a document is tried again, how often, and after which pause."""

from __future__ import annotations

from pipeline.config import Settings
from pipeline.errors import InputError, MissingDependency, OcrError, OutputError

_GROWTH = 5.0  # each pause is so many times the one before
_LONGEST_PAUSE_SECONDS = 300.0
# Input errors that came of the machine rather than of the file.
_PASSING_CODES = frozenset({"out_of_memory", "timeout", "io_error"})
# Input errors that tell of the place, not of the content: another day it may be readable.
_PLACE_CODES = frozenset({"changed", "not_found", "no_permission"})


def is_passing(error: BaseException) -> bool:
    """True for what may go well another time: a crash, a hang, too little memory, a disk that stumbled."""
    return isinstance(error, OcrError) or (isinstance(error, InputError) and error.code in _PASSING_CODES)


def is_of_machine(error: BaseException) -> bool:
    """True for what has nothing to do with the content: something is not installed, the file went away."""
    is_of_place = isinstance(error, InputError) and error.code in _PLACE_CODES
    return is_of_place or isinstance(error, MissingDependency)


def stops_run(error: BaseException) -> bool:
    """True for what would meet every document alike: results cannot be written."""
    return isinstance(error, OutputError)


def pause_seconds(attempts: int, settings: Settings) -> float:
    """How long to wait after `attempts` failed ones.

    >>> [pause_seconds(number, Settings()) for number in (1, 2, 3, 9)]
    [2.0, 10.0, 50.0, 300.0]
    """
    return min(settings.retry_pause_seconds * _GROWTH ** (attempts - 1), _LONGEST_PAUSE_SECONDS)
