"""The signature block read again: from its black ink alone, and where the seal itself is black, without it.

An engine takes a seal or a signature for a picture and drops the name and the title beneath. All readings of
a name are evidence: those that lose stay as rivals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pipeline.image import Inks, black_layer, find_seal, survey_inks, without_seal
from pipeline.model import BBox, CleanPage, Line, PageImage
from pipeline.ocr import merge_readings, names_in, order_lines, signature_zone
from pipeline.placing import moved
from pipeline.syllable import is_legal
from pipeline.timing import stage

SINGLE_BLOCK_PSM = 6
SPARSE_PSM = 11
LEAST_SURE = 0.5  # confidence of a word by which a row of print is known

Lines = tuple[Line, ...]
Look = Callable[[PageImage, int], Lines]  # a reading of a picture in a page segmentation mode


def reread_signature(
    scan: PageImage, lines: Lines, cleaned: CleanPage, look: Look
) -> tuple[Lines, tuple[str, ...], Lines]:
    """`lines` of the clean page with better ones where a signature block stands, notes on what was done, and
    the lines that lost. Raises what `look` raises.
    """
    height, width = cleaned.image.pixels.shape[:2]
    zone = signature_zone(lines, width, height)
    if zone is None:
        return lines, (), ()
    with stage("reread"):
        inks = survey_inks(scan.pixels)
        block = black_layer(scan, cleaned, zone, inks)
        notes = _coloured(inks)
        pictures = [block]
        if notes:
            # Where the layers come apart badly, the brightest channel is a second witness.
            pictures.append(black_layer(scan, cleaned, zone, None))
        found = [look(picture, SINGLE_BLOCK_PSM) for picture in pictures]
        unsealed = None if inks and inks.red else _unsealed(block, found[0])
        if unsealed:
            block, note = unsealed
            found.append(look(block, SINGLE_BLOCK_PSM))
            notes = (*notes, note)
        merged = lines
        for reading in found:
            merged = order_lines(merge_readings(merged, _placed(reading, zone), zone))
        if not names_in(merged, zone):
            # Between seal and strokes the engine finds blocks badly; sparse text asks for none.
            names = names_in(_placed(look(block, SPARSE_PSM), zone), zone)
            merged = order_lines(merge_readings(merged, names, zone))
    placed = (line for reading in found for line in _placed(reading, zone))
    return merged, notes, tuple(line for line in (*lines, *placed) if line not in merged)


def _coloured(inks: Inks | None) -> tuple[str, ...]:
    """What a page tells of its coloured inks; nothing for a page of print."""
    if inks is None or not (inks.red or inks.blue):
        return ()
    shares = f"red {inks.red_share:.2%}, blue {inks.blue_share:.2%}"
    return (f"signature block read again from its black ink ({shares} of the page)",)


def _unsealed(block: PageImage, found: Lines) -> tuple[PageImage, str] | None:
    """`block` without its black seal, and a note; None where there is none. `found` is what was read in it.

    What lies under a seal at the height of a word that was read for certain is print too.
    """
    seal = find_seal(block.pixels, block.dpi)
    if seal is None:
        return None
    words = [word for line in found for word in line.words if word.confidence >= LEAST_SURE]
    rows = [
        word.bbox for word in words if word.bbox and len(word.text) > 1 and is_legal(word.text.strip(".,:"))
    ]
    without = replace(block, pixels=without_seal(block.pixels, seal, block.dpi, rows))
    return without, f"signature block read again without its black seal ({seal.support:.0%} of a ring)"


def _placed(lines: Lines, zone: BBox) -> Lines:
    """`lines` of the part `zone`, with boxes on the page."""
    return tuple(moved(line, partial(_shift, zone)) for line in lines)


def _shift(zone: BBox, box: BBox) -> BBox:
    return BBox(box.left + zone.left, box.top + zone.top, box.right + zone.left, box.bottom + zone.top)
