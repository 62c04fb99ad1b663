"""The parser every command adds its arguments to."""

from __future__ import annotations

import argparse
from typing import NoReturn, TypeAlias

from pipeline import errors


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        hint = f"Type `{self.prog} --help`"
        raise errors.UsageError(message, hint=hint)


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
