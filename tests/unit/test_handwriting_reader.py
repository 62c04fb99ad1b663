"""Reading a slot: what is allowed in it, what ink it is, and the network that comes with the product."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import ConfigError
from pipeline.handwriting import is_sure, read_slot, read_slots
from pipeline.handwriting.reader import ALPHABET, INKS, MODEL, VIEWS, ModelNotes, Reader, load_reader
from pipeline.model import BBox, Line, OcrPage, PageImage, SlotReading, Word

NOTES = ModelNotes(version="test", networks=1, temperature={}, sure={"number": 0.9})
PAPER = np.full((120, 300), 255, np.uint8)
BOX = BBox(60, 35, 240, 85)


def says(text: str, ink: str = "handwritten") -> Reader:
    """A reader whose network sees `text` in `ink` on every view."""
    channels = 1 + len(ALPHABET) + len(INKS)

    def network(block: np.ndarray) -> np.ndarray:
        scores = np.zeros((len(block), channels, 2 * len(text) + 1), np.float32)
        scores[:, 0, ::2] = 12
        for index, letter in enumerate(text):
            scores[:, 1 + ALPHABET.index(letter), 2 * index + 1] = 12
        scores[:, 1 + len(ALPHABET) + INKS.index(ink)] = 3
        return scores

    return Reader(network, NOTES)


def test_the_likeliest_digits_come_first_with_their_ink():
    reading = says("574").read(PAPER, BOX, 300, "number")
    assert reading.readings[0][0] == "574" and reading.readings[0][1] > 0.99
    assert (reading.kind, reading.bbox, reading.ink) == ("number", BOX, "handwritten")


def looks(text: str, certainty: float) -> int:
    """How often the network of `says` is asked about one slot when it scores its letters with `certainty`."""
    asked = []
    inner = says(text).network

    def network(block: np.ndarray) -> np.ndarray:
        asked.append(len(block))
        return inner(block) * certainty

    Reader(network, NOTES).read(PAPER, BOX, 300, "number")
    return sum(asked)


def test_a_slot_that_is_clear_at_a_glance_is_looked_at_once():
    assert looks("574", 1.0) == 1


def test_a_doubtful_slot_is_looked_at_from_every_view():
    assert looks("574", 0.3) == len(VIEWS)


def test_a_number_may_carry_a_letter():
    assert says("30c").read(PAPER, BOX, 300, "number").readings[0][0] == "30c"


@pytest.mark.parametrize(("kind", "text"), [("day", "45"), ("month", "13"), ("day", "3b"), ("number", "000")])
def test_what_cannot_stand_in_a_slot_is_not_read(kind, text):
    assert text not in dict(says(text).read(PAPER, BOX, 300, kind).readings)


def test_an_empty_slot_is_blank():
    reading = says("").read(PAPER, BOX, 300, "day")
    assert reading.readings[0][0] == "" and reading.ink == "blank"


def test_stamped_and_printed_ink_are_told_apart():
    assert says("12", "stamped").read(PAPER, BOX, 300, "day").ink == "stamped"
    assert says("12", "printed").read(PAPER, BOX, 300, "day").ink == "printed"


def test_sure_is_what_reaches_the_threshold_of_its_kind():
    def reading(kind: str, probability: float) -> SlotReading:
        return SlotReading(kind, BOX, "printed", (("5", probability),))

    assert is_sure(reading("number", 0.95), NOTES)
    assert not is_sure(reading("number", 0.85), NOTES)
    assert not is_sure(reading("day", 0.95), NOTES), "a kind without a threshold is never sure"
    assert not is_sure(SlotReading("number", BOX, "blank", ()), NOTES)


def test_the_slots_of_a_page_are_found_read_and_weighed_with_ocr():
    words = (("Số:", 480, 545), ("17", 570, 620), ("/QĐ-UBND", 700, 960))
    line = Line(tuple(Word(text, BBox(left, 460, right, 510)) for text, left, right in words))
    page = OcrPage(1, 2480, 3508, 300.0, (line,))
    image = PageImage(1, np.full((3508, 2480), 255, np.uint8), 300.0)
    alone = says("17", "printed").read(image.pixels, BBox(545, 460, 700, 510), 300, "number")
    (found,) = read_slots(page, image, says("17", "printed"))
    assert found.readings[0][0] == "17"
    assert found.readings[0][1] > alone.readings[0][1]


def test_a_missing_network_is_a_broken_installation(tmp_path: Path):
    with pytest.raises(ConfigError, match="digit network"):
        load_reader(tmp_path / "nothing.onnx")


def test_a_spoiled_network_is_a_broken_installation(tmp_path: Path):
    (tmp_path / "digits.onnx").write_bytes(b"not a network")
    (tmp_path / "digits.json").write_text('{"version": "1", "networks": 1, "temperature": {}, "sure": {}}')
    with pytest.raises(ConfigError, match="digit network"):
        load_reader(tmp_path / "digits.onnx")


# --- the network that comes with the product --------------------------------------------------------


def test_the_shipped_network_is_small_and_tells_its_training_and_licence():
    notes = load_reader(MODEL).notes
    assert MODEL.stat().st_size <= 2_000_000
    assert notes.training["from"] and notes.licence
    assert set(notes.sure) == set(notes.temperature) == {"number", "day", "month"}
    assert len(VIEWS) * notes.networks <= 4, "a slot is to be read in about three milliseconds"


@pytest.mark.parametrize(
    ("text", "kind"), [("27", "day"), ("358", "number"), ("2094", "number"), ("9", "month")]
)
def test_the_shipped_network_reads_plain_print(text, kind):
    page = Image.new("L", (420, 160), "white")
    ImageDraw.Draw(page).text((150, 60), text, font=ImageFont.load_default(46), fill=0)
    box = BBox(140, 60, 160 + 27 * len(text), 110)
    assert read_slot(np.asarray(page, np.uint8), box, 300, kind).readings[0][0] == text


def test_the_shipped_network_sees_that_paper_is_blank():
    assert read_slot(PAPER, BOX, 300, "number").ink == "blank"


def test_unusually_long_numbers_need_clearer_ink():
    """A slash beside the number looks like a 1: "2314/" is not 23141."""
    reading = says("23141").read(PAPER, BOX, 300, "number")
    shorter = says("2314").read(PAPER, BOX, 300, "number")
    assert reading.readings[0][0] == "23141"
    assert reading.readings[0][1] < shorter.readings[0][1]
