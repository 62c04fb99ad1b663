"""Every error the product raises on purpose, and the exit code that goes with it.

PipelineError                 1   (base; never raised itself)
├── UsageError                2   the command line cannot be understood
├── ConfigError               3   a settings file, variable or value is wrong
├── InputError                4   a file is unreadable, unsupported, encrypted, empty or too large
├── MissingDependency         5   a program, language or package is not installed
├── OcrError                  6   the OCR engine failed or ran out of time
└── OutputError               7   a result cannot be written

Further exit codes: 0 all right, 1 a bug, 8 some documents of a batch failed, 9 below what is asked
(quality below its floor; `status`: the watch does not run or its last success is too old), 130
interrupted. Codes are tested and never renumbered.

Hard trouble is an exception; a doubtful value is an `Issue` (see `model`).
"""

from __future__ import annotations

OK = 0
BUG = 1
SOME_FAILED = 8
BELOW_FLOOR = 9
INTERRUPTED = 130


class PipelineError(Exception):
    """Base of all errors raised on purpose.

    `message` says what is wrong and names the file; `hint` says the next thing to do; `code` is a
    short stable word for tables (`encrypted`, `empty`, ...).
    """

    exit_code = BUG
    default_code = "error"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling between worker processes.
        return _rebuild, (type(self), self.message, self.hint, self.code)


def _rebuild(kind: type[PipelineError], message: str, hint: str, code: str) -> PipelineError:
    return kind(message, hint=hint, code=code)


class UsageError(PipelineError):
    """The command line cannot be understood."""

    exit_code = 2
    default_code = "usage"


class ConfigError(PipelineError):
    """A settings file, an environment variable or a setting's value is wrong."""

    exit_code = 3
    default_code = "config"


class InputError(PipelineError):
    """A file is unreadable, unsupported, encrypted, empty or too large."""

    exit_code = 4
    default_code = "unreadable"


class MissingDependency(PipelineError):
    """A program, an OCR language or a Python package is not installed."""

    exit_code = 5
    default_code = "missing_dependency"


class OcrError(PipelineError):
    """The OCR engine crashed, timed out or returned something unusable."""

    exit_code = 6
    default_code = "ocr_failed"


class OutputError(PipelineError):
    """A result cannot be written (no permission, disk full)."""

    exit_code = 7
    default_code = "cannot_write"
