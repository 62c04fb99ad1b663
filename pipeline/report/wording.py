"""How the page speaks: its language, and numbers and dates as that language writes them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import dictionary, messages


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language, `vi` or `en`."""

    language: str

    def say(self, sentence: str) -> str:
        """An English sentence of the program in the language of the page."""
        return messages.say(sentence, self.language)

    def told(self, message: str) -> str:
        """The message of an error in the language of the page, as far as it is known."""
        return messages.told(message, self.language)

    def count(self, value: float, decimals: int = 0) -> str:
        """A number with the separators of the language.

        >>> Wording("vi").count(12345.6, 1)
        '12.345,6'
        """
        text = f"{value:,.{decimals}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "vi" else text

    def share(self, part: float, whole: float) -> str:
        """`part` of `whole` in percent, a dash when there is no whole.

        A share that is not whole is never rounded to 0 or 100 %.
        """
        if not whole:
            return "–"
        percent = 100 * part / whole
        if 0 < percent < 0.1 or 99.9 < percent < 100:
            return ("< " if percent < 1 else "> ") + self.count(0.1 if percent < 1 else 99.9, 1) + " %"
        return f"{self.count(percent, 0 if percent in (0, 100) else 1)} %"

    def day(self, iso: str) -> str:
        """An ISO date, or part of one, as the language writes it.

        >>> Wording("vi").day("2025-09-02"), Wording("vi").day("2023-05")
        ('02/09/2025', '05/2023')
        """
        return "/".join(reversed(iso.split("-"))) if self.language == "vi" else iso

    def label(self, column: str) -> str:
        """The short name of a column of documents.csv, else the column itself."""
        found = _by("column_labels", "column").get(column)
        return found[f"label_{self.language}"] if found else column

    def reason(self, code: str) -> str:
        """What a code of review_reasons means."""
        found = _by("review_codes", "code").get(code)
        return found[f"description_{self.language}"] if found else code


def _by(name: str, key: str) -> dict[str, dict[str, str]]:
    return {row[key]: row for row in dictionary.table(name).rows}
