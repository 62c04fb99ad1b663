"""One truth: tables, review page and deliverables show the same cell, whoever had a word on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.papers import DOUBTFUL, PaperRun, judged_batch, judged_run, paper

from pipeline.batch.ledger import Ledger
from pipeline.cli.refreshing import bring_up_to_date
from pipeline.errors import InputError
from pipeline.export import evidence_file, load_document
from pipeline.export.batch_verdicts import VERDICTS, read_verdicts
from pipeline.export.corrections import Answer, CorrectionStore
from pipeline.export.deliver import DeliveryOptions, Sources, deliver
from pipeline.export.load import load_tables
from pipeline.export.settled import SettledDocuments
from pipeline.model import Field
from pipeline.review.neighbours import load_neighbours
from pipeline.review.queue import load_queue
from pipeline.review.screen import Cell, Desk


@pytest.fixture
def run(tmp_path: Path) -> PaperRun:
    return judged_run(tmp_path)


def exported(run: PaperRun, name: str, **options: bool) -> Path:
    into = run.out / "export"
    deliver(run.out, [name], DeliveryOptions(into, **options), Sources(lambda _: None, lambda *_: None))
    return into / name


def delivered(run: PaperRun, one: str, **options: bool) -> dict[str, Field]:
    """The cells of the evidence of a paper as they are delivered."""
    lines = (exported(run, "jsonl", **options) / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    found = next(line for line in map(json.loads, lines) if line["row"]["doc_id"] == run.ids[one])
    fields = found["document"]["fields"]
    return {
        field["name"]: Field(
            field["name"],
            field["value"],
            confidence=field["confidence"],
            rule=field["rule"],
            alternatives=tuple(field["alternatives"]),
            clues=tuple(field["clues"]),
        )
        for field in reversed(fields)
    }


def screen(run: PaperRun, one: str) -> Mapping[str, Cell]:
    """The cells of a paper as the review page shows them."""
    store = CorrectionStore(run.out)
    desk = Desk(SettledDocuments(run.out), store, load_neighbours(run.out), 0.6)
    doc_id = run.ids[one]
    shown = desk.screen(doc_id, load_queue(run.out, store).entry(doc_id))
    assert shown
    return {cell.column: cell for cell in shown.cells}


def everywhere(run: PaperRun, one: str, column: str) -> set[str]:
    """What a cell says: in documents.csv, in an exported database, in exported evidence, on the page."""
    doc_id = run.ids[one]
    rows = load_tables(run.out)["documents"].set_index("doc_id")
    with closing(sqlite3.connect(exported(run, "sqlite") / "sohoa.sqlite")) as database:
        (row,) = database.execute(f"SELECT {column} FROM documents WHERE doc_id = ?", (doc_id,)).fetchall()
    return {
        str(rows.loc[doc_id, column]),
        str(row[0]),
        delivered(run, one)[column].value,
        screen(run, one)[column].value,
    }


def decide(run: PaperRun, one: str, column: str, value: str) -> None:
    machine = screen(run, one)[column].machine.value
    verdict = "confirmed" if value == machine else "corrected"
    answer = Answer(run.ids[one], column, machine, value, verdict)  # type: ignore[arg-type]
    CorrectionStore(run.out).decide([answer], "Lan")


def files(out: Path) -> dict[str, bytes]:
    """Everything the program wrote, but for the databases."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != ".lock" and ".sqlite" not in path.name
    }


def test_a_number_the_batch_changed_is_the_same_everywhere(run: PaperRun) -> None:
    assert load_document(evidence_file(run.out, run.ids["d"])).value("number_symbol") == "371/QĐ-UBND"
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}


def test_a_changed_cell_says_who_changed_it_and_keeps_the_machines_own_value(run: PaperRun) -> None:
    asked = screen(run, "d")["number_symbol"]
    for field in (delivered(run, "d")["number_symbol"], asked.machine):
        assert field.rule == "number_line_state_slot+order"
        assert field.alternatives[0] == "371/QĐ-UBND"
        assert any("309 < number < 320" in clue for clue in field.clues), field.clues
    assert "371/QĐ-UBND" in [one.value for one in asked.candidates]


