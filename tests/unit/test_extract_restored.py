"""A restored name is never given as sure; what was read stays beside it."""

from pipeline.config import Settings
from pipeline.extract import extract
from pipeline.model import (
    DocumentText,
    Edit,
    Line,
    OcrPage,
    PageReading,
    RestoredText,
    Span,
    Word,
    apply_edits,
)

TEXT = """UY BAN NHAN DAN
TINH SON LINH
Số: 12/QĐ-UBND
QUYẾT ĐỊNH
Về việc khen thưởng
Điều 1. Tặng Bằng khen.
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
{name}
"""


def document(name: str, restored_name: str, rule: str, margin: float = 9.0) -> DocumentText:
    source = TEXT.format(name=name)
    at = source.index(name)
    edits = (
        (Edit(Span(at, at + len(name)), name, restored_name, rule, margin),) if name != restored_name else ()
    )
    lines = tuple(Line(tuple(Word(word) for word in row.split(" ") if word)) for row in source.split("\n"))
    page = OcrPage(1, 0, 0, 0.0, lines)
    restored = RestoredText(source, apply_edits(source, edits), edits)
    return DocumentText((PageReading(page, restored, "text_file"),))


def test_a_name_that_restoration_changed_is_named_for_review() -> None:
    found = extract(document("Ly Thi Mai", "Lý Thị Mai", "english"), Settings())
    (name,) = (field for field in found.fields if field.name == "signer_name")
    assert (name.value, name.raw) == ("Lý Thị Mai", "Ly Thi Mai")
    assert name.confidence <= 0.5
    assert ("signer_low", "signer_name") in {(issue.code, issue.field) for issue in found.issues}


def test_a_name_as_read_or_only_composed_stays_sure() -> None:
    for read, shown, rule in (
        ("Lý Thị Mai", "Lý Thị Mai", ""),
        ("Lý Thị Mai", "Lý Thị  Mai", "unicode:blank"),
    ):
        found = extract(document(read, shown, rule), Settings())
        (name,) = (field for field in found.fields if field.name == "signer_name")
        assert name.confidence > 0.5
