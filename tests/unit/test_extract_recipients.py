"""`Kính gửi` and `Nơi nhận`, items that wrap, purposes and codes."""

from __future__ import annotations

from fakes.texts import document_text

from pipeline.config import Settings
from pipeline.extract import extract
from pipeline.model import Record

TEXT = """SỞ Y TẾ
Số: 9/SYT-VP
V/v tập huấn
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Hà Nam, ngày 02 tháng 3 năm 2020

Kính gửi:
- Bệnh viện đa khoa tỉnh;
- Trung tâm y tế các huyện,
thị xã.

Sở Y tế đề nghị các đơn vị cử người dự./.

Nơi nhận:
- Như trên;
- Bộ Y tế (để b/c);
- Lưu: VT, NVY.02.

GIÁM ĐỐC

Lê Văn Tám
"""


def rows(name: str) -> list[Record]:
    found = extract(document_text(TEXT), Settings())
    return [row for row in found.records if row.table == "recipients" and row["list"] == name]


def test_addressees_are_listed_and_joined() -> None:
    found = extract(document_text(TEXT), Settings())
    assert found.value("addressees") == "Bệnh viện đa khoa tỉnh; Trung tâm y tế các huyện, thị xã"
    assert [row["ordinal"] for row in rows("kinh_gui")] == ["1", "2"]


def test_purposes_stand_apart_from_names() -> None:
    assert [(row["name"], row["purpose"]) for row in rows("noi_nhan")] == [
        ("Như trên", ""),
        ("Bộ Y tế", "b/c"),
    ]


def test_codes_of_who_keeps_a_copy() -> None:
    (kept,) = rows("luu")
    assert kept["codes"] == "VT; NVY.02"


def test_rows_show_where_they_stand() -> None:
    text = document_text(TEXT).text
    for row in rows("noi_nhan"):
        assert row.span is not None
        assert text[row.span.start : row.span.end] == row.raw
