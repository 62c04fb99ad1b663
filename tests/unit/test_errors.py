"""Errors carry a code, a hint and an exit code, and survive the way between processes."""

import pickle

import pytest

from pipeline import errors

DOCUMENTED = {
    "UsageError": 2,
    "ConfigError": 3,
    "InputError": 4,
    "MissingDependency": 5,
    "OcrError": 6,
    "OutputError": 7,
}


def test_exit_codes_are_never_renumbered() -> None:
    assert {kind.__name__: kind.exit_code for kind in errors.PipelineError.__subclasses__()} == DOCUMENTED
    assert (errors.OK, errors.BUG, errors.SOME_FAILED, errors.BELOW_FLOOR, errors.INTERRUPTED) == (
        0,
        1,
        8,
        9,
        130,
    )


@pytest.mark.parametrize("kind", errors.PipelineError.__subclasses__())
def test_an_error_survives_pickling(kind: type[errors.PipelineError]) -> None:
    error = kind("a.pdf is encrypted", hint="Remove the password", code="encrypted")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.message, again.hint, again.code) == (error.message, error.hint, error.code)


def test_the_message_ends_with_the_next_step() -> None:
    assert str(errors.InputError("a.pdf is empty", hint="Scan it again")) == "a.pdf is empty. Scan it again"
