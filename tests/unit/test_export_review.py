"""Which cells a person is asked to check, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from pipeline import dictionary
from pipeline.export.doubt import review
from pipeline.export.schema import review_codes, schema_of
from pipeline.model import Document, Field, Issue


def reviewed(*doubts: Field | Issue, threshold: float = 0.6) -> tuple[tuple[str, ...], tuple[str, ...]]:
    fields = tuple(doubt for doubt in doubts if isinstance(doubt, Field))
    issues = tuple(doubt for doubt in doubts if isinstance(doubt, Issue))
    return review(Document("0" * 16, "a.pdf", "0" * 64, "1", (), fields, (), issues), threshold)


def test_a_cell_below_the_limit_is_named_and_one_at_the_limit_is_not() -> None:
    low = Field("place", "Lai Châu", confidence=0.59)
    sure = Field("subject", "về việc", confidence=0.6)
    assert reviewed(low, sure) == (("place",), ("low_confidence",))


def test_an_empty_cell_can_be_doubted() -> None:
    assert reviewed(Field("place", "", confidence=0.1))[0] == ("place",)


def test_columns_stand_in_the_order_of_the_table() -> None:
    found = reviewed(Field("signer_name", "A", confidence=0.1), Field("doc_type", "B", confidence=0.1))
    assert found == (("doc_type", "signer_name"), ("low_confidence", "signer_low"))


def test_an_issue_names_its_column_and_gives_the_only_reason() -> None:
    issue = Issue("date_partial", "", "issue_date")
    assert reviewed(issue, Field("issue_date", "2023-06", confidence=0.2)) == (
        ("issue_date",),
        ("date_partial",),
    )


def test_an_issue_without_a_column_gives_only_its_code() -> None:
    assert reviewed(Issue("low_ocr", "")) == ((), ("low_ocr",))


def test_a_code_is_given_once() -> None:
    issues = Issue("low_ocr", "page 1", "", 1), Issue("low_ocr", "page 2", "", 2)
    assert reviewed(*issues)[1] == ("low_ocr",)


@pytest.mark.parametrize("name", ["number", "number_symbol"])
def test_a_doubt_about_the_number_is_one_about_number_and_symbol_together(name: str) -> None:
    sure = [Field(other, "x") for other in ("number", "symbol", "number_symbol") if other != name]
    found = reviewed(*sure, Field(name, "x", confidence=0.2))
    assert found == (("number", "number_symbol"), ("low_confidence",))


def test_a_doubt_about_the_symbol_alone_leaves_the_number_sure() -> None:
    found = reviewed(
        Field("number", "02"),
        Field("symbol", "CT-UBND", confidence=0.2),
        Field("number_symbol", "02/CT-UBND"),
    )
    assert found[0] == ("symbol", "number_symbol")


def test_the_first_of_two_fields_of_a_name_counts() -> None:
    fields = Field("place", "Lai Châu"), Field("place", "Điện Biên", confidence=0.1)
    assert reviewed(*fields) == ((), ())


def test_an_issue_cannot_name_an_unknown_column() -> None:
    with pytest.raises(ValueError, match="no column 'place_of_issue'"):
        reviewed(Issue("x", "", "place_of_issue"))


def test_every_review_code_is_explained_in_both_languages_once() -> None:
    rows = dictionary.table("review_codes").rows
    assert len(rows) == len(review_codes())
    assert all(row["description_en"] and row["description_vi"] for row in rows)


def test_codes_for_low_confidence_name_columns_that_exist() -> None:
    named = [
        name for row in dictionary.table("review_codes").rows for name in row["low_confidence_of"].split()
    ]
    assert named.count("*") == 1
    assert set(named) - {"*"} <= set(schema_of("documents").names)


def codes_raised() -> Iterator[tuple[str, str]]:
    """Every literal code the program gives an issue, with the module that does."""
    for module in sorted(Path(pipeline.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            if called in ("Issue", "doubt") and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value), module.name


def test_every_code_the_program_gives_is_explained() -> None:
    raised = list(codes_raised())
    assert raised
    assert [found for found in raised if found[0] not in review_codes()] == []
