"""`sohoa run --ics` and `sohoa evaluate fields`: the options reach what they name."""

import json
from collections.abc import Callable
from pathlib import Path

from conftest import Run, call

RunSohoa = Callable[..., Run]
LETTER = (
    "ỦY BAN NHÂN DÂN\nTỈNH HƯNG NAM\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Số: 21/CT-UBND\n\nHưng Nam, ngày 14 tháng 5 năm 2021\n\nCHỈ THỊ\nVề việc tổ chức các ngày lễ\n\n"
    "Các sở chuẩn bị kỷ niệm 60 năm Ngày thành lập huyện Bến Mây (12/5/1962 - 12/5/2022).\n"
)


def test_a_calendar_is_written_only_when_asked_and_counted_in_the_last_line(
    tmp_path: Path, sohoa_run: RunSohoa
) -> None:
    source = tmp_path / "ct.txt"
    source.write_text(LETTER, encoding="utf-8")
    without = sohoa_run(source, out=tmp_path / "without")
    assert not (without.out / "anniversaries.ics").exists()
    done = sohoa_run(source, options=("--ics",), out=tmp_path / "with")
    assert "1 dated anniversaries in anniversaries.ics" in done.stdout + done.stderr
    text = (done.out / "anniversaries.ics").read_text(encoding="utf-8")
    assert "DTSTART;VALUE=DATE:20220512\n" in text
    assert "SUMMARY:60 năm thành lập huyện Bến Mây\n" in text


def test_fields_are_evaluated_and_drawn(tmp_path: Path, sohoa_run: RunSohoa) -> None:
    source = tmp_path / "ct.txt"
    source.write_text(LETTER, encoding="utf-8")
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps([{"file": "ct.txt", "doc_number": "21/CT-UBND"}]), encoding="utf-8")
    out = sohoa_run(source).out
    written = (tmp_path / "figures.json", tmp_path / "diagram.png")
    done = call(
        *("evaluate", "fields", "--truth", truth, "--output", out),
        *("--json", written[0], "--diagram", written[1]),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(written[0].read_text(encoding="utf-8"))["columns"]["number_symbol"]["right"] == 1
    assert written[1].read_bytes().startswith(b"\x89PNG")
