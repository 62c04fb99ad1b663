"""Pages made from the dictionaries follow them, and pages for people lead nowhere that is not there."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.cli import parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "README.vi.md", *(ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_column_pages_follow_the_dictionary() -> None:
    script = load(ROOT / "docs/make_columns.py")
    for path, (language, words) in script.PAGES.items():
        wanted = script.page(language, words)
        assert path.read_text(encoding="utf-8") == wanted, f"type: python docs/make_columns.py ({path.name})"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_exist(page: Path) -> None:
    targets = [one for one in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in one]
    missing = [one for one in targets if not (page.parent / one).exists()]
    assert not missing, f"{page.name} points to {missing}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_is_understood(page: Path) -> None:
    for command in commands(page):
        assert parser().parse_args(shlex.split(command, comments=True)[1:]), command


def test_the_tutorials_show_the_same_commands() -> None:
    english, vietnamese = (commands(ROOT / f"docs/tutorial{end}") for end in (".md", ".vi.md"))
    assert [one.replace(" en", " vi") for one in english] == vietnamese
    assert len(english) >= 5


def test_figures_of_the_vietnamese_readme_stand_in_the_english_one() -> None:
    english, vietnamese = ((ROOT / f"README{end}").read_text(encoding="utf-8") for end in (".md", ".vi.md"))
    section = vietnamese.partition("## Số liệu")[2].partition("## ")[0]
    figures = [one.replace(",", ".") for one in re.findall(r"\d+,\d+", section)]
    assert len(figures) > 10
    assert not [one for one in figures if not re.search(rf"(?<![\d.]){re.escape(one)}(?!\d)", english)]


def commands(page: Path) -> list[str]:
    """The lines in blocks of code that begin with `sohoa`."""
    blocks = page.read_text(encoding="utf-8").split("```")[1::2]
    return [line for block in blocks for line in block.splitlines() if line.startswith("sohoa ")]
