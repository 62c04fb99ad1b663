"""The name of a signature block with what speaks for it: its letters, its place, where it stands again."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marks import signing_persons
from pipeline.extract.name_evidence import SURE, weigh_name
from pipeline.extract.name_readings import name_readings
from pipeline.extract.names import PersonName
from pipeline.extract.pieces import Piece
from pipeline.extract.signature import Block
from pipeline.model import DocumentText

# How sure it is that a line at the place of the name is a name, by the score of `read_name`.
_IS_NAME = ((4.0, 1.0), (3.0, 0.95), (2.0, 0.9), (-9.0, 0.6))
_IS_TYPED_NAME = ((2.0, 0.97), (-9.0, 0.6))
_PARTLY_READ = 0.3


@dataclass(frozen=True, slots=True)
class SignerName:
    """The likeliest spelling of a signer's name and its probability; `as_read` is what the page has."""

    name: str
    as_read: str
    confidence: float
    alternatives: tuple[str, ...]
    rule: str

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE and self.name == self.as_read


def signer_name(document: DocumentText, block: Block, lexicon: Lexicon) -> SignerName | None:
    """The name in `block`, weighed; None where the block has none."""
    if block.name is None or block.name_piece is None:
        return None
    return _weighed(document, block.name, block.name_piece, lexicon)


def _weighed(document: DocumentText, read: PersonName, piece: Piece, lexicon: Lexicon) -> SignerName:
    captions = (caption for page in document.pages for caption in page.captions)
    readings = name_readings(document, piece, read.name, signing_persons(captions, lexicon))
    weighed = weigh_name(readings, lexicon)
    in_capitals = read.name.isupper()
    name = weighed.name.upper() if in_capitals else weighed.name
    if name.casefold() == read.name.casefold():
        name = read.name
    steps = _IS_NAME if piece.bbox is not None else _IS_TYPED_NAME
    is_name = next(share for least, share in steps if read.score >= least)
    rule = "name_under_title" if name == read.name else "name_marks_weighed"
    confidence = weighed.probability * is_name
    # Two syllables without a surname are a middle and a given name: the rest was lost.
    if read.is_partial or (not read.surname_known and len(read.name.split()) == 2):
        rule, confidence = "name_partly_read", min(confidence, _PARTLY_READ)
    return SignerName(name, read.name, confidence, weighed.alternatives, rule)
