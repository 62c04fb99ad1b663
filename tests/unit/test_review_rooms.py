"""The parts of the review page: queue, candidates, suggestions, sample, labels, additions, pictures."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("flask", reason="flask is not installed (extra: review)")
pytest.importorskip("waitress", reason="waitress is not installed (extra: review)")

from fakes.review import NAME_BOX, SOURCE, TEXT, FinishedRun, finished_run, read_page

from pipeline.config import Settings
from pipeline.dictionary import table
from pipeline.export.corrections import Answer, Corrections, CorrectionStore, Decision, read_corrections
from pipeline.handwriting.training.dataset import load_real
from pipeline.model import BBox, Field
from pipeline.review.additions import FOLDER, additions, write_additions
from pipeline.review.audit import AUDITED, draw_sample, estimate, wilson
from pipeline.review.candidates import Known, candidates
from pipeline.review.doubts import questions
from pipeline.review.labels import write_labels
from pipeline.review.neighbours import load_neighbours
from pipeline.review.originals import NoPicture, Originals, Recent
from pipeline.review.pictures import Pictures, header_part, signature_part
from pipeline.review.progress import by_column, paces
from pipeline.review.queue import Filters, load_queue
from pipeline.review.suggestions import Suggestions
from pipeline.review.text_view import text_pieces
from pipeline.review.wording import Wording


@pytest.fixture
def run(tmp_path: Path) -> FinishedRun:
    return finished_run(tmp_path)


def decision(column: str, value: str, **changes: object) -> Decision:
    made = Decision("0" * 16, column, "", value, "corrected", "Lan", "2026-01-01T08:00:00Z", "", 1, 1)
    return replace(made, **changes)  # type: ignore[arg-type]


# --- words ----------------------------------------------------------------------------------------


def test_every_word_stands_in_both_languages_with_the_same_places_for_values() -> None:
    rows = table("interface").rows
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert row["en"] and row["vi"], row["key"]
        if row["key"] != "audit_why":
            assert row["en"].count("%") == row["vi"].count("%"), row["key"]


def test_every_review_code_is_told_in_words() -> None:
    for row in table("review_codes").rows:
        assert " " in Wording("vi").reason(row["code"]) and Wording("en").reason(row["code"]) != row["code"]
    assert Wording("vi").reason("some_new_code") == "some_new_code"


# --- what is asked --------------------------------------------------------------------------------


def test_parts_are_asked_as_their_whole() -> None:
    assert questions(["number", "symbol", "number_raw", "day_kind", "subject"]) == (
        "number_symbol",
        "issue_date",
        "subject",
    )
    assert questions(["number", "subject"], {"number_symbol": 1}) == ("subject",)


def test_the_queue_follows_what_was_decided_before(run: FinishedRun) -> None:
    store = CorrectionStore(run.out)
    doc_id = run.documents[1].doc_id
    store.decide([Answer(doc_id, "signer_name", "Lê Vãn An", "", "confirmed")], "Lan")
    queue = load_queue(run.out, store)
    assert next(entry.source_file for entry in queue.find(Filters())) == "a.png"
    assert (queue.open_count, queue.done_count) == (2, 1)
    assert [entry.doc_id for entry in queue.find(Filters(state="done"))] == [doc_id]
    assert {name for name, _ in queue.facets(Filters(state="all"))["reason"]} == {
        "signer_low",
        "low_confidence",
    }


# --- candidates and suggestions ---------------------------------------------------------------------


def test_candidates_are_readings_then_clues_then_neighbours(run: FinishedRun) -> None:
    neighbours = load_neighbours(run.out)
    neighbours.by_issuer["Ủy ban nhân dân tỉnh Sơn Lĩnh", "signer_name"] = Counter({"Trần Thị Bình": 3})
    neighbours.by_column["signer_name"]["Lê Văn An"] = 2
    entry = load_queue(run.out, CorrectionStore(run.out)).entry(run.documents[0].doc_id)
    assert entry is not None
    entry.values["proposed_number_symbol"] = "71/QĐ-UBND"
    known = Known(run.documents[0], entry, neighbours)
    assert [(one.value, one.source) for one in candidates("number_symbol", known)] == [
        ("17/QĐ-UBND", "reading"),
        ("1/QĐ-UBND", "reading"),
        ("71/QĐ-UBND", "cited"),
    ]
    assert [(one.value, one.source) for one in candidates("signer_name", known)] == [
        ("Lê Văn An", "batch"),
        ("Trần Thị Bình", "neighbour"),
    ]


def test_a_candidate_that_would_be_refused_is_not_offered(run: FinishedRun) -> None:
    date = Field("issue_date", "2024-05", alternatives=("2024-02-30", "2024-05-06"))
    document = replace(
        run.documents[0], fields=(date, Field("digital_signature_time", "2024-05-07T08:00:00"))
    )
    found = candidates("issue_date", Known(document, None, load_neighbours(run.out)))
    assert [(one.value, one.source) for one in found] == [
        ("2024-05-06", "reading"),
        ("2024-05-07", "signature"),
    ]


@pytest.mark.parametrize(
    ("column", "text", "wanted"),
    [
        ("doc_type", "quyet d", "Quyết định"),
        ("signer_title", "pho chu tich th", "Phó Chủ tịch Thường trực"),
        ("signer_name", "nguye", "Nguyễn"),
        ("signer_name", "Nguyễn Văn tua", "Nguyễn Văn Tuấn"),
        ("place", "lao c", "Lào Cai"),
        ("signing_authority", "t", "TM"),
        ("issuer", "son linh", "Ủy ban nhân dân tỉnh Sơn Lĩnh"),
    ],
)
def test_suggestions_come_without_typing_marks(run: FinishedRun, column: str, text: str, wanted: str) -> None:
    found = Suggestions(load_neighbours(run.out)).find(column, text)
    assert wanted in found and len(found) <= 6
    assert Suggestions(load_neighbours(run.out)).find(column, "") == ()


# --- the sample -----------------------------------------------------------------------------------


def test_the_sample_is_the_same_for_the_same_seed_and_holds_only_sure_cells(run: FinishedRun) -> None:
    queue = load_queue(run.out, CorrectionStore(run.out))
    sample = draw_sample(run.out, queue, Corrections({}))
    assert sample == draw_sample(run.out, queue, Corrections({}))
    assert sample != draw_sample(run.out, queue, Corrections({}), seed=2)
    assert {column for _, column in sample} <= set(AUDITED)
    doubtful = {(entry.doc_id, column) for entry in queue.entries for column in entry.asked}
    assert sample and not doubtful & set(sample)


def test_checked_cells_stay_in_the_sample_when_the_tables_are_written_again(run: FinishedRun) -> None:
    store = CorrectionStore(run.out)
    sample = draw_sample(run.out, load_queue(run.out, store), store.read())
    doc_id, column = sample[0]
    store.decide([Answer(doc_id, column, "x", "2024-05-07", "corrected", was_sure=True)], "Lan")
    run.write()
    assert draw_sample(run.out, load_queue(run.out, store), store.read()) == sample
    result = estimate(sample, store.read())
    assert (result.right, result.checked, result.left) == (0, 1, len(sample) - 1)


@pytest.mark.parametrize(
    ("right", "checked", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_interval(right: int, checked: int, low: float, high: float) -> None:
    assert wilson(right, checked) == pytest.approx((low, high), abs=1e-4)


# --- progress -------------------------------------------------------------------------------------


def test_pace_is_the_median_between_screens_without_breaks() -> None:
    moments = ("08:00:00", "08:00:10", "08:00:30", "09:00:00")
    log = [
        decision("subject", "x", when=f"2026-01-01T{moment}Z", batch=number)
        for number, moment in enumerate(moments, 1)
    ]
    (pace,) = paces([*log, decision("subject", "", undoes=4, batch=5)])
    assert (pace.decisions, pace.screens, pace.seconds, pace.per_hour) == (4, 4, 15.0, 240)
    assert paces(log[:1])[0].per_hour is None


def test_columns_tell_how_often_the_machine_was_right() -> None:
    columns = {"subject": decision("subject", "x"), "place": decision("place", "y", verdict="confirmed")}
    sure = {"issuer": decision("issuer", "z", was_sure=True)}
    found = by_column(Corrections({"a": columns, "b": sure}))
    assert {(one.column, one.decided, one.confirmed) for one in found} == {("subject", 1, 0), ("place", 1, 1)}


# --- additions ------------------------------------------------------------------------------------


def test_only_what_no_dictionary_has_is_proposed_and_nothing_reads_it(tmp_path: Path) -> None:
    values = {
        "signer_name": decision("signer_name", "Ksor Văn Ykhoa"),
        "issuer": decision("issuer", "Ban quản lý Khu Sơn Lĩnh"),
        "doc_type": decision("doc_type", "Quyết định"),
        "signer_title": decision("signer_title", "", verdict="unreadable"),
    }
    corrections = Corrections({"a": values, "b": values})
    found = [(name, row) for name, row in additions(corrections)]
    assert [name for name, _ in found if name not in ("surnames", "given_names")] == ["agencies"]
    assert write_additions(tmp_path, corrections) == len(found)
    written = table("agencies", tmp_path / FOLDER)  # a user may take the file over as it is
    assert written.rows[-1]["name"] == "Ban quản lý Khu Sơn Lĩnh"
    assert table("agencies").rows[-1]["name"] != "Ban quản lý Khu Sơn Lĩnh"


# --- labels ---------------------------------------------------------------------------------------


def test_a_confirmed_number_becomes_a_label_the_trainer_reads(run: FinishedRun, tmp_path: Path) -> None:
    store = CorrectionStore(run.out)
    doc_id = run.documents[0].doc_id
    given = Answer(doc_id, "number_symbol", "11/QĐ-UBND", "17/QĐ-UBND", "corrected")
    store.decide([given, Answer(doc_id, "subject", "", "x", "corrected")], "Lan")
    originals = Originals(run.find, Settings())
    assert write_labels(tmp_path / "labels", run.out, read_corrections(run.out), originals) == 1
    (slot,) = load_real(tmp_path / "labels/labels.csv")
    assert (slot.label, slot.kind, slot.ink) == ("17", "number", "handwritten")
    assert slot.agency == "uy_ban_nhan_dan_tinh_son_linh"
    # The slot of a 150 dpi scan, twice as large at 300 dpi.
    assert (slot.box.width, slot.box.height) == (100, 66)
    assert slot.pixels.shape[:2] == (66 + 80, 100 + 110)
    with (tmp_path / "labels/labels.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["doc"] == doc_id and row["note"] == "Lan"


def test_no_label_is_made_from_a_scan_that_was_changed(run: FinishedRun, tmp_path: Path) -> None:
    doc_id = run.documents[0].doc_id
    given = Answer(doc_id, "number_symbol", "11/QĐ-UBND", "", "confirmed")
    CorrectionStore(run.out).decide([given], "Lan")
    (run.scans / "a.png").write_bytes((run.scans / "2023/b.png").read_bytes())
    originals = Originals(run.find, Settings())
    assert write_labels(tmp_path / "labels", run.out, read_corrections(run.out), originals) == 0


# --- pictures and text ----------------------------------------------------------------------------


def test_the_frame_is_drawn_where_the_cell_stands(run: FinishedRun) -> None:
    pictures = Pictures(Originals(run.find, Settings()))
    crop = pictures.crop(run.documents[0], 1, NAME_BOX, is_marked=True)
    pixels = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_COLOR)
    is_red = (pixels[:, :, 2] > 150) & (pixels[:, :, 1] < 110)
    rows, columns = np.where(is_red)
    assert 0 < rows.min() < rows.max() < pixels.shape[0] - 1
    share = (columns.max() - columns.min()) / pixels.shape[1]
    assert share == pytest.approx(NAME_BOX.width / (NAME_BOX.width + 2.4 * NAME_BOX.height), abs=0.05)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_parts_of_a_turned_page_are_taken_from_its_upright_top_and_shown_upright(
    run: FinishedRun, rotation: int
) -> None:
    document = run.documents[0]
    page = replace(document.pages[0], rotation=rotation)
    turned = replace(document, doc_id=f"{rotation:016d}", pages=(page,))
    number, box = header_part(turned) or pytest.fail("no header")
    assert number == 1 and 0 < box.width * box.height < 1240 * 1754
    wanted = {0: box.top == 0, 90: box.left == 0, 180: box.bottom == 1754, 270: box.right == 1240}
    assert wanted[rotation]
    crop = Pictures(Originals(run.find, Settings())).crop(turned, 1, box, is_marked=False)
    pixels = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_COLOR)
    upright = box.width > box.height if rotation in (0, 180) else box.height > box.width
    assert upright and pixels.shape[1] > pixels.shape[0]


def test_the_signature_part_is_around_the_name(run: FinishedRun) -> None:
    number, box = signature_part(run.documents[0]) or pytest.fail("no signature")
    assert number == 1 and box.top < NAME_BOX.top and box.bottom > NAME_BOX.bottom
    nameless = replace(run.documents[0], fields=())
    assert signature_part(nameless) == (1, BBox(0, round(0.55 * 1754), 1240, 1754))


def test_a_picture_of_a_text_file_or_a_damaged_one_is_refused(run: FinishedRun) -> None:
    (run.scans / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    with pytest.raises(NoPicture) as caught:
        Pictures(Originals(run.find, Settings())).page(run.documents[0], 1)
    assert caught.value.state in ("unreadable", "changed")


def test_recent_values_stay_within_their_weight() -> None:
    recent: Recent[str, bytes] = Recent(10, len)
    for name in "abc":
        recent.put(name, b"1234")
    assert recent.weight == 8 and recent.get("a") is None and recent.get("c") == b"1234"
    recent.get("b")
    recent.put("d", b"12345678")
    assert recent.get("d") and recent.weight == 8
    recent.put("huge", b"x" * 50)
    assert recent.get("huge") is not None and recent.weight == 50


def test_pieces_join_to_the_text_and_keep_what_was_read() -> None:
    pieces = text_pieces(read_page())
    assert "".join(piece.text for piece in pieces) == TEXT
    assert "".join(piece.original or piece.text for piece in pieces) == SOURCE
