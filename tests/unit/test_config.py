"""Settings: file < environment < command line; what is unknown or wrong is told."""

from pathlib import Path

import pytest

from pipeline.config import Settings, load, names, reading_settings
from pipeline.errors import ConfigError


def test_later_sources_win(tmp_path: Path) -> None:
    file = tmp_path / "sohoa.toml"
    file.write_text("max_pages = 10\npsm = 6\nraster_dpi = 200\n", encoding="utf-8")
    found = load(file, environment={"SOHOA_PSM": "4", "SOHOA_RASTER_DPI": "250"}, overrides={"psm": 3})
    assert (found.max_pages, found.raster_dpi, found.psm) == (10, 250, 3)


@pytest.mark.parametrize("text", ["pages = 3", "psm = 'three'", "psm = ", "\x00"])
def test_an_unknown_key_or_a_wrong_value_is_an_error_with_a_hint(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sohoa.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, environment={})
    assert caught.value.hint


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(Path("nowhere.toml"), environment={})


def test_every_setting_is_explained_in_the_source() -> None:
    text = (Path(__file__).resolve().parents[2] / "pipeline/config.py").read_text(encoding="utf-8")
    for name in names():
        after = text[text.index(f"    {name}: ") :].split("\n", 2)[1]
        assert after.strip().startswith('"""'), f"{name} has no explanation"


def test_how_patiently_the_machine_works_does_not_make_documents_older() -> None:
    patient = reading_settings(Settings(page_timeout_seconds=600, max_attempts=9))
    assert patient == reading_settings(Settings())
    assert reading_settings(Settings(psm=6)) != patient
