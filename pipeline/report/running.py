"""How the work went: what could not be read, and how long reading took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree.ElementTree import Element

import msgspec

from pipeline.errors import InputError
from pipeline.export.manifest import RUN_MANIFEST
from pipeline.report import charts
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames
from pipeline.report.holdings import rest_told
from pipeline.report.markup import Table
from pipeline.report.wording import Wording

MOST_ROWS = 300
SLOWEST = 10
_BINS = 16


class LastRun(msgspec.Struct, frozen=True):
    """What the page needs of run_manifest.json."""

    started: datetime
    finished: datetime
    versions: dict[str, str]
    settings: dict[str, Any]
    counts: dict[str, int]

    @property
    def seconds(self) -> float:
        return (self.finished - self.started).total_seconds()


@dataclass(frozen=True, slots=True)
class Duration:
    """How long reading one input took; `pages` of it were read."""

    path: str
    seconds: float
    pages: int


def read_last_run(out: Path) -> LastRun | None:
    """The manifest of the last run, None when there is none. Raises InputError when it is damaged."""
    path = out / RUN_MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=LastRun)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="Run again, or take the file away") from error


def failures(frames: Frames, wording: Wording) -> Figure:
    """The files that gave no document, by code, and each of them."""
    say = wording.say
    rows = frames.rows("failures", "path", "code", "stage", "message")
    title = say("Failures")
    if not rows:
        return Figure("failures", title, say("Every file could be read."))
    counts = sorted(Counter(row["code"] for row in rows).items(), key=lambda one: (-one[1], one[0]))
    bars = [
        charts.Bar(code, (charts.Part("failed", n, f"{code}: {wording.count(n)}"),), wording.count(n))
        for code, n in counts
    ]
    note = say("Files and pages that could not be read: {count}.").format(count=wording.count(len(rows)))
    by_code = Table(
        (say("Code"), say("Failures"), say("Share")),
        [(code, wording.count(n), wording.share(n, len(rows))) for code, n in counts],
        frozenset({1, 2}),
    )
    each = [
        (row["path"], row["code"], row["stage"], wording.told(row["message"])) for row in rows[:MOST_ROWS]
    ]
    rest = rest_told(len(rows), len(each), "failures.csv", wording)
    listed = Table((say("File"), say("Code"), say("Stage"), say("Message")), each, rest=rest)
    tables = ((title, by_code), (say("Each file that failed"), listed))
    return Figure("failures", title, note, (charts.rows(bars, title, 220),), tables)


def throughput(run: LastRun | None, durations: Sequence[Duration], wording: Wording) -> Figure:
    """How fast the last run was, and the files that took longest."""
    say = wording.say
    title = say("Throughput")
    facts = _facts(run, wording) if run else []
    if durations:
        seconds = sorted(one.seconds / max(one.pages, 1) for one in durations)
        facts.append((say("Median time for one page"), _seconds(median(seconds), wording)))
        facts.append(
            (say("95 of 100 files need at most, for one page"), _seconds(_at(seconds, 0.95), wording))
        )
    if not facts:
        return Figure("throughput", title, say("No times are known: the folder holds no run_manifest.json."))
    tables = [(title, Table((say("Figure"), say("Value")), facts, frozenset({1})))]
    note = say("Times of the last run, with all its worker processes together.")
    drawings: tuple[Element, ...] = ()
    if durations:
        note += " " + say("Drawn is how many files need how many seconds for one page.")
        drawings = (charts.columns(_histogram(seconds, wording), title, wording.count),)
        tables.append((say("Files that took longest"), _slowest(durations, wording)))
    return Figure("throughput", title, note, drawings, tuple(tables))


def _facts(run: LastRun, wording: Wording) -> list[tuple[str, str]]:
    say, counts = wording.say, run.counts
    facts = [
        (say("Started"), _moment(run.started, wording)),
        (say("Duration"), _span(run.seconds)),
        (say("Files seen"), wording.count(counts.get("files", 0))),
        (say("Pages"), wording.count(counts.get("pages", 0))),
    ]
    if kept := counts.get("kept", 0):
        facts.append((say("Documents kept from an earlier run"), wording.count(kept)))
    elif run.seconds > 0:  # kept documents cost no time: a rate over them would flatter
        facts.append((say("Pages a minute"), wording.count(60 * counts.get("pages", 0) / run.seconds, 1)))
    return facts


def _moment(moment: datetime, wording: Wording) -> str:
    return f"{wording.day(moment.date().isoformat())} {moment:%H:%M} UTC"


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _seconds(seconds: float, wording: Wording) -> str:
    return f"{wording.count(seconds, 1)} s"


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _histogram(seconds: Sequence[float], wording: Wording) -> list[charts.Bar]:
    """Columns up to the time that 98 of 100 need; what takes longer stands in the last one."""
    step = charts.round_up(max(_at(seconds, 0.98) / (_BINS - 1), 0.1))
    bins = min(_BINS, int(seconds[-1] / step) + 1)
    counts = Counter(min(int(one / step), bins - 1) for one in seconds)
    bars = []
    for index in range(bins):
        is_open = index == bins - 1 and seconds[-1] >= bins * step
        least = wording.count(index * step, 1)
        name = f"≥ {least}" if is_open else f"{least}–{wording.count((index + 1) * step, 1)}"
        part = charts.Part("sure", counts[index], f"{name} s: {wording.count(counts[index])}")
        bars.append(charts.Bar(name, (part,), wording.count(counts[index])))
    return bars


def _slowest(durations: Sequence[Duration], wording: Wording) -> Table:
    say = wording.say
    ranked = sorted(durations, key=lambda one: (-one.seconds, one.path))[:SLOWEST]
    rows = [(one.path, wording.count(one.pages), _seconds(one.seconds, wording)) for one in ranked]
    return Table((say("File"), say("Pages"), say("Time")), rows, frozenset({1, 2}))
