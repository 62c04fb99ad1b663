"""Cells that follow when a person decides about another one, so that a row never contradicts itself.

The number and the symbol are parts of `number_symbol`, the precision is that of the date, abbreviation and
code belong to the type. A rule also names the cells whose doubt goes with the decision because they were
read from the same ink.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.dictionary import table
from pipeline.export.decisions import Decision

Values = Mapping[str, str]
Follow = Callable[[Decision, Values], dict[str, str]]

# Nghị định 30/2020: NN/TYPE-AGENCY; legal acts NN/YYYY/TYPE-AGENCY; Hướng dẫn 36-HD/VPTW: NN-TYPE/ORG.
_CANONICAL = re.compile(
    r"(?P<number>[0-9]+[a-zđ]?)(?P<sign>[-/])?(?:(?P<year>(?:19|20)[0-9]{2})(?:/|$))?(?P<symbol>.*)"
)
_PRINTED_YEAR = re.compile(r"/\s*((?:19|20)[0-9]{2})\s*/")
_REORGANISED = "2025-07-01"  # the new provinces work from this day (Nghị quyết 202/2025/QH15)
_PRECISION = {0: "none", 4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class Rule:
    """`follow` gives new values of other cells; doubts about the cells in `settles` are gone as well."""

    follow: Follow
    settles: tuple[str, ...] = ()


def _number_symbol(decision: Decision, values: Values) -> dict[str, str]:
    if decision.verdict == "confirmed" and values.get("number_status"):
        return {}
    found = _CANONICAL.fullmatch(decision.value)
    if found is None:
        return {"number": "", "number_status": _status_without_number(decision, values)}
    parts = {"number": found["number"], "number_status": "present"}
    return parts | {"symbol": found["symbol"]}


def _number(decision: Decision, values: Values) -> dict[str, str]:
    if decision.verdict == "confirmed" and values.get("number_symbol"):
        return {}
    if not decision.value:
        return {"number_symbol": "", "number_status": _status_without_number(decision, values)}
    return {"number_symbol": _composed(decision.value, values), "number_status": "present"}


def _symbol(decision: Decision, values: Values) -> dict[str, str]:
    number = values.get("number", "")
    return {"number_symbol": _composed(number, {**values, "symbol": decision.value})} if number else {}


def _status_without_number(decision: Decision, values: Values) -> str:
    if decision.verdict == "unreadable":
        return "illegible"
    status = values.get("number_status", "")
    return status if status in ("blank", "absent") else "blank"


def _composed(number: str, values: Values) -> str:
    """Number and symbol as one would cite them; the year of a legal act stays."""
    symbol = values.get("symbol", "")
    former = _CANONICAL.fullmatch(values.get("number_symbol", ""))
    printed = _PRINTED_YEAR.search(values.get("number_raw", ""))
    year = (former["year"] if former else printed[1] if printed else "") or ""
    is_party = "/" in symbol.partition("-")[0]
    sign = (former["sign"] if former else "") or ("-" if is_party else "/")
    tail = "/".join(part for part in (year, symbol) if part)
    return f"{number}{sign}{tail}" if tail else number


def _issue_date(decision: Decision, _values: Values) -> dict[str, str]:
    return {"issue_date_precision": _PRECISION.get(len(decision.value), "none")}


def _doc_type(decision: Decision, values: Values) -> dict[str, str]:
    if decision.verdict == "confirmed":
        return {}
    rows = [row for row in table("document_types").rows if row["name"] == decision.value]
    system = values.get("system", "")
    row = next((one for one in rows if _system(one) == system), rows[0] if rows else None)
    return {
        "doc_type_abbr": row["abbreviation"] if row else "",
        "doc_type_code": row["tt05_2025_type_code"] if row else "",
        "doc_type_standard": "true" if row and _system(row) != "other" else "false",
    }


def _system(row: Mapping[str, str]) -> str:
    systems = {"state administrative": "state", "legal normative": "legal", "Party": "party"}
    return systems.get(row["system"].split(" (")[0], "other")


def _place(decision: Decision, values: Values) -> dict[str, str]:
    if decision.verdict == "confirmed":
        return {}
    old, new = _provinces()
    name = decision.value.casefold()
    if values.get("issue_date", "") >= _REORGANISED:
        return {"place_current": new.get(name, "") or (decision.value if name in old else "")}
    return {"place_current": old.get(name, "") or new.get(name, "")}


@cache
def _provinces() -> tuple[dict[str, str], dict[str, str]]:
    """Folded names of provinces before 2025 -> today's; folded names of today's -> themselves."""
    rows = [row for row in table("provinces").rows if row["new_name"]]
    old = {row["old_name"].casefold(): row["new_name"] for row in rows}
    return old, {row["new_name"].casefold(): row["new_name"] for row in rows}


def _nothing(_decision: Decision, _values: Values) -> dict[str, str]:
    return {}


_OF_NUMBER = ("number_status", "number_raw", "number_kind", "proposed_number_symbol")
RULES: dict[str, Rule] = {
    "number_symbol": Rule(_number_symbol, ("number", "symbol", *_OF_NUMBER)),
    "number": Rule(_number, ("number_symbol", *_OF_NUMBER)),
    "symbol": Rule(_symbol),
    "issue_date": Rule(
        _issue_date, ("issue_date_precision", "issue_date_raw", "day_kind", "proposed_issue_date")
    ),
    "doc_type": Rule(_doc_type, ("doc_type_abbr", "doc_type_code", "doc_type_standard")),
    "issuer": Rule(_nothing, ("issuer_source",)),
    "place": Rule(_place, ("place_current",)),
}
# A decision about a part says nothing more once the whole is decided.
PARTS = {"number": "number_symbol", "symbol": "number_symbol"}
