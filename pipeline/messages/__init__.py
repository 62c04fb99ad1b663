"""What the command says to people, in English or in the language of their locale (gettext).

Sentences in the code are English and are the keys of the catalogues in pipeline/locale. Which language is
spoken, the standard library reads from LANGUAGE, LC_ALL, LC_MESSAGES and LANG, in this order. Tables, codes
and column names are never translated.

Errors are built where they happen, often in a worker process, with file names and numbers inside. They are
translated where they are shown: `told` recognises the sentence by its fixed words and puts the names into
the translation. What it does not recognise stays English.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

DOMAIN = "sohoa"
FOLDER = Path(__file__).resolve().parents[1] / "locale"
LANGUAGES = ("en", "vi")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LEAST_LETTERS = 5  # a template with fewer fixed letters would recognise what is not its own


class Catalogue(gettext.GNUTranslations):
    """The sentences of one language."""

    # Filled by the base class when it reads a compiled catalogue.
    _catalog: dict[str, str]

    @property
    def language(self) -> str:
        return self.info().get("language", "en")

    def templates(self) -> list[tuple[re.Pattern[str], str]]:
        """Sentences with names inside, as (pattern, translation); those with most fixed words first."""
        found = [(key, text) for key, text in self._catalog.items() if isinstance(key, str) and key and text]
        found = [pair for pair in found if "{" not in pair[0] or _letters(pair[0]) >= _LEAST_LETTERS]
        found.sort(key=lambda pair: (-_letters(pair[0]), pair[0]))
        return [(_pattern(key), text) for key, text in found]


def install() -> None:
    """Let argparse speak the language of the locale too: it asks gettext's current domain."""
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)


def language() -> str:
    """`vi` or `en`, as the locale says; a language without a catalogue gives English."""
    found = _catalogue("")
    return found.language if isinstance(found, Catalogue) else "en"


def say(sentence: str, language: str = "") -> str:
    """`sentence` in `language`, or in that of the locale. The same sentence when nobody translated it."""
    return _catalogue(language).gettext(sentence) if sentence else ""


def told(message: str, language: str = "") -> str:
    """A finished message or hint, or both joined by a full stop, in `language` or in that of the locale."""
    found = _catalogue(language)
    if not isinstance(found, Catalogue):
        return message
    for split in re.finditer(r"\. ", message):
        parts = [_recognised(found, part) for part in (message[: split.start()], message[split.end() :])]
        if all(parts):
            return ". ".join(filter(None, parts))
    return _recognised(found, message) or message


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    wanted = [language] if language else None
    return gettext.translation(DOMAIN, str(FOLDER), wanted, class_=Catalogue, fallback=True)


@cache
def _templates(found: Catalogue) -> list[tuple[re.Pattern[str], str]]:
    return found.templates()


def _recognised(found: Catalogue, message: str) -> str | None:
    for pattern, text in _templates(found):
        match = pattern.fullmatch(message)
        if match:
            return text.format_map(match.groupdict())
    return None


def _letters(template: str) -> int:
    return sum(character.isalpha() for character in _PLACEHOLDER.sub("", template))


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACEHOLDER.split(template)  # fixed words and names in turn
    made = "".join(
        f"(?P<{piece}>.*?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )
    return re.compile(made, re.DOTALL)
