"""Whatever is written comes back: cells, tables, evidence."""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export import FileSeen, load_document, save_document, write_tables
from pipeline.export.cells import clean, guard, unguard
from pipeline.export.load import load_tables
from pipeline.model import (
    BBox,
    Document,
    Edit,
    Failure,
    Field,
    Issue,
    Line,
    OcrPage,
    PageReading,
    Record,
    RestoredText,
    Span,
    Word,
)

ANY_TEXT = st.text(st.characters(codec=None))  # lone surrogates too
# Texts made of what matters to CSV, spreadsheets and pandas.
AWKWARD = st.text(
    st.sampled_from("'=+-@＝－ \t\r\n\f\x00\",;ăệĐ\u0301\u200b\ufeff\ud800a0")
) | st.sampled_from(["NA", "null", "nan", "None", "true", "1e5", "007", "inf"])
TEXTS = ANY_TEXT | AWKWARD
SOUND = st.text(st.characters(codec="utf-8"))


@given(TEXTS)
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguard(guard(text)) == text


@given(TEXTS)
def test_no_guarded_cell_begins_like_a_formula(text: str) -> None:
    cell = guard(clean(text))
    assert cell.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert cell[:1] not in tuple("\t\r\n")


@given(TEXTS)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_cells_survive_a_csv_reader(texts: list[str]) -> None:
    cells = [guard(clean(text)) for text in texts]
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerow(cells)
    assert list(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [cells]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=20), st.booleans())
def test_any_text_round_trips_through_the_tables(pairs: list[tuple[str, str]], excel_bom: bool) -> None:
    documents = [
        Document(
            f"{number:016x}",
            f"x{subject}",
            "0" * 64,
            "1",
            (),
            (Field("subject", subject), Field("place", name)),
            (Record("recipients", (("name", name),), raw=subject),),
        )
        for number, (subject, name) in enumerate(pairs)
    ]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        files = [FileSeen(f"{number}{name}") for number, (_, name) in enumerate(pairs)]
        failures = [Failure("path", "code", "stage", subject) for subject, _ in pairs]
        write_tables(out, documents, files, failures, excel_bom=excel_bom)
        tables = load_tables(out)
    subjects = [clean(subject) or None for subject, _ in pairs]
    names = [clean(name) or None for _, name in pairs]

    def read(table: str, column: str) -> list[str | None]:
        series = tables[table][column]
        return [None if missing else cell for cell, missing in zip(series, series.isna(), strict=True)]

    assert read("documents", "subject") == subjects
    assert read("documents", "place") == names
    assert read("recipients", "name") == names
    assert read("recipients", "raw_text") == subjects
    assert read("failures", "message") == subjects
    assert read("files", "path") == [clean(f"{number}{name}") for number, (_, name) in enumerate(pairs)]


SPANS = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda ends: Span(min(ends), max(ends)))
BOXES = st.builds(lambda x, y, w, h: BBox(x, y, x + w, y + h), *[st.integers(0, 5000)] * 4)
SHARES = st.floats(0, 1)
WORDS = st.builds(Word, SOUND, st.none() | BOXES, SHARES)
PAGES = st.builds(
    OcrPage,
    st.integers(1, 9),
    st.integers(0, 9000),
    st.integers(0, 9000),
    st.floats(0, 1200),
    st.lists(st.builds(Line, st.lists(WORDS, max_size=3).map(tuple)), max_size=3).map(tuple),
    SOUND,
)
EDITS = st.builds(Edit, SPANS, SOUND, SOUND, SOUND, st.floats(allow_nan=False, allow_infinity=False))
RESTORED = st.builds(RestoredText, SOUND, SOUND, st.lists(EDITS, max_size=2).map(tuple))
DOCUMENTS = st.builds(
    Document,
    SOUND,
    SOUND,
    SOUND,
    SOUND,
    st.lists(st.builds(PageReading, PAGES, RESTORED, SOUND), max_size=2).map(tuple),
    st.lists(st.builds(Field, SOUND, SOUND, SOUND, st.none() | SPANS), max_size=2).map(tuple),
    st.lists(
        st.builds(Record, SOUND, st.lists(st.tuples(SOUND, SOUND), max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    st.lists(st.builds(Issue, SOUND, SOUND), max_size=2).map(tuple),
)


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_every_document_round_trips_through_its_evidence(document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.json"
        save_document(path, document)
        assert load_document(path) == document
