"""How sure the tables are: confidences of cells, what people confirmed, what they should still look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.export.schema import schema_of
from pipeline.report import charts
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames
from pipeline.report.markup import Table
from pipeline.report.wording import Wording

BINS = 20
REVIEW_RULE = "review"  # the rule of a value that a person confirmed or corrected


@dataclass(frozen=True, slots=True)
class State:
    """How many documents have a column confirmed by a person, sure, doubtful, or empty without a doubt."""

    column: str
    confirmed: int
    sure: int
    doubtful: int
    empty: int

    @property
    def asked(self) -> int:
        """Cells that hold a value or wait for one."""
        return self.confirmed + self.sure + self.doubtful


def states(frames: Frames) -> list[State]:
    """The state of every column that extraction or people filled or doubted, in the order of the table."""
    documents = frames.frames["documents"]
    waiting = [set(row["review_columns"].split(";")) for row in frames.documents]
    settled = _settled_by_people(frames)
    known = {row["column"] for row in frames.rows("fields", "column")} | set().union(
        *settled.values(), *waiting
    )
    found: list[State] = []
    for name in schema_of("documents").names:
        if name not in known:
            continue
        filled = documents[name].notna()
        counts = Counter(
            _state(name, row["doc_id"], doubts, settled, is_filled)
            for row, doubts, is_filled in zip(frames.documents, waiting, filled, strict=True)
        )
        found.append(State(name, counts["confirmed"], counts["sure"], counts["doubtful"], counts["empty"]))
    return found


def _state(
    column: str, doc_id: str, doubts: set[str], settled: Mapping[str, set[str]], is_filled: bool
) -> str:
    if column in doubts:
        return "doubtful"
    if column in settled.get(doc_id, ()):
        return "confirmed"
    return "sure" if is_filled else "empty"


def review_state(frames: Frames, wording: Wording) -> Figure:
    """Each column: how many cells are sure, confirmed by people, still doubtful."""
    say = wording.say
    found = states(frames)
    title = say("How sure each column is")
    note = say(
        "Sure: given without a doubt. Confirmed: a person confirmed or corrected the cell. "
        "To check: the row names the column in review_columns. "
        "Cells that the document does not have are left out."
    )
    # The columns that archival standards ask for are drawn, the table has all.
    asked = {one.name for one in schema_of("documents").columns if one.standard or one.dublin_core}
    bars = [_state_bar(one, wording) for one in found if one.column in asked]
    drawings = (charts.rows(bars, title, 230), _legend(wording)) if bars else ()
    return Figure("review", title, note, drawings, ((title, _state_table(found, wording)),))


def confidence(frames: Frames, wording: Wording, threshold: float | None) -> Figure:
    """The distribution of the cells' confidences; `threshold` (0..1) is the limit for review, if known."""
    say = wording.say
    counts = [0] * BINS
    for text in (row["confidence"] for row in frames.rows("fields", "confidence")):
        if text:
            counts[min(int(float(text) * BINS + 1e-9), BINS - 1)] += 1
    bars = [_confidence_bar(index, count, threshold, wording) for index, count in enumerate(counts)]
    title = say("Confidence of the cells")
    note = say(
        "All cells of documents.csv that extraction filled, by how sure the program is of them (0 to 1)."
    )
    limit = None
    if threshold is not None:
        note += " " + say("Cells below {limit} are named for review.").format(
            limit=wording.count(threshold, 2)
        )
        limit = (threshold, say("limit for review"))
    total = sum(counts)
    rows = [
        (_bin(index, wording), wording.count(count), wording.share(count, total))
        for index, count in enumerate(counts)
    ]
    drawing = (charts.columns(bars, title, wording.count, limit),) if total else ()
    heads = (say("Confidence"), say("Cells"), say("Share"))
    return Figure("confidence", title, note, drawing, ((title, Table(heads, rows, frozenset({1, 2}))),))


def reasons(frames: Frames, wording: Wording) -> Figure:
    """Why documents are named for review, by code."""
    say = wording.say
    counts = Counter(code for row in frames.documents for code in row["review_reasons"].split(";") if code)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    title = say("Why a person should look")
    if not ranked:
        return Figure("reasons", title, say("No document is named for review."))
    note = say("Documents by reason; one document can have several.")
    bars = [
        charts.Bar(
            wording.reason(code),
            (charts.Part("doubtful", count, f"{code}: {wording.reason(code)} {wording.count(count)}"),),
            wording.count(count),
        )
        for code, count in ranked
    ]
    total = len(frames.documents)
    rows = [(wording.reason(code), code, wording.count(n), wording.share(n, total)) for code, n in ranked]
    table = Table(
        (say("Reason"), say("Code"), say("Documents"), say("Share")), rows, frozenset({2, 3}), frozenset({1})
    )
    return Figure("reasons", title, note, (charts.rows(bars, title, 520),), ((title, table),))


def _settled_by_people(frames: Frames) -> dict[str, set[str]]:
    """doc_id -> columns a person decided: confirmed or corrected values, and cells found to be unreadable."""
    decided: dict[str, set[str]] = {}
    for row in frames.rows("fields", "doc_id", "column", "rule"):
        if row["rule"] == REVIEW_RULE:
            decided.setdefault(row["doc_id"], set()).add(row["column"])
    for row in frames.rows("corrections", "doc_id", "column"):
        decided.setdefault(row["doc_id"], set()).add(row["column"])
    return decided


def _state_bar(state: State, wording: Wording) -> charts.Bar:
    name = wording.label(state.column)
    parts = tuple(
        charts.Part(kind, count, f"{name}: {wording.count(count)} {told}")
        for kind, count, told in (
            ("sure", state.sure, wording.say("sure")),
            ("confirmed", state.confirmed, wording.say("confirmed by people")),
            ("doubtful", state.doubtful, wording.say("to check")),
        )
    )
    done = state.sure + state.confirmed
    return charts.Bar(name, parts, wording.share(done, state.asked))


def _legend(wording: Wording) -> Element:
    say = wording.say
    entries = [
        ("sure", say("sure")),
        ("confirmed", say("confirmed by people")),
        ("doubtful", say("to check")),
    ]
    return charts.legend(entries)


def _state_table(found: Sequence[State], wording: Wording) -> Table:
    say = wording.say
    rows = [
        (
            wording.label(one.column),
            one.column,
            *(wording.count(count) for count in (one.sure, one.confirmed, one.doubtful, one.empty)),
            wording.share(one.sure + one.confirmed, one.asked),
        )
        for one in found
    ]
    heads = (
        say("Column"),
        say("Name in the table"),
        say("Sure"),
        say("Confirmed by people"),
        say("To check"),
    )
    return Table(
        (*heads, say("Not in the document"), say("Share settled")),
        rows,
        frozenset({2, 3, 4, 5, 6}),
        frozenset({1}),
    )


def _confidence_bar(index: int, count: int, threshold: float | None, wording: Wording) -> charts.Bar:
    is_low = threshold is not None and (index + 0.5) / BINS < threshold
    name = _bin(index, wording)
    part = charts.Part("doubtful" if is_low else "sure", count, f"{name}: {wording.count(count)}")
    return charts.Bar(name, (part,), wording.count(count))


def _bin(index: int, wording: Wording) -> str:
    return f"{wording.count(index / BINS, 2)}–{wording.count((index + 1) / BINS, 2)}"
