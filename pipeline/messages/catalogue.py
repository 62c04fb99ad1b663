"""Bring the catalogues up to date: `python -m pipeline.messages.catalogue`.

Reads the program's source for every sentence it says to people, adds new ones to the .po files, drops those
that are gone, and compiles the .mo files. It lists what is not translated yet; fill that in by hand in
pipeline/locale/vi/LC_MESSAGES/sohoa.po and run it again. Needs Babel (an extra for developers).
"""

from __future__ import annotations

import argparse
import ast
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pipeline import __version__
from pipeline.errors import PipelineError
from pipeline.messages import DOMAIN, FOLDER, LANGUAGES

PACKAGE = FOLDER.parent
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # the same source gives the same bytes
_ERRORS = frozenset({"PipelineError", *(one.__name__ for one in PipelineError.__subclasses__())})
# Keywords of argparse that are shown to people, in the modules of the command line.
_SHOWN = frozenset({"help", "description", "epilog", "title"})
_SAYING = frozenset({"say", "told"})
_PRINTING = frozenset({"add_argument_group", "print"})
# What argparse itself says to users; its other sentences are for programmers.
ARGPARSE = (
    "usage: ",
    "positional arguments",
    "options",
    "show this help message and exit",
    "show program's version number and exit",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "argument %(argument_name)s: %(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at least one argument",
    "expected at most one argument",
    "not allowed with argument %s",
    "one of the arguments %s is required",
    "ambiguous option: %(option)s could match %(matches)s",
    "ignored explicit argument %r",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something said to people. `{name}` stands for what the program fills in."""

    text: str
    places: tuple[tuple[str, int], ...]


def sentences() -> list[Sentence]:
    """Every sentence of the package, in the order of the files, with the places where it is said."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    constants = {
        name: value for tree in trees.values() for name, value in _assigned(tree.body) if name.isupper()
    }
    places: dict[str, list[tuple[str, int]]] = {}
    for path, tree in trees.items():
        for node, text in _said(tree, constants, is_cli=path.parent.name == "cli"):
            places.setdefault(text, []).append((str(path.relative_to(PACKAGE.parent)), node.lineno))
    for text in ARGPARSE:
        places.setdefault(text, []).append(("argparse", 1))
    return [Sentence(text, tuple(dict.fromkeys(found))) for text, found in places.items()]


def _said(
    tree: ast.Module, constants: dict[str, ast.expr], *, is_cli: bool
) -> Iterator[tuple[ast.expr, str]]:
    known = constants | dict(_assigned(ast.walk(tree)))
    for expression in _expressions(tree, is_cli=is_cli):
        for text in _texts(expression, known):
            if any(character.isalpha() for character in _without_names(text)):
                yield expression, text


def _expressions(tree: ast.Module, *, is_cli: bool) -> Iterator[ast.expr]:
    """What errors, `say` and argparse are given to show."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and is_cli and isinstance(node.targets[0], ast.Attribute):
            if node.targets[0].attr in _SHOWN:
                yield node.value
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _ERRORS or name in _SAYING or (is_cli and name in _PRINTING):
                yield from node.args[:1]
            for keyword in node.keywords:
                if (name in _ERRORS and keyword.arg == "hint") or (is_cli and keyword.arg in _SHOWN):
                    yield keyword.value


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _texts(expression: ast.expr, known: dict[str, ast.expr], depth: int = 0) -> list[str]:
    """Every text that `expression` can be; nothing where only running the program can tell."""
    if isinstance(expression, ast.Constant):
        return [expression.value] if isinstance(expression.value, str) else []
    if isinstance(expression, ast.JoinedStr):
        return [_template(expression)]
    if isinstance(expression, ast.IfExp):
        return _texts(expression.body, known, depth) + _texts(expression.orelse, known, depth)
    if isinstance(expression, ast.BoolOp):
        return [text for one in expression.values for text in _texts(one, known, depth)]
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        sides = (_texts(expression.left, known, depth), _texts(expression.right, known, depth))
        return ["".join(pair) for pair in product(*sides)]
    if isinstance(expression, ast.Name) and expression.id in known and depth < 3:
        return _texts(known[expression.id], known, depth + 1)
    return []


def _template(joined: ast.JoinedStr) -> str:
    """An f-string with a plain name for every value: `{path} is empty`."""
    pieces: list[str] = []
    used: set[str] = set()
    for part in joined.values:
        if isinstance(part, ast.Constant):
            pieces.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = getattr(part.value, "attr", getattr(part.value, "id", "value"))
            while name in used:
                name += "_"
            used.add(name)
            pieces.append(f"{{{name}}}")
    return "".join(pieces)


def _without_names(text: str) -> str:
    return "".join(piece.partition("}")[2] if index else piece for index, piece in enumerate(text.split("{")))


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    found = sentences()
    for language in LANGUAGES:
        missing = update(language, found)
        print(f"{language}: {len(found)} sentences, {len(missing)} not translated")
        for text in missing:
            print(f"  {text!r}")


def update(language: str, found: Iterable[Sentence]) -> list[str]:
    """Rewrite the catalogue of `language`; returns what still has no translation."""
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    old = read_po(io.BytesIO(path.read_bytes())) if path.exists() else Catalog()
    new = Catalog(
        locale=language,
        project="sohoa",
        version=__version__,
        header_comment="# Written by pipeline/messages/catalogue.py; only the translations are made by hand.",
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        fuzzy=False,
    )
    missing: list[str] = []
    for one in found:
        before = old.get(one.text)
        text = str(before.string) if before is not None and before.string else ""
        new.add(
            one.text, text, locations=[(file, 0) for file in dict.fromkeys(file for file, _ in one.places)]
        )
        if not text and language != "en":
            missing.append(one.text)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=100, include_lineno=False, omit_header=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    return missing


if __name__ == "__main__":
    main()
