from pathlib import Path

import pikepdf
import pytest

from pipeline.config import Settings
from pipeline.source import DigitalSignature, open_file
from pipeline.source.certificate import signer_name
from pipeline.source.signatures import iso_time


def element(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + length + content


def name(common_name: str, tag: int = 0x0C, encoding: str = "utf-8") -> bytes:
    country = element(0x31, element(0x30, element(0x06, b"\x55\x04\x06"), element(0x13, b"VN")))
    kind = element(0x06, b"\x55\x04\x03")
    own = element(0x31, element(0x30, kind, element(tag, common_name.encode(encoding))))
    return element(0x30, country, own)


def certificate(serial: int, subject: bytes, issuer: bytes, version: bytes = b"") -> bytes:
    algorithm = element(0x30, element(0x06, b"\x2a\x03"))
    number = element(0x02, bytes([serial]))
    body = element(0x30, version, number, algorithm, issuer, element(0x30), subject, element(0x30))
    return element(0x30, body, algorithm, element(0x03, b"\0"))


def container(signer_serial: int, *certificates: bytes, issuer: bytes) -> bytes:
    sid = element(0x30, issuer, element(0x02, bytes([signer_serial])))
    signer = element(0x30, element(0x02, b"\x01"), sid, element(0x30))
    signed = element(
        0x30,
        element(0x02, b"\x01"),
        element(0x31),
        element(0x30, element(0x06, b"\x2a\x03")),
        element(0xA0, *certificates),
        element(0x31, signer),
    )
    return element(0x30, element(0x06, b"\x2a\x04"), element(0xA0, signed)) + b"\0" * 50


ISSUER = name("Cơ quan chứng thực")
VERSION_3 = element(0xA0, element(0x02, b"\x02"))


def test_the_name_is_that_of_the_signers_own_certificate() -> None:
    others = certificate(1, ISSUER, ISSUER, VERSION_3)
    own = certificate(7, name("Ủy ban nhân dân tỉnh"), ISSUER, VERSION_3)
    assert signer_name(container(7, others, own, issuer=ISSUER)) == "Ủy ban nhân dân tỉnh"
    assert signer_name(container(8, others, own, issuer=ISSUER)) == ""


def test_names_in_sixteen_bit_letters_and_old_certificates_are_read() -> None:
    own = certificate(7, name("Sở Nội vụ", 0x1E, "utf-16-be"), ISSUER)
    assert signer_name(container(7, own, issuer=ISSUER)) == "Sở Nội vụ"


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 90])
def test_a_broken_container_names_nobody(cut: int) -> None:
    whole = container(7, certificate(7, name("A"), ISSUER), issuer=ISSUER)
    assert signer_name(whole[:cut]) == ""


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("D:20250219075513+07'00'", "2025-02-19T07:55:13+07:00"),
        ("D:20250219075513+07'00", "2025-02-19T07:55:13+07:00"),
        ("20250219075513Z", "2025-02-19T07:55:13+00:00"),
        ("D:20250219075513", "2025-02-19T07:55:13"),
        ("D:20250219075513-08'00'", "2025-02-19T07:55:13-08:00"),
        ("D:20251319075513+07'00'", ""),
        ("D:2025", ""),
        ("", ""),
    ],
)
def test_pdf_dates_become_iso_dates(date: str, iso: str) -> None:
    assert iso_time(date) == iso


def signed_pdf(path: Path, *values: pikepdf.Dictionary) -> Path:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    fields = [pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=value)) for value in values]
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields))
    pdf.save(path)
    return path


def value(**entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(ByteRange=[0, 1, 2, 3], M="D:20240101080000+07'00'", **entries)


def test_signatures_are_read_from_the_form_once_each_and_in_order_of_time(tmp_path: Path) -> None:
    own = container(7, certificate(7, name("Sở Nội vụ"), ISSUER), issuer=ISSUER)
    later = pikepdf.Dictionary(ByteRange=[0], M="D:20240102080000+07'00'", Name="Văn phòng")
    stamp = value(SubFilter=pikepdf.Name("/ETSI.RFC3161"), Name="Máy chủ thời gian")
    path = signed_pdf(tmp_path / "a.pdf", later, value(Contents=own), value(Contents=own), stamp)
    first, second = open_file(path, Settings()).signatures
    assert first == DigitalSignature("Sở Nội vụ", "2024-01-01T08:00:00+07:00", "signature_dictionary")
    assert second.by == "Văn phòng"


def test_a_signature_is_also_told_like_a_printed_stamp(tmp_path: Path) -> None:
    source = open_file(signed_pdf(tmp_path / "a.pdf", value(Name="Sở Nội vụ")), Settings())
    assert source.signatures_as_captions == ("Ký bởi: Sở Nội vụ\nThời gian ký: 01.01.2024 08:00:00 +07:00",)


def test_the_reason_of_the_common_signing_tool_names_the_signer(tmp_path: Path) -> None:
    reason = "Sở Nội vụ<so@tinh.gov.vn> đã ký lên văn bản này!"
    source = open_file(signed_pdf(tmp_path / "a.pdf", value(Reason=reason)), Settings())
    assert source.signatures[0].by == "Sở Nội vụ"


def test_a_form_that_runs_in_circles_does_no_harm(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    field = pdf.make_indirect(pikepdf.Dictionary(T="a"))
    field.Kids = pikepdf.Array([field, field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    pdf.save(tmp_path / "a.pdf")
    assert open_file(tmp_path / "a.pdf", Settings()).signatures == ()
