"""Review doubtful documents in a real browser as a person would, and count the key presses.

usage: python tests/evidence/review_walkthrough.py OUT --truth ground_truth.json [--originals DIR]
                                                  [--documents 30] [--goal 3.0] [--threshold 0.6]

OUT is a finished run; a copy of it is reviewed. The script sees what a person sees: it compares each cell
shown with the truth, presses Enter when all are right, the number of a candidate that is right, and types
otherwise (or mends the end of what stands there, when that is shorter). A cell without truth is taken as it
is. Two figures are told: presses of keys that command the page, a typed value counting as one; and all keys
with every typed letter (Telex: a mark and a tone are a key each). When a run has fewer doubtful documents
than asked for, all of them are reviewed and the number is told; --threshold asks about cells of higher
confidence too (the tables of the copy are written again with it; that needs the ledger of the run). The
claim fails above the goal, or when a decided cell differs from what was pressed.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright
from rapidfuzz.distance import Levenshtein

from pipeline.batch.collect import TableOptions, refresh_tables
from pipeline.export.corrections import Corrections, read_corrections

SOHOA = Path(sys.executable).parent / "sohoa"
CHROMIUM = "/usr/bin/chromium"
TRUTH_OF = {"number_symbol": "doc_number", "issuer_parent": "parent_body"}
KNOWN = (
    "number_symbol", "issue_date", "place", "doc_type", "issuer", "issuer_parent", "subject",
    "signer_name", "signer_title", "signing_authority",
)  # fmt: skip
MOST_SUBJECT_ERRORS = 0.05  # as cells are scored: a subject with fewer wrong characters counts as right


@dataclass
class Count:
    """What one document cost. `commands` are key presses, a typed value counting as one; `keys` are all."""

    commands: int = 0
    keys: int = 0
    cells: int = 0
    wrong: int = 0
    chosen: int = 0
    typed: int = 0
    without_truth: int = 0
    seconds: float = 0.0
    wanted: dict[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Without case, the tone behind its word, so that hoà and hòa are one."""
    words = []
    for word in plain(text).casefold().split():
        parts = unicodedata.normalize("NFD", word)
        tones = [one for one in parts if one in "\u0300\u0301\u0303\u0309\u0323"]
        words.append("".join(one for one in parts if one not in tones) + "".join(tones))
    return " ".join(words)


def full(text: str) -> str:
    return folded(re.sub(r"\bubnd\b", "ủy ban nhân dân", plain(text).casefold()))


def truth_of(column: str, truth: dict[str, object]) -> str:
    value = plain(str(truth.get(TRUTH_OF.get(column, column)) or ""))
    if column == "number_symbol":
        return value.replace(" ", "")
    if column == "signing_authority":
        return re.split(r"[.\s]", value)[0]
    if column in ("issuer", "issuer_parent", "signer_title", "doc_type") and value.isupper():
        return value.capitalize()
    return value


def is_right(column: str, shown: str, truth: str) -> bool:
    if column in ("number_symbol", "issue_date", "signing_authority"):
        return shown == truth
    if column == "subject":
        shown, truth = (re.sub(r"^(v/v|về việc|về)\s*:?\s+", "", folded(one)) for one in (shown, truth))
        return Levenshtein.distance(shown, truth) <= MOST_SUBJECT_ERRORS * max(1, len(truth))
    if column.startswith("issuer"):
        return full(shown) == full(truth)
    return folded(shown) == folded(truth)


def telex(text: str) -> int:
    """Keys of `text` on a Vietnamese keyboard: each mark and each tone is one more."""
    return len(unicodedata.normalize("NFD", text.replace("đ", "dd").replace("Đ", "DD")))


