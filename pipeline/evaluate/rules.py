"""Which rules keep the word of their confidence: counts by rule, and what each is worth elsewhere.

The share right of a rule with few cells says little, so it is drawn towards the confidence the rule gave, as
if `PRIOR_CELLS` more cells had been right at that share. A cell is judged by the other documents alone (one
left out at a time), so that a rule made for one document earns nothing with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.evaluate.fields import Cell

PRIOR_CELLS = 4


@dataclass(frozen=True, slots=True)
class Ruled:
    """A compared cell with the rule that found it and the confidence (0..1) it was given with."""

    cell: Cell
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RuleScore:
    """Cells of one rule: mean confidence given, cells right, sure, sure and wrong; `held_out` as above."""

    column: str
    rule: str
    cells: int
    right: int
    sure: int
    wrong_sure: int
    confidence: float
    held_out: float


@dataclass
class _Tally:
    right: int = 0
    cells: int = 0
    by_file: dict[str, tuple[int, int]] = field(default_factory=dict)


def by_rule(ruled: Sequence[Ruled]) -> tuple[RuleScore, ...]:
    """The counts of every rule, those with wrong sure cells first, then by column and name."""
    tallies = _tallies(ruled)
    groups: dict[tuple[str, str], list[Ruled]] = {}
    for one in ruled:
        groups.setdefault((one.cell.column, one.rule), []).append(one)
    scores = (_score(key, group, tallies) for key, group in groups.items())
    return tuple(sorted(scores, key=lambda one: (-one.wrong_sure, one.column, one.rule)))


def held_out_share(ruled: Sequence[Ruled]) -> float:
    """The share of sure cells expected to be right, each judged by its rule on the other documents."""
    tallies = _tallies(ruled)
    shares = [_held_out(one, tallies) for one in ruled if one.cell.is_sure]
    return sum(shares) / len(shares) if shares else 0.0


def report(scores: Iterable[RuleScore]) -> list[str]:
    """The rules that have a wrong or a doubtful cell, as lines for a person."""
    lines = [f"{'column':16} {'rule':36} {'cells':>5} {'right':>5} {'sure':>5} {'mean':>6} {'held out':>8}"]
    for one in scores:
        if one.right < one.cells or one.sure < one.cells:
            lines.append(
                f"{one.column:16} {one.rule:36} {one.cells:5} {one.right:5} {one.sure:5}"
                f" {one.confidence:6.3f} {one.held_out:8.3f}"
            )
    return lines


def _tallies(ruled: Iterable[Ruled]) -> dict[tuple[str, str], _Tally]:
    found: dict[tuple[str, str], _Tally] = {}
    for one in ruled:
        tally = found.setdefault((one.cell.column, one.rule), _Tally())
        tally.cells += 1
        tally.right += one.cell.is_right
        right, cells = tally.by_file.get(one.cell.file, (0, 0))
        tally.by_file[one.cell.file] = (right + one.cell.is_right, cells + 1)
    return found


def _held_out(one: Ruled, tallies: Mapping[tuple[str, str], _Tally]) -> float:
    tally = tallies[one.cell.column, one.rule]
    right, cells = tally.by_file[one.cell.file]
    return (tally.right - right + PRIOR_CELLS * one.confidence) / (tally.cells - cells + PRIOR_CELLS)


def _score(
    key: tuple[str, str], group: Sequence[Ruled], tallies: Mapping[tuple[str, str], _Tally]
) -> RuleScore:
    return RuleScore(
        column=key[0],
        rule=key[1],
        cells=len(group),
        right=sum(one.cell.is_right for one in group),
        sure=sum(one.cell.is_sure for one in group),
        wrong_sure=sum(one.cell.is_sure and not one.cell.is_right for one in group),
        confidence=round(sum(one.confidence for one in group) / len(group), 4),
        held_out=round(sum(_held_out(one, tallies) for one in group) / len(group), 4),
    )
