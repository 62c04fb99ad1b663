"""Messages in Vietnamese: everything of the help, errors recognised by their words, and English otherwise."""

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from pipeline import messages
from pipeline.cli import parser
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.export.load import load_tables
from pipeline.messages import catalogue
from pipeline.source import open_file

VIETNAMESE = messages.FOLDER / "vi/LC_MESSAGES/sohoa.po"
# What is the same in both languages: commands to type, names of formats.
SAME = ("pip install", "Type: pip install", "chmod", "archive")


@pytest.fixture
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal with a Vietnamese locale."""
    monkeypatch.setenv("LANGUAGE", "vi")
    messages._catalogue.cache_clear()
    yield
    messages._catalogue.cache_clear()


def read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()))


def shown_by_help(one: argparse.ArgumentParser) -> Iterator[str]:
    """Everything a reader of the help of `one` and its commands sees, in English."""
    yield from filter(None, (one.description, one.epilog))
    for group in one._action_groups:
        yield from filter(None, (group.title, group.description))
    for action in one._actions:
        if action.help and action.help != argparse.SUPPRESS:
            yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (choice.help for choice in action._choices_actions if choice.help)
            for command in dict.fromkeys(action.choices.values()):
                yield from shown_by_help(command)


def told(sentence: str) -> str:
    """As the help shows it."""
    plain = messages.say(sentence, "vi")
    return plain if plain != sentence else messages.told(sentence, "vi")


def test_every_help_string_has_a_vietnamese_entry() -> None:
    missing = {text for text in shown_by_help(parser()) if told(text) == text and not text.startswith(SAME)}
    assert not missing, "type: python -m pipeline.messages.catalogue, and translate what it lists"


def test_every_sentence_of_the_report_has_a_vietnamese_entry() -> None:
    found = {one.text for one in catalogue.sentences() if any("/report/" in file for file, _ in one.places)}
    assert len(found) > 50
    assert not {text for text in found if messages.say(text, "vi") == text}


def test_translations_keep_what_the_program_fills_in() -> None:
    for message in read(VIETNAMESE):
        if message.id and message.string:
            names = sorted(messages._PLACEHOLDER.findall(message.id))
            assert sorted(messages._PLACEHOLDER.findall(message.string)) == names, message.id
            assert message.string.count("%") == message.id.count("%"), message.id


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_readable_one(language: str) -> None:
    path = messages.FOLDER / language / "LC_MESSAGES/sohoa.po"
    compiled = io.BytesIO()
    write_mo(compiled, read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), (
        "python -m pipeline.messages.catalogue"
    )


@pytest.mark.usefixtures("vietnamese")
def test_help_is_vietnamese_where_the_locale_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    messages.install()
    with pytest.raises(SystemExit):
        parser().parse_args(["report", "--help"])
    shown = capsys.readouterr().out
    assert "cách dùng: sohoa report" in shown and "thư mục chứa các bảng" in shown and "tùy chọn" in shown


def test_errors_are_recognised_with_their_names(tmp_path: Path) -> None:
    file = tmp_path / "tờ trình. bản 2.pdf"
    file.touch()
    with pytest.raises(InputError) as empty:
        open_file(file, Settings())
    assert messages.told(empty.value.message, "vi") == f"{file} là tệp rỗng"
    assert messages.told(empty.value.hint, "vi") == "Hãy chép hoặc quét lại"
    assert messages.told(str(empty.value), "vi") == f"{file} là tệp rỗng. Hãy chép hoặc quét lại"
    with pytest.raises(InputError) as missing:
        load_tables(tmp_path / "none")
    assert messages.told(str(missing.value), "vi").startswith(f"không có thư mục {tmp_path}/none. Hãy ")


def test_what_is_not_recognised_stays_as_it_is() -> None:
    assert messages.told("the moon is full", "vi") == "the moon is full"
    assert messages.told("", "vi") == ""
    assert messages.say("the moon is full", "vi") == "the moon is full"


def test_names_with_braces_are_shown_as_they_are() -> None:
    assert messages.told("{x}{0}.pdf is empty", "vi") == "{x}{0}.pdf là tệp rỗng"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("vi_VN.UTF-8", "vi"),
        ("vi", "vi"),
        ("en_US.UTF-8", "en"),
        ("C", "en"),
        ("fr_FR", "en"),
        ("en:vi", "en"),
    ],
)
@pytest.mark.usefixtures("vietnamese")
def test_the_language_is_that_of_the_locale(
    locale: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", locale)
    messages._catalogue.cache_clear()
    assert messages.language() == language


def test_sentences_are_found_with_a_name_for_every_value() -> None:
    texts = {one.text for one in catalogue.sentences()}
    assert "{path} is empty" in texts  # an f-string of an error
    assert "read documents and write the tables" in texts  # help
    assert "Documents by year" in texts  # the report
