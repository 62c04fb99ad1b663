"""The parser every command adds its arguments to; help is shown in the language of the locale."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn, TypeAlias

from pipeline import errors
from pipeline.messages import say, told


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Lays out help and translates it: modules of the commands write plain English."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return _translated(action.help)

    def start_section(self, heading: str | None) -> None:
        super().start_section(_translated(heading))

    def add_text(self, text: str | None) -> None:
        super().add_text(_translated(text))


def _translated(text: str | None) -> str | None:
    """`text` in the language of the locale; a text with a list put into it is recognised by its words."""
    if not text or text == argparse.SUPPRESS:
        return text
    plain = say(text)
    return plain if plain != text else told(text)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of leaving the program."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **({"formatter_class": Formatter} | options))

    def error(self, message: str) -> NoReturn:
        raise errors.UsageError(message, hint=f"Type `{self.prog} --help`")


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
