"""Print the main columns of documents.csv as a table: `python samples/show.py OUT`."""

import sys
from pathlib import Path

from pipeline import load_tables

COLUMNS = {
    "source_file": 26,
    "doc_type": 19,
    "number_symbol": 17,
    "issue_date": 10,
    "issuer": 34,
    "signer_name": 20,
    "review_columns": 34,
}


def main() -> None:
    documents = load_tables(Path(sys.argv[1]))["documents"].astype("string").fillna("")
    print("  ".join(name.ljust(width) for name, width in COLUMNS.items()))
    for _, row in documents.iterrows():
        cells = [cut(str(row[name]), width) for name, width in COLUMNS.items()]
        print("  ".join(cells).rstrip())
    print(f"\nAll columns: {sys.argv[1]}/documents.csv; the text of a document: {sys.argv[1]}/text/")


def cut(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


if __name__ == "__main__":
    main()
