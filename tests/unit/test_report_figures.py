"""Single figures of the report: what is counted, grouped, drawn and told."""

from collections import Counter
from pathlib import Path

import pytest
from fakes import tables

from pipeline.export.load import load_tables
from pipeline.export.schema import schema_of
from pipeline.model import Document, Record
from pipeline.report import anniversaries, charts, graph, graph_layout, holdings, running, trust
from pipeline.report.citations import Citations, read_citations
from pipeline.report.frames import Frames
from pipeline.report.markup import shortened, text_width
from pipeline.report.running import Duration
from pipeline.report.wording import Wording

ENGLISH = Wording("en")
VIETNAMESE = Wording("vi")


def frames(out: Path, documents: list[Document]) -> Frames:
    return Frames(load_tables(tables.write(out, documents)))


def citing(count: int, *records: str) -> list[Document]:
    return [
        tables.document(n, {"issuer": f"Sở {n % 7}"}, [tables.citation(one) for one in records])
        for n in range(1, count + 1)
    ]


# --- numbers and labels -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"),
        (0, 9, "0 %"),
        (9, 9, "100 %"),
        (1, 3, "33.3 %"),
        (9999, 10000, "> 99.9 %"),
        (1, 9999, "< 0.1 %"),
    ],
)
def test_shares_are_never_rounded_to_all_or_nothing(part: int, whole: int, told: str) -> None:
    assert ENGLISH.share(part, whole) == told


@pytest.mark.parametrize("most", [0, 1, 3, 16, 99, 101, 12345])
def test_scales_are_round_and_reach_the_largest_value(most: float) -> None:
    ticks = charts.scale(most)
    assert ticks[0] == 0 and ticks[-1] >= most and len(ticks) <= 6
    assert all(tick == int(tick) for tick in ticks)


def test_shortened_labels_fit_and_say_that_they_were_cut() -> None:
    text = "Sở Văn hóa, Thể thao và Du lịch tỉnh " * 4
    cut = shortened(text, 200)
    assert cut.endswith("…") and text_width(cut) <= 200
    assert shortened("Sở Nội vụ", 200) == "Sở Nội vụ"


def test_columns_have_a_short_name_in_both_languages() -> None:
    derived = {"needs_review", "review_columns", "review_reasons", "mean_confidence"}
    derived |= {name for name in schema_of("documents").names if name.startswith(("source_", "ocr_"))}
    derived |= {"doc_id", "pipeline_version"}
    for name in set(schema_of("documents").names) - derived:
        assert ENGLISH.label(name) != name != VIETNAMESE.label(name), (
            f"{name}: dictionaries/column_labels.tsv"
        )


# --- holdings ---------------------------------------------------------------------------------------


def test_bodies_beyond_the_first_twenty_are_told(tmp_path: Path) -> None:
    documents = [tables.document(n, {"issuer": f"Sở {n:02d}"}) for n in range(1, 31)]
    found = holdings.by_issuer(frames(tmp_path, documents), ENGLISH)
    assert "the other 10 hold 10 documents" in found.note
    assert len(list(found.drawings[0].iter("rect"))) == holdings.MOST_ISSUERS
    assert len(found.tables[0][1].rows) == 30


def test_a_misread_year_does_not_stretch_the_figure(tmp_path: Path) -> None:
    documents = [tables.document(1, {"issue_date": "1025"}), tables.document(2, {"issue_date": "2025"})]
    found = holdings.by_year(frames(tmp_path, documents), ENGLISH)
    assert len(list(found.drawings[0].iter("rect"))) == 2


# --- anniversaries ----------------------------------------------------------------------------------


def test_one_event_of_several_documents_is_one_point(tmp_path: Path) -> None:
    event = tables.anniversary("Quốc khánh", "2025-09-02")
    without_day = tables.anniversary("Quốc khánh", "", year="2025")
    documents = [tables.document(1, {}, [event]), tables.document(2, {}, [event, without_day])]
    found = anniversaries.timeline(frames(tmp_path, documents), VIETNAMESE)
    assert [row[:4] for row in found.tables[0][1].rows] == [("02/09/2025", "80", "Quốc khánh", "2")]
    assert len(list(found.drawings[0].iter("circle"))) == 1


def test_wrong_arithmetic_is_listed_and_not_drawn(tmp_path: Path) -> None:
    wrong = tables.anniversary("thành lập huyện", "2025-10-15", valid="false")
    found = anniversaries.timeline(frames(tmp_path, [tables.document(1, {}, [wrong])]), ENGLISH)
    assert found.drawings == ()
    assert found.tables[-1][1].rows == [("1.pdf", "thành lập huyện", "does not agree")]


def test_a_year_without_a_day_is_drawn_over_the_whole_year(tmp_path: Path) -> None:
    record = tables.anniversary("thành lập Đảng", "", year="2025")
    found = anniversaries.timeline(frames(tmp_path, [tables.document(1, {}, [record])]), ENGLISH)
    drawn = found.drawings[0]
    assert not list(drawn.iter("circle")) and len(list(drawn.iter("rect"))) == 1


# --- citations --------------------------------------------------------------------------------------


def citations_of(tmp_path: Path, *records: Record) -> Citations:
    documents = [tables.document(n, {}, [one]) for n, one in enumerate(records, 1)]
    return read_citations(frames(tmp_path, documents))