def test_a_doubt_the_batch_raised_is_asked_and_told(run: PaperRun) -> None:
    rows = load_tables(run.out)["documents"].set_index("doc_id")
    assert "signer_name" in rows.loc[run.ids["a"], "review_columns"].split(";")
    asked = screen(run, "a")["signer_name"]
    assert asked.is_asked and asked.candidates[0].value == "Lò Văn Mẫu"
    assert delivered(run, "a")["signer_name"].confidence <= 0.5


def test_citations_find_their_document_in_evidence_too(run: PaperRun) -> None:
    citing = SettledDocuments(run.out).before_review(run.ids["c"])
    rows = load_tables(run.out)["references"]
    found = {row["resolves_to"] for row in citing.records if row.table == "references"}
    assert found == set(rows["resolves_to"].dropna()) == {run.ids["s1"]}


def test_a_near_duplicate_is_told_in_evidence_too(tmp_path: Path) -> None:
    run = PaperRun(tmp_path / "in", tmp_path / "out")
    for one in ("d", "e"):
        run.add(replace(DOUBTFUL, doc_id=one, source_file=f"{one}.pdf"), digest="picture:00ff00ff00ff00ff")
    run.write()
    (issue,) = SettledDocuments(run.out).before_review(run.ids["d"]).issues
    assert issue.code == "near_duplicate" and run.ids["e"] in issue.message
    rows = load_tables(run.out)["documents"]
    assert list(rows["review_reasons"].str.contains("near_duplicate")) == [True, True]


def test_a_person_wins_over_the_batch(run: PaperRun) -> None:
    decide(run, "d", "number_symbol", "377/QĐ-UBND")
    run.write()
    for column, value in (("number_symbol", "377/QĐ-UBND"), ("number", "377")):
        rows = load_tables(run.out)["documents"].set_index("doc_id")
        assert rows.loc[run.ids["d"], column] == delivered(run, "d")[column].value == value
    assert everywhere(run, "d", "number_symbol") == {"377/QĐ-UBND"}


def test_what_a_person_says_of_one_document_changes_its_neighbours_everywhere(run: PaperRun) -> None:
    decide(run, "s1", "number_symbol", "390/QĐ-UBND")  # no longer a witness for 311
    decide(run, "s2", "number_symbol", "391/QĐ-UBND")
    decide(run, "s3", "number_symbol", "392/QĐ-UBND")
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}, "as long as the tables are the old ones"
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"371/QĐ-UBND"}


def test_what_a_person_confirmed_stays_when_the_witnesses_are_gone(run: PaperRun) -> None:
    decide(run, "d", "number_symbol", "311/QĐ-UBND")
    for one, number in (("s1", 390), ("s2", 391), ("s3", 392)):
        decide(run, one, "number_symbol", f"{number}/QĐ-UBND")
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}


def test_a_part_that_a_person_corrected_shows_in_the_whole_on_the_page(run: PaperRun) -> None:
    answer = Answer(run.ids["d"], "symbol", "QĐ-UBND", "QĐ-HĐND", "corrected")
    CorrectionStore(run.out).decide([answer], "Lan")
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-HĐND"}


def test_deliverables_agree_with_the_tables_until_these_are_written_again(run: PaperRun) -> None:
    decide(run, "d", "number_symbol", "377/QĐ-UBND")
    assert delivered(run, "d")["number_symbol"].value == "311/QĐ-UBND"
    assert screen(run, "d")["number_symbol"].value == "377/QĐ-UBND", "the page shows what was just decided"
    bring_up_to_date(run.out, 0.6)
    assert everywhere(run, "d", "number_symbol") == {"377/QĐ-UBND"}


def test_tables_that_know_all_decisions_are_not_written_again(run: PaperRun) -> None:
    before = (run.out / "documents.csv").stat().st_mtime_ns
    bring_up_to_date(run.out, 0.6)
    assert (run.out / "documents.csv").stat().st_mtime_ns == before


