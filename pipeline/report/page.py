"""report.html: one self-contained page with every figure and its table, for reading and for printing.

The page is a function of the folder alone: equal tables give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline import __version__
from pipeline.export.load import load_tables
from pipeline.export.writing import write_file
from pipeline.report import anniversaries, graph, holdings, running, trust
from pipeline.report.figure import Figure
from pipeline.report.frames import Frames
from pipeline.report.markup import element, html, table
from pipeline.report.running import Duration, LastRun
from pipeline.report.wording import Wording

REPORT = "report.html"
_STYLE = Path(__file__).with_name("page.css")


def write_report(
    out: Path, wording: Wording, durations: Sequence[Duration] = (), to: Path | None = None
) -> Path:
    """Write the page for the tables in `out` to `to` (default: report.html in `out`); returns where.

    Raises InputError when the tables are missing or damaged, OutputError when the page cannot be written.
    """
    path = to or out / REPORT
    write_file(path, page(out, wording, durations))
    return path


def page(out: Path, wording: Wording, durations: Sequence[Duration] = ()) -> str:
    """The page as HTML. Raises InputError when the tables are missing or damaged."""
    frames = Frames(load_tables(out))
    run = running.read_last_run(out)
    threshold = run.settings.get("review_threshold") if run else None
    sections = (
        (
            wording.say("What the batch holds"),
            (
                holdings.by_year(frames, wording),
                holdings.by_type(frames, wording),
                holdings.by_issuer(frames, wording),
                anniversaries.timeline(frames, wording),
                graph.graph(frames, wording),
            ),
        ),
        (
            wording.say("How sure it is"),
            (
                trust.review_state(frames, wording),
                trust.reasons(frames, wording),
                trust.confidence(frames, wording, float(threshold) if threshold is not None else None),
            ),
        ),
        (
            wording.say("How the work went"),
            (running.failures(frames, wording), running.throughput(run, durations, wording)),
        ),
    )
    return html(_html(out, wording, sections, _head(out, frames, run, wording)))


def _html(
    out: Path, wording: Wording, sections: Sequence[tuple[str, Sequence[Figure]]], head: Element
) -> Element:
    title = f"{wording.say('Digitisation report')}: {out.resolve().name}"
    numbers = iter(range(1, 100))
    made = [
        element(
            "section",
            None,
            element("h2", None, name),
            *(_figure(one, next(numbers), wording) for one in figures),
        )
        for name, figures in sections
    ]
    return element(
        "html",
        {"lang": wording.language},
        element(
            "head",
            None,
            element("meta", {"charset": "utf-8"}),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            # Nothing may be loaded or run, even if a name in the tables tried to.
            element(
                "meta",
                {
                    "http-equiv": "Content-Security-Policy",
                    "content": "default-src 'none'; style-src 'unsafe-inline'",
                },
            ),
            element("title", None, title),
            element("style", None, _STYLE.read_text(encoding="utf-8")),
        ),
        element(
            "body", None, element("main", None, head, _contents(sections, wording), *made, _foot(wording))
        ),
    )


def _head(out: Path, frames: Frames, run: LastRun | None, wording: Wording) -> Element:
    say = wording.say
    where = say("Tables of the folder {name}").format(name=out.resolve().name)
    if run is not None:
        day = wording.day(run.finished.date().isoformat())
        where += " · " + say("last run {day}").format(day=day)
    tiles = [
        element(
            "div",
            {"class": f"tile {kind}".strip()},
            element("dt", None, name),
            element("dd", None, value, element("small", None, detail)),
        )
        for name, value, detail, kind in _tiles(frames, wording)
    ]
    return element(
        "header",
        None,
        element("h1", None, say("Digitisation report")),
        element("p", {"class": "where"}, where),
        element("dl", {"class": "tiles"}, *tiles),
    )


def _tiles(frames: Frames, wording: Wording) -> list[tuple[str, str, str, str]]:
    """(name, value, detail, class) of the figures that stand first."""
    say, count = wording.say, wording.count
    documents = frames.documents
    clear = sum(not row["review_columns"] for row in documents)
    pages = sum(int(row["page_count"] or 0) for row in documents)
    found = trust.states(frames)
    filled = sum(one.asked for one in found)
    to_check = sum(one.doubtful for one in found)
    confirmed = sum(one.confirmed for one in found)
    failed = len(frames.frames["failures"])
    return [
        (say("Documents"), count(len(documents)), say("{pages} pages").format(pages=count(pages)), ""),
        (say("Nothing to check"), wording.share(clear, len(documents)), _documents(clear, wording), ""),
        (
            say("Cells settled"),
            wording.share(filled - to_check, filled),
            _of(filled - to_check, filled, wording),
            "",
        ),
        (say("Cells to check"), count(to_check), _documents(len(documents) - clear, wording), "doubt"),
        (say("Confirmed by people"), count(confirmed), say("cells"), ""),
        (
            say("Failures"),
            count(failed),
            say("see failures.csv") if failed else say("none"),
            "doubt" if failed else "",
        ),
    ]


def _documents(number: int, wording: Wording) -> str:
    return wording.say("{count} documents").format(count=wording.count(number))


def _of(part: int, whole: int, wording: Wording) -> str:
    return wording.say("{part} of {whole}").format(part=wording.count(part), whole=wording.count(whole))


def _contents(sections: Sequence[tuple[str, Sequence[Figure]]], wording: Wording) -> Element:
    items = [
        element("li", None, element("a", {"href": f"#{one.anchor}"}, one.title))
        for _, figures in sections
        for one in figures
    ]
    return element("nav", {"aria-label": wording.say("Contents")}, element("ol", None, *items))


def _figure(figure: Figure, number: int, wording: Wording) -> Element:
    """A figure with its title, its drawing and its tables; on paper the tables are open."""
    tables = [
        element(
            "details",
            {} if figure.drawings else {"open": ""},
            element("summary", None, f"{wording.say('Table')}: {caption}"),
            table(content, caption),
        )
        for caption, content in figure.tables
    ]
    caption = element(
        "figcaption", None, element("h3", None, f"{number}. {figure.title}"), element("p", None, figure.note)
    )
    return element("figure", {"id": figure.anchor}, caption, *figure.drawings, *tables)


def _foot(wording: Wording) -> Element:
    told = wording.say(
        "Made by sohoa {version} from the tables alone; this page loads nothing from elsewhere."
    )
    return element("footer", None, element("p", None, told.format(version=__version__)))