def test_one_document_cited_with_and_without_date_or_marks_is_one(tmp_path: Path) -> None:
    found = citations_of(
        tmp_path,
        tables.citation("91/2017/NĐ-CP", date="2017-07-31"),
        tables.citation("91/2017/NĐ-CP"),
        tables.citation("91/2017/ND-CP"),
    )
    assert [(one.label, one.when, len(one.citing)) for one in found.cited] == [
        ("Nghị định 91/2017/NĐ-CP", "2017-07-31", 3)
    ]


def test_equal_numbers_of_different_dates_are_different_documents(tmp_path: Path) -> None:
    first = tables.citation("02/CT-UBND", date="2019-02-20")
    second = tables.citation("02/CT-UBND", date="2020-01-03")
    assert len(citations_of(tmp_path, first, second).cited) == 2


def test_laws_go_by_title_and_citations_without_a_name_are_counted(tmp_path: Path) -> None:
    law = tables.citation("", title="Luật Lưu trữ", date="2024-06-21")
    found = citations_of(tmp_path, law, tables.citation(""))
    assert [one.label for one in found.cited] == ["Luật Lưu trữ 2024"]
    assert found.unclear == 1


def test_citations_within_the_batch_are_arcs(tmp_path: Path) -> None:
    first = tables.document(1, {"doc_type": "Kế hoạch", "number": "1", "number_symbol": "1/KH-UBND"})
    second = tables.document(2, {}, [tables.citation("1/KH-UBND", resolves_to=tables.doc_id(1))])
    found = frames(tmp_path, [first, second])
    layout = graph_layout.of_documents(read_citations(found), found, ENGLISH)
    labels = [(layout.left[citing].label, layout.left[cited].label) for citing, cited in layout.arcs]
    assert labels == [("2.pdf", "Kế hoạch 1/KH-UBND")]
    assert layout.right == () and layout.lines == ()


def test_a_small_graph_shows_every_document_and_a_large_one_the_most_cited(tmp_path: Path) -> None:
    small = frames(tmp_path / "small", citing(20, "1/NĐ-CP", "2/NĐ-CP"))
    layout = graph_layout.of_documents(read_citations(small), small, ENGLISH)
    assert (len(layout.left), len(layout.right), len(layout.lines)) == (20, 2, 40)

    others = tables.document(999, {}, [tables.citation(f"{n}/TT-BNV") for n in range(80)])
    large = frames(tmp_path / "large", [*citing(300, "1/NĐ-CP"), others])
    assert not graph_layout.is_small(read_citations(large))
    layout = graph_layout.of_bodies(read_citations(large), large, ENGLISH)
    assert len(layout.left) + len(layout.right) <= graph_layout.MOST_NODES
    assert max(layout.right, key=lambda node: node.weight).label == "Nghị định 1/NĐ-CP"
    found = graph.graph(large, ENGLISH)
    assert "of 81" in found.note
    assert len(found.tables[0][1].rows) == 81


def test_neighbours_stand_beside_each_other() -> None:
    edges = Counter({("a", 3): 1, ("b", 2): 1, ("c", 1): 1})
    left, right = graph_layout.uncrossed(["a", "b", "c"], [1, 2, 3], edges)
    assert [(one, {"a": 3, "b": 2, "c": 1}[one]) for one in left] == list(zip(left, right, strict=True))


# --- trust ------------------------------------------------------------------------------------------


def test_states_tell_sure_confirmed_doubtful_and_empty_cells(tmp_path: Path) -> None:
    documents = [
        tables.document(1, {"issuer": "A"}),
        tables.document(2, {"issuer": "B"}, doubtful=["issuer"]),
        tables.document(3, {"issuer": "C"}, reviewed=["issuer"]),
        tables.document(4),
    ]
    states = {one.column: one for one in trust.states(frames(tmp_path, documents))}
    issuer = states["issuer"]
    assert (issuer.sure, issuer.confirmed, issuer.doubtful, issuer.empty) == (1, 1, 1, 1)


def test_a_cell_that_a_person_found_unreadable_is_settled(tmp_path: Path) -> None:
    out = tables.write(tmp_path, [tables.document(1, {"issuer": "A"})])
    header = (out / "corrections.csv").read_text().splitlines()[0]
    decision = {"doc_id": tables.doc_id(1), "column": "signer_name", "who": "An", "when": "2026-11-22"}
    line = ",".join(decision.get(name, "") for name in header.split(","))
    (out / "corrections.csv").write_text(f"{header}\n{line}\n")
    states = {one.column: one for one in trust.states(Frames(load_tables(out)))}
    assert states["signer_name"].confirmed == 1


def test_confidences_below_the_limit_stand_out(tmp_path: Path) -> None:
    found = trust.confidence(frames(tmp_path, [tables.document(1, {"issuer": "A"})]), ENGLISH, 0.95)
    assert [box.get("class") for box in found.drawings[0].iter("rect")] == ["doubtful"]
    assert "below 0.95" in found.note


# --- running ----------------------------------------------------------------------------------------


def test_the_slowest_files_are_named() -> None:
    durations = [Duration(f"{n}.pdf", float(n), 2) for n in range(1, 31)]
    found = running.throughput(None, durations, ENGLISH)
    assert [row[0] for row in found.tables[1][1].rows][:2] == ["30.pdf", "29.pdf"]
    assert ("Median time for one page", "7.8 s") in found.tables[0][1].rows
