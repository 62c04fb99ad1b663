"""Channels are learned from pairs of texts and find the words behind garbled tokens."""

from __future__ import annotations

from pathlib import Path

from pipeline.restore import build_channel
from pipeline.restore.aligned_pairs import groups
from pipeline.restore.channel import LOWER, TITLE, UPPER, load_channel
from pipeline.restore.lexicon import load_lexicon


def found(token: str, case: str, language: str = "eng") -> list[str]:
    lexicon = load_lexicon()
    ids, _ = load_channel(language, lexicon).candidates(token, case)
    return [lexicon.words[number] for number in ids.tolist()]


def test_the_true_word_is_among_the_candidates() -> None:
    assert "những" in found("nhitng", LOWER)
    assert "của" in found("ctia", LOWER)
    assert "xã" in found("x4", LOWER)
    assert "hđnd" in found("HBND", UPPER)
    assert "đảng" in found("Dang", TITLE)


def test_acronyms_are_candidates_for_capitals_only() -> None:
    assert "ubnd" in found("UBND", UPPER)
    assert "ubnd" not in found("ubnd", LOWER)


def test_variants_differ_in_marks_only() -> None:
    lexicon = load_lexicon()
    ids, scores = load_channel("vie", lexicon).variants("quyét", LOWER)
    words = dict(zip((lexicon.words[number] for number in ids.tolist()), scores.tolist(), strict=True))
    assert "quyết" in words
    assert max(words, key=words.__getitem__).startswith("quy")
    assert set(words) <= {"quyet", "quyét", "quyết", "quyệt"}


def test_groups_end_where_both_texts_have_a_blank() -> None:
    pairs = [
        (group.truth, group.observed) for group in groups("xây dựng nông thôn mới", "xdy dyng néngthon m 6i")
    ]
    assert pairs == [
        (("xây",), ("xdy",)),
        (("dựng",), ("dyng",)),
        (("nông", "thôn"), ("néngthon",)),
        (("mới",), ("m", "6i")),
    ]


def test_a_channel_is_learned_from_page_texts(tmp_path: Path) -> None:
    truth = "xã hội của tỉnh\n" * 20
    (tmp_path / "page.gt").write_text(truth, encoding="utf-8")
    (tmp_path / "page.eng.txt").write_text("x4 héi cia tinh\n" * 20, encoding="utf-8")
    (tmp_path / "test_page.gt").write_text(truth, encoding="utf-8")
    (tmp_path / "test_page.eng.txt").write_text("zz zz zz zz\n" * 20, encoding="utf-8")
    build_channel.main(["--pairs", str(tmp_path), "--language", "eng", "--out", str(tmp_path)])
    letters = (tmp_path / "channel_eng_letters.tsv").read_text(encoding="utf-8")
    assert "ã\t4\t" in letters
    assert "ộ\té\t" in letters
    assert "z" not in letters.split("log_probability\n")[1]
    assert "xã\tx4\t20\t20" in (tmp_path / "channel_eng_words.tsv").read_text(encoding="utf-8")
