"""The head of page one: State layout of Nghị định 30/2020/NĐ-CP, Party layout of Hướng dẫn 36-HD/VPTW."""

from __future__ import annotations

from rendering.page import Ink, Page, text_width
from rendering.setting import (
    CENTER,
    LEFT,
    RIGHT,
    TEXT_WIDTH,
    TOP,
    Slot,
    balanced,
    centered,
    note,
    set_line,
    slotted,
    underline,
    words,
    wrap,
)
from rendering.source import Decree

_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"


def draw_header(page: Page, decree: Decree) -> float:
    """Set everything above the body; returns the y below which the body may start."""
    left = LEFT - 6 + decree.column_width * TEXT_WIDTH / 2
    below_issuer = _issuer(page, decree, left)
    below_state = _party_title(page) if decree.is_party else _state_title(page)
    baseline = max(below_issuer, below_state) + 20
    _number(page, decree, left, baseline)
    if decree.date is not None:
        _date(page, decree, baseline)
    y = _subject(page, decree, left, baseline)
    y = _addressees(page, decree, y)
    if decree.arrival:
        _arrival(page, decree, y - 34)
    return y


def _issuer(page: Page, decree: Decree, middle: float) -> float:
    y = TOP + 2
    size = 13.0 if decree.is_party else 12.0
    for line in decree.parent_lines:
        y += size * 1.18
        centered(page, line, middle, y, face=("regular", size), role="parent", column=1)
    for line in decree.issuer_lines:
        y += size * 1.18
        centered(page, line, middle, y, face=("bold", size), role="issuer", column=1)
    if decree.is_party:
        y += 14
        centered(page, "*", middle, y, face=("regular", 14), role="mark", column=1)
        return y - 4
    width = text_width(decree.issuer_lines[-1], "bold", size)
    underline(page, middle, y + 5, width * 0.42)
    return y + 5


def _state_title(page: Page) -> float:
    middle = RIGHT - text_width(_STATE, "bold", 12) / 2
    y = TOP + 2 + 12 * 1.18
    centered(page, _STATE, middle, y, face=("bold", 12), role="state", column=2)
    y += 16.5
    width = centered(page, _MOTTO, middle, y, face=("bold", 13), role="motto", column=2)
    underline(page, middle, y + 4.5, width)
    return y + 5


def _party_title(page: Page) -> float:
    width = text_width(_PARTY, "bold", 15)
    middle = RIGHT - width / 2 - 8
    y = TOP + 2 + 13 * 1.18
    centered(page, _PARTY, middle, y, face=("bold", 15), role="state", column=2)
    underline(page, middle, y + 5, width)
    return y + 5


def _number(page: Page, decree: Decree, middle: float, baseline: float) -> None:
    slot = Slot(decree.number, "number" in decree.ink)
    start = "Số " if decree.is_party else "Số: "
    rest = decree.number_symbol.removeprefix(decree.number)
    size = 14.0 if decree.is_party else 13.0
    slotted(page, (start, slot, rest), middle, baseline, face=("regular", size), role="number")


def _date(page: Page, decree: Decree, baseline: float) -> None:
    assert decree.date is not None
    before, after = f"{decree.place}, {decree.date_words('|')}".split("|")
    slot = Slot(f"{decree.date.day:02d}", "day" in decree.ink)
    size = 14.0 if decree.is_party else 13.0
    middle = RIGHT - text_width(_STATE, "bold", 12) / 2
    slotted(page, (before, slot, after), middle, baseline, face=("italic", size), role="date")


def _subject(page: Page, decree: Decree, left: float, baseline: float) -> float:
    if decree.is_letter:
        return _letter_subject(page, decree, left, baseline)
    return _title(page, decree, baseline)


def _letter_subject(page: Page, decree: Decree, middle: float, baseline: float) -> float:
    style = "italic" if decree.is_party else "regular"
    for line in balanced(words(decree.subject, style), 12, decree.column_width * TEXT_WIDTH):
        baseline += 14.5
        text = " ".join(word.text for word in line)
        centered(page, text, middle, baseline, face=(style, 12), role="subject", column=1)
    return baseline


def _title(page: Page, decree: Decree, baseline: float) -> float:
    y = baseline + 34
    size = 15.0 if decree.is_party else 14.0
    centered(page, decree.type, CENTER, y, face=("bold", size), role="title")
    for line in balanced(words(decree.subject, "bold"), 14, TEXT_WIDTH * 0.86):
        y += 17.5
        text = " ".join(word.text for word in line)
        centered(page, text, CENTER, y, face=("bold", 14), role="subject")
    if decree.is_party:
        y += 15
        centered(page, "-----", CENTER, y, face=("regular", 14), role="mark")
    else:
        underline(page, CENTER, y + 6, TEXT_WIDTH * 0.22)
    return y + 6


def _addressees(page: Page, decree: Decree, y: float) -> float:
    if not decree.addressees:
        return y + 6
    y += 30
    if len(decree.addressees) == 1:
        text = f"Kính gửi: {decree.addressees[0]}"
        centered(page, text, CENTER + 20, y, face=("regular", 14), role="addressee")
        return y + 6
    x = LEFT + TEXT_WIDTH * 0.17
    set_line(page, words("Kính gửi:"), x, y, size=14)
    note(page, "Kính gửi:", "addressee", y)
    x += text_width("Kính gửi: ", "regular", 14)
    last = len(decree.addressees) - 1
    for index, name in enumerate(decree.addressees):
        for line in wrap(words(f"- {name}{'.' if index == last else ';'}"), 14, RIGHT - x):
            y += 17
            set_line(page, line, x, y, size=14)
            note(page, " ".join(word.text for word in line), "addressee", y)
    return y + 6


def _arrival(page: Page, decree: Decree, y: float) -> None:
    arrival = decree.arrival
    lines = (arrival["body"], arrival["number"], arrival["date"])
    page.inks.append(Ink("arrival", LEFT - 64, y, lines))
