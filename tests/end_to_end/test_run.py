"""`sohoa run`: every readable document gets a row, every other one a reason."""

import filecmp
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import frictionless
import pytest
from conftest import ROOT, SAMPLES, Run

from pipeline import load_tables

RunSohoa = Callable[..., Run]
TRUTH = json.loads((ROOT / "samples/ground_truth.json").read_text(encoding="utf-8"))


def rows_by_file(run: Run) -> dict[str, dict[str, str]]:
    return {row["source_file"]: row for row in run.table("documents")}


def test_every_sample_has_a_row(samples_run: Run) -> None:
    assert samples_run.code == 0, samples_run.stderr
    assert set(rows_by_file(samples_run)) == {path.name for path in SAMPLES.iterdir()}


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["file"])
def test_a_sure_cell_of_a_sample_is_right(samples_run: Run, truth: dict[str, str]) -> None:
    """What is not named in review_columns must be true; doubt is allowed, a silent error is not."""
    row = rows_by_file(samples_run)[truth["file"]]
    doubtful = row["review_columns"].split(";")
    for column, key in (("number_symbol", "doc_number"), ("issue_date", "issue_date")):
        if truth.get(key) and column not in doubtful:
            assert row[column].replace(" ", "") == truth[key].replace(" ", ""), column


def test_tables_fit_their_published_schema(samples_run: Run) -> None:
    report = frictionless.validate(str(samples_run.out / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])[:5]


def test_load_tables_gives_typed_frames(samples_run: Run) -> None:
    tables = load_tables(samples_run.out)
    documents = tables["documents"]
    assert str(documents["number"].dtype) in {"string", "str"}
    assert documents["needs_review"].dtype == "boolean"
    assert documents["page_count"].sum() == len(tables["pages"])


def test_each_document_has_its_text_as_read_and_restored_and_its_evidence(samples_run: Run) -> None:
    for row in samples_run.table("documents"):
        restored = (samples_run.out / row["text_file"]).read_text(encoding="utf-8")
        as_read = (samples_run.out / "ocr" / f"{row['doc_id']}.txt").read_text(encoding="utf-8")
        assert restored.count("\f") == as_read.count("\f") == int(row["page_count"]) - 1
        assert (samples_run.out / "evidence" / f"{row['doc_id']}.json").is_file()


