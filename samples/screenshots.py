"""Take the pictures of the review page for the documentation: run the samples, open the page, save PNGs.

usage: python samples/screenshots.py [--out FOLDER] [--to samples/images]

FOLDER is a finished run of the samples; without it they are run first. Needs the extras `review` and `dev`
and Debian's chromium.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
SOHOA = Path(sys.executable).parent / "sohoa"
CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 250_000
SHOWN = "04_qd_hoi_dong.tif"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path)
    options.add_argument("--to", type=Path, default=HERE / "images")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = chosen.out or Path(folder)
        if chosen.out is None:
            subprocess.run([SOHOA, "run", HERE / "documents", "--out", out, "--quiet"], check=True)
        command = [SOHOA, "review", out, "--reviewer", "Lan", "--originals", HERE / "documents"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            take(server.stdout, chosen.to)
        finally:
            server.terminate()
            server.wait(timeout=20)


def take(told: object, folder: Path) -> None:
    """The queue and a document in Vietnamese, a document in English."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for locale, names in (("vi-VN", ("queue", "document")), ("en-US", ("document",))):
            address = next(line.strip() for line in told if "http://" in line)  # type: ignore[attr-defined]
            page = browser.new_context(locale=locale, viewport={"width": 1366, "height": 768}).new_page()
            page.goto(address)
            if page.url.endswith("/name"):
                page.fill("#who", "Lan")
                page.keyboard.press("Enter")
            for name in names:
                if name == "document":
                    page.get_by_role("link", name=SHOWN).click()
                page.wait_for_load_state("networkidle")
                save(page, folder / f"review_{name}_{locale[:2]}.png")
        browser.close()


def save(page: Page, path: Path) -> None:
    """A screenshot with as many colours as fit into 250 kB."""
    page.screenshot(path=str(path))
    picture = Image.open(path).convert("RGB")
    for colours in (256, 128, 64, 32):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
