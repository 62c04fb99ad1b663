"""`sohoa review` as a command: it serves this machine only, lets in with its token, and ends when told."""

from __future__ import annotations

import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

import pytest

pytest.importorskip("flask", reason="flask is not installed (extra: review)")
pytest.importorskip("waitress", reason="waitress is not installed (extra: review)")

from fakes.review import finished_run

from pipeline.export.corrections import Answer, CorrectionStore

SOHOA = Path(sys.executable).parent / "sohoa"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = finished_run(tmp_path_factory.mktemp("run"))
    doc_id = run.documents[0].doc_id
    given = Answer(doc_id, "number_symbol", "11/QĐ-UBND", "17/QĐ-UBND", "corrected")
    CorrectionStore(run.out).decide([given], "Lan")
    return run.out


def test_the_page_is_served_until_it_is_interrupted(out: Path) -> None:
    command = [SOHOA, "review", out, "--originals", out.parent / "scans", "--reviewer", "Lan"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if "http://127.0.0.1:" in line)
        browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        with browser.open(address) as answer:
            assert "a.png" in answer.read().decode()
        with pytest.raises(HTTPError, match="403") as refused:
            build_opener(ProxyHandler({})).open(address)
        refused.value.close()
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
    assert "17/QĐ-UBND" in (out / "corrections.csv").read_text(encoding="utf-8")


def test_labels_are_written_without_a_server(out: Path, tmp_path: Path) -> None:
    command = [SOHOA, "review", out, "--originals", out.parent / "scans", "--labels", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.split()[0]) == (0, "1")
    assert len(list(tmp_path.glob("*.png"))) == 1


@pytest.mark.parametrize(
    ("arguments", "code"), [(["/no/such/folder"], 4), (["{out}", "--port", "70000"], 2), ([], 2)]
)
def test_wrong_arguments_are_told(out: Path, arguments: list[str], code: int) -> None:
    given = [one.replace("{out}", str(out)) for one in arguments]
    done = subprocess.run([SOHOA, "review", *given], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code and done.stderr.startswith("sohoa:"), done.stderr
