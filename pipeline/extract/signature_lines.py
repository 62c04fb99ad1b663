"""Single lines of a signature block: powers (`KT. CHỦ TỊCH`) and titles, however a seal has spoilt them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz, process

from pipeline.extract.casing import body_name, sentence_case
from pipeline.extract.columns import POWER
from pipeline.extract.letters import letter_count, plain, upper_share, words_key
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.pieces import Piece

_POWER = regex.compile(
    r"^\W*(?P<code>t\s?[./]?\s?u\s?[./]?\s?q|[t1il]\s?[./]?\s?m|k\s?[./]?\s?t|t\s?[./]?\s?[l1i]|q)\s?[.,/]?\s*(?P<for>.*)$"
)
_CODES = {
    "tuq": "TUQ",
    "tm": "TM",
    "kt": "KT",
    "tl": "TL",
    "q": "Q",
    "1m": "TM",
    "im": "TM",
    "lm": "TM",
    "t1": "TL",
    "ti": "TL",
}
_CONCURRENT = regex.compile(r"\bki[eê]m\b", regex.IGNORECASE)
_MISREAD_CODES = frozenset(("1m", "im", "lm", "t1", "ti"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One power or title of a block; a title has no `code`. `text` is what stands after the power.

    `is_guess` marks a title that its place gives rather than its letters.
    """

    code: str
    text: str
    pieces: tuple[Piece, ...]
    is_guess: bool = False


def clean_line(text: str) -> str:
    """`text` without strokes and specks at its edges."""
    return regex.sub(r"^[^\p{L}\d]+|[^\p{L}\d)]+$", "", text)


def read_entry(piece: Piece, lexicon: Lexicon) -> Entry | None:
    """The power or title that a line in capitals states, or None."""
    text = clean_line(piece.text)
    if (
        len(text) > 70
        or upper_share(text) < 0.7
        or letter_count(text) < 4
        or piece.text.rstrip().endswith(":")
    ):
        return None
    power = _POWER.match(plain(text))
    if power and _is_power(power, lexicon):
        code = _CODES[regex.sub(r"[^a-z0-9]", "", power["code"])]
        return Entry(code, text[power.start("for") :].strip(), (piece,))
    title = known_title(text, lexicon)
    return Entry("", title, (piece,), is_guess=_may_be_deputy(text, title, lexicon)) if title else None


def _may_be_deputy(text: str, title: str, lexicon: Lexicon) -> bool:
    """Letters before a head's title (`ID TRƯỞNG BAN`) may be what a seal has left of `PHÓ`."""
    key, head = words_key(text), words_key(title)
    return key != head and key.endswith(f" {head}") and f"pho {head}" in lexicon.titles


def deputy_of(power: Entry, lexicon: Lexicon) -> str:
    """The title of who signs `KT.`: the deputy of the named head (Nghị định 30/2020/NĐ-CP, Appendix I)."""
    head = lexicon.title_at(words_key(power.text)) if power.code == "KT" else ""
    if head == "bo truong":
        return lexicon.titles["thu truong"]
    return lexicon.titles.get(f"pho {head}", "") if head else ""


def deputy_line(last: Entry, piece: Piece, lexicon: Lexicon) -> Entry | None:
    """Under `KT.` a line like the title of the deputy is that title, however a seal has spoilt it."""
    deputy = deputy_of(last, lexicon)
    if not deputy or upper_share(piece.text) < 0.6:
        return None
    likeness = fuzz.ratio(words_key(piece.text), words_key(deputy))
    return Entry("", deputy, (piece,), is_guess=likeness < 75) if likeness >= 58 else None


def _is_power(power: regex.Match[str], lexicon: Lexicon) -> bool:
    """A power is followed by a dot or slash and then by a title or a body."""
    rest = words_key(power["for"])
    if not rest:
        return False
    marked = bool(POWER.match(power.string.strip()))
    if power["code"].strip() in _MISREAD_CODES and not regex.match(r"\W*\w+\s?[./]", power.string):
        return False
    if power["code"] == "q":
        return marked and bool(lexicon.title_at(rest))
    words = rest.split()
    names_body = any(" ".join(words[:count]) in lexicon.heads for count in (1, 2, 3, 4))
    return (marked and len(rest) > 3) or bool(lexicon.title_at(rest)) or (names_body and len(words) > 1)


def known_title(text: str, lexicon: Lexicon) -> str:
    """`text` with its leading title spelled as in the dictionary, or empty when it has none.

    Marks lost under a seal come back (`PHO CHU TICH`); one or two wrong letters are allowed in a whole line.
    """
    key = words_key(text)
    head = lexicon.title_at(key)
    if head:
        words = regex.findall(r"\S+", text)
        count = len(head.split())
        return " ".join([lexicon.titles[head], *words[count:]])
    if len(key) < 8 or len(key) > 45:
        return ""
    close = process.extractOne(key, lexicon.titles.keys(), scorer=fuzz.ratio, score_cutoff=85)
    return lexicon.titles[close[0]] if close and abs(len(close[0]) - len(key)) <= 3 else ""


def title_in_case(entry: Entry, lexicon: Lexicon) -> str:
    """A title in sentence case: the dictionary's form, then the body it belongs to."""
    words = entry.text.split()
    key = words_key(entry.text)
    head = lexicon.title_at(key)
    if not head:
        return sentence_case(entry.text, lexicon)
    count = len(head.split())
    rest = " ".join(words[count:])
    title = lexicon.titles[head]
    return (
        f"{title} {sentence_case(rest, lexicon) if not _plain_word(rest) else rest.lower()}".strip()
        if rest
        else title
    )


def _plain_word(text: str) -> bool:
    return plain(text) in ("phu trach", "thuong truc", "chuyen trach")


def concurrent_title(entry: Entry, lexicon: Lexicon) -> str:
    """The second office of `GIÁM ĐỐC KIÊM TRƯỞNG BAN`, in sentence case; empty when there is none."""
    parts = _CONCURRENT.split(entry.text, maxsplit=1)
    return title_in_case(Entry("", parts[1].strip(), entry.pieces), lexicon) if len(parts) > 1 else ""


def signing_body(entries: Sequence[Entry], lexicon: Lexicon) -> str:
    """The body the block names: after `TM.`, or after the title (`GIÁM ĐỐC SỞ NỘI VỤ`); empty when none."""
    for entry in entries:
        words = _CONCURRENT.split(entry.text, maxsplit=1)[0].split()
        title = len(lexicon.title_at(words_key(" ".join(words))).split())
        if title == len(words):
            continue
        for start in (title, *range(1, len(words) - 1)):
            rest = " ".join(words[start:])
            if _begins_body(rest, lexicon):
                return body_name(rest, lexicon)
    return ""


def _begins_body(text: str, lexicon: Lexicon) -> bool:
    words = words_key(text).split()
    heads = (" ".join(words[:count]) for count in (1, 2, 3, 4))
    return (
        len(words) > 1
        and not lexicon.title_at(" ".join(words))
        and any(one in lexicon.heads for one in heads)
    )
