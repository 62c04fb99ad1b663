"""Lays out a whole document: header, body over as many pages as it needs, recipients and signature."""

from __future__ import annotations

import random

from rendering.header import draw_header
from rendering.page import MM, Ink, Page
from rendering.setting import (
    BOTTOM,
    CENTER,
    LEFT,
    RIGHT,
    TEXT_WIDTH,
    TOP,
    Word,
    centered,
    note,
    set_line,
    underline,
    words,
    wrap,
)
from rendering.source import Decree

INDENT = 28.35  # 10 mm
PARAGRAPH_GAP = 6.0
SIGNATURE_ROOM = 88.0
_STYLES = {"^": "bold", "=": "bold", "~": "italic"}


class Composer:
    """Holds the page being filled and the cursor on it."""

    def __init__(self, decree: Decree) -> None:
        self.decree = decree
        self.pages = [Page(1)]
        self.leading = decree.body_size * 1.24
        self.y = draw_header(self.page, decree)

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def new_page(self) -> None:
        self.pages.append(Page(len(self.pages) + 1))
        y = TOP - 8
        centered(self.page, str(self.page.number), CENTER, y, face=("regular", 13), role="page_number")
        self.y = TOP + 6

    def paragraph(self, text: str, keep: float = 0.0) -> None:
        """Set one paragraph; move to a new page first when `keep` points more would not fit after it."""
        mark, rest = (text[0], text[2:]) if text[:2] in ("^ ", "= ", "~ ") else ("", text)
        indent = 0.0 if mark == "^" else INDENT
        lines = wrap(words(rest, _STYLES.get(mark, "regular")), self.decree.body_size, TEXT_WIDTH, indent)
        if not keep and _is_heading(text):
            keep = 2 * self.leading
        if keep and self.y + len(lines) * self.leading + keep > BOTTOM:
            self.new_page()
        self.y += PARAGRAPH_GAP
        for index, line in enumerate(lines):
            alone = 1 if index == len(lines) - 2 and index > 0 else 0  # no last line alone on a page
            if self.y + (1 + alone) * self.leading > BOTTOM:
                self.new_page()
            self.y += self.leading
            self._line(line, mark, indent if index == 0 else 0.0, is_last=index == len(lines) - 1)

    def _line(self, line: list[Word], mark: str, indent: float, *, is_last: bool) -> None:
        size = self.decree.body_size
        text = " ".join(word.text for word in line)
        if mark == "^":
            centered(self.page, text, CENTER, self.y, face=("bold", size), role="body")
            return
        width = None if is_last else TEXT_WIDTH - indent
        set_line(self.page, line, LEFT + indent, self.y, size=size, width=width)
        note(self.page, text, "body", self.y)


def compose(decree: Decree) -> list[Page]:
    """The pages of `decree`, ready to be drawn."""
    composer = Composer(decree)
    paragraphs = [line.strip() for line in decree.body.strip().splitlines() if line.strip()]
    for paragraph in paragraphs[:-1]:
        composer.paragraph(paragraph)
    composer.paragraph(paragraphs[-1], keep=_closing_height(decree))
    if decree.secretary:
        _minutes_signatures(composer)
    else:
        _signature(composer)
    return composer.pages


def _is_heading(text: str) -> bool:
    return text.startswith("= ") or (text.startswith("*") and text.endswith("*"))


def _closing_height(decree: Decree) -> float:
    signature = 20 + 17 * (len(decree.authority) + 1) + SIGNATURE_ROOM + 20
    recipients = 30 + 13.5 * (len(decree.recipients) + 3)
    return signature + recipients if decree.secretary else max(signature, recipients)


def _signature(composer: Composer) -> None:
    decree, page = composer.decree, composer.page
    top = composer.y + 26
    middle = LEFT + TEXT_WIDTH * 0.745
    y = top
    for index, line in enumerate((*decree.authority, decree.title)):
        y = top + index * 17
        centered(page, line, middle, y, face=("bold", 14), role="sign", column=2)
    _hand(page, decree, middle, y)
    centered(page, decree.signer, middle, y + SIGNATURE_ROOM, face=("bold", 14), role="sign", column=2)
    _recipients(page, decree, top)


def _hand(page: Page, decree: Decree, middle: float, y: float) -> None:
    """Signature and seal; the seal covers the left third of the signature and touches title or name."""
    rng = random.Random(f"hand of {decree.stem}")
    page.inks.append(Ink("signature", middle + 10, y + SIGNATURE_ROOM * 0.47, (decree.signer,), 118))
    if decree.seal:
        x, down = middle - rng.uniform(40, 62), SIGNATURE_ROOM * rng.uniform(0.44, 0.66)
        page.inks.append(Ink("seal", x, y + down, decree.seal, 34 * MM))


def _minutes_signatures(composer: Composer) -> None:
    decree, page = composer.decree, composer.page
    y = composer.y + 26
    left, right = LEFT + TEXT_WIDTH * 0.25, LEFT + TEXT_WIDTH * 0.75
    centered(page, "THƯ KÝ", left, y, face=("bold", 14), role="sign", column=1)
    centered(page, decree.title, right, y, face=("bold", 14), role="sign", column=2)
    page.inks.append(Ink("signature", left, y + SIGNATURE_ROOM * 0.48, (decree.secretary,), 88))
    _hand(page, decree, right, y)
    below = y + SIGNATURE_ROOM
    centered(page, decree.secretary, left, below, face=("bold", 14), role="sign", column=1)
    centered(page, decree.signer, right, below, face=("bold", 14), role="sign", column=2)
    _recipients(page, decree, below + 30)


def _recipients(page: Page, decree: Decree, y: float) -> None:
    if not decree.recipients:
        return
    style = "regular" if decree.is_party else "bold_italic"
    size = 14.0 if decree.is_party else 12.0
    label = "Nơi nhận:"
    set_line(page, [Word("Nơi", style), Word("nhận:", style)], LEFT, y, size=size)
    note(page, label, "recipients", y, column=1)
    if decree.is_party:
        underline(page, LEFT + 28, y + 2.5, 56)
    item_size = 12.0 if decree.is_party else 11.0
    for item in decree.recipients:
        for line in wrap(words(f"- {item}"), item_size, min(TEXT_WIDTH * 0.46, RIGHT - LEFT)):
            y += item_size * 1.2
            set_line(page, line, LEFT, y, size=item_size)
            note(page, " ".join(word.text for word in line), "recipients", y, column=1)
