"""Write docs/columns.md and docs/columns.vi.md from the dictionaries: `python docs/make_columns.py`.

What a column is stands once, in dictionaries/columns.tsv; a test checks that these pages follow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.dictionary import table
from pipeline.export.schema import SHARED_COLUMNS, Column, TableSchema, tables

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Words:
    """What the page says in one language around the dictionary."""

    title: str
    intro: str
    heads: tuple[str, ...]
    shared: str
    shared_row: str
    key: str
    reasons: str
    reason_heads: tuple[str, ...]
    kinds: dict[str, str]


ENGLISH = Words(
    title="The tables and their columns",
    intro="""\
Every table is a CSV file in the folder of a run (UTF-8, comma, RFC 4180); an empty cell means that the
document does not show it. Names of columns and codes are the same in every language. This page is made from
`dictionaries/columns.tsv` by `python docs/make_columns.py`. [Tiếng Việt](columns.vi.md)""",
    heads=("column", "what it holds", "type", "standard", "example"),
    shared="Columns that every child table has, called *evidence* below: where a row comes from.",
    shared_row="*evidence*: the columns above",
    key="Key",
    reasons="## Reasons for review\n\nCodes in `review_reasons`; `review_columns` names the cells.",
    reason_heads=("code", "what it means"),
    kinds={"string": "text", "integer": "whole number", "number": "number", "boolean": "true/false"},
)
VIETNAMESE = Words(
    title="Các bảng và các cột",
    intro="""\
Mỗi bảng là một tệp CSV trong thư mục của lượt chạy (UTF-8, dấu phẩy, RFC 4180); ô trống nghĩa là văn bản
không có thông tin đó. Tên cột và mã giống nhau ở mọi ngôn ngữ. Trang này được lập từ
`dictionaries/columns.tsv` bằng lệnh `python docs/make_columns.py`. [English](columns.md)""",
    heads=("cột", "nội dung", "kiểu", "chuẩn", "ví dụ"),
    shared="Các cột chung của mọi bảng con, dưới đây gọi là *minh chứng*: vị trí của từng dòng.",
    shared_row="*minh chứng*: các cột nêu trên",
    key="Khóa",
    reasons="## Lý do cần kiểm tra\n\nCác mã trong `review_reasons`; `review_columns` nêu tên các ô.",
    reason_heads=("mã", "ý nghĩa"),
    kinds={"string": "chữ", "integer": "số nguyên", "number": "số", "boolean": "đúng/sai"},
)
PAGES = {HERE / "columns.md": ("en", ENGLISH), HERE / "columns.vi.md": ("vi", VIETNAMESE)}


def main() -> None:
    for path, (language, words) in PAGES.items():
        path.write_text(page(language, words), encoding="utf-8")


def page(language: str, words: Words) -> str:
    """The page in `language`, `en` or `vi`, as Markdown."""
    described = f"description_{language}"
    schemas = tables().values()
    shared = [row["column"] for row in table("columns").rows if row["table"] == SHARED_COLUMNS]
    child = next(schema for schema in schemas if has_all(schema, shared))
    lines = [f"# {words.title}", "", words.intro, ""]
    lines += [f"- [`{one.name}.csv`](#{one.name}csv): {getattr(one, described)}" for one in schemas]
    lines += ["", words.shared, "", *rows([child.by_name[name] for name in shared if name], described, words)]
    for schema in schemas:
        lines += ["", f"## {schema.name}.csv", "", getattr(schema, described)]
        if schema.primary_key:
            lines += ["", f"{words.key}: {', '.join(f'`{name}`' for name in schema.primary_key)}"]
        is_child = has_all(schema, shared)
        own = [one for one in schema.columns if not (is_child and one.name in shared)]
        lines += ["", *rows(own, described, words)]
        lines += [row((words.shared_row, "", "", "", ""))] if is_child else []
    reasons = [row((f"`{one['code']}`", one[described])) for one in table("review_codes").rows]
    return "\n".join([*lines, "", words.reasons, "", *head(words.reason_heads), *reasons, ""])


def has_all(schema: TableSchema, shared: Sequence[str]) -> bool:
    return set(filter(None, shared)) <= set(schema.names)


def rows(columns: Sequence[Column], described: str, words: Words) -> list[str]:
    made = head(words.heads)
    for one in columns:
        told = getattr(one, described)
        if any(value not in told for value in one.enum):
            told += f" ({', '.join(one.enum)})"
        made.append(row((f"`{one.name}`", told, words.kinds[one.kind], one.standard, one.example)))
    return made


def head(names: Sequence[str]) -> list[str]:
    return [row(names), row(["---"] * len(names))]


def row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
