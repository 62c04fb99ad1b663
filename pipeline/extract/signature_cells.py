"""From signature blocks and lists of recipients to cells and records."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.casing import body_name, sentence_case
from pipeline.extract.cells import Cells
from pipeline.extract.copies import CopyBlock, count_annexes, first_annex
from pipeline.extract.letters import words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.pieces import Frame, Piece
from pipeline.extract.recipients import Recipient
from pipeline.extract.signature import Block, find_blocks
from pipeline.extract.signature_lines import (
    Entry,
    concurrent_title,
    deputy_of,
    signing_body,
    title_in_case,
)
from pipeline.extract.signer_name import SignerName, signer_name
from pipeline.model import BBox, Record, Span, as_pairs

_SECRETARY = "thu ky"
_NEAR_LIST = 45  # pieces between `Nơi nhận` and the block that stands beside it


def signature_cells(
    cells: Cells,
    pieces: Sequence[Piece],
    areas: dict[int, Frame],
    copy: CopyBlock | None,
    *,
    lexicon: Lexicon,
) -> tuple[Record, ...]:
    """Add the signer's cells; returns the rows of signers.csv, the signer first."""
    blocks = find_blocks(pieces, areas, lexicon)
    start_of_copy = copy.start if copy else len(pieces)
    own = [block for block in blocks if block.start < start_of_copy]
    signer = _choose(own, pieces, areas)
    _signer(cells, signer, lexicon)
    _status(cells, signer)
    if copy:
        cells.add("copy_form", copy.form, "copy_mark", 0.85, pieces=(copy.mark,))
    if signer:
        annexes = count_annexes(pieces, areas, signer.end + 1)
        cells.add("attachments_count", str(annexes), "annex_headings", 0.7)
    rows = [(signer, "signer")] if signer else []
    for block in own:
        if signer and block is not signer and block.name and abs(block.start - signer.start) < _NEAR_LIST:
            rows.append((block, _role(block)))
    rows += [(one, "copy_signer") for one in blocks if one.start >= start_of_copy and one.name]
    return tuple(
        _record(block, role, signer_name(cells.document, block, lexicon), lexicon) for block, role in rows
    )


def _role(block: Block) -> str:
    title = block.title
    return "secretary" if title and words_key(title.text).startswith(_SECRETARY) else "co_signer"


def _choose(blocks: Sequence[Block], pieces: Sequence[Piece], areas: dict[int, Frame]) -> Block | None:
    """The block beside `Nơi nhận`, with a name, before the annexes, right column before left."""
    lists = [i for i, piece in enumerate(pieces) if piece.key.startswith("noi nhan")]
    last_named = max((block.end for block in blocks if block.name), default=0)
    border = first_annex(
        pieces, areas, min((block.start for block in blocks if block.name), default=last_named)
    )

    def weight(block: Block) -> tuple[float, int]:
        score = 4.0 + min(4.0, block.name.score) if block.name else 0.0
        score += 3.0 * any(abs(block.start - at) <= _NEAR_LIST for at in lists)
        score += 1.0 * bool(block.powers) - 4.0 * (block.start > border)
        score -= 3.0 * (block.side == "left")
        return score, -block.start

    signing = [block for block in blocks if _role(block) != "secretary"]
    best = max(signing, key=weight, default=None)
    return best if best and weight(best)[0] > 2.5 else None


def _signer(cells: Cells, block: Block | None, lexicon: Lexicon) -> None:
    if block is None:
        cells.add("signer_name", "", "no_signature_block", 0.3)
        cells.add("signer_title", "", "no_signature_block", 0.3)
        cells.add("signing_authority", "", "no_signature_block", 0.3)
        cells.doubt("signer_low", "no signature block found", "signer_name")
        return
    _name(cells, block, lexicon)
    _title(cells, block, lexicon)
    powers = block.powers
    if powers:
        power = powers[0]
        ocr = min(piece.confidence for piece in power.pieces)
        cells.add(
            "signing_authority", power.code, "power_line", 0.95 * min(1.0, ocr + 0.2), pieces=power.pieces
        )
        cells.add(
            "signing_for", signing_for(power.text, lexicon), "power_line", 0.9 * ocr, pieces=power.pieces
        )
    else:
        cells.add("signing_authority", "", "no_power_line", 0.75, pieces=block.entries[0].pieces)


def _name(cells: Cells, block: Block, lexicon: Lexicon) -> None:
    signer = signer_name(cells.document, block, lexicon)
    if signer is None or block.name_piece is None:
        cells.add("signer_name", "", "no_name_under_title", 0.25)
        page = block.entries[0].pieces[0].page_number
        cells.doubt("signer_low", "no name under the title", "signer_name", page)
        return
    cells.add(
        "signer_name",
        signer.name,
        signer.rule,
        signer.confidence,
        pieces=(block.name_piece,),
        alternatives=signer.alternatives,
    )
    if not signer.is_sure:
        page = block.name_piece.page_number
        cells.doubt("signer_low", "the spelling of the name is not certain", "signer_name", page)


