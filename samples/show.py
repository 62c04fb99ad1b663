"""Print the main columns of documents.csv as a table: `python samples/show.py OUT`."""

import sys
from pathlib import Path

from pipeline import load_tables

COLUMNS = {
    "source_file": 25,
    "doc_type": 17,
    "number_symbol": 15,
    "issue_date": 10,
    "issuer": 31,
    "signer_name": 19,
}


def main() -> None:
    documents = load_tables(Path(sys.argv[1]))["documents"].astype("string").fillna("")
    print("  ".join(name.ljust(width) for name, width in COLUMNS.items()) + "  to check")
    for _, row in documents.iterrows():
        doubtful = [name for name in row["review_columns"].split(";") if name in COLUMNS]
        cells = [cut(str(row[name]), width) for name, width in COLUMNS.items()]
        print("  ".join([*cells, ", ".join(doubtful)]).rstrip())
    print(f"\nAll columns: {sys.argv[1]}/documents.csv; the text of a document: {sys.argv[1]}/text/")


def cut(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


if __name__ == "__main__":
    main()
