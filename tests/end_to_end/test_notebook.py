"""The analyst's notebook runs from top to bottom on the tables of a real run."""

import importlib.util
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT, Run

NOTEBOOK = ROOT / "samples/analyst_questions.ipynb"
QUESTIONS = 5


def answered(cell: Any) -> bool:
    return any(output.output_type == "execute_result" for output in cell.get("outputs", ()))


def questions(notebook: Any) -> list[list[Any]]:
    """The code cells below each heading with a number."""
    found: list[list[Any]] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            found.append([])
        elif cell.cell_type == "code" and found:
            found[-1].append(cell)
    return found


# The kernel is another process; what its sockets leave behind is not the notebook's fault.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_question_gets_an_answer_from_the_samples(samples_run: Run) -> None:
    spec = importlib.util.spec_from_file_location("run_notebook", ROOT / "samples/run_notebook.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    notebook = script.executed(samples_run.out)
    asked = questions(notebook)
    assert len(asked) == QUESTIONS
    assert all(answered(cell) for cells in asked for cell in cells)
    # The answers are about this run: a document of it is named in the table of cells to check.
    doubtful = [row["source_file"] for row in samples_run.table("documents") if row["review_columns"]]
    shown = "".join(output.data["text/html"] for cell in asked[1] for output in cell.outputs)
    assert doubtful and any(Path(name).name in shown for name in doubtful)


def test_the_notebook_is_kept_with_its_answers() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(answered(cell) for cell in cells)
    assert str(ROOT) not in NOTEBOOK.read_text(encoding="utf-8")