def signing_for(text: str, lexicon: Lexicon) -> str:
    """Whom the signer stands for, in sentence case: `Chủ tịch`, `Ủy ban nhân dân`."""
    head = lexicon.title_at(words_key(text))
    if head and head == words_key(text):
        return lexicon.titles[head]
    return body_name(text, lexicon) if not head else sentence_case(text, lexicon)


def _title(cells: Cells, block: Block, lexicon: Lexicon) -> None:
    title = block.title
    if title is not None:
        text = ("Q. " if title.code == "Q" else "") + title_in_case(title, lexicon)
        ocr = min(piece.confidence for piece in title.pieces)
        known = bool(lexicon.title_at(words_key(title.text)))
        sure = (0.93 if known else 0.6) * min(1.0, ocr + 0.15)
        if title.is_guess or block.is_crowded or not _is_printed(title):
            sure = min(sure, 0.5)
        cells.add("signer_title", text, "last_title_line", sure, pieces=title.pieces)
        return
    deputy = deputy_of(block.entries[-1], lexicon)
    if deputy:
        cells.add("signer_title", deputy, "power_implies_deputy", 0.45, pieces=block.powers[-1].pieces)
        cells.doubt("signer_low", "the title line under KT. was not read", "signer_title")
        return
    cells.add("signer_title", "", "no_title_line", 0.5, pieces=block.entries[-1].pieces)


def _is_printed(title: Entry) -> bool:
    """True when the page has the letters of `title`; marks and blanks are lost without harm."""
    printed = "".join(piece.key for piece in title.pieces).replace(" ", "")
    return words_key(title.text).replace(" ", "") in printed


def _status(cells: Cells, block: Block | None) -> None:
    digital = any(one.name == "digital_signature_time" and one.value for one in cells.fields)
    if digital:
        cells.add("signature_status", "digital", "signature_caption", 0.8)
    elif block and block.is_typed:
        cells.add("signature_status", "typed_copy", "typed_signature_words", 0.9)
    elif block and block.has_ink and block.name:
        cells.add("signature_status", "wet", "ink_above_name", 0.6)
    else:
        # "unknown" claims nothing, so there is nothing to doubt.
        cells.add("signature_status", "unknown", "no_sign_of_it", 1.0)


# --- records ------------------------------------------------------------------------------------------------


def _record(block: Block, role: str, signer: SignerName | None, lexicon: Lexicon) -> Record:
    parts = [piece for entry in block.entries for piece in entry.pieces]
    parts += [block.name_piece] if block.name_piece else []
    title = block.title
    power = block.powers[0] if block.powers else None
    first = parts[0]
    values = {
        "role": role,
        "name": block.name.name if block.name else "",
        "title": title_in_case(title, lexicon) if title else "",
        "authority": power.code if power else "",
        "signing_for": signing_for(power.text, lexicon) if power else "",
        "concurrent_title": concurrent_title(title, lexicon) if title else "",
        "body": signing_body(block.entries, lexicon),
        "name_score": f"{block.name.score:g}" if block.name else "",
        "proposed_name": signer.name if signer and signer.name != signer.as_read else "",
    }
    return Record(
        table="signers",
        values=as_pairs(values),
        raw=" / ".join(piece.text for piece in parts),
        span=Span(min(piece.span.start for piece in parts), max(piece.span.end for piece in parts)),
        page_number=first.page_number,
        line_number=first.line_number,
        bbox=BBox.union(
            piece.bbox for piece in parts if piece.bbox and piece.page_number == first.page_number
        ),
        confidence=round(signer.confidence, 3) if signer else 0.0,
        rule=f"{block.side}_column_block",
    )


def recipient_cells(
    cells: Cells, addressees: Sequence[Recipient], places: Sequence[Recipient]
) -> tuple[Record, ...]:
    """Add `addressees`; returns the rows of recipients.csv."""
    if addressees:
        joined = "; ".join(one.name for one in addressees)
        ocr = min(one.piece.confidence for one in addressees)
        cells.add(
            "addressees", joined, "addressee_list", 0.85 * ocr, pieces=[one.piece for one in addressees]
        )
    return tuple(
        Record(
            table="recipients",
            values=as_pairs(
                {
                    "list": one.list_name,
                    "ordinal": one.ordinal,
                    "name": one.name,
                    "purpose": one.purpose,
                    "codes": "; ".join(one.codes),
                }
            ),
            raw=one.piece.text,
            span=one.piece.span,
            page_number=one.piece.page_number,
            line_number=one.piece.line_number,
            bbox=one.piece.bbox,
            confidence=round(0.9 * one.piece.confidence, 3),
            rule=f"{one.list_name}_list",
        )
        for one in (*addressees, *places)
    )
