"""Edits of several passes become one list over the first source."""

from __future__ import annotations

from pipeline.model import Edit, Span, apply_edits
from pipeline.restore.edits import restored, then


def edit(start: int, before: str, after: str, rule: str) -> Edit:
    return Edit(Span(start, start + len(before)), before, after, rule, 5.0)


def test_a_second_pass_counts_in_the_first_source() -> None:
    first = restored("e^ tinh", [edit(0, "e^", "ê", "legacy")])
    both = then(first, [edit(2, "tinh", "tỉnh", "stripped")])
    assert both.text == "ê tỉnh"
    assert both.source == "e^ tinh"
    assert apply_edits(both.source, both.edits) == both.text
    assert [one.rule for one in both.edits] == ["legacy", "stripped"]


def test_edits_that_touch_become_one_that_names_both_rules() -> None:
    first = restored("e^ch", [edit(0, "e^", "ê", "legacy")])
    both = then(first, [edit(0, "êch", "ếch", "english")])
    assert both.text == "ếch"
    assert [(one.before, one.after, one.rule) for one in both.edits] == [("e^ch", "ếch", "legacy+english")]


def test_an_edit_that_is_taken_back_disappears() -> None:
    first = restored("ab", [edit(0, "ab", "xy", "one")])
    assert then(first, [edit(0, "xy", "ab", "two")]).edits == ()


def test_insertions_behind_an_edit_stay_behind_it() -> None:
    first = restored("a,b", [edit(0, "a", "á", "one")])
    both = then(first, [Edit(Span(2, 2), "", " ", "space")])
    assert both.text == "á, b"
    assert apply_edits(both.source, both.edits) == "á, b"
