"""One value -> one CSV cell that reads back as the same value and that no spreadsheet runs.

The formula rule (after OWASP, "CSV Injection"): a text cell gets one apostrophe in front when, after
any apostrophes, blanks and invisible characters, it begins with `=`, `+`, `-` or `@` (ASCII, small or
full-width form), or when a tab or a line break stands at its very start. Reading back takes away one
apostrophe from exactly those cells, so every text comes back as it was, also one that began with an
apostrophe itself. The rule does not ask what follows: `- Như trên`, `+84 213 ...` and `-5` as text get
the apostrophe too, for a spreadsheet would show them as an error or as a number. Numbers that the
program writes (columns of type integer and number) are left alone.
"""

from __future__ import annotations

import math
import re
import unicodedata

from pipeline.export.schema import Column

_RUNS_AS_FORMULA = re.compile(
    r"['\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
    r"|'*[\t\n\r]"
)
_LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INTEGER = re.compile(r"-?[0-9]{1,18}")  # what a 64-bit integer always holds
_DECIMALS = 4


def clean(text: str) -> str:
    """`text` in NFC, line breaks as `\\n`, no control characters; a lone surrogate shows as U+FFFD."""
    if text.isprintable():  # the usual case, and ten thousand documents have millions of cells
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = _LINE_BREAK.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))
    return unicodedata.normalize("NFC", text)


def guard(text: str) -> str:
    """`text` as a cell that no spreadsheet runs as a formula.

    >>> guard("=1+1"), guard("- Như trên;"), guard("02/CT-UBND")
    ("'=1+1", "'- Như trên;", '02/CT-UBND')
    """
    return f"'{text}" if _RUNS_AS_FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """Undo `guard`: `unguard(guard(text)) == text` for every text."""
    return cell[1:] if cell.startswith("'") and _RUNS_AS_FORMULA.match(cell, 1) else cell


def render(column: Column, value: object) -> str:
    """The cell for `value` (None or an empty text: missing).

    Raises ValueError, naming table and column, when the value does not fit the column.
    """
    text = "" if value is None or value == "" else _WRITERS[column.kind](column, value)
    if not text:
        if column.required == "always":
            raise ValueError(f"{column.table}.{column.name} is empty")
        return ""
    if column.enum and text not in column.enum:
        raise _misfit(column, value, f"one of {', '.join(column.enum)}")
    if column.expression and not column.expression.fullmatch(text):
        raise _misfit(column, value, f"of the form {column.pattern}")
    return guard(text) if column.kind == "string" else text


def _string(column: Column, value: object) -> str:
    if not isinstance(value, str):
        raise _misfit(column, value, "text")
    return clean(value)


def _integer(column: Column, value: object) -> str:
    text = str(value)
    if not _INTEGER.fullmatch(text):
        raise _misfit(column, value, "a whole number")
    _check_range(column, int(text))
    return str(int(text))


def _number(column: Column, value: object) -> str:
    try:
        # Rounded first: a weighted mean of ones may come out a hair above one.
        number = round(float(value), _DECIMALS)  # type: ignore[arg-type]  # a refusal is caught below
    except (TypeError, ValueError):
        raise _misfit(column, value, "a number") from None
    if not math.isfinite(number):
        raise _misfit(column, value, "a finite number")
    _check_range(column, number)
    text = f"{number:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _boolean(column: Column, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value in ("true", "false"):
        return str(value)
    raise _misfit(column, value, "true or false")


def _check_range(column: Column, number: float) -> None:
    too_small = column.least is not None and number < column.least
    if too_small or (column.most is not None and number > column.most):
        raise _misfit(column, number, f"from {column.least} to {column.most}")


def _misfit(column: Column, value: object, wanted: str) -> ValueError:
    return ValueError(f"{column.table}.{column.name}: {value!r} is not {wanted}")


_WRITERS = {"string": _string, "integer": _integer, "number": _number, "boolean": _boolean}