class Reviewer:
    """Presses keys on the page and counts them."""

    def __init__(self, page: Page, truths: dict[str, dict[str, object]]) -> None:
        self.page = page
        self.truths = truths
        self.count = Count()

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.count.commands += 1
            self.count.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count.keys += telex(text)

    def review(self) -> Count | None:
        """Review the document shown; None when it has no truth and is skipped."""
        truth = self.truths.get(self.page.locator("h1 .file").inner_text().rpartition("/")[2])
        doc_id = self.page.url.partition("/document/")[2].partition("?")[0]
        if truth is None or "-" in doc_id:
            self.page.keyboard.press("s")
            self.page.wait_for_url(
                lambda url: doc_id not in url.partition("?")[0], wait_until="domcontentloaded"
            )
            return None
        self.count = Count()
        started = time.monotonic()
        at = 0  # the cell the page is on
        cells = self.page.locator(".cell.asked").all()
        for index, cell in enumerate(cells):
            at = self.settle(cell, index, at, truth)
        self.press("Enter")
        self.leave(doc_id)
        self.count.seconds = time.monotonic() - started
        return self.count

    def leave(self, doc_id: str) -> None:
        """Wait until the next page stands; a value that was refused is told."""
        self.page.wait_for_function(
            "id => !location.pathname.includes(id) || document.querySelector('.problem')", arg=doc_id
        )
        self.page.wait_for_load_state("domcontentloaded")
        problems = self.page.locator(".message.problem").all_inner_texts()
        if problems:
            raise SystemExit(f"{doc_id}: {problems}")

    def settle(self, cell: Locator, index: int, at: int, truth: dict[str, object]) -> int:
        """Make one cell right; returns the cell the page is on afterwards."""
        column = cell.get_attribute("data-column") or ""
        self.count.cells += 1
        if column not in KNOWN:
            self.count.without_truth += 1
            return at
        shown = cell.locator("input.value").input_value()
        wanted = truth_of(column, truth)
        if is_right(column, shown, wanted):
            self.count.wanted[column] = shown
            return at
        self.count.wrong += 1
        self.press("ArrowDown", index - at)
        choices = [one.get_attribute("data-value") or "" for one in cell.locator(".candidates button").all()]
        right = next((n for n, value in enumerate(choices, 1) if is_right(column, value, wanted)), 0)
        if right:
            self.press(str(right))
            self.count.chosen += 1
            self.count.wanted[column] = choices[right - 1]
            last = self.page.locator(".cell.asked").count() - 1
            return min(index + 1, last)
        self.write(cell, shown, wanted)
        self.count.typed += 1
        self.count.wanted[column] = cell.locator("input.value").input_value()
        if index < self.page.locator(".cell.asked").count() - 1:
            self.press("Tab")
            return index + 1
        return index

    def write(self, cell: Locator, shown: str, wanted: str) -> None:
        kept = self.mendable(shown, wanted)
        if kept:  # change only the words behind those that are right
            self.press("F2")
            self.press("Control+Backspace", len(shown.split()) - kept)
            value = cell.locator("input.value").input_value()
            if wanted.startswith(value):
                self.type(wanted[len(value) :])
                return
            self.press("Control+a")
            self.type(wanted)
            return
        self.press(" ")
        words = wanted.split()
        for number, word in enumerate(words):
            self.type(word)
            place = self.suggested(cell, wanted) if number + 1 < len(words) else 0
            if place:
                self.press("ArrowDown", place)
                return
            if number + 1 < len(words):
                self.type(" ")

    def mendable(self, shown: str, wanted: str) -> int:
        """How many words at the start are right, when mending is shorter than writing anew; else 0."""
        before, after = shown.split(), wanted.split()
        same = 0
        while same < min(len(before), len(after)) and before[same] == after[same]:
            same += 1
        return same if same and len(before) - same + 1 < len(" ".join(after[:same])) else 0

    def suggested(self, cell: Locator, wanted: str) -> int:
        self.page.wait_for_timeout(120)
        options = [folded(one.inner_text()) for one in cell.locator(".suggestions li").all()]
        return options.index(folded(wanted)) + 1 if folded(wanted) in options else 0


