"""A misread symbol behind a legible type: `Nghị định số 140/2016/NB-CP` can only be `NĐ-CP`.

The type word is a second witness for the code that begins a symbol, so only letters that scans confuse
are changed, and only towards the code of that type. The row keeps what is printed as its raw text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import regex

from pipeline.dictionary import table
from pipeline.extract.folding import flat
from pipeline.extract.references.numbers import Number, is_known_code

# Letters of one shape class in capitals, as engines confuse them.
_ALIKE = str.maketrans(
    {"I": "T", "l": "T", "1": "T", "J": "T", "Đ": "D", "Ð": "D", "B": "D", "O": "Q", "0": "Q"}
)
_THU_TUONG = regex.compile(r"(?<=[/\-])(?:[TI1l][TI1l][egqøt8]{1,2}|TTE|TTG|TT)$")
_BY_THE_PRIME_MINISTER = ("Quyết định", "Chỉ thị", "Công điện")


@cache
def _codes_of(ref_type: str) -> tuple[str, ...]:
    rows = table("reference_types").rows
    return tuple(row["abbreviation"] for row in rows if row["name"] == ref_type and row["abbreviation"])


def _shape(code: str) -> str:
    return regex.sub("D+", "D", code.translate(_ALIKE))


def repaired(number: Number, ref_type: str) -> Number | None:
    """`number` with the code of `ref_type` in its symbol; None when nothing is misread or it is unclear.

    >>> from pipeline.extract.references.numbers import numbers_in
    >>> repaired(next(iter(numbers_in("140/2016/NB-CP"))), "Nghị định").number_symbol
    '140/2016/NĐ-CP'
    """
    symbol = _with_type_code(number.symbol, number.groups[:1], ref_type)
    if ref_type in _BY_THE_PRIME_MINISTER and not symbol.endswith(("TTg", "-TT", "/TT")):
        symbol = _THU_TUONG.sub("TTg", symbol)
    if symbol == number.symbol:
        return None
    head = number.number_symbol[: len(number.number_symbol) - len(number.symbol)]
    return replace(number, symbol=symbol, number_symbol=head + symbol)


def _with_type_code(symbol: str, first: tuple[str, ...], ref_type: str) -> str:
    if not first or is_known_code(first[0]):
        return symbol
    fitting = [code for code in _codes_of(ref_type) if _shape(code) == _shape(first[0])]
    if len(fitting) != 1 or flat(fitting[0]) == flat(first[0]):
        return symbol
    return symbol.replace(first[0], fitting[0], 1)
