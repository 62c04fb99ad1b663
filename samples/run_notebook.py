"""Execute the notebook and keep its outputs: `python samples/run_notebook.py OUT`.

OUT is the folder of a run over samples/documents. Times and counters of the execution are not kept, so that
equal tables give an equal notebook.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parent / "analyst_questions.ipynb"


def main() -> None:
    nbformat.write(executed(Path(sys.argv[1])), NOTEBOOK)


def executed(out: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs from the tables in `out`. Raises CellExecutionError."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    os.environ["OUT"] = str(out.resolve())  # the kernel inherits it
    NotebookClient(notebook, timeout=120, record_timing=False).execute()
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


if __name__ == "__main__":
    main()
