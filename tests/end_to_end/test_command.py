"""Arguments, exit codes and the small commands."""

from pathlib import Path

import pytest
from conftest import call

import pipeline


def test_help_names_every_command_and_exit_code() -> None:
    done = call("--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("run", "check", "restore", "evaluate", "exit codes"))


def test_the_version_is_the_packages() -> None:
    assert call("--version").stdout.strip() == f"sohoa {pipeline.__version__}"


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ([], 2, "--help"),
        (["run"], 2, "--out"),
        (["run", "x", "--out", "y", "--wrong"], 2, "--wrong"),
        (["run", "nowhere.pdf", "--out", "{tmp}/out"], 4, "nowhere.pdf"),
        (["run", "{tmp}", "--out", "{tmp}/out"], 4, "no documents"),
        (["run", "{tmp}", "--out", "{tmp}/out", "--jobs", "0"], 2, "--jobs"),
        (["run", "{tmp}", "--out", "{tmp}/out", "--config", "{tmp}/none.toml"], 3, "none.toml"),
        (["run", "{tmp}/a.md", "--out", "{tmp}/a.md/out"], 7, "--out"),
    ],
)
def test_each_error_has_its_exit_code_and_names_the_next_step(
    tmp_path: Path, arguments: list[str], code: int, word: str
) -> None:
    (tmp_path / "a.md").write_text("Quyết định\n", encoding="utf-8")
    done = call(*(one.format(tmp=tmp_path) for one in arguments))
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("sohoa: ")
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_is_there() -> None:
    done = call("check")
    assert done.returncode == 0, done.stdout
    assert "tesseract language vie" in done.stdout


def test_check_says_how_to_install_a_missing_language(tmp_path: Path) -> None:
    settings = tmp_path / "sohoa.toml"
    settings.write_text('language = "lao"\n', encoding="utf-8")
    done = call("check", "--config", settings)
    assert done.returncode == 5
    assert "apt-get install tesseract-ocr-lao" in done.stdout


def test_restore_prints_the_text_and_nothing_else() -> None:
    done = call("restore", "-", text="Quyết định số 12/QĐ-UBND\n\nĐiều 1.\n")
    assert (done.returncode, done.stdout) == (0, "Quyết định số 12/QĐ-UBND\n\nĐiều 1.\n")
