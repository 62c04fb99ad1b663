"""The subject ends where its block ends, and keeps its own words."""

from __future__ import annotations

import pytest
from fakes.texts import document_text

from pipeline.config import Settings
from pipeline.extract import extract

HEAD = (
    "SỞ Y TẾ\nSố: 12/KH-SYT\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHà Nam, ngày 02 tháng 3 năm 2020\n\n"
    "KẾ HOẠCH\n"
)


@pytest.mark.parametrize(
    ("below", "subject"),
    [
        ("Tiêm chủng mở rộng\nnăm 2020\n\nCăn cứ Luật.", "Tiêm chủng mở rộng năm 2020"),
        ("Tiêm chủng mở rộng\nCăn cứ Luật Phòng, chống bệnh.", "Tiêm chủng mở rộng"),
        ("về tiêm chủng\n-----\nThời gian qua dịch giảm.", "về tiêm chủng"),
        ("Về việc tiêm chủng\nGIÁM ĐỐC SỞ Y TẾ\nCăn cứ Luật.", "Về việc tiêm chủng"),
        ("Tiêm chủng\n\nKính gửi: Bộ Y tế.", "Tiêm chủng"),
        ("TIÊM CHỦNG MỞ RỘNG\n\nCăn cứ Luật.", "Tiêm chủng mở rộng"),
    ],
)
def test_subject_under_the_title_stops_at_the_body(below: str, subject: str) -> None:
    assert extract(document_text(HEAD + below), Settings()).value("subject") == subject


def test_letter_block_stops_where_the_left_column_stops() -> None:
    text = (
        "SỞ Y TẾ\nSố: 12/SYT-VP\nV/v: báo cáo tình hình\ndịch bệnh tuần 12\n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHà Nam, ngày 02 tháng 3 năm 2020\n\nKính gửi: Bộ Y tế.\n"
    )
    assert extract(document_text(text), Settings()).value("subject") == "báo cáo tình hình dịch bệnh tuần 12"


def test_a_text_without_a_subject_has_none() -> None:
    found = extract(document_text("Chỉ có một câu ngắn."), Settings())
    assert found.value("subject") == ""