def test_the_same_input_gives_the_same_bytes(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    light = sorted(SAMPLES.glob("*.txt"))
    for path in light:
        shutil.copy2(path, folder)
    shutil.copy2(light[0], folder / "again.txt")
    first = sohoa_run(folder, out=tmp_path / "a", options=["--jobs", "1"])
    second = sohoa_run(folder, out=tmp_path / "b", options=["--jobs", "2"])
    files = {path.relative_to(first.out) for path in first.out.rglob("*") if path.is_file()}
    assert files == {path.relative_to(second.out) for path in second.out.rglob("*") if path.is_file()}
    for name in files - {Path("run_manifest.json"), Path("ledger.sqlite")}:  # they hold times
        assert filecmp.cmp(first.out / name, second.out / name, shallow=False), name


def test_identical_files_are_read_once_and_listed_twice(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "Sở Nội vụ").mkdir(parents=True)
    text = "SỞ NỘI VỤ\nSố: 12/QĐ-SNV\n"
    (folder / "b.txt").write_text(text, encoding="utf-8")
    (folder / "Sở Nội vụ/a.txt").write_text(text, encoding="utf-8")
    run = sohoa_run(folder)
    assert len(run.table("documents")) == 1
    assert sorted(row["path"] for row in run.table("files")) == ["Sở Nội vụ/a.txt", "b.txt"]
    assert len({row["doc_id"] for row in run.table("files")}) == 1


def test_a_second_run_keeps_what_was_made(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("SỞ NỘI VỤ\nSố: 12/QĐ-SNV\n", encoding="utf-8")
    before = sohoa_run(source)
    documents = (before.out / "documents.csv").read_bytes()
    for options, is_kept in (([], True), (["--only-changed"], True), (["--again"], False)):
        run = sohoa_run(source, options=options)
        assert ("1 kept" in run.stderr) == is_kept
        assert (run.out / "documents.csv").read_bytes() == documents


def test_only_changed_reads_again_what_a_newer_dictionary_would_change(
    sohoa_run: RunSohoa, tmp_path: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_text("SỞ NỘI VỤ\nSố: 12/QĐ-SNV\n", encoding="utf-8")
    sohoa_run(source)
    added = tmp_path / "own" / "document_types.tsv"
    added.parent.mkdir()
    added.write_text("name\nTờ khai\n", encoding="utf-8")
    settings = tmp_path / "sohoa.toml"
    settings.write_text(f'dictionaries_folder = "{added.parent}"\n', encoding="utf-8")
    kept = sohoa_run(source, options=["--config", str(settings)])
    assert "1 of them by another version: see --only-changed" in kept.stderr
    assert "kept" not in sohoa_run(source, options=["--config", str(settings), "--only-changed"]).stderr


def test_a_file_saved_again_is_reported_and_both_are_kept(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = letter("41/UBND-TH", "trồng cây")
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "b.txt").write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    (folder / "c.txt").write_text(letter("57/UBND-VX", "phòng cháy"), encoding="utf-8")
    run = sohoa_run(folder)
    reported = ["near_duplicate" in row["review_reasons"].split(";") for row in run.table("documents")]
    assert reported == [True, True, False]
    assert "2 documents show the same pages" in run.stderr


def letter(number: str, subject: str) -> str:
    return (
        "ỦY BAN NHÂN DÂN\nTỈNH HƯNG NAM\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        f"Độc lập - Tự do - Hạnh phúc\n\nSố: {number}\nV/v {subject}\n\n"
        "Hưng Nam, ngày 14 tháng 5 năm 2021\n\n"
        "Kính gửi: Các sở, ban, ngành.\n\nĐề nghị các đơn vị triển khai thực hiện./.\n\n"
        "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nCHỦ TỊCH\n\nHoàng Đình Khiêm\n"
    )


def test_two_letters_in_one_file_become_two_documents(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    source = tmp_path / "hồ sơ.txt"
    letters = (letter("41/UBND-TH", "trồng cây"), letter("57/UBND-VX", "phòng cháy"))
    source.write_text("\f".join(letters), encoding="utf-8")
    run = sohoa_run(source)
    rows = run.table("documents")
    (seen,) = run.table("files")
    assert [row["number_symbol"] for row in rows] == ["41/UBND-TH", "57/UBND-VX"]
    assert [row["source_pages"] for row in rows] == ["1", "2"]
    assert [row["doc_id"] for row in rows] == [seen["doc_id"], f"{seen['doc_id']}-2"]
    assert frictionless.validate(str(run.out / "datapackage.json")).valid
    tables = (run.out / "documents.csv").read_bytes()
    assert "2 kept" in sohoa_run(source, options=["--only-changed"]).stderr
    (run.out / "evidence" / f"{rows[1]['doc_id']}.json").unlink()
    again = sohoa_run(source, options=["--only-changed"])
    assert "kept" not in again.stderr, "a file is only kept with all its documents"
    assert (again.out / "documents.csv").read_bytes() == tables


def test_a_text_without_a_header_gets_a_row_and_no_guess(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    source = tmp_path / "ghi chép.txt"
    source.write_text("Theo Công văn số 34/UBND-TH ngày 02/3/2020 của tỉnh.\n", encoding="utf-8")
    (row,) = sohoa_run(source).table("documents")
    assert (row["number"], row["number_status"], row["issue_date"]) == ("", "absent", "")


def test_plain_lines_in_a_log_and_json_lines_on_request(sohoa_run: RunSohoa, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text("SỞ NỘI VỤ\n", encoding="utf-8")
    plain = sohoa_run(source)
    assert "[1/1] a.txt" in plain.stderr
    events = [json.loads(line) for line in sohoa_run(source, options=["--json-log"]).stderr.splitlines()]
    assert [event["event"] for event in events] == ["done", "finished"]
    assert sohoa_run(source, options=["--quiet"]).stderr == ""
