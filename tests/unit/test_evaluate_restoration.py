"""The counts behind the restoration figures."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from pipeline.evaluate.restoration import Score, compare, evaluate, found_lines, read_pairs, words


def test_words_are_canonical_without_their_punctuation() -> None:
    assert words("- Tỉnh uỷ, (khoá) XIV; — . ¬") == ["Tỉnh", "ủy", "khóa", "XIV"]


def test_lines_that_ocr_lost_are_not_counted() -> None:
    lines = ["xây dựng nông thôn mới", "giảm nghèo bền vững", ""]
    assert list(found_lines(lines, "xdy dung nong thon moi")) == [0]


def test_a_word_made_wrong_is_harm_and_a_word_made_right_is_not() -> None:
    score = compare("tổ chức thực hiện tốt", "tố chức thực hiện tốt", "tổ chức thục hiện tốt")
    assert score == Score(words=5, right_before=4, right_after=4, harmed=1)


def test_scores_add_up() -> None:
    assert Score(5, 4, 3, 1) + Score(1, 1, 1, 0) == Score(6, 5, 4, 1)


def test_only_test_pages_of_an_archive_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "pairs.tar.xz"
    with tarfile.open(archive, "w:xz") as files:
        for name, text in (("test_a_d0.gt", "tỉnh"), ("test_a_d0.eng.txt", "tinh"), ("train_b_d0.gt", "xã")):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            files.addfile(member, io.BytesIO(text.encode()))
    assert read_pairs(archive) == {"test_a_d0": {"gt": "tỉnh", "eng": "tinh"}}


def test_absent_data_is_skipped_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path) == {}
    assert "skipped" in capsys.readouterr().out
