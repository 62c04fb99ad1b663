"""Whose fault an error is: the file's, or the machine's that could not read it."""

import errno
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.source.guard import hostile


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.EIO, "Input/output error"), "io_error"),
        (OSError(errno.ESTALE, "Stale file handle"), "io_error"),
        (OSError("broken data stream"), "damaged"),
        (ValueError("no such marker"), "damaged"),
        (MemoryError(), "too_large"),
        (PermissionError(errno.EACCES, "Permission denied"), "no_permission"),
    ],
)
def test_trouble_of_the_machine_is_not_told_as_damage(error: Exception, code: str) -> None:
    with pytest.raises(InputError) as caught, hostile(Path("a.pdf")):
        raise error
    assert caught.value.code == code
    assert "a.pdf" in str(caught.value)
