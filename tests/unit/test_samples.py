"""The samples in samples/: documents, texts and truth belong together, and rendering repeats itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TRUTH: list[dict[str, Any]] = json.loads((SAMPLES / "ground_truth.json").read_text(encoding="utf-8"))
LARGEST_BYTES = 6_000_000
NAMES = [entry["file"] for entry in TRUTH]


def printed_text(entry: dict[str, Any]) -> str:
    path = SAMPLES / "texts" / f"{Path(entry['file']).stem}.txt"
    return re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))


def test_every_document_has_a_truth_and_every_truth_a_document() -> None:
    assert sorted(NAMES) == sorted(path.name for path in (SAMPLES / "documents").iterdir())


def test_every_document_has_a_source_and_a_text() -> None:
    stems = sorted(Path(name).stem for name in NAMES)
    assert stems == sorted(path.stem for path in (SAMPLES / "source").glob("*.toml"))
    assert stems == sorted(path.stem for path in (SAMPLES / "texts").iterdir())


def test_the_samples_stay_small_enough_for_the_repository() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file() and "cache" not in str(path)]
    assert sum(path.stat().st_size for path in files) <= LARGEST_BYTES


def test_the_samples_show_every_kind_of_file() -> None:
    assert {Path(name).suffix for name in NAMES} == {".pdf", ".tif", ".png", ".jpg", ".txt"}
    kinds = {"scan", "photo", "born-digital", "bad-text-layer", "garbled-text", "text"}
    assert {entry["kind"] for entry in TRUTH} == kinds


@pytest.mark.parametrize("entry", TRUTH, ids=NAMES)
def test_what_the_truth_says_stands_in_the_printed_text(entry: dict[str, Any]) -> None:
    text = printed_text(entry)
    wanted = [entry[key] for key in ("doc_number", "doc_type", "subject", "signer_name", "signer_title")]
    if entry["kind"] != "garbled-text":  # there the day is lost in the file, not on the paper
        wanted.append(entry["issue_date_text"])
    if entry["doc_type"] == "CÔNG VĂN":  # a letter prints no name of its type
        wanted.remove("CÔNG VĂN")
    wanted += [one["event"] for one in entry["anniversaries"]]
    wanted += [one["number_symbol"] for one in entry["references"]]
    assert [value for value in wanted if value and value not in text] == []


def test_citations_inside_the_batch_agree_with_the_document_cited() -> None:
    cited = {entry["file"]: (entry["doc_number"], entry["issue_date"]) for entry in TRUTH}
    links = [one for entry in TRUTH for one in entry["references"] if one["resolves_to"]]
    assert len(links) >= 5
    assert all(cited[one["resolves_to"]] == (one["number_symbol"], one["date"]) for one in links)


@pytest.fixture(scope="module")
def renderer() -> list[str]:
    """The command that renders; skips where it cannot give the committed bytes."""
    command = [sys.executable, str(SAMPLES / "render.py")]
    asked = subprocess.run([*command, "--versions"], capture_output=True, text=True, check=False)
    if asked.returncode:
        pytest.skip(f"the samples cannot be rendered here: {asked.stderr.strip()}")
    if json.loads(asked.stdout) != json.loads((SAMPLES / "made_with.json").read_text(encoding="utf-8")):
        pytest.skip("other versions of libraries or fonts than in samples/made_with.json: bytes may differ")
    return command


@pytest.mark.parametrize("stem", ["11_kh_dang_uy_xa", "12_cv_van_phong_tinh_uy", "15_cv_so_cong_thuong"])
def test_rendering_again_gives_the_same_bytes(stem: str, renderer: list[str], tmp_path: Path) -> None:
    subprocess.run([*renderer, "--only", stem, "--out", str(tmp_path)], capture_output=True, check=True)
    (made,) = (tmp_path / "documents").iterdir()
    assert made.read_bytes() == (SAMPLES / "documents" / made.name).read_bytes()
