"""Find the places left open for ink in a header (number, day, month), read them, and decide.

`read_slots(page, image)` is what a document needs; `decide_number` and `decide_date` weigh a reading against
all other evidence.
"""

from pipeline.handwriting.decide import (
    DateClues,
    Decision,
    NumberClues,
    decide_date,
    decide_number,
    with_file_name,
)
from pipeline.handwriting.reader import is_sure, read_slot, read_slots
from pipeline.handwriting.slots import Slot, find_slots

__all__ = [
    "DateClues",
    "Decision",
    "NumberClues",
    "Slot",
    "decide_date",
    "decide_number",
    "find_slots",
    "is_sure",
    "read_slot",
    "read_slots",
    "with_file_name",
]
