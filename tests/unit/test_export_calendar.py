"""anniversaries.ics: read back as strictly as RFC 5545 writes it."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import InputError, OutputError
from pipeline.export import write_tables
from pipeline.export.calendar import Citation, escape, fold_line, read_citations, write_calendar
from pipeline.model import Document, Field, Record

FIRST, SECOND = "a" * 64, "b" * 64
Event = dict[str, str]
_PROPERTY = re.compile(r"(?P<name>[A-Z-]+(?:;[A-Z-]+=[A-Z]+)*):(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)")
_ESCAPE = re.compile(r"\\(.)")


def parse(path: Path) -> list[Event]:
    """The events of a calendar; fails on every departure from RFC 5545 that a reader may refuse."""
    data = path.read_bytes()
    assert data.endswith(b"\r\n")
    raw = data.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in raw)
    assert max(map(len, raw)) <= 75
    for line in raw:
        line.decode()  # no letter is cut in two
    lines = data.removesuffix(b"\r\n").decode().replace("\r\n ", "").split("\r\n")
    pairs = []
    for line in lines:
        matched = _PROPERTY.fullmatch(line)
        assert matched, line
        pairs.append((matched["name"], matched["value"]))
    assert pairs[:2] == [("BEGIN", "VCALENDAR"), ("VERSION", "2.0")]
    assert pairs[-1] == ("END", "VCALENDAR")
    return events(pairs[1:-1])


def events(pairs: list[tuple[str, str]]) -> list[Event]:
    found: list[Event] = []
    head: list[str] = []
    inside = False
    for name, value in pairs:
        if name in ("BEGIN", "END"):
            assert value == "VEVENT"
            assert inside == (name == "END")
            inside = name == "BEGIN"
            found += [{}] if inside else []
        elif inside:
            assert name not in found[-1], f"{name} twice"
            found[-1][name] = value
        else:
            head.append(name)
    assert sorted(head) == ["CALSCALE", "PRODID", "VERSION"]
    assert found, "a calendar needs a component"
    for event in found:
        check(event)
    assert len({event["UID"] for event in found}) == len(found)
    return found


def check(event: Event) -> None:
    assert event.keys() >= {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "DESCRIPTION"}
    assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
    for name in ("SUMMARY", "DESCRIPTION"):
        bare = _ESCAPE.sub("", event[name])
        assert not set(bare) & set(";,\\"), f"{name} is not escaped"
        assert set(_ESCAPE.findall(event[name])) <= set("\\;,n")


def unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def anniversary(day: str, event: str = "thành lập tỉnh", **given: str) -> Record:
    values = {"n_years": "60", "event": event, "date_to": day, "valid": "true", "kind": "anniversary"} | given
    return Record("anniversaries", tuple(values.items()), raw=f"60 năm {event}", confidence=0.9)


def document(sha256: str, *records: Record, **fields: str) -> Document:
    given = {"number_symbol": "02/CT-UBND", "doc_type": "Chỉ thị", "issue_date": "2022-01-10"} | fields
    cells = tuple(Field(name, value) for name, value in given.items() if value)
    return Document(sha256[:16], f"{sha256[0]}.pdf", sha256, "1", (), cells, records)


def calendar(tmp_path: Path, *documents: Document) -> list[Event]:
    write_tables(tmp_path, documents, [], [])
    assert write_calendar(tmp_path, read_citations(tmp_path, 0.6)) > 0
    return parse(tmp_path / "anniversaries.ics")


def citation(day: date, event: str = "x", ann_id: str = "a-ann1") -> Citation:
    return Citation(ann_id, day, "10", event, "", event, "Chỉ thị", "", True, 0.9)


def test_an_anniversary_is_an_event_of_its_whole_day(tmp_path: Path) -> None:
    (event,) = calendar(tmp_path, document(FIRST, anniversary("2022-05-12")))
    assert event["DTSTART;VALUE=DATE"] == "20220512"
    assert event["SUMMARY"] == "60 năm thành lập tỉnh"
    assert event["UID"] == f"{FIRST[:16]}-ann1@sohoa"
    assert event["DTSTAMP"] == "20220110T000000Z"
    assert event["STATUS"] == "CONFIRMED"


def test_documents_that_cite_the_same_event_share_one(tmp_path: Path) -> None:
    first = document(FIRST, anniversary("2022-05-12", "Thành lập  tỉnh"))
    second = document(
        SECOND, anniversary("2022-05-12"), anniversary("2022-05-13"), number_symbol="", issue_date="2022-03"
    )
    one, other = calendar(tmp_path, first, second)
    told = unescape(one["DESCRIPTION"])
    assert "Chỉ thị 02/CT-UBND, 2022-01-10, a.pdf" in told
    assert "Chỉ thị, 2022-03, b.pdf" in told
    assert told.count("\n") == 2
    assert one["UID"].startswith(FIRST[:16])
    assert one["DTSTAMP"] == "20220301T000000Z"
    assert other["DTSTART;VALUE=DATE"] == "20220513"


def test_one_event_of_the_dictionary_is_one_event_however_it_is_written(tmp_path: Path) -> None:
    named = [anniversary("2025-09-02", event, event_id="quoc_khanh") for event in ("Quốc khánh", "Độc lập")]
    (event,) = calendar(tmp_path, document(FIRST, *named))
    assert event["SUMMARY"] == "60 năm Quốc khánh"


@pytest.mark.parametrize(
    "given", [{"valid": "false"}, {"valid": "unknown"}], ids=["arithmetic fails", "not checked"]
)
def test_a_doubtful_anniversary_is_tentative_and_says_so(tmp_path: Path, given: dict[str, str]) -> None:
    (event,) = calendar(tmp_path, document(FIRST, anniversary("2022-05-12", **given)))
    assert event["STATUS"] == "TENTATIVE"
    assert "cần kiểm tra" in event["DESCRIPTION"]


def test_two_counts_of_years_for_one_event_are_tentative_and_the_sure_one_is_shown(tmp_path: Path) -> None:
    wrong = anniversary("2022-05-12", n_years="6", valid="false")
    (event,) = calendar(tmp_path, document(FIRST, wrong, anniversary("2022-05-12")))
    assert event["STATUS"] == "TENTATIVE"
    assert event["SUMMARY"].startswith("60 năm")


def test_what_has_no_full_day_or_is_no_anniversary_stays_out(tmp_path: Path) -> None:
    left_out = (
        anniversary(""),
        anniversary("2022-05"),
        anniversary("2022"),
        anniversary("XXXX-05-12"),
        anniversary("2022-02-30"),
        anniversary("2022-05-12", kind="review"),
        anniversary("2022-05-12", kind="duration"),
    )
    (event,) = calendar(tmp_path, document(FIRST, *left_out, anniversary("2022-12-22")))
    assert event["DTSTART;VALUE=DATE"] == "20221222"


def test_long_and_hostile_texts_come_back_as_they_were(tmp_path: Path) -> None:
    event_name = 'ngày; "lễ", \\n lớn \U0001f1fb\U0001f1f3 ' + "kỷ niệm " * 30
    (event,) = calendar(
        tmp_path, document(FIRST, anniversary("2022-05-12", f"=1+1\n{event_name}\r\nEND:VCALENDAR"))
    )
    tidy = " ".join(event_name.split())
    assert unescape(event["SUMMARY"]) == f"60 năm =1+1 {tidy} END:VCALENDAR"


def test_the_file_is_the_same_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [citation(date(2030, 1, day), f"lễ {day}", f"a-ann{day}") for day in (3, 1, 2)]
    written = []
    for order in (rows, rows[::-1]):
        write_calendar(tmp_path, order)
        written.append((tmp_path / "anniversaries.ics").read_bytes())
    assert written[0] == written[1]
    assert [event["SUMMARY"] for event in parse(tmp_path / "anniversaries.ics")] == [
        f"10 năm lễ {day}" for day in (1, 2, 3)
    ]


def test_only_days_after_the_given_one_are_coming(tmp_path: Path) -> None:
    rows = [citation(date(2030, 1, day), f"lễ {day}", f"a-ann{day}") for day in (1, 2, 3)]
    assert write_calendar(tmp_path, rows, after=date(2030, 1, 2)) == 1
    assert [event["SUMMARY"] for event in parse(tmp_path / "anniversaries.ics")] == ["10 năm lễ 3"]


def test_without_an_event_there_is_no_file_and_an_old_one_goes(tmp_path: Path) -> None:
    assert write_calendar(tmp_path, [citation(date(2030, 1, 1))]) == 1
    assert write_calendar(tmp_path, []) == 0
    assert not (tmp_path / "anniversaries.ics").exists()


def test_an_undated_document_stamps_with_the_day_itself(tmp_path: Path) -> None:
    (event,) = calendar(tmp_path, document(FIRST, anniversary("2022-05-12"), issue_date=""))
    assert event["DTSTAMP"] == "20220512T000000Z"


def test_a_doubtful_number_of_the_citing_document_is_named_doubtful(tmp_path: Path) -> None:
    sure = document(FIRST, anniversary("2022-05-12"))
    doubtful = Document(
        sure.doc_id,
        sure.source_file,
        FIRST,
        "1",
        (),
        (Field("number_symbol", "7/CT-UBND", confidence=0.2),),
        sure.records,
    )
    (event,) = calendar(tmp_path, doubtful)
    assert "7/CT-UBND\\, a.pdf (cần kiểm tra)" in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED", "the anniversary itself is sure"


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150, 500])
@pytest.mark.parametrize("letter", ["a", "ệ", "\U0001f1fb"])
def test_folding_keeps_lines_short_and_loses_nothing(letter: str, length: int) -> None:
    line = letter * length
    folded = fold_line(line)
    assert folded.replace("\r\n ", "") == line
    assert max(len(piece.encode()) for piece in folded.split("\r\n")) <= 75


def test_a_line_of_75_octets_is_not_folded() -> None:
    assert fold_line("a" * 75) == "a" * 75


def test_escaping_leaves_colons_and_quotes_alone() -> None:
    assert escape('a:"b"\n\\;,') == 'a:"b"\\n\\\\\\;\\,'


def test_missing_tables_are_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape("documents.csv")):
        list(read_citations(tmp_path, 0.6))


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=re.escape("anniversaries.ics")):
        write_calendar(tmp_path / "file", [citation(date(2030, 1, 1))])
