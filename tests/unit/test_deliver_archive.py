"""File names, archive metadata and the bag."""

import csv
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.export.deliver.archive import ArchiveOptions, Payload, write_archive
from pipeline.export.deliver.naming import names, safe
from pipeline.export.deliver.records import ArchiveColumn, archive_files, cells, columns
from pipeline.export.schema import schema_of

BLANK = dict.fromkeys(schema_of("documents").names, "")


def row(doc_id: str, **values: str) -> dict[str, str]:
    return BLANK | {"doc_id": doc_id, "source_file": f"{doc_id}.pdf", "page_count": "2"} | values


# --- names ------------------------------------------------------------------------------------------


def test_names_follow_the_pattern_and_do_not_clash() -> None:
    rows = [
        row("a", issue_date="2025-04-14", number_symbol="02/QĐ-UBND"),
        row("b", issue_date="2025-04-14", number_symbol="02/qđ-ubnd"),
        row("c", number_symbol="02/QĐ-UBND"),
    ]
    assert list(names(rows).values()) == ["2025-04-14_02_QD-UBND", "2025-04-14_02_qd-ubnd-2", "x_02_QD-UBND"]
    assert list(names(rows, "{issue_year}_{source_name}").values()) == ["2025_a", "2025_b", "x_c"]


def test_a_suffix_never_meets_a_name_that_ends_in_it() -> None:
    rows = [row("a", number="1"), row("b", number="1"), row("c", number="1-2")]
    assert list(names(rows, "{number}").values()) == ["1", "1-2", "1-2-2"]


def test_the_codes_of_the_archive_make_the_name_where_all_are_known() -> None:
    codes = {"archive_code": "Q3", "fonds_code": "5", "inventory_no": "1", "file_no": "10", "sheet_no": "4"}
    assert names([row("a", **codes)]) == {"a": "Q3-5-1-10-4"}
    assert names([row("a", **codes | {"sheet_no": ""})]) == {"a": "x_x"}
    assert names([row("a", **codes)], "{doc_id}") == {"a": "a"}


@pytest.mark.parametrize(
    "text", ["../../etc/passwd", "a\\b:c*?", "CON", "nul.txt", "...", " ", "đ" * 500, "a\x00b"]
)
def test_names_are_safe_on_every_system(text: str) -> None:
    name = safe(text)
    assert name.isascii()
    assert 0 < len(name) <= 121
    assert not set(name) & set('/\\:*?"<>| ')
    assert name.split(".")[0].upper() not in {"CON", "NUL"}
    assert not name.startswith(".")
    assert not name.endswith(".")


@pytest.mark.parametrize("pattern", ["{nothing}", "{number", "{number!r}", "{}"])
def test_a_wrong_pattern_is_a_usage_error(pattern: str) -> None:
    with pytest.raises(UsageError):
        names([row("a")], pattern)


# --- records ------------------------------------------------------------------------------------------


def told(standard: str, level: str, record: object) -> dict[str, str]:
    wanted = columns(standard, level)
    found, _ = cells(record, wanted, "a")  # type: ignore[arg-type]
    return dict(zip([column.name for column in wanted], found, strict=True))


def test_items_take_names_codes_and_dates_of_the_standard() -> None:
    one = row(
        *("a",),
        doc_type="Quyết định",
        doc_type_code="02",
        number="07",
        symbol="QĐ-UBND",
        issue_date="2025-04-05",
        issuer="Ủy ban nhân dân tỉnh Sơn Lĩnh",
        language="vie",
        secrecy="mật",
        ocr_engine="tesseract",
        signature_status="wet",
        file_code="000.00.00.H35.2025.01",
    )
    (file,) = archive_files([one], "{source_folder}", {"a": "x.pdf"})
    item = told("tt05", "item", file.documents[0])
    assert item["issuedDate"] == "05/04/2025"
    assert item["typeName"] == "02"
    assert item["codeNumber"] == "07"
    assert item["language"] == "01"
    assert item["mode"] == "03"
    assert item["confidenceLevel"] == "02"
    assert item["arcDocCode"] == "000.00.00.H35.2025.01.0000001"
    assert item["computerFile"] == "files/000.00.00.H35.2025.01/x.pdf"
    older = told("nd30", "item", file.documents[0])
    assert older["TypeName"] == "Quyết định"
    assert older["Language"] == "Tiếng Việt"


