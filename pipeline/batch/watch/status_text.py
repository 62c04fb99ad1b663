"""The status as text for people and as metrics for Prometheus' textfile collector."""

from __future__ import annotations

from datetime import datetime

from pipeline.batch.watch.status import BatchStatus
from pipeline.messages import say, told

_MINUTE, _HOUR = 60.0, 3600.0


def as_text(status: BatchStatus, now: float) -> str:
    """A few lines for a person at `now` (seconds since 1970), in the language of the locale."""
    lines = [
        told(f"output      {status.out}"),
        told(f"queue       {status.queue} files, {status.running} being read, {_eta(status)}"),
        told(f"done        {status.done} files, last {_moment(status.last_success, now)}"),
        told(
            f"last hour   {status.files_last_hour} files, {status.documents_last_hour} documents,"
            f" {status.pages_last_hour} pages"
        ),
        told(f"failures    {status.failures}{_reasons(status)}"),
    ]
    watch = status.watch
    if watch:
        life = told(f"alive, {watch.state}") if watch.is_alive else say("not running")
        age = _span(watch.age_seconds)
        lines.append(told(f"watch       {watch.folder}: {life}, last sign {age} ago"))
        if watch.trouble:
            lines.append(told(f"trouble     {told(watch.trouble)}"))
        if watch.waiting:
            lines.append(
                told(f"waiting     {watch.waiting} files, {watch.incomplete} of them without their end")
            )
        if watch.retrying:
            lines.append(told(f"retrying    {watch.retrying} files"))
        if watch.refused:
            reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(watch.refused.items()))
            lines.append(told(f"refused     {reasons}"))
    return "\n".join(lines) + "\n"


def as_metrics(status: BatchStatus) -> str:
    """The figures in Prometheus' text format (exposition format 0.0.4)."""
    out = _label(status.out)
    gauges: list[tuple[str, str, float]] = [
        ("queue_files", "Files that wait or are being read", status.queue),
        ("done_files", "Files of distinct content that gave documents", status.done),
        ("failed_files", "Files that gave no document", status.failures),
        ("documents_last_hour", "Documents read in the last hour", status.documents_last_hour),
        ("pages_last_hour", "Pages read in the last hour", status.pages_last_hour),
        ("last_success_timestamp_seconds", "When the last file was read", status.last_success),
    ]
    if status.watch:
        gauges += [
            ("watch_up", "1 while the watch runs", float(status.watch.is_alive)),
            ("watch_trouble", "1 while the watch cannot work", float(bool(status.watch.trouble))),
        ]
    lines: list[str] = []
    for name, helped, value in gauges:
        lines += [f"# HELP sohoa_{name} {helped}", f"# TYPE sohoa_{name} gauge"]
        lines.append(f'sohoa_{name}{{out="{out}"}} {value:.17g}')
    lines += ["# HELP sohoa_failures Failures by reason", "# TYPE sohoa_failures gauge"]
    lines += [
        f'sohoa_failures{{out="{out}",code="{_label(code)}"}} {number}' for code, number in status.reasons
    ]
    return "\n".join(lines) + "\n"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _reasons(status: BatchStatus) -> str:
    named = [f"{number} {code}" for code, number in status.reasons]
    return f" ({', '.join(named)})" if named else ""


def _eta(status: BatchStatus) -> str:
    if status.eta_seconds is None:
        return say("no rate yet")
    return told(f"ready in about {_span(status.eta_seconds)}") if status.queue else say("nothing waits")


def _moment(moment: float, now: float) -> str:
    if not moment:
        return say("never")
    age = say("{age} ago").format(age=_span(now - moment))
    return f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M:%S} ({age})"


def _span(seconds: float) -> str:
    """A length of time in one unit.

    >>> _span(59), _span(61), _span(7300), _span(200000)
    ('59 s', '1 min', '2 h', '2 days')
    """
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < 48 * _HOUR:
        return f"{seconds / _HOUR:.0f} h"
    return f"{seconds / (24 * _HOUR):.0f} days"
