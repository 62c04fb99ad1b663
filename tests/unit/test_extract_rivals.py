"""A name read twice: the reading that lost its place still speaks for a spelling."""

from pipeline.config import Settings
from pipeline.extract import extract
from pipeline.model import BBox, DocumentText, Line, OcrPage, PageReading, RestoredText, Word


def line(text: str, top: int, *, confidence: float = 0.96) -> Line:
    words, left = [], 1500
    for word in text.split():
        words.append(Word(word, BBox(left, top, left + 25 * len(word), top + 50), confidence))
        left += 25 * len(word) + 20
    return Line(tuple(words))


def signed(name: Line, *rivals: Line) -> DocumentText:
    lines = (line("GIÁM ĐỐC", 2000), name)
    page = OcrPage(1, 2480, 3508, 300.0, lines, "tesseract 5", rivals)
    return DocumentText((PageReading(page, RestoredText(page.text, page.text), "ocr"),))


def name_of(document: DocumentText) -> tuple[str, tuple[str, ...]]:
    (field,) = (one for one in extract(document, Settings()).fields if one.name == "signer_name")
    return field.value, field.alternatives


def test_of_two_readings_the_likelier_name_is_given_and_the_other_kept_beside() -> None:
    value, others = name_of(signed(line("Lê Hữu Tuân", 2400), line("Lê Hữu Tuấn", 2402)))
    assert value == "Lê Hữu Tuấn"
    assert "Lê Hữu Tuân" in others


def test_a_reading_of_another_place_or_of_other_letters_says_nothing() -> None:
    elsewhere, other = line("Lê Hữu Tuấn", 2800), line("Lê Hữu Toàn", 2402)
    assert name_of(signed(line("Lê Hữu Tuân", 2400), elsewhere, other))[0] == "Lê Hữu Tuân"