@pytest.mark.parametrize(("date", "cell"), [("2025-04", "04/2025"), ("2025", "2025"), ("", "")])
def test_partial_dates_keep_their_precision(date: str, cell: str) -> None:
    (file,) = archive_files([row("a", issue_date=date)], "{source_folder}", {})
    assert told("tt05", "item", file.documents[0])["issuedDate"] == cell


def test_files_are_made_of_folders_and_summed_up() -> None:
    rows = [
        row("a", source_file="Hộ tịch/2024/a.pdf", issue_date="2024-12-30"),
        row("b", source_file="Hộ tịch/2024/b.pdf", issue_date="2025-01"),
        row("c", source_file="c.pdf", file_code="H35.7"),
    ]
    first, second = archive_files(rows, "{source_folder}", {})
    file = told("tt05", "file", first.values)
    assert (file["title"], file["totalDoc"], file["numberOfPage"]) == ("Hộ tịch/2024", "2", "4")
    assert (file["startDate"], file["endDate"]) == ("30/12/2024", "01/2025")
    assert [one["doc_ordinal"] for one in first.documents] == ["1", "2"]
    assert second.values["file_code"] == "H35.7"
    _, remarks = cells(first.values, columns("tt05", "file"), "Hộ tịch/2024")
    assert ("arcFileCode", "provisional") in {(one.column, one.code) for one in remarks}
    _, remarks = cells(second.values, columns("tt05", "file"), "H35.7")
    assert "provisional" not in {one.code for one in remarks}


def test_what_is_missing_too_long_or_unknown_is_remarked_and_never_cut() -> None:
    wanted = (
        ArchiveColumn("subject", "", "subject", False, "", 5, True, False),
        ArchiveColumn("mode", "", "use_mode", False, "modes", 2, True, False),
        ArchiveColumn("retention", "", "retention", False, "retention_codes", 2, True, False),
    )
    found, remarks = cells({"subject": "kế hoạch", "use_mode": "nội bộ", "retention": ""}, wanted, "a")
    assert found == ("kế hoạch", "nội bộ", "")
    assert [(one.column, one.code) for one in remarks] == [
        ("subject", "too_long"),
        ("mode", "no_code"),
        ("mode", "too_long"),
        ("retention", "missing"),
    ]


def test_only_confirmed_columns_on_demand() -> None:
    assert columns("tt05", "item", confirmed_only=True) == ()
    confirmed = columns("nd30", "item", confirmed_only=True)
    assert "IssuedDate" in {column.name for column in confirmed}
    assert "Autograph" not in {column.name for column in confirmed}


def test_every_source_of_the_table_is_a_column_or_a_value_made_here() -> None:
    (file,) = archive_files([row("a")], "{source_folder}", {})
    for standard in ("tt05", "nd30"):
        for level, record in (("item", file.documents[0]), ("file", file.values)):
            for column in columns(standard, level):
                assert not column.source or column.source in record or column.source in BLANK


# --- the bag ------------------------------------------------------------------------------------------


def test_the_parcel_is_a_valid_bag_with_its_payload(tmp_path: Path) -> None:
    bagit = pytest.importorskip("bagit")
    (tmp_path / "made.pdf").write_bytes(b"copy")
    (tmp_path / "signed.pdf").write_bytes(b"original")
    bag = tmp_path / "bag"
    payload = {"a": Payload(tmp_path / "made.pdf", "a-1.pdf")}
    originals = {"a": Payload(tmp_path / "signed.pdf", "a-1.pdf")}
    rows = [row("a", source_file="hồ sơ/a.pdf", subject="-kế hoạch"), row("b", source_file="hồ sơ/b.pdf")]
    assert write_archive(bag, rows, ArchiveOptions("tt05", "{source_folder}"), (payload, originals)) == 1
    bagit.Bag(str(bag)).validate()
    assert (bag / "data/files/ho_so/a-1.pdf").read_bytes() == b"copy"
    assert (bag / "data/originals/ho_so/a-1.pdf").read_bytes() == b"original"
    with (bag / "data/metadata/van_ban.csv").open(encoding="utf-8", newline="") as lines:
        first, second = csv.DictReader(lines)
    assert first["subject"] == "'-kế hoạch"
    assert first["computerFile"] == "files/ho_so/a-1.pdf"
    assert second["computerFile"] == ""
    (bag / "data/files/ho_so/a-1.pdf").write_bytes(b"other")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()
