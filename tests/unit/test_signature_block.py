"""A signature block is read again from its black ink and without its black seal; all readings count."""

from __future__ import annotations

import numpy as np
from fakes.seals import BLACK, RED, print_of, seal_of, stamped

from pipeline.image.geometry import IDENTITY
from pipeline.model import BBox, CleanPage, Line, PageImage, Word
from pipeline.signature_block import SINGLE_BLOCK_PSM, SPARSE_PSM, Lines, reread_signature

SIZE = (1500, 1300)
PRINT = print_of(SIZE, (700, 560))
SEAL = seal_of(SIZE, (720, 400), 200)
TITLE = Line((Word("CHỦ", BBox(700, 100, 780, 140), 0.9), Word("TỊCH", BBox(790, 100, 880, 140), 0.9)))


def name(text: str, confidence: float) -> Line:
    """A line as it is read in the picture of the block, which begins 25 px above the title."""
    words = text.split()
    boxes = (BBox(180 + 110 * at, 350, 280 + 110 * at, 390) for at in range(len(words)))
    return Line(tuple(Word(word, box, confidence) for word, box in zip(words, boxes, strict=True)))


class Engine:
    """Gives one answer after the other and keeps what it was shown."""

    def __init__(self, *answers: Lines) -> None:
        self.answers = list(answers)
        self.shown: list[tuple[PageImage, int]] = []

    def __call__(self, picture: PageImage, psm: int) -> Lines:
        self.shown.append((picture, psm))
        return self.answers.pop(0)


def read(
    scan: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], engine: Engine, lines: Lines = (TITLE,)
) -> tuple[Lines, tuple[str, ...], Lines]:
    grey = scan if scan.ndim == 2 else scan[:, :, 2]
    cleaned = CleanPage(PageImage(1, grey, 300.0), (), IDENTITY)
    return reread_signature(PageImage(1, scan, 300.0), lines, cleaned, engine)


def texts(lines: Lines) -> list[str]:
    return [line.text for line in lines]


def test_under_a_red_seal_the_black_ink_is_read_and_the_loser_stays_as_a_rival() -> None:
    paper = np.full((*SIZE, 3), 255, np.uint8)
    scan = stamped(stamped(paper, PRINT, BLACK), SEAL, RED)
    engine = Engine((name("Lê Văn An", 0.95),), (name("Lé Vắn Aq", 0.6),))
    merged, notes, rivals = read(scan, engine)
    assert texts(merged) == ["CHỦ TỊCH", "Lê Văn An"] and texts(rivals) == ["Lé Vắn Aq"]
    assert "black ink (red" in notes[0] and len(notes) == 1
    black, brightest = (picture.pixels for picture, _ in engine.shown)
    seal_alone = (SEAL > 200) & (PRINT == 0)
    shown = seal_alone[75 : 75 + black.shape[0], 520:]
    assert black[shown].mean() > 250 > brightest[shown].mean()


def test_a_black_seal_is_taken_off_for_one_more_reading() -> None:
    scan = np.asarray(255 - np.maximum(PRINT, SEAL), np.uint8)
    engine = Engine((name("Văn An", 0.8),), (name("Lê Văn An", 0.9),))
    merged, notes, rivals = read(scan, engine)
    assert texts(merged) == ["CHỦ TỊCH", "Lê Văn An"] and texts(rivals) == ["Văn An"]
    assert "without its black seal" in notes[0]
    (before, _), (after, _) = engine.shown
    assert (after.pixels < 128).sum() < 0.5 * (before.pixels < 128).sum()


def test_print_alone_is_read_once_more_and_sparsely_where_no_name_stands() -> None:
    scan = np.asarray(255 - PRINT, np.uint8)
    engine = Engine((name("# ~", 0.2),), (name("Lê Văn An", 0.9),))
    merged, notes, _ = read(scan, engine)
    assert [psm for _, psm in engine.shown] == [SINGLE_BLOCK_PSM, SPARSE_PSM]
    assert texts(merged) == ["CHỦ TỊCH", "Lê Văn An"] and notes == ()


def test_a_page_without_a_signature_block_is_left_alone() -> None:
    body = Line((Word("Căn", BBox(700, 100, 780, 140), 0.9),))
    engine = Engine()
    assert read(np.full(SIZE, 255, np.uint8), engine, (body,)) == ((body,), (), ())
    assert engine.shown == []
