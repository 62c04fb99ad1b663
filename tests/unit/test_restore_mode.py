"""The mode is found from the letters, with a reason; a long line may differ from its page."""

from __future__ import annotations

import pytest

from pipeline.restore.mode import detect_mode, line_modes

VIETNAMESE = "Ủy ban nhân dân tỉnh ban hành kế hoạch phát triển kinh tế xã hội năm nay"
STRIPPED = "Uy ban nhan dan tinh ban hanh ke hoach phat trien kinh te xa hoi nam nay"
GARBLED = "Uy ban nhén dan tinh ban hanh ké hoach phat trién kinh té x4 héi nim nay cia tinh"
ENGLISH = "The committee of the province has issued a plan for economic and social development this year"


@pytest.mark.parametrize(
    ("text", "mode"),
    [(VIETNAMESE, "vietnamese"), (STRIPPED, "stripped"), (GARBLED, "english"), (ENGLISH, "vietnamese")],
)
def test_mode_is_found(text: str, mode: str) -> None:
    decision = detect_mode(text)
    assert decision.mode == mode
    assert decision.reason


def test_foreign_text_says_that_there_is_nothing_to_restore() -> None:
    assert "not Vietnamese" in detect_mode(ENGLISH).reason


def test_text_without_words_is_left() -> None:
    assert detect_mode("12/3 -- 4.5\n\n").mode == "vietnamese"


def test_a_stripped_line_on_a_vietnamese_page_has_its_own_mode() -> None:
    text = "\n".join((VIETNAMESE, VIETNAMESE, STRIPPED, VIETNAMESE))
    modes = [
        (text[start:end].strip("\n"), decision.mode) for start, end, decision in line_modes(text, "auto")
    ]
    assert modes == [
        (f"{VIETNAMESE}\n{VIETNAMESE}", "vietnamese"),
        (STRIPPED, "stripped"),
        (VIETNAMESE, "vietnamese"),
    ]


def test_stretches_cover_the_text() -> None:
    text = f"\n{STRIPPED}\n\n{VIETNAMESE}\n"
    stretches = list(line_modes(text, "auto"))
    assert "".join(text[start:end] for start, end, _ in stretches) == text


def test_a_chosen_mode_holds_for_everything() -> None:
    (stretch,) = line_modes(VIETNAMESE, "english")
    assert stretch[2].mode == "english"
