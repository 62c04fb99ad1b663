"""The language model: built from any text, normalised, exact about what it stored, safe when damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.dictionary import FOLDER
from pipeline.errors import ConfigError
from pipeline.restore import build_language_model, corpus, static_table
from pipeline.restore.language_model import LanguageModel, load_model
from pipeline.restore.lexicon import load_lexicon

TEXT = """Ủy ban nhân dân tỉnh ban hành quyết định.
Ủy ban nhân dân huyện ban hành kế hoạch.
Ủy ban nhân dân xã ban hành quyết định, kế hoạch.

Hội đồng nhân dân tỉnh thông qua nghị quyết số 12/NQ-HĐND.
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[LanguageModel, dict[str, int]]:
    folder = tmp_path_factory.mktemp("model")
    (folder / "text.txt").write_text(TEXT * 5, encoding="utf-8")
    build_language_model.main(["--corpus", str(folder / "text.txt"), "--out", str(folder)])
    lines = (folder / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    words = [line.split("\t")[0] for line in lines if not line.startswith("#")][1:]
    return load_model(folder / "language_model.bin"), {word: number for number, word in enumerate(words)}


def score(model: LanguageModel, numbers: list[int]) -> np.ndarray:  # type: ignore[type-arg]
    ids = np.array(numbers, dtype=np.int64)
    zero = np.zeros(1, dtype=np.float32)
    total, first, second = zero, ids[:1], ids[:1]
    _, backoff = model.extend(first, first, zero, second)
    for place in range(1, len(ids)):
        gain, backoff = model.extend(first, second, backoff, ids[place : place + 1])
        total = total + gain
        first, second = second, ids[place : place + 1]
    return total


def test_what_was_seen_scores_higher(small: tuple[LanguageModel, dict[str, int]]) -> None:
    model, number = small
    seen = [number[word] for word in ("<s>", "ủy", "ban", "nhân", "dân")]
    unseen = [number[word] for word in ("<s>", "dân", "ban", "ủy", "nhân")]
    assert score(model, seen)[0] > score(model, unseen)[0] + 3


def test_probabilities_of_a_context_sum_to_one(small: tuple[LanguageModel, dict[str, int]]) -> None:
    model, number = small
    count = len(number)
    one = np.full(count, number["ban"], dtype=np.int64)
    two = np.full(count, number["nhân"], dtype=np.int64)
    _, backoff = model.extend(one, one, np.zeros(count, dtype=np.float32), two)
    gains, _ = model.extend(one, two, backoff, np.arange(count))
    assert np.exp(gains).sum() == pytest.approx(1.0, abs=0.02)


def test_words_of_the_user_count_as_unknown(small: tuple[LanguageModel, dict[str, int]]) -> None:
    model, number = small
    unknown = np.array([number["<unk>"], number["<unk>"]])
    zero = np.zeros(2, dtype=np.float32)
    gains, _ = model.extend(unknown, unknown, zero, np.array([number["<unk>"], 60_000]))
    assert gains[0] == gains[1]


def test_text_shared_with_tests_is_cut() -> None:
    numbering = corpus.Numbering()
    sentence = "một hai ba bốn năm sáu bảy tám chín mười mười một mười hai"
    stream = numbering.encode([f"trước đó {sentence} sau đó\n"])
    tests = numbering.encode([sentence.replace("sáu", "sáu\n")])
    words = np.array([corpus.token_class(token) != corpus.BOUNDARY for token in numbering.numbers])
    cut = corpus.overlapping(stream, tests, words)
    assert cut.tolist() == [False] * 2 + [True] * 14 + [False] * 3


def test_a_damaged_file_is_a_config_error(tmp_path: Path) -> None:
    path = tmp_path / "language_model.bin"
    for content in (b"", b"not a model\n", b'{"format": "sohoa trigrams", "version": 99}\n'):
        path.write_bytes(content)
        load_model.cache_clear()
        with pytest.raises(ConfigError):
            load_model(path)
    with pytest.raises(ConfigError):
        load_model(tmp_path / "absent.bin")


def test_the_shipped_model_is_small_and_fits_its_lexicon() -> None:
    assert (FOLDER / "language_model.bin").stat().st_size <= 12_000_000
    model = load_model()
    assert len(model.unigram) == model.head["words"] == len(load_lexicon().words)


def test_a_static_table_gives_what_was_stored_and_knows_strangers() -> None:
    rng = np.random.default_rng(7)
    keys = np.unique(rng.integers(0, 2**48, 5_000).astype(np.uint64))
    marks = static_table.fingerprints(static_table.mixed(keys, 1)).astype(np.uint32)
    cells = static_table.build(keys, marks, 1)
    assert cells is not None

    def asked(wanted: static_table.Keys) -> int:
        hashes = static_table.mixed(wanted, 1)
        a, b, c = static_table.places(hashes, len(cells) // 3)
        return int(((cells[a] ^ cells[b] ^ cells[c]) == static_table.fingerprints(hashes)).sum())

    assert asked(keys) == len(keys)
    assert asked(keys + np.uint64(2**50)) < 10
