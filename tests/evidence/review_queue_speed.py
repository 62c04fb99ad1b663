"""How fast the review page answers over a queue of 10,000 documents.

usage: python tests/evidence/review_queue_speed.py [--documents 10000] [--goal-ms 200]

Makes a run of small documents with evidence on disk, serves it, and asks for the queue, filters, the last
page, the next document, a document, a decision, suggestions and progress. The claim fails when the median of
any of them is above the goal.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fakes.review import FinishedRun, make_document, served

from pipeline.export import write_document_files

REPEATS = 7


def make_run(folder: Path, count: int) -> FinishedRun:
    run = FinishedRun(folder / "scans", folder / "out")
    run.scans.mkdir()
    run.out.mkdir()
    for number in range(count):
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        document = make_document(sha256, f"{2000 + number % 25}/{number:05}.png")
        named = (
            replace(one, value=f"Sở {number % 40}") if one.name == "issuer" else one
            for one in document.fields
        )
        document = replace(document, fields=tuple(named))
        write_document_files(run.out, document)
        run.documents.append(document)
    run.write()
    return run


def seconds(browser: OpenerDirector, request: str | Request) -> float:
    started = time.monotonic()
    with browser.open(request) as answer:
        answer.read()
    return time.monotonic() - started


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--goal-ms", type=float, default=200)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(Path(folder), chosen.documents)
        started = time.monotonic()
        with served(run.options()) as (base, announced):
            print(f"start with {chosen.documents} documents: {time.monotonic() - started:.1f} s")
            browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
            seconds(browser, announced[-1])
            return measure(run, base, browser, chosen.goal_ms)


def measure(run: FinishedRun, base: str, browser: OpenerDirector, goal_ms: float) -> int:
    last = len(run.documents) // 50
    addresses = {
        "queue": "/",
        "queue, filtered": "/?year=2024&reason=signer_low&issuer=" + "S%E1%BB%9F+7",
        "queue, last page": f"/?page={last}",
        "next document": "/next",
        "document": f"/document/{run.documents[len(run.documents) // 2].doc_id}",
        "suggestions": "/suggestions/signer_name?text=nguyen+v",
        "progress": "/progress",
    }
    worst = 0.0
    for name, path in addresses.items():
        worst = max(worst, tell(name, [seconds(browser, base + path) for _ in range(REPEATS)]))
    decisions = [seconds(browser, decision(base, run.documents[index].doc_id)) for index in range(REPEATS)]
    worst = max(worst, tell("decision and next document", decisions))
    print(f"slowest median: {worst:.0f} ms (goal {goal_ms:.0f} ms)")
    return 0 if worst <= goal_ms else 1


def decision(base: str, doc_id: str) -> Request:
    form = {"version.signer_name": "0", "machine.signer_name": "Lê Vãn An", "asked.signer_name": "1"}
    data = urlencode(form | {"value.signer_name": "Lê Văn An"}).encode()
    return Request(f"{base}/document/{doc_id}", data, {"Origin": base})


def tell(name: str, measured: list[float]) -> float:
    median = 1000 * statistics.median(measured)
    print(f"{name:28} median {median:6.0f} ms, most {1000 * max(measured):6.0f} ms")
    return median


if __name__ == "__main__":
    sys.exit(main())