def serve(out: Path, originals: Path | None, threshold: float | None) -> tuple[subprocess.Popen[str], str]:
    command = [str(SOHOA), "review", str(out), "--reviewer", "walkthrough"]
    command += ["--originals", str(originals)] if originals else []
    environment = dict(os.environ)
    if threshold is not None:
        refresh_tables(out, TableOptions(threshold))
        environment["SOHOA_REVIEW_THRESHOLD"] = str(threshold)
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    for line in server.stdout:
        if "http://" in line:
            return server, line.strip()
    raise SystemExit("the review did not start")


def walk(address: str, truths: dict[str, dict[str, object]], most: int) -> tuple[dict[str, Count], int]:
    counts: dict[str, Count] = {}
    skipped: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        page.click("#start")
        reviewer = Reviewer(page, truths)
        while len(counts) < most and "/document/" in page.url:
            doc_id = page.url.partition("/document/")[2].partition("?")[0]
            if doc_id in skipped:
                break  # only documents without truth are left
            counted = reviewer.review()
            if counted is None:
                skipped.add(doc_id)
            else:
                counts[doc_id] = counted
        browser.close()
    return counts, len(skipped)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("out", type=Path)
    options.add_argument("--truth", type=Path, required=True)
    options.add_argument("--originals", type=Path)
    options.add_argument("--documents", type=int, default=30)
    options.add_argument("--goal", type=float, default=3.0)
    options.add_argument("--threshold", type=float)
    chosen = options.parse_args()
    if not Path(CHROMIUM).exists():
        print("skipped: chromium is not installed")
        return 0
    truths = {one["file"]: one for one in json.loads(chosen.truth.read_text(encoding="utf-8"))}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        shutil.copytree(chosen.out, out)
        server, address = serve(out, chosen.originals, chosen.threshold)
        try:
            counts, skipped = walk(address, truths, chosen.documents)
        finally:
            server.terminate()
            server.wait(timeout=20)
        decided = read_corrections(out)
    return tell(counts, skipped, chosen, decided)


def tell(counts: dict[str, Count], skipped: int, chosen: argparse.Namespace, decided: Corrections) -> int:
    if not counts:
        print("nothing to review")
        return 1
    differing = [
        (doc_id, column)
        for doc_id, count in counts.items()
        for column, value in count.wanted.items()
        if decided.of(doc_id)[column].value != value
    ]
    every = list(counts.values())
    for doc_id, one in counts.items():
        print(
            f"{doc_id}  {one.commands:3} presses {one.keys:4} keys  {one.cells} cells, {one.wrong} wrong:"
            f" {one.chosen} chosen, {one.typed} typed  {one.seconds:.1f} s"
        )
    total = len(every)
    mean = statistics.mean(one.commands for one in every)
    print(f"\n{total} doubtful documents (asked for {chosen.documents}; {skipped} skipped, without truth)")
    print(f"presses a document: mean {mean:.2f}, median {statistics.median(o.commands for o in every):g}")
    print(f"with one press: {sum(one.commands == 1 for one in every)} of {total}")
    keys = [one.keys for one in every]
    print(
        f"all keys with typed letters: mean {statistics.mean(keys):.1f}, median {statistics.median(keys):g}"
    )
    cells, wrong = sum(one.cells for one in every), sum(one.wrong for one in every)
    print(f"doubtful cells: {cells}, without truth {sum(one.without_truth for one in every)}")
    chosen_count, typed = sum(one.chosen for one in every), sum(one.typed for one in every)
    print(f"wrong cells: {wrong}: {chosen_count} chosen by number, {typed} typed")
    print(f"page time a document: median {statistics.median(one.seconds for one in every):.2f} s")
    print(f"decisions that differ from what was pressed: {len(differing)} {differing[:5]}")
    return 1 if differing or mean > chosen.goal else 0


if __name__ == "__main__":
    sys.exit(main())