def test_tables_of_an_older_version_are_written_again(
    run: PaperRun,
) -> None:
    (run.out / VERDICTS).unlink()
    bring_up_to_date(run.out, 0.6, for_decisions=False)
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}


def test_tables_written_for_export_keep_their_limit_of_review(run: PaperRun) -> None:
    decide(run, "d", "number_symbol", "377/QĐ-UBND")
    bring_up_to_date(run.out, 0.99)
    writing = read_verdicts(run.out).writing
    assert writing and writing.review_threshold == 0.6 and writing.decisions == 1


def test_where_the_tables_cannot_be_written_it_is_said(
    run: PaperRun, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(run, "d", "number_symbol", "377/QĐ-UBND")
    (run.out / "ledger.sqlite").unlink()
    bring_up_to_date(run.out, 0.6)
    assert "no ledger" in capsys.readouterr().err
    assert delivered(run, "d")["number_symbol"].value == "311/QĐ-UBND"


def test_a_verdict_on_an_older_reading_says_nothing_and_nothing_is_delivered(run: PaperRun) -> None:
    run.add(paper("d", "2031-05-05", ("377", 0.6), ("311", 0.29)))  # read anew, tables not yet written
    documents = SettledDocuments(run.out)
    doc_id = run.ids["d"]
    assert documents.before_review(doc_id).value("number") == "377"
    with pytest.raises(InputError) as caught:
        documents.in_tables(doc_id, documents.corrections_in_tables())
    assert caught.value.code == "tables_older"
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}


def test_verdicts_written_meanwhile_are_seen(run: PaperRun) -> None:
    documents = SettledDocuments(run.out)
    assert documents.before_review(run.ids["d"]).value("number") == "311"
    for one, number in (("s1", 390), ("s2", 391), ("s3", 392)):
        decide(run, one, "number_symbol", f"{number}/QĐ-UBND")
    run.write()
    assert documents.before_review(run.ids["d"]).value("number") == "371"


def test_the_same_batch_gives_the_same_bytes_again_and_in_any_order(run: PaperRun, tmp_path: Path) -> None:
    before = files(run.out)
    run.write()
    assert files(run.out) == before
    other = PaperRun(run.folder, tmp_path / "other")
    for document in reversed(judged_batch()):
        other.add(document)
    other.write()
    assert files(other.out) == before


def test_a_refresh_that_stopped_halfway_leaves_the_old_verdicts(
    run: PaperRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(run, "d", "number_symbol", "377/QĐ-UBND")
    before = files(run.out)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "listed_failures", stop)
        with pytest.raises(KeyboardInterrupt):
            run.write()
    assert files(run.out) == before
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"377/QĐ-UBND"}


def test_nothing_the_batch_tells_of_a_secret_document_is_delivered(tmp_path: Path) -> None:
    run = PaperRun(tmp_path / "in", tmp_path / "out")
    for document in judged_batch():
        is_secret = document.doc_id == "s1"
        fields = (*document.fields, *((Field("secrecy", "mật"),) if is_secret else ()))
        alike = "picture:00ff00ff00ff00ff" if document.doc_id in ("s1", "s2") else ""
        run.add(replace(document, fields=fields), digest=alike)
    run.write()
    doc_id = run.ids["s1"].encode()
    lines = (exported(run, "jsonl") / "documents.jsonl").read_bytes().splitlines()
    assert sum(doc_id in line for line in lines) == 3, "itself, who cites it, who shows the same pages"
    assert doc_id not in (exported(run, "jsonl", without_secret=True) / "documents.jsonl").read_bytes()


@pytest.mark.parametrize("data", [b"", b"{", b'{"decisions":0,"review_threshold":0.6,"schema_version":9}\n'])
def test_damaged_verdicts_are_told(run: PaperRun, data: bytes) -> None:
    (run.out / VERDICTS).write_bytes(data)
    with pytest.raises(InputError, match=VERDICTS):
        SettledDocuments(run.out).before_review(run.ids["d"])
    run.write()
    assert everywhere(run, "d", "number_symbol") == {"311/QĐ-UBND"}
